"""Lines where Arrow holds them, with what is known of each beside it: no join by `seq` is needed.

What `events.sql` makes of a spine in DuckDB, and `_stored.py` says of the lines of a kind, without a copy of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa

from midtrail.moments import microseconds
from midtrail.tables import SPINE_TABLE, together
from midtrail.tracking._columns import array, told, values_and_told
from midtrail.tracking._events import COUNTERS, Dated, Events, Lines
from midtrail.tracking._lanes import Lane
from midtrail.tracking._lives import Lives, no_lines, note_last, own_lines
from midtrail.tracking._repeats import Files
from midtrail.tracking._runs import NEVER

if TYPE_CHECKING:
    from midtrail.tables import Borrowed
    from midtrail.tracking._repeats import FileFacts

T = TypeVar("T")
_SECOND = 1_000_000
_REMEDIAL = ("remediation_initiated", "remediation_processed")


class LentLane(Lane):
    """The lines of batches that are borrowed; their numbers follow one another."""

    def __init__(
        self,
        store: "Borrowed",
        as_of: datetime | None = None,
        facts: "Mapping[str, FileFacts] | None" = None,
    ) -> None:
        """Know of each line when and where it was written, if it counts: it tells nothing again, and was known then.

        `facts` are what all lines of files tell, where only a part of them is there.
        """
        super().__init__()
        self._store = store
        self._is_stopped = False
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
        files = Files([(spine, self._time[here]) for spine, here in self._places()], facts)
        self._hosts, self._first_times = files.hosts, files.first_times()
        self._note_hosts(as_of, files.repeats())

    def _note_hosts(self, as_of: datetime | None, repeats: Any) -> None:
        ids = {host: place for place, host in enumerate(self._hosts, 1)}
        for spine, here in self._places():
            named = np.logical_or.reduce([told(spine[name]) for name in COUNTERS])
            self._host[here] = np.where(named, _host_ids(spine["host"], ids), 0)
        self._host[repeats - self._first] = 0
        if as_of is not None:
            self._host[(self._time != NEVER) & (self._time > microseconds(as_of, 0))] = 0

    def keep(self, name: str, rows: Callable[[], pa.Table]) -> None:
        """Make no table: nobody asks."""

    def answer(self, name: str, pieces: Iterable[pa.RecordBatch]) -> None:
        """Make a table that people ask, of pieces where they lie."""
        self._store.answer(name, pa.Table.from_batches(pieces))

    def together(self, *tasks: Callable[[], T]) -> list[T]:
        """Do some tasks at the same time, and return what they return."""
        return together(tasks, self.stop)

    def stop(self) -> None:
        """Let no step begin any more."""
        self._is_stopped = True

    def go_on(self) -> None:
        """Raise InterruptedError where nothing is to be begun any more."""
        if self._is_stopped:
            raise InterruptedError

    def hosts(self) -> pa.Array:
        """Return the names of the appliances."""
        return pa.array(self._hosts, pa.string())

    def first_times(self) -> Mapping[str, int]:
        """Return the time of each file's first line that has one."""
        return self._first_times

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

    def _lines_of_mids(self) -> pa.Table:
        """Return life and number of all lines that belong to lives of MIDs."""
        some = np.flatnonzero(self._life)
        return pa.table({"life": array(self._life[some]), "seq": array(some + self._first)})

    def spine(self, seqs: Any, columns: Sequence[str]) -> pa.Table:
        """Return columns of some lines of the spine, given in their order."""
        wanted = seqs - self._first
        found = []
        for spine, here in self._places():
            begin, end = np.searchsorted(wanted, (here.start, here.stop))
            found.append(spine.select(list(columns)).take(array(wanted[begin:end] - here.start)))
        return _without_codes(pa.Table.from_batches(found))

    def dated(self, kind: str, columns: Sequence[str] = ()) -> Dated:
        """Return the lines of a kind that count, with columns of them."""
        rows = self._store.table_of(kind)
        places = self._places_of(rows)
        host = self._host[places]
        found = Dated(
            host.astype(np.int64),
            places + self._first,
            self._stamp[places],
            self._time[places],
            rows.select(list(columns)),
        )
        found = found if host.all() else found.some(np.flatnonzero(host))
        found.values = _without_codes(found.values)
        return found

    def rows(self, kind: str, seqs: Any, columns: Sequence[str]) -> pa.Table:
        """Return columns of the lines of a kind that have these numbers, in any order."""
        rows = self._store.table_of(kind)
        places = self._places_of(rows)
        order = np.argsort(places, kind="stable")
        at = order[np.searchsorted(places, seqs - self._first, sorter=order)]
        return _without_codes(rows.select(list(columns)).take(array(at)))

    def lines(self, kind: str, columns: Sequence[str] = ()) -> Lines:
        """Return the lines of a kind that belong to a life of a MID, with columns of them."""
        rows = self._store.table_of(kind)
        places = self._places_of(rows)
        life = self._life[places]
        values = rows.select(list(columns))
        if not life.all():
            some = np.flatnonzero(life)
            places, life, values = places[some], life[some], values.take(array(some))
        life, stamp, time = life.astype(np.int64), self._stamp[places], self._time[places]
        return Lines(life, places + self._first, stamp, time, _without_codes(values))

    def _places_of(self, lines: pa.Table) -> Any:
        return np.concatenate([values_and_told(chunk)[0] for chunk in lines["seq"].chunks]) - self._first


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
