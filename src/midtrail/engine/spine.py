"""The spine of a chunk: laid out by the kernel, with what Python read of the lines that have no wording."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import pyarrow as pa

from midtrail.engine.columns import Read
from midtrail.engine.kernel import Kernel
from midtrail.engine.program import IDS
from midtrail.events import all_kinds
from midtrail.parse import Record
from midtrail.tables import SPINE_SCHEMA, array_of

_LAID_OUT = pa.schema(
    [(field.name, pa.int32() if pa.types.is_dictionary(field.type) else field.type) for field in SPINE_SCHEMA]
)
"""What the kernel gives: words by their numbers."""


def spine_of(read: Read, records: list[Record]) -> pa.RecordBatch:
    """Return one row a line; `records` are those of all lines without a wording."""
    kernel, chunk = read.kernel, read.chunk
    sources = list(dict.fromkeys(source for _, source, _, _ in chunk.segments))
    hosts, levels = _words(known.host for known in chunk.known), _words(known.level for known in chunk.known)
    segments = [(first, sources.index(source), line_no, at) for first, source, line_no, at in chunk.segments]
    known = [(hosts.get(known.host, -1), levels.get(known.level, -1), known.timed) for known in chunk.known]
    told = [_told(read, record) for record in records]
    place, _memory = kernel.spine(chunk, read.wordings, chunk.memory.columns, segments, known, told)
    batch = pa.RecordBatch._import_from_c(place, _LAID_OUT)  # noqa: SLF001 - so the interface is called
    words: dict[str, list[Any]] = {"source": sources, "host": list(hosts), "level": list(levels)}
    dictionaries = {name: array_of(values, pa.string()) for name, values in words.items()}
    dictionaries["kind"] = _kinds(kernel)
    columns = [
        pa.DictionaryArray.from_arrays(column, dictionaries[name], safe=False)
        if name in dictionaries
        else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SPINE_SCHEMA)


def _words(words: Iterable[str | None]) -> dict[str | None, int]:
    """Return words that differ, each with its number."""
    found: dict[str | None, int] = {}
    for word in words:
        if word is not None:
            found.setdefault(word, len(found))
    return found


@cache
def _kinds(kernel: Kernel) -> pa.Array:
    return array_of(list(kernel.program.names), pa.string())


def _told(read: Read, record: Record) -> tuple[int, ...]:
    """Return of a line its row, the number of its kind, its ids, and whether it names them."""
    slots = [_slot(record.kind, name) for name in IDS]
    ids = [None if slot is None else record.values[slot] for slot in slots]
    kind = read.kernel.program.names.index(record.kind)
    return record.seq - read.chunk.seq, kind, *(id_ or 0 for id_ in ids), *(id_ is not None for id_ in ids)


@cache
def _slot(kind: str, name: str) -> int | None:
    names = [field.name for field in all_kinds()[kind].declared()]
    return names.index(name) if name in names else None
