"""Contents put into blocks and committed: while one half million lines is told and committed, the next is read.

The last block of all is written beside its telling.
"""

import hashlib
import mmap
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.aside import Aside
from midtrail.archive.blocks import MOST_LINES
from midtrail.archive.encoding import Encoder, Unsorted
from midtrail.archive.facts import StoredFile
from midtrail.archive.giving_back import give_back
from midtrail.archive.knowing import Pending
from midtrail.archive.outside import raw_lines
from midtrail.archive.printing import Form
from midtrail.archive.snapshot import Span, together
from midtrail.archive.writing import SPOOL, Draft, Update
from midtrail.engine import read_arrow
from midtrail.lines import ReadOptions, Scan, SourceFacts, Survey
from midtrail.tables import SPINE_TABLE, Batches

_BLOCK_BYTES = 96 << 20
_COMMIT_LINES = 1 << 19
"""A content so long that it gives more lines than this is committed piece by piece, unless it replaces others."""
_BLOCK, _DRAFT = "block", "draft"


@dataclass
class Work:
    """A content on its way in, and how far it got."""

    pending: Pending
    scan: Scan
    facts: SourceFacts
    told: str
    file_id: int
    first: int = 1
    written: int = 0
    lines: int = 0
    size: int = 0
    begins: int | None = None
    last_time: int | None = None
    ended: bool = True
    digest: Any = field(default_factory=hashlib.sha256)

    def row(self, batch: int) -> StoredFile:
        """Return what is stored of it so far."""
        pending, facts = self.pending, self.facts
        return StoredFile(
            file_id=self.file_id,
            batch=batch,
            dropped=False,
            source=pending.source,
            given=pending.given,
            size=self.size,
            sha256=self.digest.hexdigest(),
            head=pending.head,
            lines=self.lines,
            ended=self.ended,
            first_time=facts.first_time,
            begins=self.begins,
            last_time=self.last_time,
            hosts=facts.hosts,
            facts=self.told,
        )


