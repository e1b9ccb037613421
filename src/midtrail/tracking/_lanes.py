"""Connections in which steps work, and how each finds the lines of a kind with what is known of them.

The SQL of the steps names them `dated_KIND`: those lines of a kind that count, each with its `host`, `stamp` and
`time`; and `placed_KIND`: those that belong to a life of a MID, with `life`, `stamp` and `time`. Steps that read the
lines of a kind as arrays tell so by `arrays_KIND`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from midtrail.distinct import distinct
from midtrail.tables import all_schemas, together
from midtrail.tracking._columns import array, instants, numbers, numbers_of
from midtrail.tracking._events import Events, Lines, Placed
from midtrail.tracking._known import Known
from midtrail.tracking._lent import LentLines
from midtrail.tracking._lives import Lives, no_lines, note_last, own_lines

if TYPE_CHECKING:
    import duckdb

    from midtrail.tables import BorrowingStore

_BESIDE = re.compile(r"\b(dated|placed)_(\w+)")
T = TypeVar("T")
_READ = re.compile(r"\b(dated|placed|arrays)_(\w+)")
_TEMPORARY = re.compile("create or replace temp (table|macro)")
_JOIN = "(select {{0}}.*, {0}, known.stamp, known.time from {{0}} join {1} as known on known.seq = {{0}}.seq)"
_JOINED = {
    "dated": _JOIN.format("known.host", "track_events"),
    "placed": _JOIN.format("known.life", "track_mid_lines"),
}
_LENT = {"dated": "(from dated_{0} where host > 0)", "placed": "(from placed_{0} where life > 0)"}
_BARE = {"dated": "(select *, null as host, null as stamp, null as time from {0})"}


def kinds_in(words: Iterable[str]) -> set[str]:
    """Return the kinds, and the spine, that words of SQL name."""
    return {_READ.sub(r"\2", word) for word in words} & all_schemas().keys()


def without_events(query: str) -> str:
    """Return SQL that reads dated lines as it is where nothing is known of them."""
    return _told(query, _BARE)


def _told(query: str, ways: Mapping[str, str]) -> str:
    return _BESIDE.sub(lambda found: ways[found[1]].format(found[2]), query)


_PIECE = 1 << 20  # events that are looked at together
_EVENTS = """
    select seq, host, stamp, epoch_us(time) as time, mid, icid, dcid, recognised, remedial from track_events
"""
_LINES_OF = "select life, seq, stamp from track_mid_lines"
_MID_LINES = """
    create or replace temp table track_mid_lines (life bigint, seq bigint, stamp bigint, time timestamptz)
"""


class Lane:
    """A connection whose tables hold the lines of each kind: what is known of them is joined."""

    ways: Mapping[str, str] = _JOINED

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Work in a connection."""
        self.connection = connection
        self.known = Known()
        self._events: list[Events] | None = None
        """All events, where they are few."""
        self._placed: Placed | None = None
        """The lines of MIDs, likewise."""
        self.register, self.unregister = connection.register, connection.unregister

    def execute(self, query: str, parameters: object = None) -> "duckdb.DuckDBPyConnection":
        """Run statements."""
        return self.connection.execute(_told(query, self.ways), parameters)

    def query(self, query: str) -> pa.Table:
        """Return what a query gives."""
        return self.connection.sql(_told(query, self.ways)).to_arrow_table()

    def keep(self, name: str, rows: pa.Table) -> None:
        """Make a table of rows."""
        self.register("kept_rows", rows)
        self.execute(f"create or replace temp table {name} as select * from kept_rows")
        self.unregister("kept_rows")

    def answer(self, name: str, pieces: Iterable[pa.RecordBatch]) -> None:
        """Make a table that people ask, of pieces."""
        for place, rows in enumerate(pieces):
            self.register("some_rows", pa.Table.from_batches([rows]))
            how = f"insert into {name}" if place else f"create or replace table {name} as"
            self.execute(f"{how} select * from some_rows")
            self.unregister("some_rows")

    def fetch(self, name: str, seqs: str, columns: Sequence[str]) -> None:
        """Make a table of columns of those lines of the spine whose `seq` a query gives."""
        self.keep(name, self.spine(distinct(numbers(self.query(seqs)["seq"])), columns))

    def spine(self, seqs: Any, columns: Sequence[str]) -> pa.Table:
        """Return columns of some lines of the spine, given in their order."""
        self.register("asked_lines", pa.table({"seq": array(seqs)}))
        listed = ", ".join(columns)
        rows = self.query(
            f"select {listed} from spine where seq in (select seq from asked_lines) order by seq"
        )
        self.unregister("asked_lines")
        return rows

    def together(self, *tasks: Callable[[], T]) -> list[T]:
        """Do some tasks, and return what they return."""
        return [task() for task in tasks]

    def hosts(self) -> int:
        """Return how many appliances there are."""
        return int(self.execute("select count(*) from track_hosts").fetchall()[0][0])

    def events(self) -> Iterable[Events]:
        """Return all events, a piece at a time."""
        if self._events is None:
            (rows,) = self.execute("select count(*) from track_events").fetchall()[0]
            if rows > _PIECE:
                return self._pieces(rows)
            self._events = [Events.of(self.query(_EVENTS))]
        return self._events

    def _pieces(self, rows: int) -> Iterator[Events]:
        for begin in range(0, rows, _PIECE):
            yield Events.of(self.query(f"{_EVENTS} where rowid >= {begin} and rowid < {begin + _PIECE}"))

    def lines(self, kind: str, columns: Sequence[str] = ()) -> Lines:
        """Return the lines of a kind that belong to a life of a MID, with columns of them."""
        listed = "".join(f', "{column}"' for column in columns)
        if self._placed is not None:
            return self._placed.lines(self.query(f"select seq{listed} from {kind}"), columns)
        rows = self.query(f"select life, seq, stamp, epoch_us(time) as time{listed} from placed_{kind}")
        known = numbers_of(rows.select(["life", "seq", "stamp", "time"]))
        return Lines(**known, values=rows.select(list(columns)))

    def lines_of(self, lives: Any) -> tuple[Any, Any, Any]:
        """Return life, number and second of the lines of some lives of MIDs."""
        self.register("asked_lives", pa.table({"life": array(lives)}))
        rows = self.query(f"{_LINES_OF} where life in (select life from asked_lives)")
        self.unregister("asked_lives")
        return numbers(rows["life"]), numbers(rows["seq"]), numbers(rows["stamp"])

    def place(self, lives: Lives) -> Any:
        """Make `track_mid_lines` (life, seq, stamp, time): the lines that belong to lives of MIDs.

        Returns the time of the last line of each.
        """
        last = no_lines(lives)
        self.execute(_MID_LINES)
        for events in self.events():
            some, life = own_lines(lives, events)
            columns = {
                "life": array(life),
                "seq": array(events.seq[some]),
                "stamp": array(events.stamp[some]),
            }
            self.register("lines_of_mids", pa.table({**columns, "time": instants(events.time[some])}))
            self.execute("insert into track_mid_lines select * from lines_of_mids")
            self.unregister("lines_of_mids")
            note_last(last, life, events.time[some])
            if self._events is not None:
                self._placed = Placed(
                    life, *(column[some] for column in (events.seq, events.stamp, events.time))
                )
        return last


