"""Columns of Arrow as arrays of numbers, and arrays as columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._runs import NEVER

TIME = pa.timestamp("us", tz="UTC")


def values_and_told(column: pa.Array) -> tuple[Any, Any]:
    """Return the values of a column of numbers or instants as they lie in memory, and which are told."""
    width = np.int32 if column.type == pa.int32() else np.int64
    if not len(column):
        return np.empty(0, width), np.empty(0, np.bool_)
    values = np.frombuffer(column.buffers()[1], width)[column.offset : column.offset + len(column)]
    return values, told(column)


def told(column: pa.Array) -> Any:
    """Return which values of a column are told."""
    if not column.null_count:
        return np.ones(len(column), np.bool_)
    return _of_bits(column.buffers()[0], column)


def _of_bits(buffer: pa.Buffer, column: pa.Array) -> Any:
    bits = np.frombuffer(buffer, np.uint8)
    return np.unpackbits(bits, bitorder="little")[column.offset : column.offset + len(column)].view(np.bool_)


def numbers(column: pa.Array, nothing: int = 0) -> Any:
    """Return a column of numbers, instants or truths as an array; what is not told is `nothing`."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_boolean(column.type):
        return _of_bits(column.buffers()[1], column) & told(column) if len(column) else np.empty(0, np.bool_)
    values, here = values_and_told(column)
    return np.where(here, values, nothing) if column.null_count else values


def numbers_of(rows: pa.Table, nothing: int = NEVER) -> dict[str, Any]:
    """Return all columns of a table as arrays; what is not told is `nothing`."""
    return {name: numbers(rows[name], nothing) for name in rows.column_names}


def array(values: Any, where: Any = None) -> pa.Array:
    """Return numbers or truths as Arrow holds them; `where` they are told, if not everywhere."""
    mask = None if where is None or where.all() else bits(where)
    if values.dtype == np.bool_:
        return pa.Array.from_buffers(pa.bool_(), len(values), [mask, bits(values)])
    data = pa.py_buffer(np.ascontiguousarray(values, np.int64))
    return pa.Array.from_buffers(pa.int64(), len(values), [mask, data])


def instants(values: Any, where: Any = None) -> pa.Array:
    """Return microseconds as Arrow holds instants; NEVER is none."""
    where = values != NEVER if where is None else where
    mask = None if where.all() else bits(where)
    return pa.Array.from_buffers(TIME, len(values), [mask, pa.py_buffer(np.ascontiguousarray(values))])


def offsets(begins: Any) -> pa.Array:
    """Return where lists begin, and the last ends, as Arrow holds that."""
    return pa.Array.from_buffers(
        pa.int32(), len(begins), [None, pa.py_buffer(np.ascontiguousarray(begins, np.int32))]
    )


def bits(truths: Any) -> pa.Buffer:
    """Return truths, a bit each."""
    return pa.py_buffer(np.packbits(truths, bitorder="little"))


def words(values: Sequence[str] | pa.Array, places: Any) -> pa.Array:
    """Return a column of few words, of which `places` tells for each row which one it is; below zero none."""
    codes = array(places, places >= 0).cast(pa.int32())
    return pa.DictionaryArray.from_arrays(codes, pa.array(values, pa.string()))


def taken(values: pa.Array, places: Any) -> pa.Array:
    """Return the values at some places; null where a place is below zero."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return values.take(array(places, places >= 0))
