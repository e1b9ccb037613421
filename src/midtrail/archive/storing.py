"""How tables are laid out as Parquet: numbers by their differences or byte by byte, words by a dictionary, all by zstd."""

import uuid
from collections.abc import Iterator, Sequence
from functools import lru_cache
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta
from midtrail.archive._delta import Added

LEVEL = 9
"""How hard zstd tries."""
_ROW_GROUP = (
    43_691  # a sixth of a block: smaller ones are read faster, but what tells of their columns takes room
)
_PAGE = 1 << 20
_PAGES = (
    {"max_rows_per_page": 1 << 30} if "max_rows_per_page" in signature(pq.ParquetWriter).parameters else {}
)
"""Pages end by their bytes alone: where nearly all is null, most bytes would be those around the pages."""
_DICTIONARY = 1 << 24  # bytes up to which a column's dictionary may grow
_WORTH_IT = 0.4  # a dictionary pays where there are at most so many different values a value
_SAMPLE = 20_000
_CODES = frozenset({"form", "state", "tail"})  # numbers that only name one of few things
_SCATTERED = frozenset({"icid", "rid", "size_bytes", "digest"})  # numbers that do not rise from row to row
_LATE = frozenset({"last_event_at"})  # times that do not


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
    with pq.ParquetWriter(
        folder / name,
        table.schema,
        compression="zstd",
        compression_level=LEVEL,
        write_statistics=[column for column in layout.indexed if column in told],
        data_page_size=_PAGE,
        dictionary_pagesize_limit=_DICTIONARY,
        store_schema=False,
        write_page_checksum=True,
        **encodings(table),
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


def encodings(table: pa.Table) -> dict[str, Any]:
    """Return how a Parquet writer is told to encode the columns of a table."""
    words: list[str] = []
    numbers: dict[str, str] = {}
    for path, values in _leaves(table):
        if path in _CODES or _repeats(values):
            words.append(path)
        elif pa.types.is_timestamp(values.type):
            numbers[path] = "PLAIN" if _is_listed(path) or path in _LATE else "DELTA_BINARY_PACKED"
        elif pa.types.is_integer(values.type):
            scattered = _is_listed(path) or path in _SCATTERED
            numbers[path] = "BYTE_STREAM_SPLIT" if scattered else "DELTA_BINARY_PACKED"
    return {"use_dictionary": words, "column_encoding": numbers}


def _is_listed(path: str) -> bool:
    """Tell whether the values stand in lists, so that those side by side differ as they like."""
    return "." in path


def _leaves(table: pa.Table) -> Iterator[tuple[str, pa.Array]]:
    """Yield the path of each column of values, also within lists, maps and structs, and some of its first values."""
    for name in table.schema.names:
        yield from _below(name, _first(table[name]))


def _below(path: str, values: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    kind = values.type
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _below(f"{path}.{field.name}", values.field(field.name))
    elif pa.types.is_map(kind):
        yield from _below(f"{path}.key_value.key", values.keys)
        yield from _below(f"{path}.key_value.value", values.items)
    elif pa.types.is_list(kind):
        yield from _below(f"{path}.list.element", values.flatten())
    else:
        yield path, values


def _first(column: pa.ChunkedArray) -> pa.Array:
    """Return the first values of a column that are not null."""
    some = column.drop_null().slice(0, _SAMPLE).combine_chunks()
    return pa.concat_arrays(some.chunks) if isinstance(some, pa.ChunkedArray) else some


def _repeats(values: pa.Array) -> bool:
    """Tell whether a dictionary is worth it: always for words, for texts by a look at some of them."""
    if pa.types.is_dictionary(values.type):
        return True
    if not (pa.types.is_string(values.type) or pa.types.is_binary(values.type)):
        return False
    told = values.drop_null()
    return len(told) > 0 and pc.count_distinct(told).as_py() <= _WORTH_IT * len(told)


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
