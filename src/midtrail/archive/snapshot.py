"""An archive as a reader sees it: as it was after one commit, whatever is written meanwhile."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import _delta, storing
from midtrail.archive.blocks import Block
from midtrail.archive.commits import Commit
from midtrail.archive.contents import Contents
from midtrail.archive.decoding import EVERYTHING, Asked, Decoded, Tables
from midtrail.archive.facts import StoredFile
from midtrail.archive.opening import Opening
from midtrail.archive.picking import Picker
from midtrail.tables import SPINE_TABLE, Batches

_KEPT_BLOCKS = 2
_KEPT_PICKERS = 48
_FULL_PICKERS = 6
_BATCH_LINES = 65_536


class Span(NamedTuple):
    """Some lines of a file: from one line number to another, exclusive."""

    file_id: int
    start: int = 1
    stop: int = 1 << 62


class _Run(NamedTuple):
    """Consecutive lines of one file in one block."""

    block: int
    file: StoredFile
    start: int
    stop: int


class Snapshot(Contents):
    """An archive after one commit."""

    def __init__(
        self,
        folder: Path,
        commit: Commit,
        latest: _delta.Latest | None = None,
        told: Opening | None = None,
    ) -> None:
        """Take what the archive holds, as `Contents` does."""
        super().__init__(folder, commit, latest, told)
        self._decoded: OrderedDict[tuple[int, Asked], Decoded] = OrderedDict()
        self._pickers: OrderedDict[int, Picker] = OrderedDict()
        self._lock = Lock()  # of the pickers: blocks are read two abreast

    @cached_property
    def _line_files(self) -> list[dict[str, Any]]:
        return self.parquet("lines")

    @cached_property
    def _line_paths(self) -> dict[int, str]:
        return {file["min.block"]: file["path"] for file in self._line_files}

    @cached_property
    def _event_files(self) -> dict[int, dict[str, Any]]:
        return {file["min.block"]: file for file in self.parquet("events")}

    @property
    def blocks(self) -> list[int]:
        """The numbers of the blocks."""
        return sorted(file["min.block"] for file in self._line_files)

    def block_rows(self) -> dict[int, int]:
        """Return the number of lines of each block."""
        return {file["min.block"]: file["num_records"] for file in self._line_files}

    def paths_of_block(self, number: int) -> tuple[str, str]:
        """Return the Parquet files of a block within the tables `lines` and `events`."""
        return self._line_paths[number], self._event_files[number]["path"]

    def block(self, number: int) -> Block:
        """Return a block. Raises ArchiveError where it is damaged."""
        try:
            lines, events = self.paths_of_block(number)
            return Block(
                storing.read_file(self.folder / "lines" / lines),
                storing.read_file(self.folder / "events" / events),
            )
        except (KeyError, ValueError) as error:
            raise _delta.damaged(self.folder, error) from error

    def decoded(self, number: int, asked: Asked = EVERYTHING) -> Decoded:
        """Return a block, read: of its events what is asked; the last few are kept."""
        found = self._decoded.pop((number, asked), None)
        if found is None:
            try:
                found = self._picker(number).whole(asked)
            except (KeyError, IndexError, ValueError) as error:
                raise _delta.damaged(self.folder, f"no form {error}") from error
        self._decoded[number, asked] = found
        while len(self._decoded) > _KEPT_BLOCKS:
            self._decoded.popitem(last=False)
        return found

    def picker(self, number: int) -> Picker:
        """Return what picks some lines of a block; the last are kept open, the last few with what they read."""
        found = self._pickers.get(number) or self._picker(number)
        with self._lock:
            self._pickers.pop(number, None)
            self._pickers[number] = found
            for other in islice(reversed(self._pickers.values()), _FULL_PICKERS, _FULL_PICKERS + 1):
                other.forget()
            while len(self._pickers) > _KEPT_PICKERS:
                self._pickers.popitem(last=False)
        return found

    def forget(self) -> None:
        """Give back what was read of blocks."""
        self._pickers.clear()
        self._decoded.clear()

    def _picker(self, number: int) -> Picker:
        try:
            lines, events = self.paths_of_block(number)
        except KeyError as error:
            raise _delta.damaged(self.folder, f"no events of block {error}") from error
        return Picker(self.folder / "lines" / lines, self.folder / "events" / events, self.forms)

    def picked(self, number: int, rows: Any, asked: Asked = EVERYTHING) -> Block:
        """Return some lines of a block (rows, ascending), and of what is around them what is asked."""
        try:
            return self.picker(number).block(rows, asked)
        except KeyError as error:
            raise _delta.damaged(self.folder, f"no form {error}") from error

    def chosen(self, number: int, rows: Any, asked: Asked = EVERYTHING) -> Decoded:
        """Return some lines of a block (rows, ascending), read: of them what is asked."""
        return self.read(self.picked(number, rows, asked))

    def read(self, block: Block) -> Decoded:
        """Return lines that were picked, read."""
        try:
            return Decoded(block, self.forms)
        except (KeyError, ValueError) as error:
            raise _delta.damaged(self.folder, f"no form or file {error}") from error

    def told(self, lines: Decoded, asked: Asked = EVERYTHING) -> Batches:
        """Return lines as the engine gives them, of them what is asked; `offset` is null."""
        try:
            batch = lines.tables(self.places, asked).batch()
        except (KeyError, ValueError) as error:
            raise _delta.damaged(self.folder, f"no form or file {error}") from error
        return {name: table for name, table in batch.items() if table.num_rows or name == SPINE_TABLE}

    def blocks_of(self, files: Collection[int]) -> list[int]:
        """Return the blocks that may hold lines of some files."""
        ids = np.array(sorted(files), np.int64)
        found = []
        for file in self._line_files:
            first, last = np.searchsorted(ids, [file["min.file_id"], file["max.file_id"] + 1])
            if first < last:
                found.append(file["min.block"])
        return sorted(found)

    def events(
        self, spans: Iterable[Span] | None = None, *, clocks: bool = False, asked: Asked = EVERYTHING
    ) -> Iterator[Batches]:
        """Yield the lines of all files, or some lines of some, in order, as the engine gives them.

        What is not asked is null, or not there. `offset` is null where a span does not begin with its file. With
        `clocks` the spine has one column more, `utc_offset`, as the engine gives it. Raises ArchiveError for a
        damaged block.
        """
        tables: OrderedDict[int, Tables] = OrderedDict()
        gathered: list[Batches] = []
        rows = 0
        for batch in self._sliced(self._runs(spans, asked), tables, asked, clocks=clocks):
            gathered.append(batch)
            rows += batch[SPINE_TABLE].num_rows
            if rows >= _BATCH_LINES:
                yield together(gathered)
                gathered, rows = [], 0
        if gathered:
            yield together(gathered)

    def _runs(self, spans: Iterable[Span] | None, asked: Asked) -> Iterator[_Run]:
        """Yield where the lines are, file after file."""
        wanted = None if spans is None else {span.file_id: span for span in spans}
        for file in self.files:
            if wanted is None or file.file_id in wanted:
                yield from self.runs(wanted[file.file_id] if wanted else Span(file.file_id), asked)

    def runs(self, span: Span, asked: Asked = EVERYTHING) -> Iterator[_Run]:
        """Yield where a file's lines are, in their order."""
        file = self.by_id[span.file_id]
        found = []
        for number in self.blocks_of([span.file_id]):
            decoded = self.decoded(number, asked)
            first, last = decoded.bounds(span.file_id)
            line_nos = decoded.line_nos[first:last]
            start, stop = np.searchsorted(line_nos, [span.start, span.stop])
            if start < stop:
                found.append(
                    (int(line_nos[start]), _Run(number, file, first + int(start), first + int(stop)))
                )
        yield from (run for _, run in sorted(found, key=lambda pair: pair[0]))

    def _sliced(
        self, runs: Iterable[_Run], tables: OrderedDict[int, Tables], asked: Asked, *, clocks: bool
    ) -> Iterator[Batches]:
        places = self.places
        known: tuple[int, int] | None = None  # the file whose offset is known, and that
        for run in runs:
            decoded = self.decoded(run.block, asked)
            if run.block not in tables:
                tables[run.block] = decoded.tables(places, asked)
                while len(tables) > _KEPT_BLOCKS:
                    tables.popitem(last=False)
            if decoded.line_nos[run.start] == 1:
                known = (run.file.file_id, 0)
            offsets = None
            if asked.tells("offset") and known is not None and known[0] == run.file.file_id:
                sizes = pc.binary_length(decoded.raws.slice(run.start, run.stop - run.start)).to_numpy()
                ends = np.cumsum(sizes) + known[1]
                offsets = pa.array(ends - sizes, pa.int64())
                known = (run.file.file_id, int(ends[-1]))
            batch = tables[run.block].batch(run.start, run.stop, offsets)
            yield _with_clocks(batch, run, decoded) if clocks else batch

    def bytes_of(self, file: StoredFile) -> Iterator[bytes]:
        """Yield a file's content, piece by piece."""
        for run in self.runs(Span(file.file_id)):
            raws = self.decoded(run.block).raws.slice(run.start, run.stop - run.start)
            bounds = np.frombuffer(raws.buffers()[1], np.int64)
            first, last = int(bounds[raws.offset]), int(bounds[raws.offset + len(raws)])
            yield raws.buffers()[2][first:last].to_pybytes()


def _with_clocks(batch: Batches, run: _Run, decoded: Decoded) -> Batches:
    """Return lines with the seconds that each one's clock stands east of UTC (int32)."""
    usual = next((clock.utc_offset for clock in run.file.clocks), 0)
    east = pa.array(decoded.utc_offsets(usual)[run.start : run.stop], pa.int32())
    return {**batch, SPINE_TABLE: batch[SPINE_TABLE].append_column("utc_offset", east)}


def together(batches: list[Batches]) -> Batches:
    """Return several batches as one."""
    if len(batches) == 1:
        return batches[0]
    parts: dict[str, list[pa.RecordBatch]] = {}
    for batch in batches:
        for name, rows in batch.items():
            parts.setdefault(name, []).append(rows)
    return {name: _joined(rows) for name, rows in parts.items()}


def _joined(rows: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(rows) == 1:
        return rows[0]
    return pa.Table.from_batches(rows).unify_dictionaries().combine_chunks().to_batches()[0]
