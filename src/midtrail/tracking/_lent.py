"""Events that DuckDB reads where Arrow holds them: what `events.sql` makes of a spine in memory, without a copy of it."""

from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from midtrail.moments import microseconds

_SECOND = 1_000_000
_REMEDIAL = ("remediation_initiated", "remediation_processed")
_LENT = ("seq", "time", "mid", "icid", "dcid")
_EVENTS = """
    create or replace temp view track_events as
    select seq, host, stamp, time, mid, icid, dcid, recognised, remedial from track_event_rows where counts
"""


def lend_events(
    connection: duckdb.DuckDBPyConnection,
    other: duckdb.DuckDBPyConnection,
    spine: pa.Table,
    as_of: datetime | None,
) -> None:
    """Make `track_events` on two connections, of which the first has the tables that `repeats.sql` makes."""
    hosts = dict(connection.execute("select host, host_id from track_hosts").fetchall())
    repeats = connection.execute("select seq from track_repeats").fetchnumpy()["seq"]
    until = None if as_of is None else microseconds(as_of, 0)
    empty = pa.RecordBatch.from_pylist([], schema=spine.schema)
    batches = [_events(batch, hosts, repeats, until) for batch in spine.to_batches() or [empty]]
    for one in (connection, other):
        one.register("track_event_rows", pa.Table.from_batches(batches))
        one.execute(_EVENTS)


def take_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Let go of what `lend_events` lent."""
    connection.execute("drop view track_events")
    connection.unregister("track_event_rows")


def _events(
    batch: pa.RecordBatch, hosts: dict[str | None, int], repeats: Any, until: int | None
) -> pa.RecordBatch:
    times, timed = _numbers(batch["time"])
    named = np.logical_or.reduce([_told(batch[name]) for name in ("mid", "icid", "dcid")])
    counts = named & ~np.isin(_numbers(batch["seq"])[0], repeats) if len(repeats) else named
    if until is not None:
        counts &= ~timed | (times <= until)
    kinds = batch["kind"].dictionary.to_pylist()
    codes, _ = _numbers(batch["kind"].indices)
    made = {
        "host": _host_ids(batch["host"], hosts),
        "stamp": np.where(timed, times // _SECOND, 0),
        "recognised": np.array([kind != "unrecognised" for kind in kinds], np.bool_)[codes],
        "remedial": np.array([kind in _REMEDIAL for kind in kinds], np.bool_)[codes],
        "counts": counts,
    }
    arrays = [batch[name] for name in _LENT] + [_array(values) for values in made.values()]
    return pa.RecordBatch.from_arrays(arrays, [*_LENT, *made])


def _host_ids(column: pa.DictionaryArray, hosts: dict[str | None, int]) -> Any:
    codes, told = _numbers(column.indices)
    ids = np.array([hosts[host] for host in column.dictionary.to_pylist()] or [0], np.int64)
    return ids[codes] if told.all() else np.where(told, ids[np.where(told, codes, 0)], hosts.get(None, 0))


def _array(values: Any) -> pa.Array:
    """Return numbers or truths as Arrow holds them."""
    if values.dtype == np.bool_:
        return pa.Array.from_buffers(
            pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))]
        )
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])


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
