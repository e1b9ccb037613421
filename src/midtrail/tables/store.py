"""Arrow batches in DuckDB: the spine and every kind as tables that SQL can join, spilling to disk."""

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa

from midtrail.errors import UsageError
from midtrail.events import FieldType, all_kinds
from midtrail.tables.arrow import SPINE_TABLE, Batches, all_schemas
from midtrail.tables.borrowed import Borrowed
from midtrail.text import storable

_SQL_TYPES = {
    FieldType.INTEGER: "BIGINT",
    FieldType.FLOAT: "DOUBLE",
    FieldType.YES_NO: "BOOLEAN",
    FieldType.TRUE_FALSE: "BOOLEAN",
    FieldType.FLAG: "BOOLEAN",
    FieldType.TIME: "TIMESTAMPTZ",
    FieldType.RIDS: "BIGINT[]",
    FieldType.TEXTS: "VARCHAR[]",
    FieldType.QUOTED_TEXTS: "VARCHAR[]",
    FieldType.QUOTED_LIST: "VARCHAR[]",
    FieldType.PAIRS: "STRUCT(name VARCHAR, value VARCHAR)[]",
    FieldType.COUNTERS: "STRUCT(name VARCHAR, value VARCHAR)[]",
}
_SPINE_TYPES = {
    **dict.fromkeys(("seq", "line_no", "offset", "mid", "icid", "dcid"), "BIGINT"),
    **dict.fromkeys(("source", "host", "level", "kind", "text"), "VARCHAR"),
    "time": "TIMESTAMPTZ",
}
_CLOCKS = (
    "CREATE TABLE clocks (source VARCHAR, host VARCHAR, serial VARCHAR, version VARCHAR, "
    "utc_offset BIGINT, clock VARCHAR)"
)
_ADD_CLOCKS = (
    "INSERT INTO clocks SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), "
    "unnest(?::VARCHAR[]), unnest(?::BIGINT[]), unnest(?::VARCHAR[])"
)  # one statement: each takes half a millisecond, and there is a row a file

_GATHERED = 256 << 20  # bytes of Arrow that are inserted together
_MEMORY = 3 << 30
_NEVER = "1024 TiB"  # of changes, after which DuckDB lays its tables out anew: in vain where none outlives the process

_SEAL = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET python_enable_replacements = false",  # variables of the caller are no tables
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


Columns = Mapping[str, Sequence[str]]
"""The names of tables, each with those of its columns."""


