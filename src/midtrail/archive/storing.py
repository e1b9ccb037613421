"""How tables are laid out as Parquet: numbers by their differences, words by a dictionary, all by zstd."""

import uuid
from collections.abc import Sequence
from functools import lru_cache
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta
from midtrail.archive._delta import Added

_LEVEL = 12
_ROW_GROUP = (
    43_691  # a sixth of a block: smaller ones are read faster, but what tells of their columns takes room
)
_PAGE = 1 << 20
_PAGES = (
    {"max_rows_per_page": 1 << 30} if "max_rows_per_page" in signature(pq.ParquetWriter).parameters else {}
)
"""Pages end by their bytes alone: where nearly all is null, most bytes would be those around the pages."""
_DICTIONARY = 1 << 24  # bytes up to which a column's dictionary may grow
_WORTH_IT = 0.6  # a dictionary pays where there are at most so many different values a value
_SAMPLE = 20_000
_CODES = frozenset({"form", "state", "tail"})  # numbers that only name one of few things


class Layout(NamedTuple):
    """What is special to a table: the columns whose ranges are kept in its log, and in the Parquet files too.

    `sparse` tables leave out of a Parquet file the columns that hold nothing but null in it.
    """

    indexed: Sequence[str] = ()
    sparse: bool = False


def write(folder: Path, table: pa.Table, layout: Layout) -> Added:
    """Write rows as one Parquet file into a table's folder."""
    told = list(table.schema.names)
    if layout.sparse:
        told = [name for name in told if table[name].null_count < table.num_rows]
    table = table.select(told)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{uuid.uuid4().hex}.parquet"
    words = [field.name for field in table.schema if field.name in _CODES or _repeats(table[field.name])]
    numbers = [field.name for field in table.schema if _is_number(field.type) and field.name not in words]
    with pq.ParquetWriter(
        folder / name,
        table.schema,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=words,
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        write_statistics=[column for column in layout.indexed if column in told],
        data_page_size=_PAGE,
        dictionary_pagesize_limit=_DICTIONARY,
        store_schema=False,
        write_page_checksum=True,
        **_PAGES,
    ) as writer:
        writer.write_table(table, row_group_size=_ROW_GROUP)
    ranges = {column: _range(table[column]) for column in layout.indexed if column in told}
    ranges = {column: found for column, found in ranges.items() if None not in found}
    return Added(
        name,
        table.num_rows,
        {column: found[0] for column, found in ranges.items()},
        {column: found[1] for column, found in ranges.items()},
    )


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_timestamp(kind))


def _repeats(column: pa.ChunkedArray) -> bool:
    """Tell whether a dictionary is worth it: always for words, for texts by a look at the first of them."""
    if pa.types.is_dictionary(column.type):
        return True
    if not (pa.types.is_string(column.type) or pa.types.is_binary(column.type)):
        return False
    some = column.drop_null().slice(0, _SAMPLE)
    return len(some) > 0 and pc.count_distinct(some).as_py() <= _WORTH_IT * len(some)


def _range(column: pa.ChunkedArray) -> tuple[Any, Any]:
    found = pc.min_max(column)
    return found["min"].as_py(), found["max"].as_py()


def read(table: Any, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of a Delta table as it was opened. Raises ArchiveError for a damaged file."""
    paths = [Path(table.table_uri.removeprefix("file://"), file["path"]) for file in _delta.files(table)]
    found = [read_file(path, columns) for path in paths]
    return pa.concat_tables(found, promote_options="default") if found else pa.table({})


class Version(NamedTuple):
    """A Parquet file as it lies on disk: none is ever changed, and a damaged one differs in what is told here."""

    path: Path
    size: int
    changed: int


def version_of(path: Path) -> Version:
    """Return what a file is now. Raises ArchiveError where it is missing."""
    try:
        facts = path.stat()
    except OSError as error:
        raise _delta.damaged(path, error) from error
    return Version(path, facts.st_size, facts.st_mtime_ns)


def read_once(path: Path) -> pa.Table:
    """Return the rows of a small Parquet file; they are kept for the next time. Raises as `read_file` does."""
    return read_version(version_of(path))


@lru_cache(maxsize=4096)
def read_version(version: Version) -> pa.Table:
    """Return the rows of a small Parquet file as `read_once` does."""
    return read_file(version.path)


@lru_cache(maxsize=256)
def schema_of(path: Path) -> pa.Schema:
    """Return the columns of a Parquet file. Raises as `read_file` does."""
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error


def read_file(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of one Parquet file, with those of the columns that it has."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            told = None if columns is None else [name for name in columns if name in file.schema_arrow.names]
            return file.read(told)
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error
