"""Arrow batches as flat rows, for where the compiled writer was not built."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa

from midtrail.moments import iso_instant
from midtrail.tables import SPINE_TABLE, Batches
from midtrail.text import restore

_IDS = ("mid", "icid", "dcid")


def rows_of(batches: Batches) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each line as `flat` and `fields_of` give the record that it came from."""
    kinds = {name: _dicts(rows) for name, rows in batches.items() if name != SPINE_TABLE}
    for row in _dicts(batches[SPINE_TABLE]):
        fields = next(kinds[row["kind"]])
        fields.pop("seq")
        yield {**row, **{name: value for name, value in fields.items() if name not in _IDS}}, fields


def _dicts(rows: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    return ({name: _restored(value) for name, value in row.items()} for row in rows.to_pylist())


def _restored(value: Any) -> Any:
    if isinstance(value, str):
        return restore(value)
    if isinstance(value, list):
        return [_restored(item) for item in value]
    if isinstance(value, dict):  # a pair
        return [_restored(item) for item in value.values()]
    return iso_instant(value) if isinstance(value, datetime) else value
