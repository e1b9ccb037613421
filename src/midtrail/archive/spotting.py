"""Where lines lie that name some ids: of each block its columns of ids are read, and nothing else.

A spot is a row of a table: `at` (a line of the archive), its `host`, and the `mid`, `icid` and `dcid` that it names.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.abreast import abreast
from midtrail.archive.blocks import IDS
from midtrail.archive.ids import Named
from midtrail.archive.picking import Picker
from midtrail.archive.snapshot import Snapshot

SPOTS_SCHEMA = pa.schema([("at", pa.int64()), ("host", pa.string()), *((name, pa.int64()) for name in IDS)])
_BITS = 32  # of `at` that tell the event within its block
_KEPT = 64  # blocks whose ids are kept, some 1.5 MB each
_NOBODY = np.array([], np.int64)
_SHORT = 1 << 31  # numbers below take four bytes
_MARKED = 1 << 24  # numbers apart up to which those that are wanted are marked in a table


class Spotting:
    """The ids that the lines of a snapshot name; those of the last blocks are kept."""

    def __init__(self, shot: Snapshot) -> None:
        """Take a snapshot."""
        self._shot = shot
        self._named: OrderedDict[int, _Named] = OrderedDict()

    def spots(self, wanted: Named) -> Iterator[pa.Table]:
        """Yield the lines that name one of the ids, a block at a time."""

        def spots(number: int) -> pa.Table:
            found = self._block(number)
            return found.spots(number << _BITS, found.naming(wanted))

        return abreast(spots, self._holding(wanted))

    def of_kind(self, kind: str, wanted: Named) -> Iterator[pa.Table]:
        """Yield the lines of a kind that name one of the ids, a block at a time."""

        def spots(number: int) -> pa.Table:
            found = self._block(number)
            rows = found.naming(wanted)
            if len(rows):
                rows = np.intersect1d(rows, self._shot.picker(number).of_kind(kind), assume_unique=True)
            return found.spots(number << _BITS, rows)

        return abreast(spots, self._holding(wanted))

    def forget(self) -> None:
        """Give back the ids that are kept."""
        self._named.clear()

    def _holding(self, wanted: Named) -> list[int]:
        return self._shot.ranges.holding(wanted, self._shot.blocks) if wanted else []

    def _block(self, number: int) -> "_Named":
        found = self._named.pop(number, None)
        if found is None:
            picker = self._shot.picker(number)
            found = _Named(picker, self._shot.ranges.hosts(number))
            picker.forget()
        self._named[number] = found
        while len(self._named) > _KEPT:
            self._named.popitem(last=False)
        return found


def lines_of(at: Any) -> Iterator[tuple[int, Any]]:
    """Yield the blocks of spots (`at`, ascending, numpy), each with the rows of its events that are meant."""
    blocks = at >> _BITS
    for rows in np.split(at, np.flatnonzero(np.diff(blocks)) + 1):
        if len(rows):
            yield int(rows[0] >> _BITS), rows & ((1 << _BITS) - 1)


class _Named:
    """The ids that the lines of one block name, by the rows of their events."""

    def __init__(self, picker: Picker, hosts: list[str | None] | None) -> None:
        """Take a block; `hosts` are those of all lines that name ids, where they are known."""
        self._columns = {name: _told(picker, name) for name in IDS}
        if hosts is not None and len(hosts) == 1:
            self._hosts, self._codes = hosts, None
        else:
            told = picker.lines.whole("host")
            self._hosts = [*told.dictionary.to_pylist(), None]
            codes = told.indices.fill_null(len(told.dictionary)).to_numpy()
            self._codes = codes[picker.line_of_event].astype(np.int32)

    def naming(self, wanted: Named) -> Any:
        """Return the events that name one of the ids of their appliance (rows, ascending)."""
        found = [_NOBODY]
        for host, ids in wanted.items():
            if host in self._hosts:
                rows = np.concatenate([self._holding(name, getattr(ids, f"{name}s")) for name in IDS])
                code = self._hosts.index(host)
                found.append(rows if self._codes is None else rows[self._codes[rows] == code])
        return np.unique(np.concatenate(found))

    def _holding(self, name: str, wanted: Any) -> Any:
        """Return the events that name one of some ids, whatever their appliance."""
        told = self._columns[name]
        first = np.searchsorted(wanted, told.least)
        last = np.searchsorted(wanted, told.greatest, "right")
        return _NOBODY if first >= last else told.rows.at(np.flatnonzero(told.among(wanted[first:last])))

    def spots(self, base: int, rows: Any) -> pa.Table:
        """Return events (rows, ascending) as spots; `base` is added to their rows."""
        codes = np.zeros(len(rows), np.int32) if self._codes is None else self._codes[rows]
        hosts = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(self._hosts, pa.string()))
        ids = [self._of(name, rows) for name in IDS]
        return pa.table([pa.array(base + rows), hosts.cast(pa.string()), *ids], schema=SPOTS_SCHEMA)

    def _of(self, name: str, rows: Any) -> pa.Array:
        """Return what events name in a column."""
        told = self._columns[name]
        if not len(told.numbers):
            return pa.nulls(len(rows), pa.int64())
        places, known = told.rows.places(rows)
        return pa.array(told.numbers[places].astype(np.int64), mask=~known)


class _Rows:
    """Rows, ascending, as runs of such that follow one another: which row begins each, and how many are before it."""

    def __init__(self, parts: Iterable[tuple[int, pa.Array]] = ()) -> None:
        """Take the rows of what is not null; each part tells its first row."""
        first, lengths = [_NOBODY], [_NOBODY]
        for start, part in parts:
            told = part.is_valid().to_numpy(zero_copy_only=False)
            turns = np.flatnonzero(np.diff(told, prepend=False, append=False))
            first.append(start + turns[::2])
            lengths.append(turns[1::2] - turns[::2])
        self._first = np.concatenate(first)
        self._ends = np.cumsum(np.concatenate(lengths))
        self._before = np.append(0, self._ends)[:-1]

    def at(self, places: Any) -> Any:
        """Return the rows that stand at some places."""
        run = np.searchsorted(self._ends, places, "right")
        return self._first[run] + places - self._before[run]

    def places(self, rows: Any) -> tuple[Any, Any]:
        """Return where rows stand, and which of them do (a mask); the place of others may be any."""
        run = np.maximum(np.searchsorted(self._first, rows, "right") - 1, 0)
        places = self._before[run] + rows - self._first[run]
        known = (places >= self._before[run]) & (places < self._ends[run])
        return np.where(known, places, 0), known


class _Column(NamedTuple):
    """The events that name something in a column, and what: numbers between two."""

    rows: _Rows
    numbers: Any
    least: int
    greatest: int

    def among(self, wanted: Any) -> Any:
        """Return which of the numbers are wanted (a mask); those that are wanted lie between the two, ascending."""
        room = self.greatest - self.least + 1
        if room > _MARKED:
            found = pc.is_in(pa.array(self.numbers, pa.int64()), pa.array(wanted, pa.int64()))
            return found.to_numpy(zero_copy_only=False)
        marked = np.zeros(room, bool)
        marked[wanted - self.least] = True
        return marked[self.numbers - self.least]


_EMPTY = _Column(_Rows(), _NOBODY, 0, -1)  # least above greatest: nothing lies between


def _told(picker: Picker, name: str) -> _Column:
    """Return what a block's events name in a column."""
    columns = picker.events
    parts = [*columns.filled(name)] if name in columns.names else []
    told = [(start, part) for start, part in parts if part.null_count < len(part)]
    if not told:
        return _EMPTY
    numbers = [part.drop_null().to_numpy() for _, part in told]
    least, greatest = min(int(some.min()) for some in numbers), max(int(some.max()) for some in numbers)
    kind = np.int32 if least >= -_SHORT and greatest < _SHORT else np.int64
    return _Column(_Rows(told), np.concatenate(numbers, dtype=kind), least, greatest)
