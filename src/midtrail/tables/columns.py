"""Lists of Python's values as Arrow arrays, put together from their bytes.

pyarrow does the same, but loads pandas, where that is installed, only to see whether a list is one of its own: a quarter
of a second, which a script that reads logs would wait for.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

_NUMBERS = {pa.int64(): np.int64, pa.int32(): np.int32, pa.float64(): np.float64}


def column_of(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return values of a type of `ARROW_TYPES`, None where nothing is told. Raises UnicodeEncodeError for surrogates."""
    return _maker(kind)(values, kind)


def _maker(kind: pa.DataType) -> Callable[[Sequence[Any], pa.DataType], pa.Array]:
    if kind == pa.string():
        return _texts
    if pa.types.is_dictionary(kind):
        return _words
    if pa.types.is_list(kind):
        return _lists
    if pa.types.is_struct(kind):
        return _structs
    if kind == pa.bool_():
        return _truths
    return _numbers if kind in _NUMBERS or pa.types.is_timestamp(kind) else pa.array


def _mask(values: Sequence[Any]) -> pa.Buffer | None:
    """Return which values are told, a bit each; None where all are."""
    if None not in values:
        return None
    return _bits([value is not None for value in values])


def _bits(truths: Sequence[bool]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(np.array(truths, np.bool_), bitorder="little"))


def _offsets(lengths: Sequence[int]) -> pa.Buffer:
    return pa.py_buffer(np.cumsum([0, *lengths]).astype(np.int32))


def _texts(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    raws = [b"" if value is None else value.encode() for value in values]
    buffers = [_mask(values), _offsets([*map(len, raws)]), pa.py_buffer(b"".join(raws))]
    return pa.Array.from_buffers(kind, len(values), buffers)


def _words(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    places: dict[str, int] = {}
    codes = [None if value is None else places.setdefault(value, len(places)) for value in values]
    indices = _numbers(codes, kind.index_type)
    return pa.DictionaryArray.from_arrays(indices, _texts([*places], kind.value_type))


def _lists(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    items = column_of([item for value in values for item in value or ()], kind.value_type)
    lengths = [0 if value is None else len(value) for value in values]
    return pa.Array.from_buffers(kind, len(values), [_mask(values), _offsets(lengths)], children=[items])


def _structs(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    children = [
        column_of([None if value is None else value[place] for value in values], field.type)
        for place, field in enumerate(kind)
    ]
    return pa.Array.from_buffers(kind, len(values), [_mask(values)], children=children)


def _truths(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    return pa.Array.from_buffers(
        kind, len(values), [_mask(values), _bits([value is True for value in values])]
    )


def _numbers(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    told = [0 if value is None else value for value in values]
    if not all(type(value) in (int, float) for value in told):  # an instant as Python has it
        return pa.array(values, kind)
    numbers = np.array(told, _NUMBERS.get(kind, np.int64))
    return pa.Array.from_buffers(kind, len(values), [_mask(values), pa.py_buffer(numbers)])
