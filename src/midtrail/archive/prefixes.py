r"""What stands before a line's text, as a template with its clocks cut out: a day of one appliance needs a few.

A clock in a template is written `\x01SHIFT\x02`, or `\x01SHIFT.6\x02` where six digits of a second follow its
point: SHIFT is how many seconds it is ahead of the line's time, within a day. So a template and a time
give the same bytes again, whatever the framing, and whatever clock the appliance goes by.
"""

import re
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_DAY = 86_400
_SECOND = 1_000_000
_DIGITS = 6
_CLOCK = re.compile(rb"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:([.,])([0-9]+))?")
_CUT = re.compile(r"\x01(\d+)(?:([.,])(\d))?\x02")
_RESERVED = re.compile(rb"[\x01\x02]")
_CLOCK_SHAPE = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_CLOCK_SIZE = 8


class Clock(NamedTuple):
    """A clock in a template: seconds ahead of the line's time, and how many digits of a second it shows."""

    shift: int
    point: str
    digits: int


def template_of(prefix: bytes, time: int | None) -> str | None:
    """Return the template of what stands before a line's text; None where none gives the same bytes.

    `time` is the line's, in microseconds since the epoch, None where it has none.
    """
    try:
        plain = prefix.decode()
    except UnicodeDecodeError:
        return None
    if _RESERVED.search(prefix):
        return None
    return plain if time is None else _CLOCK.sub(lambda found: _cut(found, time), prefix).decode()


