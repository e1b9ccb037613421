"""The messages that began within a window of time: of the table only row groups are read that may hold one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta
from midtrail.archive.abreast import abreast
from midtrail.archive.ids import IdSet, Wanted, ids_of
from midtrail.archive.latest import numbered_rows
from midtrail.archive.numbering import Numbering
from midtrail.archive.revisions import Key, keys_of
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.stretches import BEGAN, TIMES, began_at
from midtrail.archive.tables import MESSAGES, empty, metadata_of

Window = tuple[int | None, int | None]
"""The first moment, and that behind the last (microseconds); None where there is none."""
Groups = Mapping[str, Sequence[int]]
"""Row groups of Parquet files, by their names."""
Number = Callable[[Sequence[Key]], Mapping[Key, int]]
"""Gives numbers to messages, in their order."""

_MANY = 2  # times so many row groups are all, which are read as soon then


def groups_within(shot: Snapshot, window: Window) -> Groups | None:
    """Return the row groups of messages that may hold one that began within a window; None where that is not told."""
    told = shot.stretches(TIMES)
    if told is None or window == (None, None):
        return None
    paths = {Path(path).name for path in shot.paths(MESSAGES)}
    return told.between(*window) if paths <= told.told.keys() else None


def within(shot: Snapshot, window: Window, number: Number) -> "Within | None":
    """Return the messages that began within a window; None where all are found as soon."""
    groups, times, ids = groups_within(shot, window), shot.stretches(TIMES), shot.stretches(MESSAGES)
    if groups is None or times is None or ids is None or len(groups) == 0:
        return None
    if sum(map(len, groups.values())) * _MANY > sum(map(len, times.told.values())):
        return None
    near = _read(shot, groups, ("host", "mid", *BEGAN), ("host",))
    found = IdSet().union(*(ids_of(rows.filter(began_within(rows, window)), "mid") for rows in near))
    return Within(shot, ids.holding(found), found, window, number)


def began_within(messages: pa.Table, window: Window) -> pa.Array:
    """Return which messages began within a window (a mask)."""
    began = began_at(messages)
    since, until = window
    mask = began.is_valid()
    if since is not None:
        mask = pc.and_(mask, pc.greater_equal(began, since).fill_null(False))  # noqa: FBT003 - Arrow's signature
    if until is not None:
        mask = pc.and_(mask, pc.less(began, until).fill_null(False))  # noqa: FBT003 - likewise
    return mask


class Within(Numbering):
    """The messages that began within a window."""

    def __init__(self, shot: Snapshot, groups: Groups, ids: IdSet, window: Window, number: Number) -> None:
        """Take a snapshot, the row groups that may hold the messages, their ids, and what numbers them."""
        super().__init__(shot)
        self._groups = groups
        self._window = window
        self._wanted = Wanted(ids)
        self._number = number

    def _latest(self, keys: pa.Table) -> Any:
        """Return the latest rows of the messages."""
        own = np.flatnonzero(self._wanted.named_in(keys, "mid").to_numpy(zero_copy_only=False))
        rows = own[numbered_rows(keys.take(pa.array(own)))]
        within = began_within(self.read(BEGAN).take(pa.array(rows)), self._window)
        return rows[within.to_numpy(zero_copy_only=False)]

    def _numbers(self, told: pa.Table) -> pa.Array:
        """Return the numbers that they are given."""
        keys = keys_of(told)
        numbers = self._number(keys)
        return pa.array([numbers[key] for key in keys], pa.int64())

    def numbers(self) -> list[int]:
        """Return the numbers of the messages, in their order."""
        found: list[int] = self.rows["message"].to_pylist()
        return found

    def read(self, columns: Iterable[str], words: Sequence[str] = ()) -> pa.Table:
        """Return columns of the row groups, among whose rows `row` chooses."""
        names = tuple(columns)
        parts = list(_read(self._shot, self._groups, names, words))
        return pa.concat_tables(parts) if parts else empty(self._shot, MESSAGES, names)


def _read(shot: Snapshot, groups: Groups, columns: Sequence[str], words: Sequence[str]) -> Iterator[pa.Table]:
    """Yield columns of some row groups, of each Parquet file together."""

    def read(path: Path) -> pa.Table:
        try:
            with pq.ParquetFile(path, metadata=metadata_of(path), read_dictionary=list(words)) as file:
                return file.read_row_groups(groups[path.name], list(columns), use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise _delta.damaged(path, error) from error

    return abreast(read, [path for path in map(Path, shot.paths(MESSAGES)) if groups.get(path.name)])
