"""What is around a line's text: the template before it and the line end behind it, so that its bytes come back."""

import mmap
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import prefixes
from midtrail.distinct import distinct
from midtrail.text import restore

PLAIN, ODD, RAW = range(3)
"""A line's bytes are its text as UTF-8; its text with private characters as the bytes they stand for; kept."""

_PRIVATE = "[\U0010ff80-\U0010ffff]"
_PRIVATE_BEGINS = "\U0010ff80".encode()[0]
_ENDS = tuple(pa.scalar(end, pa.large_binary()) for end in (b"\r\n", b"\n", b""))
_NOTHING = _ENDS[-1]


class Outside(NamedTuple):
    """For each line: template, line end, how its bytes come of its text, and its raw bytes where they do not."""

    templates: pa.DictionaryArray
    endings: pa.Array
    states: Any
    raws: pa.Array


def raw_lines(data: mmap.mmap | bytes, offsets: Any) -> pa.Array:
    """Return the bytes of consecutive lines, line ends included, given where they begin (binary)."""
    first, last = int(offsets[0]), int(offsets[-1])
    end = data.find(b"\n", last) + 1 or len(data)
    return binary(np.append(offsets, end) - first, data[first:end])


def binary(offsets: Any, data: Any) -> pa.Array:
    """Return the values that lie in `data` one behind the other (large_binary)."""
    bounds = pa.py_buffer(np.ascontiguousarray(offsets, np.int64))
    return pa.Array.from_buffers(pa.large_binary(), len(offsets) - 1, [None, bounds, pa.py_buffer(data)])


def outside(raws: pa.Array, texts: pa.Array, times: pa.Array) -> Outside:
    """Return what is around texts in their raw lines; times are int64, in microseconds."""
    odd = _with_private(texts)
    bodies = bodies_of(texts, np.where(odd, ODD, PLAIN))
    endings = pc.if_else(
        pc.ends_with(raws, b"\r\n"), _ENDS[0], pc.if_else(pc.ends_with(raws, b"\n"), _ENDS[1], _ENDS[2])
    )
    sizes = _lengths(raws) - _lengths(bodies) - _lengths(endings)
    templates = prefixes.cut(_beginnings(raws, np.maximum(sizes, 0)), times)
    same = pc.equal(joined(templates, times, bodies, endings), raws)
    fits = same.fill_null(False).to_numpy(zero_copy_only=False) & (sizes >= 0)  # noqa: FBT003 - Arrow's signature
    states = np.where(fits, np.where(odd, ODD, PLAIN), RAW).astype(np.int8)
    kept, codes = pa.nulls(len(raws), raws.type), templates.indices
    if not fits.all():
        lost = pa.array(~fits)
        kept, codes = pa.array(pc.if_else(lost, raws, None)), pc.if_else(lost, None, codes)
    return Outside(
        pa.DictionaryArray.from_arrays(codes, templates.dictionary),
        endings.cast(pa.string()),
        states,
        kept,
    )


def _with_private(texts: pa.Array) -> Any:
    """Return which texts have private characters (a mask); only those that have a byte that begins one are looked at."""
    found = np.zeros(len(texts), bool)
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    begins = np.flatnonzero(data == _PRIVATE_BEGINS)
    if len(begins):
        bounds = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
        rows = distinct(np.searchsorted(bounds, begins, "right") - 1)
        rows = rows[(rows >= 0) & (rows < len(texts))]
        told = pc.match_substring_regex(texts.take(pa.array(rows)), _PRIVATE)
        found[rows] = told.to_numpy(zero_copy_only=False)
    return found


def _lengths(values: pa.Array) -> Any:
    return pc.binary_length(values).to_numpy().astype(np.int64)


def _beginnings(raws: pa.Array, sizes: Any) -> pa.Array:
    """Return the first bytes of each line, of which it has so many."""
    starts = np.frombuffer(raws.buffers()[1], np.int64)[raws.offset : raws.offset + len(raws) + 1]
    bounds = np.repeat(starts, 2)[:-1]
    bounds[1::2] += sizes
    beginnings_and_ends = binary(bounds, raws.buffers()[2])
    return beginnings_and_ends.take(pa.array(np.arange(0, 2 * len(raws), 2))).cast(pa.binary())


def bodies_of(texts: pa.Array, states: Any) -> pa.Array:
    """Return texts as the bytes that they were read from (large_binary)."""
    bodies = texts.cast(pa.large_string()).cast(pa.large_binary())
    odd = states == ODD
    if not odd.any():
        return bodies
    told = [_bytes(text) for text in texts.filter(pa.array(odd)).to_pylist()]
    return pc.replace_with_mask(bodies, pa.array(odd), pa.array(told, pa.large_binary()))


def _bytes(text: str | None) -> bytes:
    return restore(text or "").encode("utf-8", "surrogateescape")


def joined(templates: pa.DictionaryArray, times: pa.Array, bodies: pa.Array, endings: pa.Array) -> pa.Array:
    """Return whole lines as bytes; null where a template or a body is."""
    before = prefixes.print_prefixes(templates, times).cast(pa.large_string()).cast(pa.large_binary())
    return pc.binary_join_element_wise(before, bodies, endings.cast(pa.large_binary()), _NOTHING)
