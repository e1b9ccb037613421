"""The Arrow schema of every kind, computed from its declaration, and the spine's."""

from collections.abc import Mapping
from functools import cache

import pyarrow as pa

from midtrail.events import FieldType, all_kinds

_TIME = pa.timestamp("us", tz="UTC")
_WORD = pa.dictionary(pa.int32(), pa.string())
_PAIRS = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))

ARROW_TYPES: Mapping[FieldType, pa.DataType] = {
    FieldType.INTEGER: pa.int64(),
    FieldType.FLOAT: pa.float64(),
    FieldType.TEXT: pa.string(),
    FieldType.WORD: _WORD,
    FieldType.QUOTED: pa.string(),
    FieldType.ADDRESS: pa.string(),
    FieldType.IP: pa.string(),
    FieldType.YES_NO: pa.bool_(),
    FieldType.TRUE_FALSE: pa.bool_(),
    FieldType.FLAG: pa.bool_(),
    FieldType.TIME: _TIME,
    FieldType.RIDS: pa.list_(pa.int64()),
    FieldType.TEXTS: pa.list_(pa.string()),
    FieldType.QUOTED_TEXTS: pa.list_(pa.string()),
    FieldType.QUOTED_LIST: pa.list_(pa.string()),
    FieldType.PAIRS: _PAIRS,
    FieldType.COUNTERS: _PAIRS,
}
"""How each field type is stored."""

SPINE_SCHEMA = pa.schema(
    [
        ("seq", pa.int64()),
        ("source", _WORD),
        ("line_no", pa.int64()),
        ("offset", pa.int64()),
        ("host", _WORD),
        ("time", _TIME),
        ("level", _WORD),
        ("kind", _WORD),
        ("mid", pa.int64()),
        ("icid", pa.int64()),
        ("dcid", pa.int64()),
        ("text", pa.string()),
    ]
)
"""One row a physical line."""


@cache
def kind_schema(kind: str) -> pa.Schema:
    """Return the columns of a kind's table: `seq`, then the declared fields."""
    fields = [(field.name, ARROW_TYPES[field.type]) for field in all_kinds()[kind].declared()]
    return pa.schema([("seq", pa.int64()), *fields])