class Filling:
    """Puts lines into blocks, and commits."""

    def __init__(self, draft: Draft, commits: "Commits", on_stored: Callable[[int, int], None]) -> None:
        """Begin with a draft; `on_stored` is told of bytes and lines that were read."""
        self.batches = 0
        self._commits = commits
        self._on_stored = on_stored
        self._draft = draft
        self._encoder = Encoder(self._number_of_form)
        self._bytes = 0
        self._blocks = 0
        self._open: dict[str, Work] = {}
        self._withdrawn: list[Span] = []
        self._aside = self._new_aside()
        self._whole = False
        self._map: tuple[str, Any] = ("", b"")

    def _new_aside(self) -> Aside:
        """Return where the lines of the draft that is written now are laid."""
        return Aside(self._draft.folder / SPOOL / f"{uuid.uuid4().hex}.lines")

    def _number_of_form(self, form: Form) -> int:
        """Ask the draft that is written now."""
        return self._draft.number_of_form(form)

    def begin(self, works: list[Work]) -> None:
        """Take out the lines that are to be replaced: all of a file, or a last one that had no line end."""
        self._open = {work.pending.source: work for work in works}
        old = [work for work in works if work.pending.stored is not None]
        spans = [
            Span(work.file_id, work.first)
            for work in old
            if work.pending.stored is not None and work.first <= work.pending.stored.lines
        ]
        self._withdrawn = self._draft.take_out(spans)
        self._whole = any(work.pending.anew for work in works)

    def read(self, works: list[Work], survey: Survey, options: ReadOptions) -> None:
        """Read contents, and encode their new lines."""
        files = [work.pending.file() for work in works]
        for batch in read_arrow(files, options, survey=survey, ahead=0):
            self._take(batch)
            if self._encoder.rows >= MOST_LINES or self._bytes >= _BLOCK_BYTES:
                self._flush()
            if self._blocks * MOST_LINES >= _COMMIT_LINES and not self._whole:
                self._commit(finished=False)

    def _take(self, batch: Batches) -> None:
        """Take a batch's lines, leaving out those that are stored."""
        spine = batch[SPINE_TABLE]
        parts, kept = [], []
        for start, stop in _segments(spine):
            work = self._open[spine["source"][start].as_py()]
            skipped = min(max(work.first - 1 - work.lines, 0), stop - start)
            raws = self._raws(work, spine.slice(start, stop - start))
            if skipped < stop - start:
                kept.append((start + skipped, stop))
                parts.append((np.full(stop - start - skipped, work.file_id), raws.slice(skipped)))
        if parts:
            rows = sum(stop - start for start, stop in kept)
            chosen = batch if rows == spine.num_rows else together([part_of(batch, *run) for run in kept])
            raws = pa.concat_arrays([raws for _, raws in parts])
            files = np.concatenate([ids for ids, _ in parts])
            self._encoder.add(chosen, files, raws)
            self._aside.add(chosen, files)
            self._bytes += raws.nbytes
            self._on_stored(raws.nbytes, rows)

    def _raws(self, work: Work, spine: pa.RecordBatch) -> pa.Array:
        """Return the raw lines of one source, and note how far it got."""
        raws = raw_lines(self._content(work), spine["offset"].to_numpy())
        data = raws.buffers()[2]
        work.digest.update(data)
        work.size += data.size
        work.lines += spine.num_rows
        work.ended = data[data.size - 1 : data.size].to_pybytes() == b"\n"
        found = pc.min_max(spine["time"].cast(pa.int64()))
        work.begins = _pick(min, work.begins, found["min"].as_py())
        work.last_time = _pick(max, work.last_time, found["max"].as_py())
        return raws

    def _content(self, work: Work) -> Any:
        name = str(work.pending.spool.path)
        if self._map[0] != name:
            with work.pending.spool.path.open("rb") as file:
                self._map = (name, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        return self._map[1]

    def _flush(self) -> None:
        if self._encoder.rows:
            self._commits.add_block(self._draft, self._encoder.gathered())
            self._blocks += 1
        self._bytes = 0

    def _commit(self, *, finished: bool) -> None:
        """Commit what was read: whole contents, and one that was read in part."""
        self._flush()
        done = [work for work in self._open.values() if finished or work.lines > work.written]
        self._draft.add_files(work.row(self._draft.batch) for work in done)
        if finished:
            self._commits.now(self._draft, self._aside, self._withdrawn)
        else:
            self._commits.behind(self._draft, self._aside, self._withdrawn)
            self._draft, self._aside = self._draft.following(), self._new_aside()
        self.batches += 1
        self._blocks, self._withdrawn = 0, []
        for work in done:
            work.written = work.lines

    def end(self) -> None:
        """Commit the rest."""
        self._map = ("", b"")
        self._commit(finished=True)


class Commits:
    """Writes blocks, and commits drafts, one behind the other each."""

    def __init__(
        self, writing: ThreadPoolExecutor, committing: ThreadPoolExecutor, update: Update | None
    ) -> None:
        """Write in the one thread of a pool, and commit in that of another."""
        self._writing, self._committing = writing, committing
        self._update = update
        self._blocks: list[Future[None]] = []
        self._last: dict[str, Future[None]] = {}

    def add_block(self, draft: Draft, lines: Unsorted) -> None:
        """Write a block of a draft beside what is done next, as soon as the one before is written.

        Beside a draft that is committed it is waited for: three things at once take no less time, and more memory.
        """
        self._wait(_BLOCK)
        self._last[_BLOCK] = self._writing.submit(_write, draft, lines, draft.next_block())
        self._blocks.append(self._last[_BLOCK])
        if _DRAFT in self._last and not self._last[_DRAFT].done():
            self._wait(_BLOCK)

    def behind(self, draft: Draft, read: Aside, withdrawn: list[Span]) -> None:
        """Commit a draft beside what is done next, as soon as the one before is committed."""
        self._wait(_DRAFT)
        self._last[_DRAFT] = self._committing.submit(
            draft.commit, read, withdrawn, self._update, self._blocks_so_far()
        )

    def now(self, draft: Draft, read: Aside, withdrawn: list[Span]) -> None:
        """Commit a draft before anything else is done."""
        self._wait(_DRAFT)
        draft.commit(read, withdrawn, self._update, self._blocks_so_far())

    def _blocks_so_far(self) -> list["Future[None]"]:
        """Return the blocks of a draft to which none is added any more."""
        blocks, self._blocks = self._blocks, []
        return blocks

    def _wait(self, what: str) -> None:
        """Wait for the last block that is written, or draft that is committed. Raises what that raised."""
        if what in self._last:
            self._last[what].result()

    def end(self) -> None:
        """Wait until nothing is written any more, however impatient somebody is: then others may write."""
        while wait_for := [one for one in self._last.values() if not one.done()]:
            with suppress(KeyboardInterrupt):
                wait(wait_for)


def _write(draft: Draft, lines: Unsorted, number: int) -> None:
    draft.write_block(lines.block(), number)
    give_back()  # what a block took, while others are told


@contextmanager
def committing(update: Update | None) -> Iterator[Commits]:
    """Give what commits drafts; it is done when this ends."""
    with ThreadPoolExecutor(1, "writing") as writing, ThreadPoolExecutor(1, "committing") as pool:
        commits = Commits(writing, pool, update)
        try:
            yield commits
        finally:
            commits.end()


def _pick(pick: Callable[..., int], *times: int | None) -> int | None:
    """Return the least or greatest of those times that there are."""
    return pick((time for time in times if time is not None), default=None)


def _segments(spine: pa.RecordBatch) -> Iterator[tuple[int, int]]:
    """Yield from where to where the lines are of one source."""
    codes = spine["source"].indices.to_numpy()
    turns = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), spine.num_rows]
    yield from pairwise(turns)


def part_of(batch: Batches, start: int, stop: int) -> Batches:
    """Return the lines of a batch from one row to another."""
    spine = batch[SPINE_TABLE].slice(start, stop - start)
    first = spine["seq"][0].as_py()
    found = {SPINE_TABLE: spine}
    for kind, events in batch.items():
        begin, end = np.searchsorted(events["seq"].to_numpy(), [first, first + stop - start])
        if kind != SPINE_TABLE and begin < end:
            found[kind] = events.slice(begin, end - begin)
    return found
