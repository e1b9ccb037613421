"""Event batches as Arrow: the spine and one table a kind."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from midtrail.events import all_kinds
from midtrail.tables.columns import column_of
from midtrail.tables.schemas import SPINE_SCHEMA, kind_schema
from midtrail.text import storable

if TYPE_CHECKING:
    from midtrail.parse import EventBatch

Batches = dict[str, pa.RecordBatch]
SPINE_TABLE = "spine"


def to_arrow(batch: "EventBatch") -> Batches:
    """Return a batch as Arrow record batches: `spine`, and each kind that occurs."""
    return {SPINE_TABLE: _record_batch(list(batch.spine), SPINE_SCHEMA), **kinds_to_arrow(batch)}


def kinds_to_arrow(batch: "EventBatch") -> Batches:
    """Return the kinds of a batch that occur, without the spine."""
    return {
        kind: _record_batch([columns.seq, *columns.columns], kind_schema(kind))
        for kind, columns in batch.kinds.items()
    }


def to_tables(
    batches: Iterable["EventBatch"], on_batch: Callable[["EventBatch"], None] | None = None
) -> dict[str, pa.Table]:
    """Return all batches as one table for the spine and one for every kind, empty where none occurs."""
    chunks: dict[str, list[pa.RecordBatch]] = {}
    for batch in batches:
        for name, found in to_arrow(batch).items():
            chunks.setdefault(name, []).append(found)
        if on_batch is not None:
            on_batch(batch)
    return {
        name: pa.Table.from_batches(chunks.get(name, []), schema) for name, schema in all_schemas().items()
    }


def all_schemas() -> dict[str, pa.Schema]:
    """Return the schema of the spine and of every kind."""
    kinds = {kind: kind_schema(kind) for kind in all_kinds()}
    return {SPINE_TABLE: SPINE_SCHEMA, **kinds}


def _record_batch(columns: list[list[Any]], schema: pa.Schema) -> pa.RecordBatch:
    arrays = [array_of(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def array_of(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Return values as an Arrow array; bytes that are no UTF-8 as private characters."""
    try:
        return column_of(values, kind)
    except UnicodeEncodeError:
        return column_of([storable(value) for value in values], kind)
