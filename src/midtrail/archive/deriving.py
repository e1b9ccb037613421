"""From contents to stored lines: surveyed together with all that is stored, read, encoded, committed.

What a survey tells of one file can change whose the lines of others are. Such files are printed, read anew and
replaced, so that an archive answers as if all its files had been read at once, in whatever order they came.
"""

import hashlib
import json
import mmap
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import _delta
from midtrail.archive.blocks import MOST_LINES
from midtrail.archive.encoding import Encoder
from midtrail.archive.facts import StoredFile, bearing, facts_of
from midtrail.archive.knowing import Pending
from midtrail.archive.outside import raw_lines
from midtrail.archive.printing import Form
from midtrail.archive.snapshot import Span, together
from midtrail.archive.spooling import Spooled
from midtrail.archive.writing import SPOOL, Draft, Read, Update, Writer
from midtrail.engine import read_arrow
from midtrail.lines import ReadOptions, Scan, SourceFacts, SourceFile, Survey, conclude, scan_file
from midtrail.lines.parts import Part
from midtrail.parse import GrammarHeaders
from midtrail.tables import SPINE_TABLE, Batches

_BLOCK_BYTES = 96 << 20
_COMMIT_LINES = 1 << 19
"""A content so long that it gives more lines than this is committed piece by piece, unless it replaces others."""


@dataclass
class _Work:
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


class Derivation:
    """Stores contents; `lines`, `batches` and `reread` count what was done."""

    def __init__(
        self,
        writer: Writer,
        on_stored: Callable[[int, int], None] | None = None,
        update: Update | None = None,
    ) -> None:
        """Store with a writer; `on_stored` is told of plain bytes and lines that were read."""
        self.lines = self.batches = self.reread = 0
        self._writer = writer
        self._on_stored = on_stored
        self._update = update
        self._headers = GrammarHeaders()

    def run(self, pending: list[Pending], renamed: list[StoredFile]) -> None:
        """Store contents, and files that only have another name."""
        draft = self._writer.draft()
        scans = [(one, self._scan(one)) for one in pending]
        others = self._others(draft, pending, renamed)
        gone = [file.scan(self._headers) for file in draft.before.gone]
        again = self._changed(others, [*gone, *(scan for _, scan in scans)])
        for one, _ in again:
            others.pop(one.source)
        self.reread = len(again)
        draft.add_files(replace(file, batch=draft.batch) for file in renamed if file.source in others)
        self._store(draft, [*scans, *again], [*gone, *(scan for _, scan in others.values())])

    def _scan(self, pending: Pending) -> Scan:
        """Scan a content, as if it lay where it came from."""
        scan = next(scan_file(_file(pending), self._headers, []))
        scan.scope.folder, scan.scope.folder_name = pending.folder, pending.folder_name
        return scan

    def _others(
        self, draft: Draft, pending: list[Pending], renamed: list[StoredFile]
    ) -> dict[str, tuple[StoredFile, Scan]]:
        """Return what is known of all other stored files, by name."""
        own = {one.stored.file_id for one in pending if one.stored is not None}
        names = {file.file_id: file for file in renamed}
        files = [names.get(file.file_id, file) for file in draft.before.files if file.file_id not in own]
        return {file.source: (file, file.scan(self._headers)) for file in files}

    def _changed(
        self, others: dict[str, tuple[StoredFile, Scan]], scans: list[Scan]
    ) -> list[tuple[Pending, Scan]]:
        """Return the stored files whose lines mean something else now."""
        by_options: dict[ReadOptions, list[tuple[StoredFile, Scan]]] = {}
        for file, scan in others.values():
            by_options.setdefault(file.options, []).append((file, scan))
        every = [*scans, *(scan for _, scan in others.values())]
        found = []
        for options, files in by_options.items():
            own = [scan for _, scan in files]
            mine = {id(scan) for scan in own}
            survey = conclude(own, options, among=[scan for scan in every if id(scan) not in mine])
            facts = {fact.source: fact for fact in survey.sources}
            for file, scan in files:
                now = bearing(scan, facts[file.source], survey.appliances)
                if _as_json(now) != _as_json(file.told["bearing"]):
                    pending = self._printed(file)
                    scan.part = Part(_file(pending), file.source)
                    found.append((pending, scan))
        return found

    def _printed(self, file: StoredFile) -> Pending:
        """Write a stored file out again, to be read anew."""
        folder = self._writer.folder / SPOOL
        folder.mkdir(exist_ok=True)
        part = Part(SourceFile(file.source, modified=file.told["modified"]), file.source)
        spool = Spooled(part, folder / uuid.uuid4().hex, file.size, file.sha256, file.head)
        with spool.path.open("wb") as out:
            for data in self._writer.snapshot().bytes_of(file):
                out.write(data)
        if spool.digest_of(file.size) != file.sha256:
            raise _delta.damaged(self._writer.folder, f"{file.source} is not what was stored")
        return Pending(
            spool, file.source, file.given, file.folder, file.folder_name, file.options, file, anew=True
        )

    def _store(self, draft: Draft, scans: list[tuple[Pending, Scan]], others: list[Scan]) -> None:
        """Survey and read the contents, those with the same options together."""
        every = [*others, *(scan for _, scan in scans)]
        storing = _Storing(self, draft)
        next_id = draft.last_file_id + 1
        by_options: dict[ReadOptions, list[tuple[Pending, Scan]]] = {}
        for one, scan in scans:
            by_options.setdefault(one.options, []).append((one, scan))
        jobs = []
        for options, some in by_options.items():
            mine = {id(scan) for _, scan in some}
            survey = conclude(
                [scan for _, scan in some], options, among=[scan for scan in every if id(scan) not in mine]
            )
            works, next_id = _works(some, survey, options, next_id)
            jobs.append((works, survey, options))
        storing.begin([work for works, _, _ in jobs for work in works])
        for works, survey, options in jobs:
            storing.read(works, survey, options)
        storing.end()

    def count(self, size: int, lines: int) -> None:
        """Note lines that were stored, and their bytes."""
        self.lines += lines
        if self._on_stored is not None:
            self._on_stored(size, lines)

    def commit(self, draft: Draft, read: list[Read], withdrawn: list[Span]) -> Draft:
        """Commit a draft, and begin the next."""
        draft.commit(read, withdrawn, self._update)
        self.batches += 1
        return self._writer.draft()


