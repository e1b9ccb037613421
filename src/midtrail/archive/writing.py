"""Writing an archive: one writer, whose batches take effect whole or not at all."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import _delta, commits, opening, storing, terms
from midtrail.archive._lock import LOCK, writer_lock
from midtrail.archive.abreast import all_of
from midtrail.archive.aside import Aside, Read
from midtrail.archive.blocks import LINES_SCHEMA, Block, events_schema, numbered
from midtrail.archive.commits import COMMITS, Commit
from midtrail.archive.decoding import Place
from midtrail.archive.facts import FILES_SCHEMA, StoredFile, rows_of
from midtrail.archive.printing import Form
from midtrail.archive.ranges import RANGES_SCHEMA, ranges_of
from midtrail.archive.snapshot import Snapshot, Span
from midtrail.archive.storing import Layout
from midtrail.distinct import places_in
from midtrail.errors import ArchiveError
from midtrail.tables import SPINE_TABLE, Batches

if TYPE_CHECKING:
    from concurrent.futures import Future

SPOOL = ".spool"
FORMS = "forms"
RANGES = "ranges"
_FIRST = 1  # the version that the first batch makes of a table
OWN = ("lines", "events")
"""The tables that hold blocks."""
KEPT = ("messages", "connections", "links", "asked")
"""The tables that are kept up to date with them."""
_FORMS_SCHEMA = pa.schema([("form", pa.int32()), ("kind", pa.string()), ("pattern", pa.string())])
LAYOUTS = {
    "lines": Layout(("block", "file_id")),
    "events": Layout(("block", "mid", "icid", "dcid"), sparse=True),
    "files": Layout(("file_id",)),
    FORMS: Layout(("form",)),
    RANGES: Layout(("block",)),
}


class Fresh(NamedTuple):
    """What a batch changes: the lines that are new, and those that were taken out of what was before.

    A line whose reading changed is in both.
    """

    withdrawn: list[Span]
    draft: "Draft"
    read: Aside | None

    def batches(self) -> Iterator[Batches]:
        """Yield the new lines as the engine gives them, numbered as they will be."""
        if self.read is None:
            return iter(())
        places = self.draft.after().places
        return (renumbered(read, places) for read in self.read.reads())

    def lost(self) -> Iterator[Batches]:
        """Yield the lines that were taken out, as they were."""
        return self.draft.before.events(self.withdrawn) if self.withdrawn else iter(())


def renumbered(read: Read, places: Mapping[int, Place]) -> Batches:
    """Return lines that were read with the numbers that they have among all stored files."""
    spine = read.lines[SPINE_TABLE]
    known, of_file = np.unique(read.files, return_inverse=True)
    bases = np.array([places[int(number)].base for number in known], np.int64)
    seqs = bases[of_file] + spine["line_no"].to_numpy() - 1
    before = spine["seq"].to_numpy()
    found: Batches = {}
    for name, rows in read.lines.items():
        numbers = pa.array(seqs[places_in(before, rows["seq"].to_numpy())])
        columns = {"seq": numbers}
        if "continues" in rows.schema.names:
            columns["continues"] = pc.subtract(numbers, pc.subtract(rows["seq"], rows["continues"]))
        arrays = [columns.get(field.name, rows[field.name]) for field in rows.schema]
        found[name] = pa.RecordBatch.from_arrays(arrays, schema=rows.schema)
    return found


def _schema_of(name: str) -> pa.Schema:
    """Return the columns of one of the archive's own tables."""
    if name == "events":
        return events_schema()
    return {"lines": LINES_SCHEMA, "files": FILES_SCHEMA, FORMS: _FORMS_SCHEMA, RANGES: RANGES_SCHEMA}[name]


Update = Callable[["Draft", Fresh], None]
"""What is told of each batch before it is committed, to bring tables of its own up to date."""


class Writer:
    """The one writer of an archive, from its lock to its last commit."""

    def __init__(self, folder: Path, commit: Commit | None, tables: _delta.Latest) -> None:
        """Take a folder that is locked, and its tables, which were rolled back to its last commit."""
        self.folder = folder
        self.commit = commit
        self.tables = tables

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator["Writer"]:
        """Lock an archive, or make an empty one, and undo what a killed writer began.

        Raises ArchiveError where the folder holds something else, is locked, damaged, or made by a newer version.
        """
        _delta.deltalake()
        _claim(folder)
        with _told_as_ours(folder), writer_lock(folder):
            if not commits.is_archive(folder):
                _begin(folder)
            commit = opening.last_commit(folder)
            tables = _delta.Latest(folder)
            _roll_back(tables, folder, commit)
            writer = cls(folder, commit, tables)
            yield writer
            if writer.commit is not None:
                _tell_readers(writer.snapshot())

    def snapshot(self) -> Snapshot:
        """Return the archive as it is."""
        return Snapshot(self.folder, self.commit or Commit(0, _NEVER, {}), self.tables)

    def draft(self) -> "Draft":
        """Begin a batch."""
        return Draft(self)


