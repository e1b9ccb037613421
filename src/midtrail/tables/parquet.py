"""Arrow as Parquet: batches as one file for the spine and one a kind that occurs, streams of rows as one each."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from midtrail.errors import UsageError
from midtrail.tables.arrow import SPINE_TABLE, Batches


def write_parquet(batches: Iterable[Batches], folder: Path) -> int:
    """Write the batches into `folder` as spine.parquet and KIND.parquet, and return the number of lines.

    The files take their names only when they are whole. Raises UsageError where the folder is a file.
    """
    with _whole(folder) as unfinished:
        return _write(batches, unfinished)


def write_tables(tables: Iterable[tuple[str, pa.RecordBatchReader]], folder: Path) -> dict[str, int]:
    """Write streams of rows into `folder`, one after the other, as NAME.parquet, and return how many rows each has.

    The files take their names only when all are whole. Raises UsageError where the folder is a file.
    """
    with _whole(folder) as unfinished:
        return {name: _write_rows(rows, unfinished / f"{name}.parquet") for name, rows in tables}


def _write_rows(rows: pa.RecordBatchReader, file: Path) -> int:
    count = 0
    with pq.ParquetWriter(file, rows.schema, compression="zstd") as writer:
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


def _write(batches: Iterable[Batches], folder: Path) -> int:
    writers: dict[str, pq.ParquetWriter] = {}
    count = 0
    try:
        for batch in batches:
            count += batch[SPINE_TABLE].num_rows
            for table, rows in batch.items():
                if table not in writers:
                    writers[table] = _writer(folder / f"{table}.parquet", rows.schema)
                writers[table].write_batch(rows)
    finally:
        for writer in writers.values():
            writer.close()
    return count


def _writer(file: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Open a file whose columns are coded by what they hold: words by a dictionary, numbers by their differences.

    A dictionary tried on texts that hardly repeat, and statistics of them, cost more than all else.
    """
    numbers = [
        field.name for field in schema if pa.types.is_int64(field.type) or pa.types.is_timestamp(field.type)
    ]
    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        use_dictionary=words,
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        write_statistics=numbers,
    )
