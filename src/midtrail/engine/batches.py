"""A chunk as Arrow batches: what the kernel read column by column, what it left line by line, put together."""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.engine.chunks import Chunk, Places
from midtrail.engine.columns import Matched, kinds_of, numbers
from midtrail.engine.kernel import LEFT, READ, SLACK, STORED, UNKNOWN, Kernel
from midtrail.engine.program import IDS
from midtrail.events import all_kinds
from midtrail.grammar import lark_engine
from midtrail.grammar.lark_engine import Parsed, Unparsed
from midtrail.grammar.quoting import is_open
from midtrail.native import address
from midtrail.parse import Before, EventBatch, Record, add, record_of
from midtrail.tables import SPINE_SCHEMA, SPINE_TABLE, Batches, array_of, to_arrow
from midtrail.text import storable


class Left(NamedTuple):
    """What a chunk leaves behind: what the next line may continue, and how many lines were left to Lark."""

    before: Before
    lines: int


def arrow_of(
    engine: Kernel, chunk: Chunk, previous: Future[tuple[Batches, Left]] | None
) -> tuple[Batches, Left]:
    """Return the batches of a chunk, given the work on the chunk before, which is waited for only if it counts."""
    matched = _matched(engine, chunk)
    places = chunk.places()
    records, before = _left(matched, places, previous)
    found = kinds_of(matched)
    batch = EventBatch()
    for record in records:
        add(batch, record)
    slow = _wanted(engine, to_arrow(batch)) if records else {}
    spine = _spine(matched, places, records)
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
    """Cut the lines into terminals; those that are no UTF-8 as tables store them, which is UTF-8."""
    wanted = chunk.wordings()
    cut = engine.match(chunk.base, chunk.bodies, chunk.ends, wanted.copy(), chunk.memory.room)
    odd = [row for row in np.flatnonzero((cut.wordings == LEFT) & (wanted == READ)) if chunk.store(int(row))]
    if odd:
        cut.wordings[odd] = STORED
        engine.match_more(chunk.base, chunk.bodies, chunk.ends, cut)
    return Matched(engine, chunk, cut)


def _left(
    matched: Matched, places: Places, previous: Future[tuple[Batches, Left]] | None
) -> tuple[list[Record], Before]:
    """Make records, line by line, of what has no wording, as the one loop does."""
    chunk = matched.chunk
    before, records, done = Before(), [], -1

    def read(row: int) -> Record:
        engine = partial(_read, matched, row)
        return record_of(chunk.seq + row, chunk.line(row, places), engine, before)

    for row in map(int, np.flatnonzero(matched.cut.wordings < 0)):
        if chunk.known[chunk.knowns[row]].is_bare and done != row - 1:
            before = before.then(read(row - 1))
        elif row == 0 and previous is not None and chunk.known[chunk.knowns[0]].is_bare:
            before = previous.result()[1].before
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
        return Unparsed(len(text.encode()[:reached].decode()), state, program.follows[state])
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


def _spine(matched: Matched, places: Places, records: list[Record]) -> pa.RecordBatch:
    chunk, rows = matched.chunk, matched.chunk.rows
    names, sources, line_nos, offsets = places
    knowns = chunk.knowns[:rows]
    timed = np.array([known.timed for known in chunk.known], bool)[knowns]
    columns = [
        numbers(np.arange(chunk.seq, chunk.seq + rows), pa.int64()),
        _words(names, sources),
        numbers(line_nos, pa.int64()),
        numbers(offsets, pa.int64()),
        _words([known.host for known in chunk.known], knowns),
        numbers(chunk.times[:rows].copy(), SPINE_SCHEMA.field("time").type, timed),
        _words([known.level for known in chunk.known], knowns),
        _kind_column(matched, records),
        *(_id_column(matched, records, place) for place in range(len(IDS))),
        _text_column(matched, records),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SPINE_SCHEMA)


def _words(words: Sequence[str | None], numbered: Any) -> pa.DictionaryArray:
    """Return words by their numbers, dictionary-coded."""
    distinct = list(dict.fromkeys(word for word in words if word is not None))
    places = np.array([-1 if word is None else distinct.index(word) for word in words], np.int32)[numbered]
    dictionary = array_of(distinct, pa.string())
    return pa.DictionaryArray.from_arrays(numbers(places, pa.int32(), places >= 0), dictionary)


def _kind_column(matched: Matched, records: list[Record]) -> pa.DictionaryArray:
    program = matched.kernel.program
    codes = program.kind_of[np.maximum(matched.cut.wordings, 0)]
    for record in records:
        codes[record.seq - matched.chunk.seq] = program.names.index(record.kind)
    return pa.DictionaryArray.from_arrays(numbers(codes, pa.int32()), pa.array(program.names))


def _id_column(matched: Matched, records: list[Record], which: int) -> pa.Array:
    values, told = matched.kernel.ids(matched.cut, which)
    for record in records:
        slot = _slot(record.kind, IDS[which])
        value = None if slot is None else record.values[slot]
        row = record.seq - matched.chunk.seq
        values[row], told[row] = value or 0, value is not None
    return numbers(values, pa.int64(), told)


@cache
def _slot(kind: str, name: str) -> int | None:
    names = [field.name for field in all_kinds()[kind].declared()]
    return names.index(name) if name in names else None


def _text_column(matched: Matched, records: list[Record]) -> pa.Array:
    """Return the lines' texts; those that are no UTF-8 as `to_arrow` stores them."""
    chunk, rows = matched.chunk, matched.chunk.rows
    odd = {
        record.seq - chunk.seq: record.line.text for record in records if not _is_unicode(record.line.text)
    }
    starts, ends = chunk.bodies[:rows].copy(), chunk.ends[:rows].copy()
    stored = {
        row: np.frombuffer(storable(text).encode() + bytes(SLACK), np.uint8) for row, text in odd.items()
    }
    for row, text in stored.items():
        starts[row] = address(text) - chunk.base
        ends[row] = starts[row] + len(text) - SLACK
    return matched.kernel.texts(chunk.base, starts, ends)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
