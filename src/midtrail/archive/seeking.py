"""Messages that have certain values, found by the terms of each row group instead of by reading all of them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import terms
from midtrail.archive.abreast import abreast
from midtrail.archive.ids import Id
from midtrail.archive.looking import FACTS, kept_rows
from midtrail.archive.newest import latest_rows_of
from midtrail.archive.seeking_lines import messages_telling
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.stretches import BEGAN
from midtrail.archive.tables import MESSAGES, ids_in, opened
from midtrail.archive.terms import FIELDS
from midtrail.archive.within import Window, began_within, groups_within
from midtrail.tracking.choosing import Marks

_MOST_VALUES = 64
_MOST = 2_000  # messages that are found so; more are found as soon in all of them

_Wanted = Mapping[str, pa.Array]
"""Fields with values as they are written for their hash; a message has them if it has one of one of the fields."""


def messages_having(shot: Snapshot, marks: Marks, window: Window = (None, None)) -> pa.Table | None:
    """Return the latest rows of the messages that have some marks, in the order of messages.

    They are those that began within a window. None where all messages are to be asked: there is no mark, or those that
    may have the marks are many.
    """
    listed = [marks.mids, marks.hashes, *(some for values in marks.values for some in values.values())]
    if MESSAGES not in shot.commit.versions or not 0 < sum(map(len, listed)) <= _MOST_VALUES:
        return None
    wanted = [
        {field: FIELDS[field].written(pa.array(some, pa.string())) for field, some in values.items()}
        for values in marks.values
    ]
    if marks.mids:
        rows = _with_mids(shot, marks.mids)
    elif marks.hashes:
        rows = messages_telling(shot, marks.hashes, _MOST)
    else:
        rows = _with_values(shot, wanted, window)
    return None if rows is None else rows.filter(pa.array(_have_all(rows, wanted, window)))


def _with_mids(shot: Snapshot, mids: Sequence[int]) -> pa.Table:
    """Return the latest rows of the messages that have one of some MIDs."""
    hosts = {host for file in shot.files for host in file.hosts} | {None}
    rows = kept_rows(shot, {(host, mid) for host in hosts for mid in mids}, FACTS)
    return rows.filter(
        pa.array([not set(mids).isdisjoint(own or ()) for own in rows["mids"].to_pylist()], pa.bool_())
    )


def _with_values(shot: Snapshot, wanted: Sequence[_Wanted], window: Window) -> pa.Table | None:
    """Return the latest rows of the messages of which one began within a window and has all that is wanted."""
    places = list(_places(shot, wanted, window))
    ids: set[Id] = set()
    for found in abreast(lambda place: _ids(*place, wanted, window), places):
        ids |= found
        if len(ids) > _MOST:
            return None
    return latest_rows_of(shot, ids, FACTS)


def _places(
    shot: Snapshot, wanted: Sequence[_Wanted], window: Window
) -> Iterator[tuple[Path, Sequence[int] | None]]:
    """Yield the Parquet files of messages that may have the values, each with the row groups, None for all."""
    hashes = [{field: terms.hashes(some) for field, some in values.items()} for values in wanted]
    near = groups_within(shot, window)
    for path in map(Path, shot.paths(MESSAGES)):
        place = terms.place_of(shot.folder / terms.FOLDER, path.name)
        held = (_holding_one(place, values) for values in hashes)
        told = [
            *([set(near[path.name])] if near is not None else []),
            *(one for one in held if one is not None),
        ]
        groups = sorted(told[0].intersection(*told[1:])) if told else None
        if groups is None or groups:
            yield path, groups


def _holding_one(place: Path, hashes: Mapping[str, Any]) -> set[int] | None:
    """Return the row groups that may hold one of the values of one of some fields; None where it is not told of all."""
    told = [terms.holding(place, field, numbers) for field, numbers in hashes.items()]
    return None if None in told else {group for groups in told for group in groups or ()}


def _ids(path: Path, groups: Sequence[int] | None, wanted: Sequence[_Wanted], window: Window) -> set[Id]:
    """Return the ids of the rows of some row groups that have the values and began within the window."""
    columns = [column for values in wanted for field in values for column in FIELDS[field].columns]
    columns += BEGAN if window != (None, None) else ()
    file, found = opened(path), set[Id]()
    for group in range(file.facts.num_row_groups) if groups is None else groups:
        have = _have_all(file.group(group, dict.fromkeys(columns)), wanted, window)
        if have.any():
            ids = ids_in(path, group, "mid").filter(pa.array(have))
            found.update(zip(ids["host"].cast(pa.string()).to_pylist(), ids["mid"].to_pylist(), strict=True))
    return found


def _have_all(rows: pa.Table, wanted: Sequence[_Wanted], window: Window) -> Any:
    """Return which rows have all that is wanted, and began within a window (a mask)."""
    found = np.ones(rows.num_rows, bool)
    if window != (None, None):
        found &= began_within(rows, window).to_numpy(zero_copy_only=False)
    for values in wanted:
        found &= _have(rows, values)
    return found


def _have(rows: pa.Table, wanted: _Wanted) -> Any:
    """Return which rows have one of the values (a mask)."""
    have = np.zeros(rows.num_rows, bool)
    for field, some in wanted.items():
        for values, of_row in terms.values_of(rows, field):
            have[of_row[pc.is_in(values, some).to_numpy(zero_copy_only=False)]] = True
    return have
