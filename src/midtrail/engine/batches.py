"""A chunk as Arrow batches: what the kernel read column by column, what it left line by line, put together."""

from concurrent.futures import Future
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.distinct import distinct
from midtrail.engine.chunks import Chunk
from midtrail.engine.columns import Read, read
from midtrail.engine.kernel import LEFT, READ, UNKNOWN, Kernel
from midtrail.engine.spine import spine_of
from midtrail.grammar import lark_engine
from midtrail.grammar.lark_engine import Parsed, Unparsed
from midtrail.grammar.quoting import is_open
from midtrail.parse import Before, EventBatch, Record, add, record_of
from midtrail.tables import SPINE_TABLE, Batches, kinds_to_arrow


class Left(NamedTuple):
    """What a chunk leaves behind: what the next line may continue, and how many lines were left to Lark."""

    before: Before
    lines: int


def arrow_of(engine: Kernel, chunk: Chunk, previous: Future[Left] | None) -> tuple[Batches, Left]:
    """Return the batches of a chunk, given the work on the chunk before, which is waited for only if it counts."""
    done = read(engine, chunk)
    records, before = _left(done, previous)
    found = done.kinds
    batch = EventBatch()
    for record in records:
        add(batch, record)
    slow = _wanted(engine, kinds_to_arrow(batch))
    spine = spine_of(done, records)
    merged = {kind: _merged(found.get(kind), slow.get(kind)) for kind in {**found, **slow}}
    return {SPINE_TABLE: spine, **merged}, Left(before, int(np.count_nonzero(done.wordings == LEFT)))


def _wanted(engine: Kernel, batches: Batches) -> Batches:
    """Return of the kinds what the kernel lays out."""
    columns = engine.columns_wanted
    if columns is None:
        return batches
    return {
        kind: rows.select([name for name in rows.schema.names if name in columns[kind]])
        for kind, rows in batches.items()
        if kind in columns
    }


def _left(done: Read, previous: Future[Left] | None) -> tuple[list[Record], Before]:
    """Make records, line by line, of what has no wording, as the one loop does."""
    chunk = done.chunk
    unread = np.flatnonzero(done.wordings < 0)
    bare = [row for row in unread.tolist() if chunk.known[chunk.knowns[row]].is_bare]
    cuts = _Cuts(done, unread, bare)
    before, records, last = Before(), [], -1
    bares = frozenset(bare)

    def record(row: int) -> Record:
        return record_of(chunk.seq + row, chunk.line(row), partial(cuts.parsed, row), before)

    for row in unread.tolist():
        if row in bares and last != row - 1:
            before = before.then(record(row - 1))
        elif row == 0 and previous is not None and row in bares:
            before = previous.result().before
        found = record(row)
        before = before.then(found)
        records.append(found)
        last = row
    if last != chunk.rows - 1:
        before = before.then(record(chunk.rows - 1))
    return records, before


class _Cuts:
    """What the kernel tells of the lines that Python looks at: those it has not read, and those behind which these stand."""

    def __init__(self, done: Read, unread: Any, bare: list[int]) -> None:
        """Cut these lines once more, and the last of the chunk."""
        chunk = done.chunk
        before = [row - 1 for row in bare if row]
        asked = distinct(np.concatenate([unread, np.array([*before, chunk.rows - 1], np.int64)]))
        wordings = np.where(done.wordings[asked] == LEFT, LEFT, READ).astype(np.int32)
        bodies, ends = chunk.bodies[asked], chunk.ends[asked]
        self._chunk, self._program = chunk, done.kernel.program
        self._places = {row: place for place, row in enumerate(asked.tolist())}
        self._cut = done.kernel.match(chunk.texts.at, bodies, ends, wordings)

    def parsed(self, row: int, text: str, utc_offset: int) -> Parsed | Unparsed:
        """Return what the kernel found out of a line: of its wording only the kind; Lark reads what is left to it."""
        cut, program, place = self._cut, self._program, self._places[row]
        wording = int(cut.wordings[place])
        if wording == LEFT:
            return lark_engine.parse(text, utc_offset)
        if wording == UNKNOWN:
            state, reached = cut.value(place, 0), cut.value(place, 1)
            read = self._chunk.text(row)[:reached].decode()
            return Unparsed(len(read), state, program.follows[state])
        last, raw = int(program.last[wording]), b""
        if last >= 0:
            start, end = cut.bounds(place, last)
            raw = self._chunk.buffer[start:end].tobytes()
        return Parsed(program.names[program.kind_of[wording]], 0, [], (), is_open(raw.decode()))


def _merged(fast: pa.RecordBatch | None, slow: pa.RecordBatch | None) -> pa.RecordBatch:
    """Put the rows of one kind in the order of their lines."""
    if fast is None or slow is None:
        return slow if fast is None else fast
    import pyarrow.compute as pc  # noqa: PLC0415 - it costs what all else of Arrow costs, and is rarely needed

    both = pa.Table.from_batches([fast, slow]).unify_dictionaries()
    return both.take(pc.sort_indices(both["seq"])).combine_chunks().to_batches()[0]
