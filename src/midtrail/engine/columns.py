"""Columns: one field of many lines as an Arrow array, without an object a line.

What most lines hold is copied or counted by the kernel; the rest (lists, IP addresses, escapes, times within a
line) is read by the codecs of the Lark engine, once for each text that differs.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.engine.chunks import Chunk
from midtrail.engine.kernel import Kernel
from midtrail.engine.program import load
from midtrail.events import FieldType, all_kinds
from midtrail.grammar.codecs import CODECS, read_time
from midtrail.tables import ARROW_TYPES, array_of

AS_LOGGED, ADDRESS, QUOTED = range(3)
_IN_PYTHON = 2
_FORMS = {
    FieldType.TEXT: AS_LOGGED,
    FieldType.WORD: AS_LOGGED,
    FieldType.ADDRESS: ADDRESS,
    FieldType.QUOTED: QUOTED,
}


class Matched(NamedTuple):
    """A chunk whose lines the kernel cut into terminals: the wording of each line, the terminals' ends."""

    kernel: Kernel
    chunk: Chunk
    wordings: Any
    tape: Any

    @property
    def base(self) -> int:
        """Where the chunk's buffer lies."""
        return self.chunk.base


@cache
def places_of(kind: str | None, name: str) -> Any:
    """Return for each wording which of its terminals holds the field; -1 where none does, or the kind is another."""
    places = np.full(len(load().wordings), -1, np.int32)
    for number, wording in enumerate(load().wordings):
        if kind is None or wording.kind == kind:
            for place, part in enumerate(wording.parts):
                if part.field == name:
                    places[number] = place
    return places


def columns_of(matched: Matched, kind: str, rows: Any) -> list[pa.Array]:
    """Return the declared fields of a kind for the rows that are of it; words are not yet coded."""
    return [
        _column(matched, rows, field.type, places_of(kind, field.name))
        for field in all_kinds()[kind].declared()
    ]


def _column(matched: Matched, rows: Any, type_: FieldType, places: Any) -> pa.Array:
    if type_ is FieldType.INTEGER:
        return integers(*matched.kernel.ints(matched.base, rows, matched.wordings, places, matched.tape))
    if type_ is FieldType.FLAG:
        return pa.array(places[matched.wordings[rows]] >= 0)
    if type_ in _FORMS:
        return _texts(matched, rows, type_, places)
    if type_ is FieldType.TIME:
        return _times(matched, rows, places)
    return _read_once(_raws(matched, rows, places), type_)


def integers(values: Any, told: Any) -> pa.Array:
    """Return int64 values, null where `told` is 0."""
    return pa.Array.from_buffers(pa.int64(), len(values), [_validity(told), pa.py_buffer(values)])


def _validity(told: Any) -> pa.Buffer | None:
    return None if told.all() else pa.py_buffer(np.packbits(told != 0, bitorder="little"))


def strings(matched: Matched, starts: Any, ends: Any, told: Any) -> pa.Array:
    """Return pieces of the buffer as texts, null where `told` is 0."""
    offsets = np.zeros(len(starts) + 1, np.int32)
    np.cumsum(ends - starts, out=offsets[1:])
    data = np.empty(int(offsets[-1]), np.uint8)
    matched.kernel.copy(matched.base, starts, ends, offsets, data)
    buffers = [_validity(told), pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), len(starts), buffers)


def _raws(matched: Matched, rows: Any, places: Any) -> pa.Array:
    spans = matched.kernel.spans(matched.base, rows, matched.wordings, places, matched.tape, AS_LOGGED)
    return strings(matched, *spans)


def _texts(matched: Matched, rows: Any, type_: FieldType, places: Any) -> pa.Array:
    kernel, tape = matched.kernel, matched.tape
    starts, ends, told = kernel.spans(matched.base, rows, matched.wordings, places, tape, _FORMS[type_])
    found = strings(matched, starts, ends, told)
    escaped = told == _IN_PYTHON
    if not escaped.any():
        return found
    read = _read_once(_raws(matched, rows[escaped], places), type_)
    return pc.replace_with_mask(found, pa.array(escaped), read)


def _read_once(raws: pa.Array, type_: FieldType) -> pa.Array:
    """Read each text that differs with the field type's codec."""
    coded = raws.dictionary_encode()
    read = CODECS[type_].read
    values = array_of([read(raw) for raw in coded.dictionary.to_pylist()], ARROW_TYPES[type_])
    return values.take(coded.indices)


def _times(matched: Matched, rows: Any, places: Any) -> pa.Array:
    """Read the times that stand within lines, each in its line's clock."""
    chunk = matched.chunk
    raws = _raws(matched, rows, places).to_pylist()
    offsets = [chunk.known[known].utc_offset for known in chunk.knowns[rows]]
    values = [None if raw is None else read_time(raw, east) for raw, east in zip(raws, offsets, strict=True)]
    return pa.array(values, ARROW_TYPES[FieldType.TIME])
