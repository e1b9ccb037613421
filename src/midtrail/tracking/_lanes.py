"""Connections in which steps work, and how each finds the lines of a kind with what is known of them.

The SQL of the steps names them `dated_KIND`: those lines of a kind that count, each with its `host`, `stamp` and
`time`; and `placed_KIND`: those that belong to a life of a MID, with `life`, `stamp` and `time`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import duckdb
import pyarrow as pa

from midtrail.tables import BorrowingStore, all_schemas
from midtrail.tracking._lent import LentLines

_BESIDE = re.compile(r"\b(dated|placed)_(\w+)")
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
    return {_BESIDE.sub(r"\2", word) for word in words} & all_schemas().keys()


def without_events(query: str) -> str:
    """Return SQL that reads dated lines as it is where nothing is known of them."""
    return _told(query, _BARE)


def _told(query: str, ways: Mapping[str, str]) -> str:
    return _BESIDE.sub(lambda found: ways[found[1]].format(found[2]), query)


class Lane:
    """A connection whose tables hold the lines of each kind: what is known of them is joined."""

    ways: Mapping[str, str] = _JOINED

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Work in a connection."""
        self.connection = connection
        self.register, self.unregister = connection.register, connection.unregister

    def execute(self, query: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
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

    def fetch(self, name: str, seqs: str, columns: Sequence[str]) -> None:
        """Make a table of columns of those lines of the spine whose `seq` a query gives."""
        listed = ", ".join(columns)
        self.execute(
            f"create or replace temp table {name} as select {listed} from spine where seq in ({seqs})"
        )

    def place(self) -> None:
        """Make `track_mid_lines` of `track_line_lives`."""
        self.execute("create or replace temp table track_mid_lines as select * from track_line_lives")


class LentLane(Lane):
    """A connection to which lines are lent where they lie, and whose tables the others of its database see, too."""

    ways = _LENT

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, store: BorrowingStore, lines: LentLines
    ) -> None:
        """Work in a connection of the store."""
        super().__init__(connection)
        self._store, self._lines = store, lines
        self._borrowed: list[str] = []
        self.kept: dict[str, pa.Table] = {}
        """Tables that this connection alone sees."""

    def keep(self, name: str, rows: pa.Table) -> None:
        """Make a table of rows where they lie."""
        self.kept[name] = rows
        self.register(name, rows)

    def fetch(self, name: str, seqs: str, columns: Sequence[str]) -> None:
        """Make a table of columns of those lines of the spine whose `seq` a query gives."""
        self.keep(name, self._lines.fetch(self.query(seqs)["seq"], columns))

    def execute(self, query: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        """Run statements; what is made as a temporary table or macro is a common one."""
        return super().execute(_TEMPORARY.sub(r"create or replace \1", query), parameters)

    def place(self) -> None:
        """Note the lives that lines belong to."""
        rows: Any = self.connection.sql("select life, seq from track_line_lives")
        self._lines.place(pa.RecordBatchReader.from_stream(rows))

    def borrow(self, words: AbstractSet[str]) -> None:
        """Make the tables of lines that SQL with these words reads."""
        kinds = words & all_schemas().keys()
        self._store.show(self.connection, kinds)
        self._borrowed = [*kinds, *self._lines.lend(self.connection, words)]

    def give_back(self) -> None:
        """Let go of them."""
        for name in self._borrowed:
            self.connection.unregister(name)
        self._borrowed = []
