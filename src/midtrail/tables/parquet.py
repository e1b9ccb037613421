"""Arrow as Parquet: batches as one file for the spine and one a kind that occurs, streams of rows as one each."""

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from midtrail.errors import UsageError
from midtrail.tables.arrow import SPINE_TABLE, Batches
from midtrail.tables.schemas import SPINE_SCHEMA
from midtrail.tables.threads import together

_THREADS = 2  # the spine has the first to itself until the end
_SPINES = 2  # row groups of it that are written or wait for it
_ROWS = 98_304  # of a row group: those that the engine gives at once need not be joined
_BYTES = 30 << 20  # of the spine's lines, after which all that is worth a row group of its own is written
_WORTH_IT = 4_096  # rows
_MANY = 12  # waiting batches of a rare kind, whose columns' descriptions take more memory than their rows
_MUCH = 4 << 20  # bytes of a rare kind's rows, which are written though they are few
_AT_ONCE = 16_384  # values that are coded at once: four times less overhead than Arrow's 1,024
_BUFFERED = 1 << 15  # bytes of a file
_IN_ALL_LINES = frozenset({"seq", "source", "line_no", "offset", "kind", "text"})
_UNASKED = frozenset({"line_no", "offset"})  # numbers by which nobody chooses rows


def write_parquet(batches: Iterable[Batches], folder: Path) -> int:
    """Write the batches into `folder` as spine.parquet and KIND.parquet, and return the number of lines.

    The files take their names only when they are whole. Raises UsageError where the folder is a file.
    """
    count = 0
    with _whole(folder) as unfinished, _Files(unfinished) as files:
        for batch in batches:
            count += batch[SPINE_TABLE].num_rows
            files.add(batch)
            del batch  # so that it need not wait for the next in memory
    return count


def write_tables(
    tables: Mapping[str, Callable[[], pa.RecordBatchReader]],
    folder: Path,
    stop: Callable[[], None] | None = None,
) -> dict[str, int]:
    """Write streams of rows into `folder`, each as NAME.parquet, and return how many rows each has.

    They are opened and written one after the other; where `stop`, which ends the streams, is given, all at the same
    time. The files take their names only when all are whole. Raises UsageError where the folder is a file.
    """
    with _whole(folder) as unfinished:

        def write(name: str) -> int:
            return _write_rows(tables[name](), unfinished / f"{name}.parquet")

        counts = (
            map(write, tables) if stop is None else together([partial(write, name) for name in tables], stop)
        )
        return dict(zip(tables, counts, strict=True))


def _write_rows(rows: pa.RecordBatchReader, file: Path) -> int:
    count = 0
    with _plain_writer(file, rows.schema) as writer:
        for batch in rows:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """Give a folder for unfinished files, which move to `folder` when all are done."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: --format parquet writes a folder; give -o another name")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as name:
        yield Path(name)
        for file in Path(name).iterdir():
            file.replace(folder / file.name)


class _Files:
    """The files of one folder: rows wait until they are many enough for a row group, or take much memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, _File] = {}
        self._bytes = 0
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix="midtrail-write") for _ in range(_THREADS)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is None:
            for place, file in enumerate(self._largest_first()):
                file.end(self._threads[place % _THREADS])
        for thread in self._threads:
            thread.shutdown(wait=True, cancel_futures=failed is not None)
        for file in self._files.values():
            file.close()
        if failed is None:
            for file in self._files.values():
                file.check()

    def add(self, batch: Batches) -> None:
        """Take a batch, and have written what is enough."""
        for name, rows in batch.items():
            file = self._files.get(name)
            if file is None:
                which, most = (0, _SPINES) if name == SPINE_TABLE else (1, 1)
                file = _File(self._folder / f"{name}.parquet", self._threads[which], most)
                self._files[name] = file
            if file.add(rows) >= _ROWS:
                file.write()
        self._bytes += batch[SPINE_TABLE].nbytes
        if self._bytes >= _BYTES:
            self._bytes = 0
            self._write()

    def _write(self) -> None:
        """Have written what is worth a row group."""
        for file in self._largest_first():
            if file.rows >= _WORTH_IT or file.join() >= _MUCH:
                file.write()

    def _largest_first(self) -> list["_File"]:
        return sorted(self._files.values(), key=lambda file: -file.rows)


