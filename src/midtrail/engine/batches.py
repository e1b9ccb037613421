"""A chunk as Arrow batches: what the kernel read column by column, what it left line by line, put together."""

from concurrent.futures import Future
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.engine.chunks import Chunk
from midtrail.engine.columns import Matched, kinds_of
from midtrail.engine.kernel import LEFT, UNKNOWN, Kernel
from midtrail.engine.spine import spine_of
from midtrail.grammar import lark_engine
from midtrail.grammar.lark_engine import Parsed, Unparsed
from midtrail.grammar.quoting import is_open
from midtrail.parse import Before, EventBatch, Record, add, record_of
from midtrail.tables import SPINE_TABLE, Batches, to_arrow


class Left(NamedTuple):
    """What a chunk leaves behind: what the next line may continue, and how many lines were left to Lark."""

    before: Before
    lines: int


def arrow_of(engine: Kernel, chunk: Chunk, previous: Future[Left] | None) -> tuple[Batches, Left]:
    """Return the batches of a chunk, given the work on the chunk before, which is waited for only if it counts."""
    matched = _matched(engine, chunk)
    records, before = _left(matched, previous)
    found = kinds_of(matched)
    batch = EventBatch()
    for record in records:
        add(batch, record)
    slow = _wanted(engine, to_arrow(batch)) if records else {}
    spine = spine_of(matched, records)
    merged = {
        kind: _merged(found.get(kind), slow.get(kind)) for kind in {**found, **slow} if kind != SPINE_TABLE
    }
    return {SPINE_TABLE: spine, **merged}, Left(before, int(np.count_nonzero(matched.cut.wordings == LEFT)))


def _wanted(engine: Kernel, batches: Batches) -> Batches:
    """Return of the kinds what the kernel lays out."""
    columns = engine.columns_wanted
    if columns is None:
        return batches
    return {
        kind: rows.select([name for name in rows.schema.names if name in columns[kind]])
        for kind, rows in batches.items()
        if kind in columns and kind != SPINE_TABLE
    }


def _matched(engine: Kernel, chunk: Chunk) -> Matched:
    """Cut the lines into terminals."""
    cut = engine.match(chunk.texts.at, chunk.bodies, chunk.ends, chunk.wordings(), chunk.memory.room)
    return Matched(engine, chunk, cut)


def _left(matched: Matched, previous: Future[Left] | None) -> tuple[list[Record], Before]:
    """Make records, line by line, of what has no wording, as the one loop does."""
    chunk = matched.chunk
    before, records, done = Before(), [], -1

    def read(row: int) -> Record:
        engine = partial(_read, matched, row)
        return record_of(chunk.seq + row, chunk.line(row), engine, before)

    for row in map(int, np.flatnonzero(matched.cut.wordings < 0)):
        if chunk.known[chunk.knowns[row]].is_bare and done != row - 1:
            before = before.then(read(row - 1))
        elif row == 0 and previous is not None and chunk.known[chunk.knowns[0]].is_bare:
            before = previous.result().before
        record = read(row)
        before = before.then(record)
        records.append(record)
        done = row
    if done != chunk.rows - 1:
        before = before.then(read(chunk.rows - 1))
    return records, before


def _read(matched: Matched, row: int, text: str, utc_offset: int) -> Parsed | Unparsed:
    """Return what the kernel found out of a line: of its wording only the kind; Lark reads what is left to it."""
    cut, program = matched.cut, matched.kernel.program
    wording = int(cut.wordings[row])
    if wording == LEFT:
        return lark_engine.parse(text, utc_offset)
    if wording == UNKNOWN:
        state, reached = cut.value(row, 0), cut.value(row, 1)
        read = matched.chunk.text(row)[:reached].decode()
        return Unparsed(len(read), state, program.follows[state])
    last, raw = int(program.last[wording]), b""
    if last >= 0:
        start, end = cut.bounds(row, last)
        raw = matched.chunk.buffer[start:end].tobytes()
    return Parsed(program.names[program.kind_of[wording]], 0, [], (), is_open(raw.decode()))


def _merged(fast: pa.RecordBatch | None, slow: pa.RecordBatch | None) -> pa.RecordBatch:
    """Put the rows of one kind in the order of their lines."""
    if fast is None or slow is None:
        return slow if fast is None else fast
    import pyarrow.compute as pc  # noqa: PLC0415 - it costs what all else of Arrow costs, and is rarely needed

    both = pa.Table.from_batches([fast, slow]).unify_dictionaries()
    return both.take(pc.sort_indices(both["seq"])).combine_chunks().to_batches()[0]
