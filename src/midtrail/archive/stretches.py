"""In which row groups ids may lie: the stretches of ids that each row group of a table holds, appliance by appliance.

A row group that has an appliance's newest messages and some old ones, which late lines told anew, spans all between.
The stretches tell it apart, so that of a hundred Parquet files those are opened that hold what is looked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta
from midtrail.archive.ids import IdSet
from midtrail.archive.ranges import stretches
from midtrail.distinct import distinct

NUMBERED = {"messages": "mid", "connections": "id", "links": "mid", "asked": "mid"}
"""The tables in which ids are looked for, and the column that holds them beside `host`."""
TIMES = "times"
"""What the stretches of the seconds are called in which messages began."""
BEGAN = ("started_at", "last_event_at")
"""The columns that tell when a message began: the first that has a time."""
_MOST = 128  # stretches of one appliance in one row group
_MOST_OF_TIME = 32  # stretches of time in one row group
_SECOND = 1_000_000
_FEW = 64  # ids that are looked for one by one


class Part(NamedTuple):
    """One appliance's stretches in one row group: the least and the greatest id of each in turn (numpy, ascending)."""

    group: int
    host: str | None
    bounds: Any


def stretches_in(path: Path, column: str) -> list[Part]:
    """Return the stretches of a Parquet file's `host` and `column`. Raises ArchiveError where it is damaged."""
    found: list[Part] = []
    try:
        with pq.ParquetFile(path, read_dictionary=["host"], page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                found += _parts(group, file.read_row_group(group, ["host", column], use_threads=False))
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error
    return found


def _parts(group: int, rows: pa.Table) -> Iterable[Part]:
    hosts, numbers = rows["host"].combine_chunks(), rows.column(1).to_numpy()
    codes = hosts.indices.fill_null(-1).to_numpy()
    for code, host in [*enumerate(hosts.dictionary.to_pylist()), (-1, None)]:
        own = numbers[codes == code]
        if len(own):
            yield Part(group, host, np.stack(stretches(distinct(own), _MOST), axis=1).ravel())


def times_in(path: Path) -> list[Part]:
    """Return the stretches of seconds in which the messages of a Parquet file began, whatever their appliance.

    Raises ArchiveError where it is damaged.
    """
    found: list[Part] = []
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                began = began_at(file.read_row_group(group, BEGAN, use_threads=False)).drop_null()
                seconds = distinct(began.to_numpy() // _SECOND)
                if len(seconds):
                    found.append(Part(group, None, np.stack(stretches(seconds, _MOST_OF_TIME), 1).ravel()))
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error
    return found


def began_at(messages: pa.Table) -> pa.Array:
    """Return when messages began, or where that is out of sight, when they were last seen (microseconds)."""
    return pc.coalesce(*(messages[name].combine_chunks().cast(pa.int64()) for name in BEGAN))


class Stretches:
    """The stretches of some Parquet files of a table."""

    def __init__(self, told: Mapping[str, Sequence[Part]]) -> None:
        """Take the stretches of each file, by its name."""
        self.told = told
        self._spans: dict[str | None, Any] = {}
        self._by_host: dict[str | None, list[tuple[str, Part]]] = {}
        for name, parts in told.items():
            for part in parts:
                self._by_host.setdefault(part.host, []).append((name, part))

    def holding(self, ids: IdSet) -> dict[str, list[int]]:
        """Return the files that may hold one of some ids, each with the row groups that may."""
        found: dict[str, set[int]] = {}
        for host, numbers in ids.by_host().items():
            parts = self._by_host.get(host, [])
            for at in self._near(host, numbers) if len(numbers) <= _FEW else range(len(parts)):
                name, part = parts[at]
                if _meet(part.bounds, numbers):
                    found.setdefault(name, set()).add(part.group)
        return {name: sorted(found[name]) for name in self.told if name in found}

    def _near(self, host: str | None, numbers: Any) -> set[int]:
        """Return the parts of an appliance that span one of some numbers."""
        if host not in self._spans:
            ends = [(part.bounds[0], part.bounds[-1]) for _, part in self._by_host.get(host, ())]
            self._spans[host] = np.array(ends, np.int64).reshape(-1, 2).T
        least, greatest = self._spans[host]
        return {at for one in numbers for at in np.flatnonzero((least <= one) & (one <= greatest)).tolist()}

    def between(self, since: int | None, until: int | None) -> dict[str, list[int]]:
        """Return the row groups by file that may hold a time of a window (microseconds), of stretches of time."""
        first = None if since is None else since // _SECOND
        last = None if until is None else until // _SECOND
        return {
            name: [part.group for part in parts if _has_between(part.bounds, first, last)]
            for name, parts in self.told.items()
        }


def _meet(bounds: Any, numbers: Any) -> bool:
    """Tell whether some numbers lie in stretches."""
    near = np.searchsorted(bounds, numbers)
    ends = bounds[np.minimum(near, len(bounds) - 1)] == numbers
    return bool((ends | (near % 2 == 1)).any())


def _has_between(bounds: Any, first: int | None, last: int | None) -> bool:
    """Tell whether stretches have something from one number to another, both among it."""
    begins, ends = bounds[::2], bounds[1::2]
    at = 0 if first is None else int(np.searchsorted(ends, first))
    return at < len(ends) and (last is None or bool(begins[at] <= last))


def packed(told: Mapping[str, Mapping[str, Sequence[Part]]]) -> tuple[dict[str, Any], bytes]:
    """Return the stretches of files by table as what JSON can hold, and the numbers beside it."""
    bounds = [part.bounds for files in told.values() for parts in files.values() for part in parts]
    numbers = np.concatenate([np.array([0], np.int64), *bounds])
    places = {
        table: {
            name: [(part.group, part.host, len(part.bounds)) for part in parts]
            for name, parts in files.items()
        }
        for table, files in told.items()
    }
    return places, np.diff(numbers).astype("<i8").tobytes()


def unpacked(places: Mapping[str, Mapping[str, Any]], data: bytes) -> dict[str, dict[str, list[Part]]]:
    """Return what was packed. Raises ValueError and the like where that is something else."""
    numbers = np.cumsum(np.frombuffer(data, "<i8"))
    at = 0
    found: dict[str, dict[str, list[Part]]] = {}
    for table, files in places.items():
        for name, parts in files.items():
            own = found.setdefault(table, {}).setdefault(name, [])
            for group, host, count in parts:
                own.append(Part(group, host, numbers[at : at + count]))
                at += count
    return found
