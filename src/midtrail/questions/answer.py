"""The answer to a query of a person's own, a batch of rows at a time: it ends in time, and at Ctrl-C."""

import difflib
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from itertools import count
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

import pyarrow as pa
from duckdb import DuckDBPyConnection, PermissionException
from duckdb import Error as DuckError

from midtrail.errors import UsageError
from midtrail.questions.sql import Query, one_line

Found = TypeVar("Found")
_BATCH_ROWS = 10_000
_PATIENCE = 2  # seconds that a query gets to end when it is stopped
_NO_TABLE = re.compile(r"Table with name (.+?) does not exist")


class Answer:
    """The rows of a query as Arrow batches, read as they are asked for; to be closed, or used with `with`.

    `schema` tells the columns, whose names are made distinct. DuckDB works in a thread of its own, so that a
    signal or the time limit reaches it in the midst of a query.
    """

    def __init__(self, connection: DuckDBPyConnection, query: Query, timeout: float | None = None) -> None:
        """Run the query on a cursor of `connection`; it may take `timeout` seconds until its last row.

        Raises UsageError for what DuckDB refuses, and where the time is over.
        """
        self._cursor = connection.cursor()
        self._running: Future[Any] | None = None
        self._seconds = timeout
        self._ends = None if timeout is None else monotonic() + timeout
        try:
            self._reader = self._within(self._begin, query.text)
        except BaseException:
            self.close()
            raise
        self.schema = _distinct(self._reader.schema)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows, some thousands at a time; raises UsageError as the query itself does."""
        while (batch := self._within(self._next)) is not None:
            yield pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)

    def table(self) -> pa.Table:
        """Return all rows that were not read yet."""
        return pa.Table.from_batches(self.batches(), self.schema)

    def close(self) -> None:
        """Stop the query, where it still runs, and give back what it holds.

        A function that is busy with one huge value hears of it only when it is done; nobody waits for that.
        """
        self._cursor.interrupt()
        if self._running is None or wait([self._running], _PATIENCE).done:
            self._cursor.close()

    def __enter__(self) -> Self:
        """Return the answer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the answer."""
        self.close()

    def _begin(self, text: str) -> Any:
        self._cursor.execute("BEGIN TRANSACTION READ ONLY")
        relation: Any = self._cursor.sql(text)
        read = getattr(relation, "to_arrow_reader", None) or relation.fetch_record_batch  # DuckDB 2.0, or 1.4
        return read(_BATCH_ROWS)

    def _next(self) -> pa.RecordBatch | None:
        try:
            batch: pa.RecordBatch = self._reader.read_next_batch()
        except StopIteration:
            return None
        return batch

    def _within(self, work: Callable[..., Found], *arguments: Any) -> Found:
        """Return what `work` returns, in a thread of its own and within the time that is left."""
        running: Future[Found] = Future()
        self._running = running
        Thread(target=_fulfil, args=(running, work, arguments), daemon=True).start()
        if not wait([running], None if self._ends is None else max(0, self._ends - monotonic())).done:
            raise UsageError(
                f"The query was stopped after {self._seconds:g} seconds, as asked: ask for less, or give it longer"
            )
        try:
            return running.result()
        except (DuckError, pa.ArrowException, OSError, MemoryError) as error:
            raise UsageError(self._told(error)) from None

    def _told(self, error: BaseException) -> str:
        missing = _NO_TABLE.match(one_line(error))
        if isinstance(error, PermissionException):
            return f"A query reads this log's tables only: {one_line(error)}"
        if missing is None:
            return f"The query cannot be answered: {one_line(error)}"
        rows = self._cursor.execute("ROLLBACK").execute("SELECT table_name FROM duckdb_tables()").fetchall()
        near = difflib.get_close_matches(missing[1], [name for (name,) in rows], n=3, cutoff=0.5)
        return (
            f"There is no table {missing[1]!r}; near to it: {', '.join(near) or 'none'}. "
            "`midtrail sql --schema` lists them all"
        )


def _fulfil(future: "Future[Found]", work: Callable[..., Found], arguments: tuple[Any, ...]) -> None:
    try:
        future.set_result(work(*arguments))
    except BaseException as error:  # noqa: BLE001 - told to whoever waits
        future.set_exception(error)


def _distinct(schema: pa.Schema) -> pa.Schema:
    """Return the schema with a number behind each name that was there before."""
    names: set[str] = set()
    fields = []
    for field in schema:
        tries = (field.name if not number else f"{field.name}_{number}" for number in count())
        name = next(name for name in tries if name not in names)
        names.add(name)
        fields.append(field.with_name(name))
    return pa.schema(fields)