class Store:
    """A DuckDB database with the tables `spine` and one a kind; in memory, or in a folder that goes with it."""

    def __init__(self, *, on_disk: bool = False, bare: bool = False, columns: Columns | None = None) -> None:
        """Make the empty tables: all, or only those that `columns` names, with the columns that it names.

        `on_disk` is for input that may be larger than memory; `bare` makes none.
        """
        folder = tempfile.mkdtemp(prefix="midtrail-")
        self._sealed = False
        self._finalizer = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.connection = duckdb.connect(str(Path(folder, "log.duckdb")) if on_disk else ":memory:")
        self.connection.execute("SET GLOBAL TimeZone = 'UTC'")  # for the cursors that queries get, too
        self.connection.execute(f"SET temp_directory = '{folder}'")
        self.connection.execute(f"SET memory_limit = '{_most_memory() >> 20}MiB'")
        self.connection.execute(
            f"SET checkpoint_threshold = '{_NEVER}'; PRAGMA disable_checkpoint_on_shutdown"
        )
        self._columns = _all_columns() if columns is None else columns
        if not bare:
            self.connection.execute(_CLOCKS)
            self._make_tables()

    def _make_tables(self) -> None:
        self.connection.execute(";".join(_ddl(name, columns) for name, columns in self._columns.items()))

    def add_all(self, batches: Iterable[Batches]) -> Self:
        """Add all batches, and return the store.

        They are gathered first: an insert takes some milliseconds, however few rows it has.
        """
        waiting: dict[str, list[pa.RecordBatch]] = {}
        size = 0
        for batch in map(self._chosen, batches):
            for name, rows in batch.items():
                waiting.setdefault(name, []).append(rows)
                size += rows.nbytes
            if size > _GATHERED:
                self._insert(waiting)
                waiting, size = {}, 0
        self._insert(waiting)
        return self

    def _chosen(self, batch: Batches) -> Batches:
        """Return what the tables hold of a batch."""
        return {
            name: rows.select(self._columns[name]) for name, rows in batch.items() if name in self._columns
        }

    def _insert(self, gathered: Mapping[str, Sequence[pa.RecordBatch]]) -> None:
        with self._one_thread():
            for name, batches in gathered.items():
                self.connection.register("gathered_rows", pa.Table.from_batches(batches))
                self.connection.execute(f'INSERT INTO "{name}" SELECT * FROM gathered_rows')
                self.connection.unregister("gathered_rows")

    @contextmanager
    def _one_thread(self) -> Iterator[None]:
        """Have one thread fill tables: more of them merge what each has filled, which takes 20 ms a table.

        A database that is closed to settings goes on as it is.
        """
        if self._sealed:
            yield
            return
        self.connection.execute("SET threads = 1")
        try:
            yield
        finally:
            self.connection.execute("RESET threads")

    def add_clocks(self, clocks: Iterable[tuple[object, ...]]) -> None:
        """Add rows (source, host, serial, version, utc_offset in seconds, where that is known from)."""
        rows = [storable(clock) for clock in clocks]
        if rows:
            self.connection.execute(_ADD_CLOCKS, [list(column) for column in zip(*rows, strict=True)])

    def table(self, name: str) -> pa.Table:
        """Return the spine or a kind's table as Arrow, in its declared schema, in the order of the lines."""
        schema = all_schemas().get(name)
        if schema is None:
            raise UsageError(f"There is no kind {name!r}: `midtrail kinds` lists them all.")
        return self.query(f'SELECT * FROM "{name}" ORDER BY seq').cast(schema)

    def query(self, sql: str, parameters: object = None) -> pa.Table:
        """Return what a query gives, as Arrow."""
        return self.connection.sql(sql, params=parameters).to_arrow_table()

    def seal(self) -> None:
        """Close the database to the outside for good: no file, no network, no extension, no other setting.

        The tables can still be filled, joined and made anew, and what does not fit into memory still spills
        into the folder. Done before a query of a person's own is run.
        """
        if not self._sealed:
            self._sealed = True
            for setting in _SEAL:
                self.connection.execute(setting)

    def stream(self, sql: str, parameters: object = None) -> pa.RecordBatchReader:
        """Return what a query gives as a stream of bounded batches; it ends with the next query."""
        return pa.RecordBatchReader.from_stream(self.connection.sql(sql, params=parameters))

    def close(self) -> None:
        """Close the database and remove its folder."""
        self.connection.close()
        self._finalizer()


class BorrowingStore(Store):
    """A store in memory that copies no batch: DuckDB reads each where it lies, and of it only what a query needs.

    Its tables are there as soon as `add_all` was called.
    """

    def __init__(self, *, columns: Columns, lines: Borrowed | None = None) -> None:
        """Make a store for these tables and columns, which may have lines already."""
        super().__init__(columns=columns)
        self.lines = lines or Borrowed(columns)
        """What is borrowed."""
        self.add_all([])

    @property
    def borrowed(self) -> list[Batches]:
        """The batches."""
        return self.lines.borrowed

    def _make_tables(self) -> None:
        """Make none: they are shown."""

    def add_all(self, batches: Iterable[Batches]) -> Self:
        """Keep all batches, and return the store."""
        self.lines.add_all(batches)
        for name in self._columns:
            self.connection.register(name, self.lines.table_of(name))
        for name, rows in self.lines.answers.items():
            self.connection.register(name, rows)
        return self


def _most_memory() -> int:
    """Return how many bytes the joins may take before they spill to disk: 3 GB, or 60 % of a smaller machine."""
    try:
        installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return _MEMORY
    return min(_MEMORY, installed * 6 // 10)


def _all_columns() -> Columns:
    return {name: schema.names for name, schema in all_schemas().items()}


def _ddl(name: str, columns: Sequence[str]) -> str:
    types = _SPINE_TYPES if name == SPINE_TABLE else _types(name)
    listed = ", ".join(f'"{column}" {types[column]}' for column in columns)
    return f'CREATE TABLE "{name}" ({listed})'


def _types(kind: str) -> dict[str, str]:
    fields = {field.name: _SQL_TYPES.get(field.type, "VARCHAR") for field in all_kinds()[kind].declared()}
    return {"seq": "BIGINT", **fields}
