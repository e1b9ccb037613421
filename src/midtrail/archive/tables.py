"""The tables of messages in the archive: rows are added, and the latest of a key counts.

    messages     one row a revision of a message, with its recipients, the connections that it used (`uses`), the
                 remediation batches that asked for it (`batches`) and the places of its own lines (`lines`)
    connections  one row each time that a connection's lines changed, with the places of its own lines
    links        the MIDs that a line makes one message, each both ways
    asked        the MIDs of each remediation batch

Nothing is ever rewritten, so adding lines costs what they touch, and a message's earlier revisions stay.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta, storing
from midtrail.archive._delta import Added
from midtrail.archive.abreast import abreast
from midtrail.archive.columns import Columns
from midtrail.archive.ids import Id, Wanted, id_set
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.storing import Layout
from midtrail.archive.writing import KEPT, Draft

MESSAGES, CONNECTIONS, LINKS, ASKED = KEPT

LINKS_SCHEMA = pa.schema([("host", pa.string()), ("mid", pa.int64()), ("other", pa.int64())])
ASKED_SCHEMA = pa.schema([("host", pa.string()), ("mid", pa.int64()), ("batch", pa.string())])

INDEXED = {
    MESSAGES: ("host", "mid"),
    CONNECTIONS: ("host", "id"),
    LINKS: ("host", "mid"),
    ASKED: ("host", "mid"),
}
"""The columns of each table by whose ranges rows are found, and in whose order they stand."""

PATHS = ("host", "direction", "id", "born", "batch", "gone", "lines")
"""The columns of connections that tell their lives, and the places of their lines."""
SPOT = ("path", "group", "row")
"""Columns that tell where a row is: the Parquet file, the row group, and the row in it."""

Range = tuple[Any, Any]
"""The least and the greatest of some values."""

_ROW_GROUP = 1 << 12
_OPEN = 64  # files
_FEW = 8  # files of which a few row groups are read sooner than two threads begin


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
    with pq.ParquetWriter(
        folder / name,
        rows.schema,
        compression="zstd",
        compression_level=storing.LEVEL,
        write_statistics=list(indexed),
        write_page_checksum=True,
        **storing.encodings(rows),
    ) as writer:
        writer.write_table(rows, row_group_size=_ROW_GROUP)
    ranges = {column: pc.min_max(rows[column]).as_py() for column in indexed if not rows[column].null_count}
    least, greatest = ({column: found[end] for column, found in ranges.items()} for end in ("min", "max"))
    return Added(name, rows.num_rows, least, greatest)


def kept(
    shot: Snapshot,
    name: str,
    columns: Sequence[str] | None = None,
    *,
    among: tuple[str, AbstractSet[Id]] | None = None,
    words: Sequence[str] = (),
    with_spots: bool = False,
) -> pa.Table | None:
    """Return the rows of a table, of `columns` (or what lies in them, by its path); None where there is no such table.

    With `among` (a column and ids), they are the rows that have one of the ids there and its appliance as `host`;
    else columns among `words` come as dictionaries, each Parquet file's its own. `with_spots` tells where each row
    is (SPOT).
    """
    if name not in shot.commit.versions:
        return None
    if among is None:
        read = partial(_read, columns=columns, words=words)
        parts = abreast(read, map(Path, shot.paths(name)))
    else:
        sought = Sought(*among)
        read_some = partial(_read_some, columns=columns, sought=sought, with_spots=with_spots)
        places = list(_holding(shot, name, sought))
        parts = map(read_some, places) if len(places) <= _FEW else abreast(read_some, places)
    found = [rows for some in parts for rows in some]
    if found:
        return pa.concat_tables(found)
    none = empty(shot, name, columns)
    return _with_spots(none, "", 0, np.array([], np.int64)) if with_spots else none


def _holding(shot: Snapshot, name: str, sought: "Sought") -> Iterator[tuple[Path, list[int] | None]]:
    """Yield the Parquet files that may hold what is sought, each with the row groups that may, where that is told."""
    told = shot.stretches(name)
    groups = {} if told is None else told.holding(sought.ids)
    folder = shot.folder / name
    for file in shot.parquet(name):
        own = file["path"].rpartition("/")[2]
        if told is not None and own in told.told:
            if own in groups:
                yield folder / file["path"], groups[own]
        elif sought.may_lie_in(*(_range_in(file, column) for column in ("host", sought.column))):
            yield folder / file["path"], None


def _range_in(file: Mapping[str, Any], column: str) -> Range | None:
    """Return the least and the greatest value of a column, as a table tells them of a Parquet file."""
    least, greatest = file.get(f"min.{column}"), file.get(f"max.{column}")
    return None if least is None or greatest is None else (least, greatest)


class Sought:
    """Ids of appliances that are looked for in a column."""

    def __init__(self, column: str, ids: AbstractSet[Id]) -> None:
        """Take the name of the column, and the ids."""
        self.column = column
        self.ids = id_set(ids)
        self._wanted = Wanted(ids)

    def may_lie_in(self, hosts: Range | None, numbers: Range | None) -> bool:
        """Tell whether one of the ids may lie in rows of which these are the least and the greatest host and number.

        Both may be it, and where they are not told, it may; of rows without a host none are told.
        """
        return any(
            numbers is None or _lies_in(numbers, some)
            for host, some in self.ids.by_host().items()
            if hosts is None or (host is not None and hosts[0] <= host <= hosts[1])
        )

    def rows(self, table: pa.Table) -> Any:
        """Return the rows that have one of the ids (numpy)."""
        return np.flatnonzero(self._wanted.named_in(table, self.column))


def _lies_in(numbers: Range, some: Any) -> bool:
    return bool(np.searchsorted(some, numbers[0]) < np.searchsorted(some, numbers[1], "right"))


def empty(shot: Snapshot, name: str, columns: Sequence[str] | None) -> pa.Table:
    """Return no rows of a table."""
    rows = (shot.schema(name) or pa.schema([])).empty_table()
    return rows if columns is None else rows.select([path.partition(".")[0] for path in columns])


def _read(path: Path, columns: Sequence[str] | None, words: Sequence[str]) -> list[pa.Table]:
    try:
        with pq.ParquetFile(path, metadata=metadata_of(path), read_dictionary=list(words)) as file:
            return [file.read(None if columns is None else list(columns))]
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error


def _read_some(
    place: tuple[Path, list[int] | None],
    columns: Sequence[str] | None,
    sought: Sought,
    *,
    with_spots: bool,
) -> list[pa.Table]:
    """Return the rows that have what is sought, of those row groups that are told, or of all.

    Of a row group that has none, only host and number are read.
    """
    path, groups = place
    if groups is None:
        every = enumerate(_ranges(path, sought.column))
        groups = [group for group, ranges in every if sought.may_lie_in(*ranges)]
    found = []
    for group in groups:
        rows = sought.rows(ids_in(path, group, sought.column))
        if len(rows):
            some = opened(path).some_of(group, columns, rows)
            found.append(_with_spots(some, str(path), group, rows) if with_spots else some)
    return found


def _with_spots(rows: pa.Table, path: str, group: int, places: Any) -> pa.Table:
    count = rows.num_rows
    columns = (pa.array([path] * count, pa.string()), pa.array([group] * count, pa.int64()), pa.array(places))
    for name, column in zip(SPOT, columns, strict=True):
        rows = rows.append_column(name, column)
    return rows


@lru_cache(maxsize=_OPEN)
def opened(path: Path) -> Columns:
    """Return a Parquet file, which stays open; files are never changed. Raises ArchiveError where it is damaged."""
    return Columns(path, ())


@lru_cache(maxsize=256)
def ids_in(path: Path, group: int, column: str) -> pa.Table:
    """Return host and number of all rows of a row group, some 50 kB."""
    rows = opened(path).group(group, ("host", column))
    return rows.set_column(rows.schema.get_field_index("host"), "host", rows["host"].dictionary_encode())


@lru_cache(maxsize=512)
def metadata_of(path: Path) -> Any:
    """Return what a file says of its row groups."""
    return opened(path).facts


@lru_cache(maxsize=512)
def _ranges(path: Path, column: str) -> list[tuple[Range | None, Range | None]]:
    """Return the ranges of host and number in each row group."""
    metadata = metadata_of(path)
    paths = [metadata.schema.column(place).path for place in range(len(metadata.schema))]
    hosts, numbers = paths.index("host"), paths.index(column)
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    return [
        (_range_of(group.column(hosts).statistics), _range_of(group.column(numbers).statistics))
        for group in groups
    ]


def _range_of(told: Any) -> Range | None:
    """Return the least and the greatest value that a row group tells of a column; None where it tells not of all."""
    if told is None or not told.has_min_max or not told.has_null_count or told.null_count:
        return None
    return told.min, told.max
