"""The latest rows of messages, found by their ids: of older revisions nothing but keys is read."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import numpy as np
import pyarrow as pa

from midtrail.archive import _delta
from midtrail.archive.abreast import abreast
from midtrail.archive.ids import Id
from midtrail.archive.latest import latest_messages
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.tables import MESSAGES, SPOT, empty, kept, opened

_KEYS = ("host", "mid", "born", "first_at", "revision", "gone")

_Place = tuple[Path, int, list[int]]
"""Some rows of a row group of a Parquet file."""


def latest_rows_of(shot: Snapshot, ids: AbstractSet[Id], columns: Sequence[str] | None = None) -> pa.Table:
    """Return the latest rows of the messages whose first MIDs are some ids, in the order of messages.

    Those that are gone are left out. Raises ArchiveError where a Parquet file is damaged.
    """
    return rows_at(shot, spots_of(shot, ids), columns)


def spots_of(shot: Snapshot, ids: AbstractSet[Id], columns: Sequence[str] = ()) -> pa.Table:
    """Return where these rows are (SPOT), with a few of their columns. Raises likewise."""
    told = tuple(dict.fromkeys((*_KEYS, *columns)))
    keys = kept(shot, MESSAGES, told, among=("mid", ids), with_spots=True)
    if keys is None:
        raise _delta.damaged(shot.folder / MESSAGES, "the table is missing")
    return latest_messages(keys).select((*columns, *SPOT))


def rows_at(shot: Snapshot, told: pa.Table, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of messages at some spots, in their order. Raises likewise."""
    spots = told.select(SPOT).to_pylist()
    places: dict[tuple[str, int], list[int]] = {}
    for spot in spots:
        places.setdefault((spot["path"], spot["group"]), []).append(spot["row"])
    listed = [(Path(path), group, rows) for (path, group), rows in places.items()]
    found = list(abreast(lambda place: _read(place, columns), listed))
    if not found:
        return empty(shot, MESSAGES, columns)
    known = [(str(path), group, row) for path, group, rows in listed for row in rows]
    at = {spot: number for number, spot in enumerate(known)}
    order = [at[spot["path"], spot["group"], spot["row"]] for spot in spots]
    return pa.concat_tables(found).take(pa.array(order, pa.int64()))


def _read(place: _Place, columns: Sequence[str] | None) -> pa.Table:
    path, group, rows = place
    return opened(path).some_of(group, columns, np.array(rows, np.int64))
