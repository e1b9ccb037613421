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
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta
from midtrail.archive._delta import Added
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
    among: tuple[str, Any] | None = None,
) -> pa.Table | None:
    """Return the rows of a table, of `columns` (or what lies in them, by its path); None where there is no such table.

    With `among` (a column and numbers), only what may hold one of the numbers is read; other rows may be among it.
    """
    table = shot.delta(name)
    if table is None:
        return None
    files = shot.parquet(name)
    wanted = None if among is None else np.unique(np.fromiter(among[1], np.int64))
    found = []
    for file in files:
        if wanted is None or among is None:
            found.append(_read(shot.folder / name / file["path"], columns))
        elif _any_between(wanted, file.get(f"min.{among[0]}"), file.get(f"max.{among[0]}")):
            found.append(_read(shot.folder / name / file["path"], columns, (among[0], wanted)))
    return pa.concat_tables(found or [_empty(table, columns)])


def _empty(table: Any, columns: Sequence[str] | None) -> pa.Table:
    rows = pa.schema(table.schema().to_arrow()).empty_table()
    return rows if columns is None else rows.select([path.partition(".")[0] for path in columns])


def _read(path: Path, columns: Sequence[str] | None, among: tuple[str, Any] | None = None) -> pa.Table:
    try:
        with pq.ParquetFile(path, metadata=_metadata(path)) as file:
            told = None if columns is None else list(columns)
            if among is None:
                return file.read(told)
            groups = [group for group in _that_may_hold(file.metadata, *among) if _holds(file, group, *among)]
            return file.read_row_groups(groups, told, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error


@lru_cache(maxsize=512)
def _metadata(path: Path) -> Any:
    """Return what a file says of its row groups; files are never changed."""
    return pq.read_metadata(path)


def _that_may_hold(metadata: Any, column: str, wanted: Any) -> Iterator[int]:
    """Yield the row groups whose range of a column holds one of some numbers."""
    schema = metadata.schema
    at = next(place for place in range(len(schema)) if schema.column(place).path == column)
    for group in range(metadata.num_row_groups):
        told = metadata.row_group(group).column(at).statistics
        if told is None or not told.has_min_max or _any_between(wanted, told.min, told.max):
            yield group


def _holds(file: Any, group: int, column: str, wanted: Any) -> bool:
    """Tell whether a row group holds one of some numbers; of it only their column is read."""
    values = file.read_row_group(group, [column], use_threads=False)[column]
    return bool(pc.any(pc.is_in(values, pa.array(wanted))).as_py())


def _any_between(wanted: Any, least: int | None, greatest: int | None) -> bool:
    if least is None or greatest is None:
        return True
    first, last = np.searchsorted(wanted, [least, greatest + 1])
    return bool(first < last)