def _cut(found: re.Match[bytes], time: int) -> bytes:
    hours, minutes, seconds = (int(part) for part in found.groups()[:3])
    shift = ((hours * 60 + minutes) * 60 + seconds - time // _SECOND) % _DAY
    point, digits = found[4], found[5]
    if digits is None:
        return b"\x01%d\x02" % shift
    told = b"%06d" % (time % _SECOND)
    if len(digits) <= _DIGITS and told[: len(digits)] == digits:
        return b"\x01%d%b%d\x02" % (shift, point, len(digits))
    return b"\x01%d\x02%b%b" % (shift, point, digits)


def cut(prefixes: pa.Array, times: pa.Array) -> pa.DictionaryArray:
    """Return the templates of many prefixes (binary) with their times (int64, microseconds); null as above."""
    coded = prefixes.dictionary_encode()  # lines of one second begin alike
    shapes = pc.replace_substring_regex(coded.dictionary, _CLOCK_SHAPE, "\x01").dictionary_encode()
    codes = shapes.indices.to_numpy()[coded.indices.to_numpy()]
    timed = times.is_valid().to_numpy(zero_copy_only=False)
    seconds = times.fill_null(0).to_numpy() // _SECOND
    found: dict[str | None, int] = {}
    result = np.full(len(prefixes), -1, np.int32)
    for code, shape in enumerate(shapes.dictionary.to_pylist()):
        rows = np.flatnonzero(codes == code)
        if shape.count(b"\x01") == 1 and not _has_fraction(shape) and timed[rows].all():
            _cut_alike(prefixes, rows, shape, seconds, found, result)
        else:
            _cut_singly(prefixes, times, rows, found, result)
    words = list(found)
    return pa.DictionaryArray.from_arrays(pa.array(result, mask=result < 0), pa.array(words, pa.string()))


def _has_fraction(shape: bytes) -> bool:
    return re.search(rb"\x01[.,][0-9]", shape) is not None


def _cut_alike(
    prefixes: pa.Array, rows: Any, shape: bytes, seconds: Any, found: dict[str | None, int], result: Any
) -> None:
    """Cut prefixes that differ in nothing but their one clock."""
    at = shape.index(b"\x01")
    clocks = pc.binary_slice(prefixes.take(pa.array(rows)), at, at + _CLOCK_SIZE)
    digits = np.frombuffer(_bytes_of(clocks), np.uint8).reshape(-1, _CLOCK_SIZE).astype(np.int64) - ord("0")
    told = (
        (digits[:, 0] * 10 + digits[:, 1]) * 3600
        + (digits[:, 3] * 10 + digits[:, 4]) * 60
        + digits[:, 6] * 10
        + digits[:, 7]
    )
    shifts, of_row = np.unique((told - seconds[rows]) % _DAY, return_inverse=True)
    templates = [_with_shift(shape, int(shift)) for shift in shifts]
    numbers = [-1 if template is None else found.setdefault(template, len(found)) for template in templates]
    result[rows] = np.array(numbers, np.int32)[of_row]


def _with_shift(shape: bytes, shift: int) -> str | None:
    """Return the template of a shape; None where the shape is no text that a template can hold."""
    before, after = shape.split(b"\x01")
    try:
        return f"{before.decode()}\x01{shift}\x02{after.decode()}" if b"\x02" not in shape else None
    except UnicodeDecodeError:
        return None


def _bytes_of(values: pa.Array) -> Any:
    """Return the bytes of all values, one behind the other."""
    size = 8 if pa.types.is_large_binary(values.type) else 4
    offsets = np.frombuffer(values.buffers()[1], np.int64 if size == 8 else np.int32)  # noqa: PLR2004 - bytes of an offset
    first, last = int(offsets[values.offset]), int(offsets[values.offset + len(values)])
    return memoryview(values.buffers()[2])[first:last] if last > first else b""


def _cut_singly(
    prefixes: pa.Array, times: pa.Array, rows: Any, found: dict[str | None, int], result: Any
) -> None:
    some = pa.array(rows)
    for row, prefix, time in zip(
        rows, prefixes.take(some).to_pylist(), times.take(some).to_pylist(), strict=True
    ):
        template = template_of(prefix, time)
        if template is not None:
            result[row] = found.setdefault(template, len(found))


class _Pieces(NamedTuple):
    texts: list[str]
    clocks: list[Clock]


@cache
def _pieces(template: str) -> _Pieces:
    parts = _CUT.split(template)
    clocks = [
        Clock(int(parts[at]), parts[at + 1] or "", int(parts[at + 2] or 0)) for at in range(1, len(parts), 4)
    ]
    return _Pieces(parts[::4], clocks)


def shifts_of(templates: pa.DictionaryArray) -> Any:
    """Return how many seconds east of UTC each line's own clock goes, 0 where it shows none (numpy int64)."""
    shifts = [
        (pieces.clocks[-1].shift if pieces.clocks else 0)
        for pieces in map(_pieces, templates.dictionary.to_pylist())
    ]
    east = np.array([shift - _DAY if shift > 14 * 3600 else shift for shift in shifts], np.int64)
    codes = templates.indices.fill_null(-1).to_numpy()
    return np.where(codes >= 0, np.append(east, 0)[codes], 0)


def _clocks_at(seconds: Any) -> pa.Array:
    """Return the clocks at some seconds of the day (numpy) as text."""
    text = np.full((len(seconds), _CLOCK_SIZE), ord(":"), np.uint8)
    for at, shown in ((0, seconds // 3600), (3, seconds // 60 % 60), (6, seconds % 60)):
        text[:, at], text[:, at + 1] = shown // 10 + ord("0"), shown % 10 + ord("0")
    bounds = np.arange(0, text.size + 1, _CLOCK_SIZE, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(seconds), [None, pa.py_buffer(bounds), pa.py_buffer(text)])


def print_prefixes(templates: pa.DictionaryArray, times: pa.Array) -> pa.Array:
    """Return the bytes that templates and times (int64, microseconds) stand for; null where the template is.

    Each template is printed once a moment: lines come many at a time.
    """
    moments = times.fill_null(0).dictionary_encode()
    keys = moments.indices.to_numpy().astype(np.int64) * (len(templates.dictionary) + 1)
    coded = pa.array(
        keys + templates.indices.fill_null(len(templates.dictionary)).to_numpy()
    ).dictionary_encode()
    codes = coded.indices.to_numpy()
    rows = np.empty(len(coded.dictionary), np.int64)
    rows[codes] = np.arange(len(codes))
    some = pa.array(rows)
    return _printed(templates.take(some), times.take(some)).take(coded.indices)


def _printed(templates: pa.DictionaryArray, times: pa.Array) -> pa.Array:
    pieces = [_pieces(template) for template in templates.dictionary.to_pylist()]
    most = max((len(piece.clocks) for piece in pieces), default=0)
    micros = times.fill_null(0).to_numpy()
    codes = templates.indices
    columns = [pa.array([piece.texts[0] for piece in pieces], pa.string()).take(codes)]
    for place in range(most):
        columns.append(_clock_column(pieces, codes, micros, place))
        texts = [piece.texts[place + 1] if place < len(piece.clocks) else "" for piece in pieces]
        columns.append(pa.array(texts, pa.string()).take(codes))
    return pc.binary_join_element_wise(*columns, "") if len(columns) > 1 else columns[0]


def _clock_column(pieces: list[_Pieces], codes: pa.Array, micros: Any, place: int) -> pa.Array:
    clocks = [piece.clocks[place] if place < len(piece.clocks) else None for piece in pieces]
    shifts = np.array([clock.shift if clock else 0 for clock in clocks] or [0], np.int64)
    numbers = codes.fill_null(0).to_numpy()
    shown = _clocks_at((micros // _SECOND + shifts[numbers]) % _DAY)
    for number, clock in enumerate(clocks):
        if clock is None or clock.digits:
            mask = numbers == number
            shown = pc.replace_with_mask(shown, pa.array(mask), _special(clock, shown, micros, mask))
    return shown


def _special(clock: Clock | None, shown: pa.Array, micros: Any, mask: Any) -> pa.Array:
    """Return clocks with digits of a second, or nothing where a template has no more clocks."""
    if clock is None:
        return pa.array([""] * int(mask.sum()), pa.string())
    fractions = pc.utf8_lpad(pa.array(micros[mask] % _SECOND).cast(pa.string()), _DIGITS, "0")
    return pc.binary_join_element_wise(
        shown.filter(pa.array(mask)), pc.utf8_slice_codeunits(fractions, 0, clock.digits), clock.point
    )