def _tell_readers(shot: Snapshot) -> None:
    """Write what readers need not have, but find sooner by; where that cannot be written, they read the tables."""
    try:
        terms.write_missing(
            shot.folder, {name: map(Path, shot.paths(name)) for name in ("messages", "events")}
        )
        if opening.read(shot.folder) is None:
            opening.write(shot)
    except (OSError, ArchiveError):
        opening.remove(shot.folder)


@contextmanager
def _told_as_ours(folder: Path) -> Iterator[None]:
    """Tell of a full disk, a missing right and the like as an ArchiveError."""
    try:
        yield
    except BrokenPipeError:  # of what is told of the work, not of the archive
        raise
    except OSError as error:
        raise _delta.unwritten(folder, error) from error


_NEVER: Any = None


def _claim(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ArchiveError(f"{folder} is a file: give -o the name of a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ours = commits.is_archive(folder) or (folder / LOCK).exists()
        foreign = None if ours else next(folder.iterdir(), None)
    except OSError as error:
        raise ArchiveError(f"{folder}: {error.strerror}; give -o a folder that can be written") from error
    if foreign is not None:
        raise ArchiveError(
            f"{folder} holds {foreign.name!r} and is no archive: give -o an empty folder, or an archive"
        )


def _begin(folder: Path) -> None:
    """Make the table of commits, which is there before any other. Raises ArchiveError where others are without it."""
    if any((folder / name).is_dir() for name in (*LAYOUTS, *KEPT)):
        raise _delta.damaged(folder / COMMITS, "it holds no commits, though there are other tables")
    commits.begin(folder)


def _roll_back(known: _delta.Latest, folder: Path, commit: Commit | None) -> None:
    """Make each table what the last commit says, and take away those that no commit names; leave all else.

    Raises ArchiveError where commits are gone: a writer that is killed in its first batch leaves less behind.
    """
    versions = commit.versions if commit else {}
    tables = [table for table in (folder / name for name in (*LAYOUTS, *KEPT)) if table.is_dir()]
    if commit is None and any((_delta.version_of(table) or 0) > _FIRST for table in tables):
        raise _delta.damaged(folder / COMMITS, "it holds no commits, though other tables do")
    shutil.rmtree(folder / SPOOL, ignore_errors=True)
    for table in tables:
        if table.name not in versions:
            shutil.rmtree(table)
    kept = [table.name for table in tables if table.name in versions]
    all_of(lambda name: known.roll_back(name, versions[name]), kept)
    missing = [name for name in versions if not (folder / name).is_dir()]
    if missing:
        raise _delta.damaged(folder / missing[0], "the folder is missing")


class Draft:
    """A batch that is being written: its tables have it, but no reader sees it before it is committed."""

    def __init__(self, writer: Writer, last: "Draft | None" = None) -> None:
        """Begin with what the archive holds, or with what it will hold when the last draft is committed."""
        self.folder = writer.folder
        self._writer = writer
        if last is None:
            self.batch = self.before.batch + 1
            self._forms = {form: number for number, form in self.before.forms.items()}
            self._blocks = max(self.before.blocks, default=0)
        else:
            self.batch, self._forms, self._blocks = last.batch + 1, *last.reached()
        self._new_forms: list[dict[str, Any]] = []
        self._ranges: list[pa.Table] = []
        self._added: dict[str, list[_delta.Added]] = {}
        self._removed: dict[str, list[str]] = {}

    def following(self) -> "Draft":
        """Begin the next batch, though this one, to which nothing is added any more, is not committed yet."""
        return Draft(self._writer, self)

    def reached(self) -> tuple[dict[Form, int], int]:
        """Return the numbers of all forms, and the number of the last block."""
        return dict(self._forms), self._blocks

    @cached_property
    def before(self) -> Snapshot:
        """The archive without this batch, once the batch before it is committed."""
        return self._writer.snapshot()

    @property
    def last_file_id(self) -> int:
        """The highest number that a file ever had."""
        return max((file["max.file_id"] for file in self.before.parquet("files")), default=0)

    def number_of_form(self, form: Form) -> int:
        """Return the archive's number of a form, a new one if need be."""
        if form not in self._forms:
            self._forms[form] = len(self._forms) + 1
            self._new_forms.append({"form": self._forms[form], "kind": form.kind, "pattern": form.pattern})
        return self._forms[form]

    def next_block(self) -> int:
        """Return the number of a block that will be written."""
        self._blocks += 1
        return self._blocks

    def add_block(self, block: Block) -> None:
        """Write a block as the next one."""
        self.write_block(block, self.next_block())

    def write_block(self, block: Block, number: int) -> None:
        """Write a block that has a number."""
        block = numbered(block, number)
        self.add("lines", block.lines)
        self.add("events", block.events)
        self._ranges.append(ranges_of(block, number))

    def drop_block(self, number: int) -> None:
        """Take out a block."""
        for name, path in zip(OWN, self.before.paths_of_block(number), strict=True):
            self.remove(name, [path])

    def add_files(self, files: Iterable[StoredFile]) -> None:
        """Add or change stored files."""
        self.add("files", rows_of(files))

    def add(self, name: str, rows: pa.Table, layout: Layout | None = None) -> None:
        """Write rows as a Parquet file of a table; `stage` adds it to the table."""
        if rows.num_rows:
            self.add_written(name, storing.write(self.folder / name, rows, layout or LAYOUTS[name]))

    def add_written(self, name: str, file: _delta.Added) -> None:
        """Take a Parquet file that was written into a table's folder."""
        self._added.setdefault(name, []).append(file)

    def remove(self, name: str, paths: Iterable[str]) -> None:
        """Take Parquet files out of a table, by their names in it."""
        self._removed.setdefault(name, []).extend(paths)

    def stage(self, name: str, schema: pa.Schema, layout: Layout) -> None:
        """Bring what was added to and removed from a table into it, as one version."""
        tables = self._writer.tables
        tables.create(name, schema, layout.indexed)
        tables.commit(name, schema, self._added.pop(name, []), self._removed.pop(name, []))

    def _stage_own(self, *names: str) -> None:
        """Stage some of the archive's own tables."""
        all_of(lambda name: self.stage(name, _schema_of(name), LAYOUTS[name]), names)

    def after(self) -> Snapshot:
        """Return the archive as it will be, with what was staged so far."""
        return Snapshot(self.folder, Commit(self.batch, _NEVER, self._current()), self._writer.tables)

    def _current(self) -> dict[str, int]:
        """Return the latest version of every table."""
        found = {name: self._writer.tables.version(name) for name in sorted((*LAYOUTS, *KEPT))}
        return {name: version for name, version in found.items() if version is not None}

    def take_out(self, spans: Iterable[Span]) -> list[Span]:
        """Take lines out of their blocks, and return those spans that held any."""
        wanted = {span.file_id: span for span in spans}
        found: dict[int, Span] = {}
        for number in self.before.blocks_of(wanted):
            block = self.before.block(number)
            keep = np.ones(block.lines.num_rows, bool)
            for file_id in set(map(int, block.files())) & set(wanted):
                line_nos, span = block.column("line_no"), wanted[file_id]
                gone = (
                    (block.column("file_id") == file_id) & (line_nos >= span.start) & (line_nos < span.stop)
                )
                keep &= ~gone
                if gone.any():
                    found[file_id] = span
            if not keep.all():
                self.drop_block(number)
                if keep.any():
                    self.add_block(block.only(keep))
        return list(found.values())

    def commit(
        self,
        read: Aside | None,
        withdrawn: list[Span],
        update: Update | None = None,
        blocks: "Iterable[Future[None]]" = (),
    ) -> None:
        """Stage all, let others bring their tables up to date, and commit.

        `read` holds the new lines, `withdrawn` tells those that were taken out. `blocks` may still be written
        meanwhile.
        """
        self.add(FORMS, pa.Table.from_pylist(self._new_forms, _FORMS_SCHEMA))
        self._stage_own("files", FORMS)
        if update is not None:
            update(self, Fresh(withdrawn, self, read))
        for block in blocks:
            block.result()
        self.add(RANGES, pa.concat_tables([RANGES_SCHEMA.empty_table(), *self._ranges]))
        self._stage_own(*OWN, RANGES)
        writer = self._writer
        writer.commit = commits.append(writer.tables, self.folder, self.batch, self._current())
