"""Lines in tables of DuckDB, which may be larger than memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa

from midtrail.distinct import distinct
from midtrail.tracking._columns import array, instants, numbers, numbers_of
from midtrail.tracking._events import Dated, Events, Lines, Naming, Placed
from midtrail.tracking._lanes import Lane
from midtrail.tracking._lives import Lives, no_lines, note_last, own_lines
from midtrail.tracking._runs import NEVER

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
_PIECE = 1 << 20  # events that are looked at together
_EVENTS = """
    select seq, host, stamp, epoch_us(time) as time, mid, icid, dcid, recognised, remedial from track_events
"""
_DATED = """
    select known.host, known.seq, known.stamp, epoch_us(known.time) as time{columns}
    from {kind} join track_events as known on known.seq = {kind}.seq
"""
_LINES = """
    select known.life, known.seq, known.stamp, epoch_us(known.time) as time{columns}
    from {kind} join track_mid_lines as known on known.seq = {kind}.seq
"""
_ROWS = "select {columns} from {kind} where seq in (select seq from asked_lines) order by seq"
_LINES_OF = "select life, seq, stamp from track_mid_lines"
_FIRST_TIMES = "select source, epoch_us(first_time) as time from track_sources"
_MID_LINES = """
    create or replace temp table track_mid_lines (life bigint, seq bigint, stamp bigint, time timestamptz)
"""


class StoredLane(Lane):
    """A connection whose tables hold the lines of each kind: what is known of them is joined."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Work in a connection."""
        super().__init__()
        self.connection = connection
        self._events: list[Events] | None = None
        """All events, where they are few."""
        self._placed: Placed | None = None
        """The lines of MIDs, likewise."""
        self._register, self._unregister = connection.register, connection.unregister

    def execute(self, query: str) -> "duckdb.DuckDBPyConnection":
        """Run statements."""
        return self.connection.execute(query)

    def _query(self, query: str) -> pa.Table:
        return self.connection.sql(query).to_arrow_table()

    def keep(self, name: str, rows: Callable[[], pa.Table]) -> None:
        """Make a table of rows."""
        self._register("kept_rows", rows())
        self.execute(f"create or replace temp table {name} as select * from kept_rows")
        self._unregister("kept_rows")

    def answer(self, name: str, pieces: Iterable[pa.RecordBatch]) -> None:
        """Make a table that people ask, of pieces."""
        for place, rows in enumerate(pieces):
            self._register("some_rows", pa.Table.from_batches([rows]))
            how = f"insert into {name}" if place else f"create or replace table {name} as"
            self.execute(f"{how} select * from some_rows")
            self._unregister("some_rows")

    def together(self, *tasks: Callable[[], T]) -> list[T]:
        """Do some tasks, one after the other."""
        return [task() for task in tasks]

    def go_on(self) -> None:
        """Go on: DuckDB itself is interrupted."""

    def hosts(self) -> pa.Array:
        """Return the names of the appliances."""
        return self._query("select host from track_hosts order by host_id")["host"].combine_chunks()

    def first_times(self) -> Mapping[str, int]:
        """Return the time of each file's first line that has one."""
        rows = self._query(_FIRST_TIMES)
        return dict(zip(rows["source"].to_pylist(), numbers(rows["time"], NEVER).tolist(), strict=True))

    def events(self) -> Iterable[Events]:
        """Return all events, a piece at a time."""
        if self._events is None:
            (rows,) = self.execute("select count(*) from track_events").fetchall()[0]
            if rows > _PIECE:
                return self._pieces(rows)
            self._events = [Events.of(self._query(_EVENTS))]
        return self._events

    def named(self, counter: str) -> Iterator[Naming]:
        """Return the recognised events that name an id of a counter, a piece at a time."""
        return (Naming.of(events, counter) for events in self.events())

    def _pieces(self, rows: int) -> Iterator[Events]:
        for begin in range(0, rows, _PIECE):
            yield Events.of(self._query(f"{_EVENTS} where rowid >= {begin} and rowid < {begin + _PIECE}"))

    def dated(self, kind: str, columns: Sequence[str] = ()) -> Dated:
        """Return the lines of a kind that count, with columns of them."""
        rows = self._query(_DATED.format(kind=kind, columns=_listed(kind, columns)))
        known = numbers_of(rows.select(["host", "seq", "stamp", "time"]))
        return Dated(**known, values=_named(rows, 4, columns))

    def lines(self, kind: str, columns: Sequence[str] = ()) -> Lines:
        """Return the lines of a kind that belong to a life of a MID, with columns of them."""
        if self._placed is not None:
            listed = _listed(kind, columns)
            return self._placed.lines(self._query(f"select seq{listed} from {kind}"), columns)
        rows = self._query(_LINES.format(kind=kind, columns=_listed(kind, columns)))
        known = numbers_of(rows.select(["life", "seq", "stamp", "time"]))
        return Lines(**known, values=_named(rows, 4, columns))

    def rows(self, kind: str, seqs: Any, columns: Sequence[str]) -> pa.Table:
        """Return columns of the lines of a kind that have these numbers, in any order."""
        asked = distinct(seqs)
        return self._asked(kind, asked, columns).take(array(np.searchsorted(asked, seqs)))

    def spine(self, seqs: Any, columns: Sequence[str]) -> pa.Table:
        """Return columns of some lines of the spine, given in their order."""
        return self._asked("spine", seqs, columns)

    def _asked(self, table: str, seqs: Any, columns: Sequence[str]) -> pa.Table:
        self._register("asked_lines", pa.table({"seq": array(seqs)}))
        rows = self._query(_ROWS.format(kind=table, columns=", ".join(f'"{name}"' for name in columns)))
        self._unregister("asked_lines")
        return rows

    def lines_of(self, lives: Any) -> tuple[Any, Any, Any]:
        """Return life, number and second of the lines of some lives of MIDs."""
        self._register("asked_lives", pa.table({"life": array(lives)}))
        rows = self._query(f"{_LINES_OF} where life in (select life from asked_lives)")
        self._unregister("asked_lives")
        return numbers(rows["life"]), numbers(rows["seq"]), numbers(rows["stamp"])

    def place(self, lives: Lives) -> Any:
        """Make `track_mid_lines` (life, seq, stamp, time): the lines that belong to lives of MIDs.

        Returns the time of the last line of each.
        """
        last = no_lines(lives)
        self.execute(_MID_LINES)
        for named in self.named("mid"):
            some, life = own_lines(lives, named)
            seq, stamp, time = (column[some] for column in (named.seq, named.stamp, named.time))
            columns = {"life": array(life), "seq": array(seq), "stamp": array(stamp)}
            self._register("lines_of_mids", pa.table({**columns, "time": instants(time)}))
            self.execute("insert into track_mid_lines select * from lines_of_mids")
            self._unregister("lines_of_mids")
            note_last(last, life, time)
            if self._events is not None:
                self._placed = Placed(life, seq, stamp, time)
        return last


def _listed(kind: str, columns: Sequence[str]) -> str:
    return "".join(f', {kind}."{column}"' for column in columns)


def _named(rows: pa.Table, first: int, columns: Sequence[str]) -> pa.Table:
    """Return the columns of a kind, which stand from a place on, by their own names."""
    return pa.table(dict(zip(columns, rows.columns[first:], strict=True))) if columns else rows.select([])
