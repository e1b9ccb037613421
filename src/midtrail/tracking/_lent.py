"""Lines that DuckDB reads where Arrow holds them, with what is known of each beside it: no join by `seq` is needed.

What `events.sql` makes of a spine in memory, and `_lanes.py` says of the lines of a kind, without a copy of them.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from midtrail.moments import microseconds
from midtrail.tables import SPINE_TABLE, Batches, BorrowingStore

_SECOND = 1_000_000
_TIME = pa.timestamp("us", tz="UTC")
_REMEDIAL = ("remediation_initiated", "remediation_processed")
_VIEWS = {
    "track_event_rows": """
        create or replace temp view track_events as
        select seq, host, stamp, time, mid, icid, dcid, recognised, remedial from track_event_rows where host > 0
    """,
    "track_mid_line_rows": """
        create or replace temp view track_mid_lines as
        select life, seq, stamp, time from track_mid_line_rows where life > 0
    """,
}


class _Known(NamedTuple):
    """What is known of the lines of a batch, which have consecutive numbers."""

    first: int
    host: Any
    """The number of each line's appliance, 0 where the line does not count."""
    stamp: Any
    time: Any
    timed: Any
    """Which lines have a time, None where all have one."""
    life: Any
    """The number of the life that a line of a MID belongs to, else 0."""


class LentLines:
    """The lines of a store, with what is known of them."""

    def __init__(self, store: BorrowingStore, as_of: datetime | None) -> None:
        """Know of each line where and when it was written; the store has the tables that `repeats.sql` makes."""
        self._store = store
        self._batches = [batch for batch in store.borrowed if batch[SPINE_TABLE].num_rows]
        if not self._batches:
            self._batches.append({SPINE_TABLE: store.empty(SPINE_TABLE)})
        hosts = dict(store.connection.execute("select host, host_id from track_hosts").fetchall())
        repeats = np.array(store.connection.execute("select seq from track_repeats").fetchall(), np.int64)
        until = None if as_of is None else microseconds(as_of, 0)
        self._life = np.zeros(sum(batch[SPINE_TABLE].num_rows for batch in self._batches), np.int64)
        self._known: list[_Known] = []
        done = 0
        for batch in self._batches:
            spine = batch[SPINE_TABLE]
            life = self._life[done : done + len(spine)]
            done += len(spine)
            self._known.append(_known(spine, hosts, repeats.ravel(), until, life))
        self._first = self._known[0].first

    def place(self, lives: pa.RecordBatchReader) -> None:
        """Note the lives (life, seq) that lines of MIDs belong to."""
        for batch in lives:
            self._life[_numbers(batch["seq"])[0] - self._first] = _numbers(batch["life"])[0]

    def lend(self, connection: duckdb.DuckDBPyConnection, words: AbstractSet[str]) -> list[str]:
        """Make what SQL with these words reads of `track_events`, `track_mid_lines`, `dated_KIND` and `placed_KIND`.

        Returns the names of what is lent.
        """
        lent = {}
        if "track_events" in words:
            lent["track_event_rows"] = [_events(batch[SPINE_TABLE], known) for batch, known in self._pairs()]
        if "track_mid_lines" in words:
            lent["track_mid_line_rows"] = [
                _mid_lines(batch[SPINE_TABLE], known) for batch, known in self._pairs()
            ]
        for name in sorted(words):
            begins, _, kind = name.partition("_")
            if kind and begins in ("dated", "placed"):
                found = [(batch[kind], known) for batch, known in self._pairs() if kind in batch]
                found = found or [(self._store.empty(kind), self._known[0])]
                lent[name] = [_beside(begins, rows, known) for rows, known in found]
        for name, rows in lent.items():
            connection.register(name, pa.Table.from_batches(rows))
            if name in _VIEWS:
                connection.execute(_VIEWS[name])
        return list(lent)

    def _pairs(self) -> Iterable[tuple[Batches, _Known]]:
        return zip(self._batches, self._known, strict=True)


def _known(
    spine: pa.RecordBatch, hosts: dict[str | None, int], repeats: Any, until: int | None, life: Any
) -> _Known:
    times, timed = _numbers(spine["time"])
    counts = np.logical_or.reduce([_told(spine[name]) for name in ("mid", "icid", "dcid")])
    seqs, _ = _numbers(spine["seq"])
    if until is not None:
        counts &= ~timed | (times <= until)
    first = int(seqs[0]) if len(seqs) else 0
    counts[repeats[(repeats >= first) & (repeats < first + len(seqs))] - first] = False
    host = np.where(counts, _host_ids(spine["host"], hosts), 0)
    stamp = times // _SECOND
    if timed.all():
        return _Known(first, host, stamp, times, None, life)
    return _Known(first, host, np.where(timed, stamp, 0), times, timed, life)


def _events(spine: pa.RecordBatch, known: _Known) -> pa.RecordBatch:
    kinds = spine["kind"].dictionary.to_pylist()
    codes, _ = _numbers(spine["kind"].indices)
    return _batch(
        {
            **{name: spine[name] for name in ("seq", "time", "mid", "icid", "dcid")},
            "host": _array(known.host),
            "stamp": _array(known.stamp),
            "recognised": _array(np.array([kind != "unrecognised" for kind in kinds], np.bool_)[codes]),
            "remedial": _array(np.array([kind in _REMEDIAL for kind in kinds], np.bool_)[codes]),
        }
    )


def _mid_lines(spine: pa.RecordBatch, known: _Known) -> pa.RecordBatch:
    life, stamp = _array(known.life), _array(known.stamp)
    return _batch({"seq": spine["seq"], "time": spine["time"], "stamp": stamp, "life": life})


def _beside(begins: str, lines: pa.RecordBatch, known: _Known) -> pa.RecordBatch:
    places = _numbers(lines["seq"])[0] - known.first
    bits = None if known.timed is None else _bits(known.timed[places])
    told = known.host if begins == "dated" else known.life
    return pa.RecordBatch.from_arrays(
        [
            *lines.columns,
            _array(told[places]),
            _array(known.stamp[places]),
            pa.Array.from_buffers(_TIME, len(places), [bits, pa.py_buffer(known.time[places])]),
        ],
        [*lines.schema.names, "host" if begins == "dated" else "life", "stamp", "time"],
    )


def _batch(columns: dict[str, pa.Array]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def _host_ids(column: pa.DictionaryArray, hosts: dict[str | None, int]) -> Any:
    codes, told = _numbers(column.indices)
    ids = np.array([hosts[host] for host in column.dictionary.to_pylist()] or [0], np.int64)
    return ids[codes] if told.all() else np.where(told, ids[np.where(told, codes, 0)], hosts.get(None, 0))


def _array(values: Any) -> pa.Array:
    """Return numbers or truths as Arrow holds them."""
    if values.dtype == np.bool_:
        return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bits(values)])
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])


def _bits(truths: Any) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truths, bitorder="little"))


def _numbers(column: pa.Array) -> tuple[Any, Any]:
    """Return the values of a column of numbers or instants as they lie in memory, and which are told."""
    width = np.int32 if column.type == pa.int32() else np.int64
    if not len(column):
        return np.empty(0, width), np.empty(0, np.bool_)
    values = np.frombuffer(column.buffers()[1], width)[column.offset : column.offset + len(column)]
    return values, _told(column)


def _told(column: pa.Array) -> Any:
    if not column.null_count:
        return np.ones(len(column), np.bool_)
    bits = np.frombuffer(column.buffers()[0], np.uint8)
    return np.unpackbits(bits, bitorder="little")[column.offset : column.offset + len(column)].view(np.bool_)
