"""Arrow batches as NDJSON or CSV: the bytes that records give, made from columns without an object a line.

`_rows.c` writes them, while other threads run. Where it was not built, Python does, to the same bytes.
"""

import ctypes
import json
from collections.abc import Iterator
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.formats._plain_rows import rows_of
from midtrail.formats.csv import rows_to_csv
from midtrail.formats.ndjson import dumps
from midtrail.parse import SPINE
from midtrail.tables import SPINE_SCHEMA, SPINE_TABLE, Batches, kind_schema

_PIECE = 4 << 20  # bytes that are handed on together
_PADDING = 16  # bytes behind a key that may be read
_CSV_COLUMNS = (*SPINE, "fields")
_IDS = frozenset({"mid", "icid", "dcid"})
_TYPES = (
    (pa.types.is_int64, 0),
    (pa.types.is_boolean, 1),
    (pa.types.is_timestamp, 2),
    (pa.types.is_string, 3),
    (pa.types.is_dictionary, 4),
    (pa.types.is_floating, 5),  # rare: given as the texts that they are printed as
)
_LISTS = ((pa.types.is_int64, 6), (pa.types.is_string, 7), (pa.types.is_struct, 8))

Piece = bytes | memoryview
"""Some bytes of the output."""


class _Column(ctypes.Structure):
    _fields_ = (
        ("key", ctypes.c_char_p),
        ("size", ctypes.c_int32),
        ("type", ctypes.c_int32),
        ("in_spine", ctypes.c_int32),
    )


class _Kind(ctypes.Structure):
    _fields_ = (
        ("columns", ctypes.c_void_p),
        ("count", ctypes.c_int64),
        ("rows", ctypes.c_void_p),
        ("at", ctypes.c_int64),
    )


class _Exported(NamedTuple):
    """A record batch as the C data interface has it: valid as long as `owner` lives."""

    owner: Any
    address: int


def ndjson(batches: Batches) -> Iterator[Piece]:
    """Yield the lines of a batch as NDJSON in UTF-8, in pieces of some megabytes."""
    if _library() is not None:
        return _pieces(batches, csv=False)
    return ((dumps(row) + "\n").encode() for row, _ in rows_of(batches))


def csv(batches: Batches) -> Iterator[Piece]:
    """Yield the lines of a batch as CSV in UTF-8, in such pieces; the header line is `csv_header`."""
    if _library() is not None:
        return _pieces(batches, csv=True)
    rows = ({**row, "fields": fields} for row, fields in rows_of(batches))
    return (line.encode() for line in islice(rows_to_csv(rows, _CSV_COLUMNS), 1, None))


def csv_header() -> bytes:
    """Return the header line of the CSV."""
    return "".join(rows_to_csv([], _CSV_COLUMNS)).encode()


@cache
def _library() -> Any:
    """Return the compiled writer, None where it was not built."""
    for suffix in EXTENSION_SUFFIXES:
        file = Path(__file__).with_name(f"_rows{suffix}")
        if file.exists():
            try:
                library = ctypes.CDLL(str(file))
            except OSError:
                return None
            library.mt_rows.restype = ctypes.c_int64
            return library
    return None


def _pieces(batches: Batches, *, csv: bool) -> Iterator[memoryview]:
    spine = _exported(_ready(batches[SPINE_TABLE], SPINE_SCHEMA))
    words = batches[SPINE_TABLE]["kind"].dictionary.to_pylist()
    tables = {word: _exported(_ready(batches[word], kind_schema(word))) for word in words if word in batches}
    # the plans are held here: of two threads' the cache keeps but one
    plans = [_plan(word, csv=csv) for word in (None, *words)]
    kinds = (_Kind * len(words))(
        *(_kind(plan, tables.get(word)) for plan, word in zip(plans[1:], words, strict=True))
    )
    room, row, rows = _PIECE, 0, batches[SPINE_TABLE].num_rows
    while row < rows:
        piece, written = np.empty(room, np.uint8), ctypes.c_int64()
        reached = _library().mt_rows(
            ctypes.c_int32(csv),
            ctypes.c_void_p(spine.address),
            plans[0],
            ctypes.c_int32(SPINE.index("kind")),
            kinds,
            ctypes.c_int64(row),
            ctypes.c_void_p(piece.ctypes.data),
            ctypes.c_int64(room),
            ctypes.byref(written),
        )
        if reached < 0:
            raise ValueError("the batch lacks the row of a line in the table of its kind")
        if reached > row:
            yield piece.data[: written.value]
        room = _PIECE if reached > row else 2 * room  # a line longer than all room
        row = reached


def _kind(plan: Any, table: _Exported | None) -> _Kind:
    return _Kind(ctypes.addressof(plan), len(plan), table.address if table else None, 0)


@cache
def _plan(kind: str | None, *, csv: bool) -> Any:
    """Return how the columns of a kind are printed, or those of the spine, which begin the object."""
    fields = list(SPINE_SCHEMA) if kind is None else list(kind_schema(kind))[1:]
    quote = '""' if csv else '"'
    begins = kind is None or csv
    columns = [
        _column("{" if begins and not at else ",", f"{quote}{field.name}{quote}:", field, kind)
        for at, field in enumerate(fields)
    ]
    return (_Column * len(columns))(*columns)


def _column(before: str, key: str, field: pa.Field, kind: str | None) -> _Column:
    name = (before + key).encode()
    return _Column(
        name + bytes(_PADDING), len(name), _type(field.type), kind is not None and field.name in _IDS
    )


def _type(kind: pa.DataType) -> int:
    known, of = (_LISTS, kind.value_type) if pa.types.is_list(kind) else (_TYPES, kind)
    return next(number for is_type, number in known if is_type(of))


def _ready(rows: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return the rows in the declared types, floats as texts."""
    if rows.schema != schema:
        rows = rows.select(schema.names).cast(schema)
    for at, field in enumerate(schema):
        if pa.types.is_floating(field.type):
            rows = rows.set_column(at, field.name, _printed(rows.column(at)))
    return rows


def _printed(numbers: pa.Array) -> pa.Array:
    coded = numbers.dictionary_encode()
    return pa.array(map(json.dumps, coded.dictionary.to_pylist()), pa.string()).take(coded.indices)


def _exported(rows: pa.RecordBatch) -> _Exported:
    owner = rows.__arrow_c_array__()
    return _Exported((rows, owner), _address_in(owner[1], b"arrow_array"))


_address_in = ctypes.pythonapi.PyCapsule_GetPointer
_address_in.restype = ctypes.c_void_p
_address_in.argtypes = (ctypes.py_object, ctypes.c_char_p)
