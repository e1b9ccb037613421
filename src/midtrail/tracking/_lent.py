"""Lines that DuckDB reads where Arrow holds them, with what is known of each beside it: no join by `seq` is needed.

What `events.sql` makes of a spine in memory, and `_lanes.py` says of the lines of a kind, without a copy of them.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from midtrail.moments import microseconds
from midtrail.tables import SPINE_TABLE, BorrowingStore

_SECOND = 1_000_000
_TIME = pa.timestamp("us", tz="UTC")
_REMEDIAL = ("remediation_initiated", "remediation_processed")
_BESIDE = {"dated": "host", "placed": "life"}
"""What stands beside the lines of a kind, with their `stamp` and `time`, by how the table's name begins."""
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


class LentLines:
    """The lines of a store, with what is known of them; their numbers follow one another."""

    def __init__(self, store: BorrowingStore, as_of: datetime | None) -> None:
        """Know of each line where and when it was written; the store has the tables that `repeats.sql` makes."""
        self._store = store
        self._spines = [batch[SPINE_TABLE] for batch in store.borrowed if batch[SPINE_TABLE].num_rows]
        self._spines = self._spines or [store.empty(SPINE_TABLE)]
        seqs, _ = _numbers(self._spines[0]["seq"])
        self._first = int(seqs[0]) if len(seqs) else 0
        lines = sum(map(len, self._spines))
        self._time, self._timed = np.empty(lines, np.int64), np.empty(lines, np.bool_)
        self._host = np.empty(lines, np.int64)
        """The number of each line's appliance, 0 where the line does not count."""
        self._life = np.zeros(lines, np.int64)
        """The number of the life that a line of a MID belongs to, else 0."""
        hosts = dict(store.connection.execute("select host, host_id from track_hosts").fetchall())
        for spine, here in self._places():
            self._time[here], self._timed[here] = _numbers(spine["time"])
            named = np.logical_or.reduce([_told(spine[name]) for name in ("mid", "icid", "dcid")])
            self._host[here] = np.where(named, _host_ids(spine["host"], hosts), 0)
        repeats = np.array(store.connection.execute("select seq from track_repeats").fetchall(), np.int64)
        self._host[repeats.ravel() - self._first] = 0
        if as_of is not None:
            self._host[self._timed & (self._time > microseconds(as_of, 0))] = 0
        self._stamp = self._time // _SECOND
        self._stamp[~self._timed] = 0

    def _places(self) -> Iterator[tuple[pa.RecordBatch, slice]]:
        """Yield the batches of the spine, each with the place of its lines among all."""
        end = 0
        for spine in self._spines:
            begin, end = end, end + len(spine)
            yield spine, slice(begin, end)

    def place(self, lives: pa.RecordBatchReader) -> None:
        """Note the lives (life, seq) that lines of MIDs belong to."""
        for batch in lives:
            self._life[_numbers(batch["seq"])[0] - self._first] = _numbers(batch["life"])[0]

    def fetch(self, seqs: pa.ChunkedArray, columns: Sequence[str]) -> pa.Table:
        """Return columns of some lines of the spine, in their order."""
        wanted = np.sort(seqs.to_numpy()) - self._first
        found = []
        for spine, here in self._places():
            begin, end = np.searchsorted(wanted, (here.start, here.stop))
            found.append(spine.select(list(columns)).take(pa.array(wanted[begin:end] - here.start)))
        return pa.Table.from_batches(found)

    def lend(self, connection: duckdb.DuckDBPyConnection, words: AbstractSet[str]) -> list[str]:
        """Make what SQL with these words reads of `track_events`, `track_mid_lines`, `dated_KIND` and `placed_KIND`.

        Returns the names of what is lent.
        """
        lent = {}
        if "track_events" in words:
            lent["track_event_rows"] = pa.Table.from_batches([self._events(*some) for some in self._places()])
        if "track_mid_lines" in words:
            lent["track_mid_line_rows"] = pa.Table.from_batches(
                [self._mid_lines(*some) for some in self._places()]
            )
        for name in sorted(words):
            begins, _, kind = name.partition("_")
            if kind and begins in _BESIDE:
                lent[name] = self._beside(begins, self._store.table_of(kind))
        for name, rows in lent.items():
            connection.register(name, rows)
            if name in _VIEWS:
                connection.execute(_VIEWS[name])
        return list(lent)

    def _events(self, spine: pa.RecordBatch, here: slice) -> pa.RecordBatch:
        kinds = spine["kind"].dictionary.to_pylist()
        codes, _ = _numbers(spine["kind"].indices)
        return _batch(
            {
                **{name: spine[name] for name in ("seq", "time", "mid", "icid", "dcid")},
                "host": _array(self._host[here]),
                "stamp": _array(self._stamp[here]),
                "recognised": _array(np.array([kind != "unrecognised" for kind in kinds], np.bool_)[codes]),
                "remedial": _array(np.array([kind in _REMEDIAL for kind in kinds], np.bool_)[codes]),
            }
        )

    def _mid_lines(self, spine: pa.RecordBatch, here: slice) -> pa.RecordBatch:
        life, stamp = _array(self._life[here]), _array(self._stamp[here])
        return _batch({"seq": spine["seq"], "time": spine["time"], "stamp": stamp, "life": life})

    def _beside(self, begins: str, lines: pa.Table) -> pa.Table:
        places = np.concatenate([_numbers(chunk)[0] for chunk in lines["seq"].chunks]) - self._first
        told = self._host if begins == "dated" else self._life
        bits = None if self._timed.all() else _bits(self._timed[places])
        times = pa.Array.from_buffers(_TIME, len(places), [bits, pa.py_buffer(self._time[places])])
        beside = {_BESIDE[begins]: _array(told[places]), "stamp": _array(self._stamp[places]), "time": times}
        for name, column in beside.items():
            lines = lines.append_column(name, column)
        return lines


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
