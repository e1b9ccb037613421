"""Lines that DuckDB reads where Arrow holds them, with what is known of each beside it: no join by `seq` is needed.

What `events.sql` makes of a spine in memory, and `_lanes.py` says of the lines of a kind, without a copy of them.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.moments import microseconds
from midtrail.tables import SPINE_TABLE
from midtrail.tracking._columns import array, instants, numbers, told, values_and_told, words
from midtrail.tracking._events import COUNTERS, Events, Lines
from midtrail.tracking._lives import Lives, no_lines, note_last, own_lines
from midtrail.tracking._runs import NEVER, first_of_runs, of_runs

if TYPE_CHECKING:
    import duckdb

    from midtrail.tables import BorrowingStore

_TEMPORARY = re.compile("temp table")
_SECOND = 1_000_000
_REMEDIAL = ("remediation_initiated", "remediation_processed")
_BESIDE = {"dated": "host", "placed": "life"}
_OF_MIDS = "track_mid_lines"
"""What stands beside the lines of a kind, with their `stamp` and `time`, by how the table's name begins."""


class LentLines:
    """The lines of a store, with what is known of them; their numbers follow one another."""

    def __init__(self, store: "BorrowingStore") -> None:
        """Know of each line when it was written."""
        self._store = store
        self._events: list[Events] = []
        self._spines = [batch[SPINE_TABLE] for batch in store.borrowed if batch[SPINE_TABLE].num_rows]
        self._spines = self._spines or [store.empty(SPINE_TABLE)]
        seqs, _ = values_and_told(self._spines[0]["seq"])
        self._first = int(seqs[0]) if len(seqs) else 0
        lines = sum(map(len, self._spines))
        self._time = np.empty(lines, np.int64)
        self._host = np.empty(lines, np.int32)
        """The number of each line's appliance, 0 where the line does not count."""
        self._life = np.zeros(lines, np.int32)
        """The number of the life that a line of a MID belongs to, else 0."""
        for spine, here in self._places():
            time, timed = values_and_told(spine["time"])
            self._time[here] = time if timed.all() else np.where(timed, time, NEVER)
        self._stamp = self._time // _SECOND
        self._stamp[self._time == NEVER] = 0
        self.hosts = 0
        """How many appliances there are."""

    def leave_out_repeats(self, seconds: str, repeats: str, as_of: datetime | None) -> None:
        """Know of each line where it was written, if it counts: it tells nothing again, and was known at a moment.

        `seconds` and `repeats` are the SQL files of these names.
        """
        connection = self._store.connection
        connection.register("track_line_runs", self._runs())
        connection.execute(_TEMPORARY.sub("table", seconds))
        connection.unregister("track_line_runs")
        shared = connection.sql(
            "select distinct epoch_us(time) as time from track_shared_seconds"
        ).to_arrow_table()
        connection.register("track_shared_lines", self._at(numbers(shared["time"], NEVER)))
        connection.execute(_TEMPORARY.sub("table", repeats))
        connection.unregister("track_shared_lines")
        hosts = dict(connection.execute("select host, host_id from track_hosts").fetchall())
        self.hosts = len(hosts)
        for spine, here in self._places():
            named = np.logical_or.reduce([told(spine[name]) for name in COUNTERS])
            self._host[here] = np.where(named, _host_ids(spine["host"], hosts), 0)
        again = connection.sql("select seq from track_repeats").to_arrow_table()
        self._host[numbers(again["seq"]) - self._first] = 0
        if as_of is not None:
            self._host[(self._time != NEVER) & (self._time > microseconds(as_of, 0))] = 0

    def _runs(self) -> pa.Table:
        """Return runs of lines of one file, host and second (`line_runs.sql`)."""
        found = []
        for spine, here in self._places():
            codes = {name: numbers(spine[name].indices, -1) for name in ("source", "host")}
            time, line_no = self._time[here], values_and_told(spine["line_no"])[0]
            at = np.flatnonzero(first_of_runs(*codes.values(), time))
            columns = {
                **{name: words(spine[name].dictionary, some[at]) for name, some in codes.items()},
                "time": instants(time[at]),
                "lines": array(np.diff(np.append(at, len(spine)))),
                "first_line_no": array(of_runs(np.minimum, line_no, at)),
                "last_line_no": array(of_runs(np.maximum, line_no, at)),
            }
            found.append(pa.RecordBatch.from_arrays(list(columns.values()), list(columns)))
        return pa.Table.from_batches(found)

    def _at(self, times: Any) -> pa.Table:
        """Return the lines of some instants."""
        times = np.sort(times)
        found = []
        for spine, here in self._places():
            time = self._time[here]
            begin = np.searchsorted(times, time.min(initial=NEVER))
            end = np.searchsorted(times, time.max(initial=-NEVER), side="right")
            columns = spine.select(["seq", "source", "line_no", "host", "time", "text"])
            if begin < end:
                some = np.flatnonzero(np.isin(time, times[begin:end]))
                found.append(columns.take(pa.array(some)))
            else:
                found.append(columns.slice(0, 0))
        return pa.Table.from_batches(found)

    def _places(self) -> Iterator[tuple[pa.RecordBatch, slice]]:
        """Yield the batches of the spine, each with the place of its lines among all."""
        end = 0
        for spine in self._spines:
            begin, end = end, end + len(spine)
            yield spine, slice(begin, end)

    def events(self) -> list[Events]:
        """Return all lines, a batch at a time."""
        if not self._events:
            self._events = [self._events_of(*some) for some in self._places()]
        return self._events

    def _events_of(self, spine: pa.RecordBatch, here: slice) -> Events:
        kinds = spine["kind"].dictionary.to_pylist()
        codes, _ = values_and_told(spine["kind"].indices)
        return Events(
            seq=values_and_told(spine["seq"])[0],
            host=self._host[here],
            stamp=self._stamp[here],
            time=self._time[here],
            recognised=np.array([kind != "unrecognised" for kind in kinds], np.bool_)[codes],
            remedial=np.array([kind in _REMEDIAL for kind in kinds], np.bool_)[codes],
            of_counters={counter: spine[counter] for counter in COUNTERS},
        )

    def place(self, lives: Lives) -> Any:
        """Note the lives of MIDs that lines belong to; returns the time of the last line of each."""
        last = no_lines(lives)
        for events, (_, here) in zip(self.events(), self._places(), strict=True):
            some, life = own_lines(lives, events)
            self._life[here][some] = life
            note_last(last, life, events.time[some])
        self._events = []
        return last

    def lines_of(self, lives: Any) -> tuple[Any, Any, Any]:
        """Return life, number and second of the lines of some lives of MIDs."""
        wanted = np.zeros(int(self._life.max(initial=0)) + 1, np.bool_)
        wanted[lives] = True
        some = np.flatnonzero(wanted[self._life]) if len(lives) else np.empty(0, np.int64)
        return self._life[some].astype(np.int64), some + self._first, self._stamp[some]

    def of_mids(self) -> pa.Table:
        """Return life and number of all lines that belong to lives of MIDs."""
        some = np.flatnonzero(self._life)
        return pa.table({"life": array(self._life[some]), "seq": array(some + self._first)})

    def spine(self, seqs: Any, columns: Sequence[str]) -> pa.Table:
        """Return columns of some lines of the spine, given in their order."""
        wanted = seqs - self._first
        found = []
        for spine, here in self._places():
            begin, end = np.searchsorted(wanted, (here.start, here.stop))
            found.append(spine.select(list(columns)).take(pa.array(wanted[begin:end] - here.start)))
        return _without_codes(pa.Table.from_batches(found))

    def lines(self, kind: str, columns: Sequence[str]) -> Lines:
        """Return the lines of a kind that belong to a life of a MID, with columns of them."""
        rows = self._store.table_of(kind)
        places = self._places_of(rows)
        life = self._life[places]
        values = rows.select(list(columns))
        if not life.all():
            some = np.flatnonzero(life)
            places, life, values = places[some], life[some], values.take(pa.array(some))
        life, stamp, time = life.astype(np.int64), self._stamp[places], self._time[places]
        return Lines(life, places + self._first, stamp, time, _without_codes(values))

    def lend(self, connection: "duckdb.DuckDBPyConnection", words: AbstractSet[str]) -> list[str]:
        """Make what SQL with these words reads of `dated_KIND`, `placed_KIND` and `track_mid_lines`.

        Returns the names of what is lent.
        """
        lent = {_OF_MIDS: self.of_mids()} if _OF_MIDS in words else {}
        for name in sorted(words):
            begins, _, kind = name.partition("_")
            if kind and begins in _BESIDE:
                lent[name] = self._beside(begins, self._store.table_of(kind))
        for name, rows in lent.items():
            connection.register(name, rows)
        return list(lent)

    def _places_of(self, lines: pa.Table) -> Any:
        return np.concatenate([values_and_told(chunk)[0] for chunk in lines["seq"].chunks]) - self._first

    def _beside(self, begins: str, lines: pa.Table) -> pa.Table:
        places = self._places_of(lines)
        owner = self._host if begins == "dated" else self._life
        beside = {
            _BESIDE[begins]: array(owner[places]),
            "stamp": array(self._stamp[places]),
            "time": instants(self._time[places]),
        }
        for name, column in beside.items():
            lines = lines.append_column(name, column)
        return lines


def _host_ids(column: pa.DictionaryArray, hosts: dict[str | None, int]) -> Any:
    codes, here = values_and_told(column.indices)
    # there may be words that no line has
    ids = np.array([hosts.get(host, 0) for host in column.dictionary.to_pylist()] or [0], np.int64)
    return ids[codes] if here.all() else np.where(here, ids[np.where(here, codes, 0)], hosts.get(None, 0))


def _without_codes(rows: pa.Table) -> pa.Table:
    """Return rows whose words stand as texts."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_dictionary(field.type):
            rows = rows.set_column(place, field.name, rows.column(place).cast(pa.string()))
    return rows
