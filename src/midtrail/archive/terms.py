"""In which row groups a value may lie: addresses, Message-IDs and IP addresses of messages, SHA-256 hashes of events.

Each Parquet file of these two tables has a file of terms beside it, in a folder of their own. It tells nothing new and
may be missing: then the rows themselves are read. Of each row group and field it holds the hashes of the different
values, scattered over 2^BITS times as many numbers as there are values, so that a value which is not there seems to be
there once in 2^BITS times. Ascending, they are stored as Elias and Fano did: of each number the low bits as they are,
the high ones by how far each goes on, BITS + 2 bits together.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta
from midtrail.distinct import distinct

FOLDER = "terms"
_LAYOUT = 2
_BITS = 4  # two of which make a byte
_LOW = (1 << _BITS) - 1
_HALF = np.uint64(32)
_FACTOR, _FIRST, _SECOND = (
    np.uint64(factor) for factor in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))


def _lower(texts: pa.Array) -> pa.Array:
    return pc.utf8_lower(texts)


def _bare(texts: pa.Array) -> pa.Array:
    return pc.utf8_trim(texts, "<>")


def _address(texts: pa.Array) -> pa.Array:
    """Return IP addresses, those of IPv6, which can be written in many ways, as their 128 bits."""
    lower = pc.utf8_lower(texts)
    if not pc.any(pc.match_substring(lower, ":")).as_py():
        return lower
    coded = lower.dictionary_encode()
    return pa.array(map(_bits, coded.dictionary.to_pylist()), pa.string()).take(coded.indices)


def _bits(address: str) -> str:
    try:
        return f"{int(IPv6Address(address)):032x}" if ":" in address else address
    except ValueError:
        return address


class Field(NamedTuple):
    """A field whose values are told: the columns that hold them, and how one is written for its hash."""

    columns: tuple[str, ...]
    written: Callable[[pa.Array], pa.Array]


_RECIPIENTS = "recipients.list.element."
FIELDS = {
    "sender": Field(("sender",), _lower),
    "recipient": Field((f"{_RECIPIENTS}recipient",), _lower),
    "email_messageid": Field(("message_id",), _bare),
    "ip": Field(("sender_ip", f"{_RECIPIENTS}destination_ip"), _address),
}
"""The fields of messages, as a search calls them."""
OF_EVENTS = {"sha256": Field(("sha256", "indicator"), _lower)}
"""Those of events, which may lack a column."""
_OF_TABLES = {"messages": FIELDS, "events": OF_EVENTS}


def values_of(rows: pa.Table, field: str) -> list[tuple[pa.Array, Any]]:
    """Return the values of a field of messages, as they are written for their hash, each with the row that has it."""
    return [_values(rows, path, FIELDS[field].written) for path in FIELDS[field].columns]


def _values(rows: pa.Table, path: str, written: Callable[[pa.Array], pa.Array]) -> tuple[pa.Array, Any]:
    name, _, within = path.partition(".")
    column = rows[name].combine_chunks()
    if not within:
        return written(column.cast(pa.string())), np.arange(len(column))
    values = pc.list_flatten(column).field(within.rpartition(".")[2])
    return written(values.cast(pa.string())), pc.list_parent_indices(column).to_numpy()


def write_missing(archive: Path, files: Mapping[str, Iterable[Path]]) -> None:
    """Write the terms of those Parquet files (by their table) that have none, and take away those of files that are gone.

    Raises OSError where they cannot be written, ArchiveError where a file is damaged.
    """
    folder = archive / FOLDER
    folder.mkdir(exist_ok=True)
    places = {place_of(folder, path.name): (path, name) for name, paths in files.items() for path in paths}
    present = set(folder.iterdir())
    for place in present - places.keys():
        place.unlink()
    for place, (path, name) in places.items():
        if place not in present or not _is_current(place):
            _write(place, path, _OF_TABLES[name])


def _is_current(place: Path) -> bool:
    begin = _head({})[:-2]  # up to where the fields are told
    with place.open("rb") as file:
        return file.read(len(begin)) == begin


def _head(fields: Mapping[str, Any]) -> bytes:
    return json.dumps({"layout": _LAYOUT, "fields": fields}, separators=(",", ":")).encode()


def _write(place: Path, path: Path, fields: Mapping[str, Field]) -> None:
    """Write the terms of a Parquet file."""
    parts: dict[str, list[tuple[int, bytes, bytes]]] = {name: [] for name in fields}
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                for name, field in fields.items():
                    parts[name].append(_packed(_hashes_in(file, group, field)))
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error
    told: dict[str, Any] = {}
    data = b""
    for name, groups in parts.items():
        some = b"".join(high for _, high, _ in groups) + b"".join(low for _, _, low in groups)
        counts = [count for count, _, _ in groups]
        told[name] = [counts, len(data), len(some), _checksum(counts, some)]
        data += some
    made = place.with_name(f".{place.name}")
    try:
        made.write_bytes(_head(told) + b"\n" + data)
        made.replace(place)
    finally:
        made.unlink(missing_ok=True)


def _hashes_in(file: Any, group: int, field: Field) -> Any:
    """Return the hashes of the different values of a field in a row group, ascending."""
    there = set(file.schema_arrow.names)
    columns = [path for path in field.columns if path.partition(".")[0] in there]
    rows = file.read_row_group(group, columns, use_threads=False)
    values = [_values(rows, path, field.written)[0] for path in columns]
    return distinct(hashes(pa.concat_arrays([*values, pa.nulls(0, pa.string())]).drop_null()))


def place_of(folder: Path, name: str) -> Path:
    """Return where the terms of a Parquet file are, by its name."""
    return folder / name.removesuffix(".parquet")


def _packed(numbers: Any) -> tuple[int, bytes, bytes]:
    """Return how many hashes there are, and their high and low bits, each in whole bytes."""
    count = len(numbers)
    spots = np.sort(_scattered(numbers, np.uint64(count))).astype(np.int64)
    high = np.zeros(2 * count, np.uint8)
    high[(spots >> _BITS) + np.arange(count)] = 1
    low = np.append(spots & _LOW, 0).astype(np.uint8)[: count + count % 2]
    return count, np.packbits(high).tobytes(), (low[::2] | low[1::2] << _BITS).tobytes()


def _scattered(numbers: Any, counts: Any) -> Any:
    """Return hashes as numbers below 2^BITS times the count of those that stand together."""
    return ((numbers >> _HALF) * (counts << np.uint64(_BITS))) >> _HALF


def hashes(texts: pa.Array) -> Any:
    """Return a hash of each text (numpy, 64 bits), the same on every machine and with every version."""
    texts = texts.cast(pa.large_binary())
    if not len(texts):
        return np.array([], np.uint64)
    bounds = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    first = bounds[0]
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)[first : bounds[-1]]
    starts, ends = bounds[:-1] - first, bounds[1:] - first
    sums = np.zeros(len(data) + 1, np.uint64)
    np.cumsum((data.astype(np.uint64) + np.uint64(1)) * _powers(_FACTOR, len(data)), out=sums[1:])
    found = (sums[ends] - sums[starts]) * _powers(_INVERSE, len(data) + 1)[starts]
    found += (ends - starts).astype(np.uint64) * _SECOND
    for shift, factor in ((30, _FIRST), (27, _SECOND), (31, np.uint64(1))):
        found = (found ^ (found >> np.uint64(shift))) * factor
    return found


def _powers(factor: Any, count: int) -> Any:
    powers = np.full(count, factor, np.uint64)
    powers[:1] = 1
    return np.cumprod(powers, out=powers)


def holding(place: Path, field: str, numbers: Any) -> list[int] | None:
    """Return the row groups that may have one of some hashes (numpy) as a value of a field, by the file of their terms.

    None where that is missing or damaged.
    """
    told = _told(place, field)
    return None if told is None else told.holding(numbers)


class _Terms(NamedTuple):
    """The scattered hashes of a field, row group after row group, and how many each has (numpy)."""

    counts: Any
    spots: Any

    def holding(self, numbers: Any) -> list[int]:
        """Return the row groups that may have one of some hashes."""
        ends = np.cumsum(self.counts)
        found: set[int] = set()
        for number in numbers:
            wanted = _scattered(number, self.counts.astype(np.uint64)).astype(np.uint32)
            near = np.flatnonzero(self.spots == np.repeat(wanted, self.counts))
            found.update(np.searchsorted(ends, near, "right").tolist())
        return sorted(found)


def _unpacked(counts: Any, data: bytes) -> _Terms:
    """Return hashes that were packed, of row groups that have so many."""
    sizes = _bytes_for(2 * counts)
    highs = np.frombuffer(data, np.uint8, int(sizes.sum()))
    lows = np.frombuffer(data, np.uint8, offset=len(highs))
    ones = np.flatnonzero(np.unpackbits(highs))
    within = np.arange(len(ones)) - np.repeat(_starts(counts), counts)
    high = ones - np.repeat(8 * _starts(sizes), counts) - within
    low_at = np.repeat(_starts(_bytes_for(_BITS * counts)), counts)
    low = lows[low_at + (within >> 1)] >> (_BITS * (within & 1)) & _LOW
    return _Terms(counts, (high << _BITS | low).astype(np.uint32))


def _checksum(counts: Sequence[int], data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(np.array(counts, "<i8").tobytes()))


def _bytes_for(bits: Any) -> Any:
    return (bits + 7) // 8


def _starts(sizes: Any) -> Any:
    return np.cumsum(sizes) - sizes


@lru_cache(maxsize=256)
def _told(place: Path, field: str) -> _Terms | None:
    try:
        with place.open("rb") as file:
            told = json.loads(file.readline())
            if told["layout"] != _LAYOUT:
                return None
            counts, start, size, checksum = told["fields"][field]
            file.seek(start, 1)
            data = file.read(size)
        return _unpacked(np.array(counts, np.int64), data) if _checksum(counts, data) == checksum else None
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