class _File:
    """One table's file; some of its row groups are being written or wait for it, while the next is collected."""

    def __init__(self, path: Path, thread: ThreadPoolExecutor, most: int) -> None:
        self.rows = 0
        self._path = path
        self._thread = thread
        self._most = most
        self._waiting: list[pa.RecordBatch] = []
        self._writer: pq.ParquetWriter | None = None
        self._written: deque[Future[None]] = deque()

    def add(self, rows: pa.RecordBatch) -> int:
        """Take rows, and return how many wait."""
        self._waiting.append(rows)
        self.rows += rows.num_rows
        return self.rows

    def write(self) -> None:
        """Have the waiting rows written."""
        if self._waiting:
            self.check(self._most - 1)
            self._written.append(self._thread.submit(self._write, self._waiting))
            self._waiting, self.rows = [], 0

    def end(self, thread: ThreadPoolExecutor) -> None:
        """Have the waiting rows written by some thread, and the file ended."""
        self._written.append(thread.submit(self._end, [*self._written], self._waiting))
        self._waiting, self.rows = [], 0

    def join(self) -> int:
        """Make one batch of the waiting ones if they are many, and return how many bytes it has; else 0."""
        if len(self._waiting) < _MANY:
            return 0
        joined = _table(self._waiting).combine_chunks()
        self._waiting = joined.to_batches()
        return int(joined.nbytes)

    def _write(self, batches: list[pa.RecordBatch]) -> None:
        if self._writer is None:
            many = sum(batch.num_rows for batch in batches) >= _WORTH_IT
            self._writer = _writer(self._path, _stored(batches[0].schema), "zstd" if many else "snappy")
        schema = self._writer.schema
        if not schema.equals(batches[0].schema):
            batches = [pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in batches]
        self._writer.write_table(_table(batches), row_group_size=_ROWS)

    def _end(self, written: list[Future[None]], batches: list[pa.RecordBatch]) -> None:
        for before in written:
            before.result()
        if batches:
            self._write(batches)
        self.close()

    def check(self, most: int = 0) -> None:
        """Wait until so many row groups at most are being written, and raise what went wrong there."""
        while len(self._written) > most:
            self._written.popleft().result()

    def close(self) -> None:
        """End the file."""
        if self._writer is not None:
            self._writer.close()


def _table(batches: list[pa.RecordBatch]) -> pa.Table:
    table = pa.Table.from_batches(batches)
    has_words = any(map(pa.types.is_dictionary, table.schema.types))
    return table.unify_dictionaries() if has_words and len(batches) > 1 else table


def _opened(file: Path, schema: pa.Schema, **options: Any) -> pq.ParquetWriter:
    """Open a new file that asks the system for a write every few pages, not for two a page."""
    sink = pa.output_stream(file, compression=None, buffer_size=_BUFFERED)
    writer = pq.ParquetWriter(sink, schema, write_batch_size=_AT_ONCE, **options)
    writer.file_handle = sink  # which it closes with itself
    return writer


def _plain_writer(file: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Open a file of rows whose texts hardly repeat: zstd makes them smaller than dictionaries do, in less time."""
    return _opened(file, schema, compression="zstd", use_dictionary=False, write_statistics=_numbers(schema))


def _numbers(schema: pa.Schema) -> list[str]:
    return [
        field.name for field in schema if pa.types.is_int64(field.type) or pa.types.is_timestamp(field.type)
    ]


def _stored(schema: pa.Schema) -> pa.Schema:
    """Return a schema as it stands in the file: that each line of the spine has certain columns need not be said of each."""
    if schema.names != SPINE_SCHEMA.names:
        return schema
    return pa.schema([field.with_nullable(field.name not in _IN_ALL_LINES) for field in schema])


def _writer(file: Path, schema: pa.Schema, compression: str) -> pq.ParquetWriter:
    """Open a file whose columns are coded by what they hold: words by a dictionary, numbers by their differences.

    A dictionary tried on texts that hardly repeat, and statistics of them, cost more than all else.
    """
    numbers = _numbers(schema)
    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return _opened(
        file,
        schema,
        compression={field.name: _compression(field, compression) for field in schema},
        use_dictionary=words,
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        write_statistics=[name for name in numbers if name not in _UNASKED],
    )


def _compression(field: pa.Field, of_texts: str) -> str:
    """Return how a column is compressed: what is coded already is hardly worth making zstd ready for each of its pages."""
    if pa.types.is_int64(field.type) or pa.types.is_boolean(field.type):
        return "none"
    if pa.types.is_timestamp(field.type) or (pa.types.is_dictionary(field.type) and field.name != "kind"):
        return "snappy"
    return of_texts
