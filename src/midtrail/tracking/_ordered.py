"""Rows in order of id and second, and where others stand among them."""

from typing import Any

import numpy as np

from midtrail.tracking._runs import first_of_runs

_FAR = 1 << 38  # seconds from 1970, more than any time has


class Ordered:
    """Rows in order of id and second, among which others are searched for."""

    def __init__(self, ids: Any, stamp: Any, numbers: int) -> None:
        """Take rows; ids have so many numbers."""
        begins = np.flatnonzero(first_of_runs(ids))
        self._turns = np.zeros(numbers + 1, np.int32)
        """The turn of each id among those that have rows, from 1 on."""
        self._turns[ids[begins]] = np.arange(1, len(begins) + 1)
        self._keys = _joined(self._turns[ids].astype(np.int64), stamp)
        self._ids, self._stamp = ids, stamp

    def named(self, ids: Any) -> Any:
        """Return which of these ids have rows."""
        return np.flatnonzero(self._turns[ids])

    def next(self, ids: Any, stamp: Any) -> Any:
        """Return the place of each id's first row at a second or after it; beyond its rows where there is none."""
        return np.searchsorted(self._keys, _joined(self._turns[ids].astype(np.int64), stamp))

    def last(self, ids: Any, stamp: Any) -> Any:
        """Return the place of each id's last row at a second or before it; before its rows where there is none."""
        return (
            np.searchsorted(self._keys, _joined(self._turns[ids].astype(np.int64), stamp), side="right") - 1
        )

    def count(self, ids: Any, stamp: Any) -> Any:
        """Return how many rows each id has at a second or before it."""
        return self.last(ids, stamp) - self.last(ids, np.full(len(ids), -_FAR))


def _joined(turn: Any, stamp: Any) -> Any:
    return turn * (2 * _FAR) + np.clip(stamp, 1 - _FAR, _FAR - 1) + _FAR
