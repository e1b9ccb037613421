"""The numbers that messages have among all: of their latest rows, in the order of messages."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.archive import _delta
from midtrail.archive.latest import numbered_rows
from midtrail.archive.revisions import Key
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.tables import MESSAGES, kept

_KEYS = ("host", "mid", "born", "first_at", "revision", "gone")


class Numbering:
    """All messages of a snapshot, in their order; all keys are read when the first number is asked."""

    def __init__(self, shot: Snapshot) -> None:
        """Take a snapshot."""
        self._shot = shot

    @property
    def is_read(self) -> bool:
        """Whether the keys have been read."""
        return "rows" in self.__dict__

    @cached_property
    def rows(self) -> pa.Table:
        """The latest row of each message (`row`), with its number (`message`) and its key, in the order of messages."""
        keys = self.read(_KEYS, words=("host",)).unify_dictionaries()
        rows = pa.array(self._latest(keys))
        told = keys.select(("host", "mid", "born")).take(rows)
        return told.append_column("message", self._numbers(told)).append_column("row", rows)

    def _latest(self, keys: pa.Table) -> Any:
        """Return the latest row of each message (numpy), in the order of messages."""
        return numbered_rows(keys)

    def _numbers(self, told: pa.Table) -> pa.Array:
        """Return the numbers of messages that are told in their order."""
        return pa.array(np.arange(1, told.num_rows + 1), pa.int64())

    def keys_of(self, numbers: Sequence[int]) -> dict[int, Key]:
        """Return the keys of some messages by their numbers."""
        return {number: key for key, number in self._told(np.array(numbers, np.int64) - 1)}

    def numbers_of(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Return the numbers of messages by their keys."""
        wanted = set(keys)
        mids = np.array([mid for _, mid, _ in wanted], np.int64)
        near = np.flatnonzero(np.isin(self.rows["mid"].to_numpy(), mids))
        return {key: number for key, number in self._told(near) if key in wanted}

    def _told(self, places: Any) -> Iterable[tuple[Key, int]]:
        rows = self.rows.take(pa.array(places))
        columns = (rows[name].to_pylist() for name in ("host", "mid", "born", "message"))
        return (((host, mid, born), number) for host, mid, born, number in zip(*columns, strict=True))

    def read(self, columns: Iterable[str], words: Sequence[str] = ()) -> pa.Table:
        """Return columns of all rows that are kept, among which `row` chooses. Raises ArchiveError where there are none."""
        rows = kept(self._shot, MESSAGES, tuple(columns), words=words)
        if rows is None:
            raise _delta.damaged(self._shot.folder / MESSAGES, "the table is missing")
        return rows
