"""Columns: the kinds of a chunk as Arrow batches, without an object a line.

The kernel lays out what most lines hold; what it lists as odd (escaped bytes that are no UTF-8, times within a
line, rarer lists) is read by the codecs of the Lark engine, once for each text that differs.
"""

from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.engine.chunks import Chunk
from midtrail.engine.kernel import Kernel
from midtrail.engine.program import RAW, UNWANTED
from midtrail.events import FieldType, all_kinds
from midtrail.grammar.codecs import CODECS, read_time
from midtrail.tables import Batches, array_of, kind_schema

_SECOND = 1_000_000
_FEW = 256


class Read(NamedTuple):
    """A chunk whose lines the kernel read: the wording of each or, instead, UNKNOWN or LEFT, and their kinds."""

    kernel: Kernel
    chunk: Chunk
    wordings: Any
    kinds: Batches


class _Layout(NamedTuple):
    kind: str
    schema: pa.Schema
    laid_out: pa.Schema
    """The columns that the kernel gives: `seq`, and all that are not raw."""
    types: tuple[FieldType, ...]
    """Of all fields."""
    slots: tuple[int, ...]
    """Which of them the schema has."""


@cache
def _layout(kernel: Kernel, number: int) -> _Layout:
    program = kernel.program
    kind = program.names[number]
    first, count = program.kinds[number]
    forms = program.types[first : first + count].tolist()
    seq, *fields = kind_schema(kind)
    slots = tuple(slot for slot in range(count) if forms[slot] != UNWANTED)
    given = [fields[slot] for slot in slots if forms[slot] != RAW]
    types = tuple(field.type for field in all_kinds()[kind].declared())
    schema = pa.schema([seq, *(fields[slot] for slot in slots)])
    return _Layout(kind, schema, pa.schema([seq, *given]), types, slots)


def read(kernel: Kernel, chunk: Chunk) -> Read:
    """Read the lines of a chunk: of those that have a wording, one batch a kind that is wanted."""
    wordings = chunk.wordings()
    clocks = np.array([known.utc_offset * _SECOND for known in chunk.known], np.int64)
    arrays, odds, _memory = kernel.read(chunk, wordings, clocks, chunk.memory.columns)
    found: Batches = {}
    with_odds = set(odds["kind"].tolist())
    for number, place in arrays.items():
        layout = _layout(kernel, number)
        batch = pa.RecordBatch._import_from_c(place, layout.laid_out)  # noqa: SLF001 - so the interface is called
        if number in with_odds or len(layout.laid_out) < len(layout.schema):
            batch = _completed(chunk, batch, layout, odds[odds["kind"] == number])
        found[layout.kind] = batch
    return Read(kernel, chunk, wordings, found)


def _completed(chunk: Chunk, batch: pa.RecordBatch, layout: _Layout, odds: Any) -> pa.RecordBatch:
    """Put in what Python has to read."""
    columns = [batch["seq"]]
    for slot, field in zip(layout.slots, list(layout.schema)[1:], strict=True):
        given = layout.laid_out.get_field_index(field.name)
        column = pa.nulls(batch.num_rows, field.type) if given < 0 else batch.column(given)
        some = odds[odds["field"] == slot]
        columns.append(_patched(chunk, column, layout.types[slot], some) if len(some) else column)
    return pa.RecordBatch.from_arrays(columns, schema=layout.schema)


def _patched(chunk: Chunk, column: pa.Array, type_: FieldType, odds: Any) -> pa.Array:
    raws = [chunk.buffer[odd["start"] : odd["end"]].tobytes().decode() for odd in odds]
    if type_ is FieldType.TIME:
        clocks = [chunk.known[known].utc_offset for known in chunk.knowns[odds["line"]]]
        values = [read_time(raw, clock) for raw, clock in zip(raws, clocks, strict=True)]
    else:
        read = {raw: CODECS[type_].read(raw) for raw in dict.fromkeys(raws)}
        values = [read[raw] for raw in raws]
    return _with(column, odds["row"], array_of(values, column.type))


def _with(column: pa.Array, rows: Any, values: pa.Array) -> pa.Array:
    """Put other values in the places of some rows; few need not what loads with `take`."""
    if len(rows) > _FEW:
        places = np.arange(len(column))
        places[rows] = np.arange(len(column), len(column) + len(rows))
        return pa.concat_arrays([column, values]).take(pa.array(places))
    pieces, done = [], 0
    for place, row in sorted(enumerate(rows.tolist()), key=itemgetter(1)):
        pieces += [column[done:row], values[place : place + 1]]
        done = row + 1
    return pa.concat_arrays([*pieces, column[done:]])