def _as_json(value: Any) -> str:
    return json.dumps(value)


def _file(pending: Pending) -> SourceFile:
    spool = pending.spool
    return SourceFile(
        pending.source,
        path=str(spool.path),
        size=spool.size,
        modified=spool.part.modified,
        plain=True,
    )


def _works(
    scans: list[tuple[Pending, Scan]], survey: Survey, options: ReadOptions, next_id: int
) -> tuple[list[_Work], int]:
    """Return the contents in the order in which they are read; new ones get numbers."""
    by_source = {one.source: (one, scan) for one, scan in scans}
    works = []
    for facts in survey.sources:
        pending, scan = by_source[facts.source]
        stored = pending.stored
        told = facts_of(scan, facts, survey.appliances, options)
        file_id = next_id if stored is None else stored.file_id
        next_id += stored is None
        work = _Work(pending, scan, facts, told, file_id)
        if stored is not None:
            now = _as_json(bearing(scan, facts, survey.appliances))
            pending.anew = pending.anew or now != _as_json(stored.told["bearing"])
            work.first = 1 if pending.anew else stored.lines + stored.ended
        works.append(work)
    return works, next_id


class _Storing:
    """Puts lines into blocks, and commits."""

    def __init__(self, derivation: Derivation, draft: Draft) -> None:
        self._derivation = derivation
        self._draft = draft
        self._encoder = Encoder(self._number_of_form)
        self._bytes = 0
        self._blocks = 0
        self._open: dict[str, _Work] = {}
        self._withdrawn: list[Span] = []
        self._fresh: list[Read] = []
        self._whole = False
        self._map: tuple[str, Any] = ("", b"")

    def _number_of_form(self, form: Form) -> int:
        """Ask the draft that is written now."""
        return self._draft.number_of_form(form)

    def begin(self, works: list[_Work]) -> None:
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

    def read(self, works: list[_Work], survey: Survey, options: ReadOptions) -> None:
        """Read contents, and encode their new lines."""
        files = [_file(work.pending) for work in works]
        for batch in read_arrow(files, options, survey=survey):
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
            self._fresh.append(Read(chosen, files))
            self._bytes += raws.nbytes
            self._derivation.count(raws.nbytes, rows)

    def _raws(self, work: _Work, spine: pa.RecordBatch) -> pa.Array:
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

    def _content(self, work: _Work) -> Any:
        name = str(work.pending.spool.path)
        if self._map[0] != name:
            with work.pending.spool.path.open("rb") as file:
                self._map = (name, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        return self._map[1]

    def _flush(self) -> None:
        if self._encoder.rows:
            self._draft.add_block(self._encoder.block())
            self._blocks += 1
        self._bytes = 0

    def _commit(self, *, finished: bool) -> None:
        """Commit what was read: whole contents, and one that was read in part."""
        self._flush()
        done = [work for work in self._open.values() if finished or work.lines > work.written]
        self._draft.add_files(work.row(self._draft.batch) for work in done)
        self._draft = self._derivation.commit(self._draft, self._fresh, self._withdrawn)
        self._blocks, self._withdrawn, self._fresh = 0, [], []
        for work in done:
            work.written = work.lines

    def end(self) -> None:
        """Commit the rest."""
        self._map = ("", b"")
        self._commit(finished=True)


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
