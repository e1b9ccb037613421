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
from midtrail.tracking._columns import array, values_and_told
from midtrail.tracking._events import Dated, Events, Lines, Naming
from midtrail.tracking._lanes import Lane
from midtrail.tracking._lives import Lives, no_lines, note_last, own_lines
from midtrail.tracking._repeats import Files
from midtrail.tracking._runs import NEVER
from midtrail.tracking._written import Named, Written, spread

if TYPE_CHECKING:
    from midtrail.tables import Borrowed
    from midtrail.tracking._repeats import FileFacts

T = TypeVar("T")
_SECOND = 1_000_000


class LentLane(Lane):
    """The lines of batches that are borrowed; their numbers follow one another."""

    def __init__(
        self,
        store: "Borrowed",
        as_of: datetime | None = None,
        facts: "Mapping[str, FileFacts] | None" = None,
        written: list[Written] | None = None,
    ) -> None:
        """Know of each line when and where it was written, if it counts: it tells nothing again, and was known then.

        `facts` are what all lines of files tell, where only a part of them is there; `written` is what is known of the
        lines, where they have no spine. Raises LacksTextsError where that is too little.
        """
        super().__init__()
        self._store = store
        self._is_stopped = False
        spines = [spine for spine in (batch.get(SPINE_TABLE) for batch in store.borrowed) if spine]
        self._first = int(spines[0]["seq"][0].as_py()) if spines else 0
        self._written = written or list(map(Written, spines or [store.empty(SPINE_TABLE)]))
        self._time = np.concatenate([part.time for part in self._written])
        self._life = np.zeros(len(self._time), np.int32)
        """The number of the life that a line of a MID belongs to, else 0."""
        files = Files(self._written, facts)
        self._hosts, self._first_times = files.hosts, files.first_times()
        self._host = self._numbers_of_hosts()
        """The number of each line's appliance, 0 where the line does not count."""
        self._host[files.repeats()] = 0
        if as_of is not None:
            self._host[(self._time != NEVER) & (self._time > microseconds(as_of, 0))] = 0

    def _numbers_of_hosts(self) -> Any:
        """Return the number of each line's appliance, 0 where the line names no id."""
        ids = {host: place for place, host in enumerate(self._hosts, 1)}
        found = np.empty(len(self._time), np.min_scalar_type(len(ids)))
        for part, here in self._places():
            found[here] = spread(part.stretches, [ids[one.host] for one in part.stretches]) * part.names
        return found

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

    def _places(self) -> Iterator[tuple[Written, slice]]:
        """Yield what was written, a batch at a time, each with the place of its lines among all."""
        end = 0
        for part in self._written:
            begin, end = end, end + len(part)
            yield part, slice(begin, end)

    def named(self, counter: str) -> Iterator[Naming]:
        """Return the lines that name an id of a counter, a batch at a time."""
        return (self._naming(part.named[counter], here) for part, here in self._places())

    def _naming(self, named: Named, here: slice) -> Naming:
        host = self._host[here][named.rows]
        if not host.all():
            named = Named(*(column[host > 0] for column in named))
            host = host[host > 0]
        time = self._time[here][named.rows]
        return Naming(
            seq=named.rows.astype(np.int64) + (here.start + self._first),
            host=host.astype(np.int64),
            id=named.ids.astype(np.int64),
            stamp=seconds(time),
            time=time,
            remedial=named.remedial,
        )

    def events(self) -> Iterator[Events]:
        """Return nothing: only who asks for single lines reads them."""
        return iter(())

    def place(self, lives: Lives) -> Any:
        """Note the lives of MIDs that lines belong to; returns the time of the last line of each."""
        last = no_lines(lives)
        for named in self.named("mid"):
            some, life = own_lines(lives, named)
            self._life[named.seq[some] - self._first] = life
            note_last(last, life, named.time[some])
        return last

    def let_go(self) -> None:
        """Forget what only lives are found by."""
        for part in self._written:
            part.let_go()

    def lines_of(self, lives: Any) -> tuple[Any, Any, Any]:
        """Return life, number and second of the lines of some lives of MIDs."""
        wanted = np.zeros(int(self._life.max(initial=0)) + 1, np.bool_)
        wanted[lives] = True
        some = np.flatnonzero(wanted[self._life]) if len(lives) else np.empty(0, np.int64)
        return self._life[some].astype(np.int64), some + self._first, seconds(self._time[some])

    def _lines_of_mids(self) -> pa.Table:
        """Return life and number of all lines that belong to lives of MIDs."""
        some = np.flatnonzero(self._life)
        return pa.table({"life": array(self._life[some]), "seq": array(some + self._first)})

    def spine(self, seqs: Any, columns: Sequence[str]) -> pa.Table:
        """Return columns of some lines of the spine, given in their order."""
        wanted = seqs - self._first
        found = []
        for part, here in self._places():
            begin, end = np.searchsorted(wanted, (here.start, here.stop))
            found.append(part.taken(wanted[begin:end] - here.start, columns))
        return pa.Table.from_batches(found)

    def dated(self, kind: str, columns: Sequence[str] = ()) -> Dated:
        """Return the lines of a kind that count, with columns of them."""
        rows = self._store.table_of(kind)
        places = self._places_of(rows)
        host, time = self._host[places], self._time[places]
        found = Dated(
            host.astype(np.int64), places + self._first, seconds(time), time, rows.select(list(columns))
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
        time = self._time[places]
        return Lines(life.astype(np.int64), places + self._first, seconds(time), time, _without_codes(values))

    def _places_of(self, lines: pa.Table) -> Any:
        return np.concatenate([values_and_told(chunk)[0] for chunk in lines["seq"].chunks]) - self._first


def seconds(time: Any) -> Any:
    """Return the seconds of times; of lines without a time 0."""
    stamp = time // _SECOND
    stamp[time == NEVER] = 0
    return stamp


def _without_codes(rows: pa.Table) -> pa.Table:
    """Return rows whose words stand as texts."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_dictionary(field.type):
            rows = rows.set_column(place, field.name, rows.column(place).cast(pa.string()))
    return rows
