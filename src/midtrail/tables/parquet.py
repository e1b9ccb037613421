"""Arrow batches as Parquet: one file for the spine, one for each kind that occurs."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from midtrail.errors import UsageError
from midtrail.tables.arrow import SPINE_TABLE, Batches


def write_parquet(batches: Iterable[Batches], folder: Path) -> int:
    """Write the batches into `folder` as spine.parquet and KIND.parquet, and return the number of lines.

    The files take their names only when they are whole. Raises UsageError where the folder is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: --format parquet writes a folder; give -o another name")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as name:
        count = _write(batches, Path(name))
        for file in Path(name).iterdir():
            file.replace(folder / file.name)
    return count


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
