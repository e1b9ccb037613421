"""The tables of messages in the archive: rows are added, and the latest of a key counts.

    messages     one row a revision of a message, with its recipients, the connections that it used (`uses`), the
                 remediation batches that asked for it (`batches`) and the places of its own lines (`lines`)
    connections  one row each time that a connection's lines changed, with the places of its own lines
    links        the MIDs that a line makes one message, each both ways
    asked        the MIDs of each remediation batch

Nothing is ever rewritten, so adding lines costs what they touch, and a message's earlier revisions stay.
"""

import uuid
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta
from midtrail.archive._delta import Added
from midtrail.archive.ids import Id, Wanted, id_set
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.storing import Layout
from midtrail.archive.writing import KEPT, Draft

MESSAGES, CONNECTIONS, LINKS, ASKED = KEPT

LINKS_SCHEMA = pa.schema([("host", pa.string()), ("mid", pa.int64()), ("other", pa.int64())])
ASKED_SCHEMA = pa.schema([("host", pa.string()), ("mid", pa.int64()), ("batch", pa.string())])

INDEXED = {MESSAGES: ("mid",), CONNECTIONS: ("id",), LINKS: ("mid",), ASKED: ("mid",)}
"""The column of each table by whose ranges rows are found; rows stand in the order of `host` and it."""

_LEVEL = 14
_ROW_GROUP = 1 << 12


def keep(draft: Draft, name: str, rows: pa.Table) -> None:
    """Add rows to a table of the archive as one Parquet file."""
    folder = draft.folder / name
    folder.mkdir(exist_ok=True)
    if rows.num_rows:
        draft.add_written(name, written(folder, rows, INDEXED[name]))
    draft.stage(name, rows.schema, Layout(INDEXED[name]))


def written(folder: Path, rows: pa.Table, indexed: Sequence[str]) -> Added:
    """Write rows as one Parquet file into a table's folder, in row groups of which a look-up reads few."""
    name = f"{uuid.uuid4().hex}.parquet"
    leaves = dict(_leaves(rows.schema))
    numbers = [
        path for path, kind in leaves.items() if pa.types.is_integer(kind) or pa.types.is_timestamp(kind)
    ]
    with pq.ParquetWriter(
        folder / name,
        rows.schema,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=[path for path, kind in leaves.items() if pa.types.is_string(kind)],
        column_encoding={path: _encoding(path) for path in numbers},
        write_statistics=list(indexed),
        write_page_checksum=True,
    ) as writer:
        writer.write_table(rows, row_group_size=_ROW_GROUP)
    ranges = {column: pc.min_max(rows[column]).as_py() for column in indexed}
    least, greatest = ({column: found[end] for column, found in ranges.items()} for end in ("min", "max"))
    return Added(name, rows.num_rows, least, greatest)


def _encoding(path: str) -> str:
    """Return how the numbers of a column are written: steps between lines are small, and differ as they like."""
    return "BYTE_STREAM_SPLIT" if ".steps." in path else "DELTA_BINARY_PACKED"


def _leaves(fields: Any, before: str = "") -> Iterator[tuple[str, pa.DataType]]:
    """Yield the path and the type of each column of values, also within lists, maps and structs."""
    for field in fields:
        yield from _below(before + field.name, field.type)


def _below(path: str, kind: pa.DataType) -> Iterator[tuple[str, pa.DataType]]:
    if pa.types.is_struct(kind):
        yield from _leaves(kind, f"{path}.")
    elif pa.types.is_map(kind):
        yield from _below(f"{path}.key_value.key", kind.key_type)
        yield from _below(f"{path}.key_value.value", kind.item_type)
    elif pa.types.is_list(kind):
        yield from _below(f"{path}.list.element", kind.value_type)
    else:
        yield path, kind


def kept(
    shot: Snapshot,
    name: str,
    columns: Sequence[str] | None = None,
    *,
    among: tuple[str, AbstractSet[Id]] | None = None,
) -> pa.Table | None:
    """Return the rows of a table, of `columns` (or what lies in them, by its path); None where there is no such table.

    With `among` (a column and ids), they are the rows that have one of the ids there and its appliance as `host`.
    """
    table = shot.delta(name)
    if table is None:
        return None
    sought = None if among is None else Sought(*among)
    found = []
    for file in shot.parquet(name):
        path = shot.folder / name / file["path"]
        if sought is None:
            found.append(_read(path, columns))
        elif sought.may_lie_between(file.get(f"min.{sought.column}"), file.get(f"max.{sought.column}")):
            found += _read_some(path, columns, sought)
    return pa.concat_tables(found or [_empty(table, columns)])


class Sought:
    """Ids of appliances that are looked for in a column."""

    def __init__(self, column: str, ids: AbstractSet[Id]) -> None:
        """Take the name of the column, and the ids."""
        self.column = column
        self._ids = Wanted(ids)
        self._numbers = id_set(ids).numbers()

    def may_lie_between(self, least: int | None, greatest: int | None) -> bool:
        """Tell whether one of the ids lies between two numbers, both of which may be it; it may where they are not told."""
        if least is None or greatest is None:
            return True
        first, last = np.searchsorted(self._numbers, [least, greatest + 1])
        return bool(first < last)

    def rows(self, table: pa.Table) -> pa.Array:
        """Return the rows that have one of the ids."""
        return pc.indices_nonzero(self._ids.named_in(table, self.column))


def _empty(table: Any, columns: Sequence[str] | None) -> pa.Table:
    rows = pa.schema(table.schema().to_arrow()).empty_table()
    return rows if columns is None else rows.select([path.partition(".")[0] for path in columns])


def _read(path: Path, columns: Sequence[str] | None) -> pa.Table:
    try:
        with pq.ParquetFile(path, metadata=_metadata(path)) as file:
            return file.read(None if columns is None else list(columns))
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error


def _read_some(path: Path, columns: Sequence[str] | None, sought: Sought) -> Iterator[pa.Table]:
    """Yield the rows that have what is sought; of a row group that has none, only host and number are read."""
    try:
        with pq.ParquetFile(path, metadata=_metadata(path)) as file:
            told = None if columns is None else list(columns)
            for group in _that_may_hold(file.metadata, sought):
                ids = file.read_row_group(group, ["host", sought.column], use_threads=False)
                rows = sought.rows(ids)
                if len(rows):
                    yield file.read_row_group(group, told, use_threads=False).take(rows)
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error


@lru_cache(maxsize=512)
def _metadata(path: Path) -> Any:
    """Return what a file says of its row groups; files are never changed."""
    return pq.read_metadata(path)


def _that_may_hold(metadata: Any, sought: Sought) -> Iterator[int]:
    """Yield the row groups whose range of the column holds one of the ids."""
    schema = metadata.schema
    at = next(place for place in range(len(schema)) if schema.column(place).path == sought.column)
    for group in range(metadata.num_row_groups):
        told = metadata.row_group(group).column(at).statistics
        if told is None or not told.has_min_max or sought.may_lie_between(told.min, told.max):
            yield group
