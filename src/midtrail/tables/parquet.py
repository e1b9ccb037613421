"""Records as Parquet: one file for the spine, one for each kind that occurs."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

from midtrail.errors import UsageError
from midtrail.parse import Record, batches
from midtrail.tables.arrow import to_arrow

_BATCH_LINES = 65_536


def write_parquet(records: Iterable[Record], folder: Path) -> int:
    """Write the records into `folder` as spine.parquet and KIND.parquet, and return the number of lines.

    The files take their names only when they are whole. Raises UsageError where the folder is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: --format parquet writes a folder; give -o another name")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as name:
        count = _write(records, Path(name))
        for file in Path(name).iterdir():
            file.replace(folder / file.name)
    return count


def _write(records: Iterable[Record], folder: Path) -> int:
    writers: dict[str, pq.ParquetWriter] = {}
    count = 0
    try:
        for batch in batches(records, _BATCH_LINES):
            count += len(batch)
            for table, rows in to_arrow(batch).items():
                if table not in writers:
                    writers[table] = pq.ParquetWriter(
                        folder / f"{table}.parquet", rows.schema, compression="zstd"
                    )
                writers[table].write_batch(rows)
    finally:
        for writer in writers.values():
            writer.close()
    return count
