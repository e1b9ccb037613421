"""Rows of Arrow as JSON takes them, whatever a query gives: by the type of each column."""

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa

from midtrail.errors import UsageError
from midtrail.moments import iso_instant
from midtrail.text import restore

Convert = Callable[[Any], Any]


def rows_of(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Yield the rows of a batch as JSON takes them.

    Instants are ISO 8601 in UTC with `Z`, durations ISO 8601 (`P1M2DT3.5S`), maps objects, bytes hexadecimal,
    numbers numbers; what is no finite number is a text. Raises UsageError for a time that no calendar holds.
    """
    columns = [_column(batch.schema.field(at), batch.column(at)) for at in range(batch.num_columns)]
    for values in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, values, strict=True))


def _column(field: pa.Field, column: pa.Array) -> list[Any]:
    convert = _converter(field.type)
    try:
        return [convert(value) for value in column.to_pylist()]
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"Column {field.name!r} holds a time beyond the calendar: cast it to VARCHAR"
        ) from error


def _converter(kind: pa.DataType) -> Convert:
    convert = _known(kind)
    return lambda value: None if value is None else convert(value)


def _known(kind: pa.DataType) -> Convert:  # noqa: PLR0911 - one way out for each sort of type
    if pa.types.is_dictionary(kind):
        return _known(kind.value_type)
    if pa.types.is_map(kind):
        name, item = _converter(kind.key_type), _converter(kind.item_type)
        return lambda pairs: {str(name(key)): item(value) for key, value in pairs}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        element = _converter(kind.value_type)
        return lambda values: [element(value) for value in values]
    if pa.types.is_struct(kind):
        fields = {kind.field(at).name: _converter(kind.field(at).type) for at in range(kind.num_fields)}
        return lambda values: {key: convert(values[key]) for key, convert in fields.items()}
    if pa.types.is_decimal(kind):
        return float if kind.scale else int
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return iso_instant
    for is_kind, convert in _SIMPLE:
        if is_kind(kind):
            return convert
    return str


def _finite(value: float) -> float | str:
    if value - value == 0:
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"  # noqa: PLR0124 - NaN alone differs from itself


def _duration(value: Any) -> str:
    seconds = f"{value.nanoseconds / 1_000_000_000:.9f}".rstrip("0").rstrip(".")
    return f"P{value.months}M{value.days}DT{seconds}S"


_SIMPLE: tuple[tuple[Callable[[pa.DataType], bool], Convert], ...] = (
    (lambda kind: bool(kind == pa.month_day_nano_interval()), _duration),
    (pa.types.is_boolean, bool),
    (pa.types.is_integer, int),
    (pa.types.is_floating, _finite),
    (pa.types.is_string, restore),
    (pa.types.is_large_string, restore),
    (pa.types.is_binary, bytes.hex),
    (pa.types.is_large_binary, bytes.hex),
    (pa.types.is_temporal, lambda value: value.isoformat()),
)
