"""Adding log files to an archive: by content, in batches, each of which takes effect whole or not at all."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from midtrail.archive.deriving import Derivation
from midtrail.archive.knowing import Content, Known, Pending, Relation
from midtrail.archive.spooling import Spooled, spooled
from midtrail.archive.writing import SPOOL, Update, Writer
from midtrail.lines import Problem, ReadOptions, SourceFile
from midtrail.lines.parts import Part

if TYPE_CHECKING:
    from midtrail.archive.facts import StoredFile

BATCH_BYTES = 512 << 20
"""Sources are gathered to so many plain bytes before they are written."""

MAX_RATIO = 1000.0
"""How many times its size compressed data may grow: the densest logs (one line over and over) reach some 500."""


class Watch(NamedTuple):
    """Whom to tell of the work: of bytes on disk that are done, of lines that were read."""

    on_bytes: Callable[[int], None] | None = None
    on_lines: Callable[[int], None] | None = None


@dataclass
class Added:
    """What became of the sources: how many files were new, grown, or known already, and the lines added."""

    new: int = 0
    grown: int = 0
    known: int = 0
    reread: int = 0
    lines: int = 0
    batches: int = 0
    problems: list[Problem] = field(default_factory=list)


def add(
    folder: Path,
    files: Iterable[SourceFile],
    options: ReadOptions,
    *,
    watch: Watch | None = None,
    update: Update | None = None,
    max_ratio: float | None = MAX_RATIO,
    batch_bytes: int = BATCH_BYTES,
) -> Added:
    """Add the files to the archive in a folder, which is made if need be, and return what became of them.

    Only what is new is stored, and committed as often as `batch_bytes` plain bytes were gathered. Raises
    ArchiveError where the archive cannot be written.
    """
    with Writer.open(folder) as writer:
        spool = folder / SPOOL
        try:
            told = watch or Watch()
            job = _Job(writer, options, told, update)
            job.batch_bytes = batch_bytes
            for source in spooled(files, spool, job.lengths, job.added.problems, job.meter.read, max_ratio):
                job.take(source)
            job.finish()
            return job.added
        finally:
            shutil.rmtree(spool, ignore_errors=True)


class _Job:
    """One call's work."""

    def __init__(self, writer: Writer, options: ReadOptions, watch: Watch, update: Update | None) -> None:
        self.added = Added()
        self._writer, self._options, self._update = writer, options, update
        self.meter = _Meter(watch)
        self.batch_bytes = BATCH_BYTES
        self._begin()

    def _begin(self) -> None:
        self._known = Known(self._writer.snapshot())
        self._pending: list[Pending] = []
        self._renamed: dict[int, StoredFile] = {}

    def lengths(self, head: str | None, part: Part) -> Iterator[int]:
        """Ask what is known now, which changes with each batch."""
        return self._known.lengths(head, part)

    def take(self, spool: Spooled) -> None:
        """Take the next source."""
        relation, content = self._known.relation(spool)
        if content is None:
            self._add(self._new(spool))
            self.added.new += 1
        elif relation is Relation.grown:
            self._grow(content, spool)
        else:
            self._meet_again(content, spool, relation)
        if sum(pending.size for pending in self._pending) >= self.batch_bytes:
            self.finish()

    def _new(self, spool: Spooled) -> Pending:
        name = self._known.name_for(spool.source)
        return Pending(spool, name, spool.source, spool.folder, spool.folder_name, self._options)

    def _add(self, pending: Pending) -> None:
        self._pending.append(pending)
        self._known.add(pending)

    def _grow(self, content: Content, spool: Spooled) -> None:
        """Put a source in the place of what it grew from; it stays in the folder where that lay."""
        self._known.forget(content)
        moved = content.folder != spool.folder
        given = content.given if moved else spool.source
        source = content.source if given == content.given else self._known.name_for(given)
        stored = content.stored if isinstance(content, Pending) else content
        self._add(Pending(spool, source, given, content.folder, content.folder_name, content.options, stored))
        if isinstance(content, Pending):
            self._pending.remove(content)
            content.spool.path.unlink()
            self.added.known += 1
        else:
            self._renamed.pop(content.file_id, None)
            self.added.grown += 1

    def _meet_again(self, content: Content, spool: Spooled, relation: Relation) -> None:
        """Note the name of a source that is stored already: within its folder the last one counts."""
        spool.path.unlink()
        self.added.known += 1
        if relation is Relation.older or content.folder != spool.folder or content.given == spool.source:
            return
        self._known.forget(content)
        source = self._known.name_for(spool.source)
        if isinstance(content, Pending):
            content.source, content.given = source, spool.source
        else:
            content = replace(content, source=source, given=spool.source)
            self._renamed[content.file_id] = content
        self._known.add(content)

    def finish(self) -> None:
        """Write what was gathered."""
        if self._pending or self._renamed:
            self.meter.plain = sum(pending.size for pending in self._pending)
            work = Derivation(self._writer, self.meter.stored, self._update)
            work.run(self._pending, list(self._renamed.values()))
            self.added.lines += work.lines
            self.added.batches += work.batches
            self.added.reread += work.reread
            for pending in self._pending:
                pending.spool.path.unlink(missing_ok=True)
        self.meter.finish()
        self._begin()


class _Meter:
    """Counts each source's bytes twice by half: when it is read, and when it is stored."""

    def __init__(self, watch: Watch) -> None:
        self.plain = 0
        self._watch = watch
        self._read = 0
        self._told = 0
        self._stored = 0

    def read(self, count: int) -> None:
        """Note bytes on disk that were read."""
        self._read += count
        self._tell(self._read // 2)

    def stored(self, size: int, lines: int) -> None:
        """Note plain bytes, and lines, that were stored."""
        self._stored += size
        if self._watch.on_lines is not None:
            self._watch.on_lines(lines)
        self._tell(self._read * (self.plain + min(self._stored, self.plain)) // max(2 * self.plain, 1))

    def finish(self) -> None:
        """All that was read is stored."""
        if self._watch.on_bytes is not None:
            self._watch.on_bytes(self._read - self._told)
        self._read = self._told = self._stored = 0

    def _tell(self, done: int) -> None:
        if self._watch.on_bytes is not None and done > self._told:
            self._watch.on_bytes(done - self._told)
            self._told = done