class LentLane(Lane):
    """A connection to which lines are lent where they lie, and whose tables the others of its database see, too."""

    ways = _LENT

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", store: "BorrowingStore", lines: LentLines, known: Known
    ) -> None:
        """Work in a connection of the store."""
        super().__init__(connection)
        self.known = known
        self._store, self._lines = store, lines
        self._borrowed: list[str] = []

    def keep(self, name: str, rows: pa.Table) -> None:
        """Make a table of rows where they lie."""
        self.known.kept[name] = rows
        self._borrowed.append(name)
        self.register(name, rows)

    def spine(self, seqs: Any, columns: Sequence[str]) -> pa.Table:
        """Return columns of some lines of the spine, given in their order."""
        return self._lines.spine(seqs, columns)

    def lines_of(self, lives: Any) -> tuple[Any, Any, Any]:
        """Return life, number and second of the lines of some lives of MIDs."""
        return self._lines.lines_of(lives)

    def answer(self, name: str, pieces: Iterable[pa.RecordBatch]) -> None:
        """Make a table that people ask, of pieces where they lie."""
        self.keep(name, pa.Table.from_batches(pieces))

    def execute(self, query: str, parameters: object = None) -> "duckdb.DuckDBPyConnection":
        """Run statements; what is made as a temporary table or macro is a common one."""
        return super().execute(_TEMPORARY.sub(r"create or replace \1", query), parameters)

    def together(self, *tasks: Callable[[], T]) -> list[T]:
        """Do some tasks at the same time, and return what they return; none of them asks the connection."""
        return together(tasks, self.connection.interrupt)

    def hosts(self) -> int:
        """Return how many appliances there are."""
        return self._lines.hosts

    def events(self) -> Iterable[Events]:
        """Return all lines, a batch of the store at a time."""
        return self._lines.events()

    def lines(self, kind: str, columns: Sequence[str] = ()) -> Lines:
        """Return the lines of a kind that belong to a life of a MID, with columns of them."""
        return self._lines.lines(kind, columns)

    def place(self, lives: Lives) -> Any:
        """Note the lives that lines belong to; returns the time of the last line of each."""
        return self._lines.place(lives)

    def borrow(self, words: AbstractSet[str]) -> None:
        """Make the tables of lines that SQL with these words reads."""
        kinds = words & all_schemas().keys()
        self._store.show(self.connection, kinds)
        kept = words & self.known.kept.keys()
        for name in kept:
            self.register(name, self.known.kept[name])
        self._borrowed = [*kinds, *kept, *self._lines.lend(self.connection, words)]

    def give_back(self) -> None:
        """Let go of them."""
        for name in set(self._borrowed):
            self.connection.unregister(name)
        self._borrowed = []
