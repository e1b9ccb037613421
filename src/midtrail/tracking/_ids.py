"""Ids of each appliance as numbers from 0 on, so that what is known of an id stands in an array."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, numbers
from midtrail.tracking._runs import NEVER

_ROOMY, _SPARE = 2, 1 << 16
"""How many numbers may be in vain: so many for each row that names an id, and some more."""

Named = tuple[Any, Any]
"""Rows that name an id of an appliance: the appliances' numbers, and the ids."""


class Ids:
    """The numbers of ids: counters count up, so each appliance has a range of them; ids that are far apart are hashed."""

    def __init__(self, hosts: int, named: Callable[[], Iterable[Named]]) -> None:
        """Give numbers to all ids that some rows name; appliances have the numbers from 1 to `hosts`."""
        self._hosts = hosts + 1
        self._low, self._high = np.full(self._hosts, NEVER), np.full(self._hosts, -1)
        rows = 0
        for host, ids in named():
            np.minimum.at(self._low, host, ids)
            np.maximum.at(self._high, host, ids)
            rows += len(ids)
        ends = zip(self._low.tolist(), self._high.tolist(), strict=True)
        spans = [high - low + 1 if high >= low else 0 for low, high in ends]
        self.size = sum(spans)
        """How many numbers there are."""
        self._hashed: tuple[pa.Array, pa.Array] | None = None
        if self.size > _ROOMY * rows + _SPARE:
            self._hash(named)
        else:
            begins = np.cumsum([0, *spans[:-1]])
            self._shift = begins - np.where(self._high < 0, 0, self._low)

    def _hash(self, named: Callable[[], Iterable[Named]]) -> None:
        ids = _distinct(ids for _, ids in named())
        both = _distinct(self._both(ids, host, some) for host, some in named())
        self._hashed = ids, both
        self.size = len(both)

    def _both(self, known: pa.Array, host: Any, ids: Any) -> Any:
        """Return appliances and ids as one number each, -1 for ids that are not known."""
        places = _places(known, ids)
        return np.where(places < 0, -1, places * self._hosts + host)

    def of(self, host: Any, ids: Any) -> Any:
        """Return the numbers of ids; `size` for one that was not named."""
        if self._hashed is not None:
            known, both = self._hashed
            found = _places(both, self._both(known, host, ids))
            return np.where(found < 0, self.size, found)
        there = (ids >= self._low[host]) & (ids <= self._high[host])
        return np.where(there, ids + self._shift[host], self.size)

    def of_named(self, host: Any, ids: Any) -> Any:
        """Return the numbers of ids that were named."""
        return ids + self._shift[host] if self._hashed is None else self.of(host, ids)

    def named_by(self, numbers: Any) -> tuple[Any, Any]:
        """Return the appliances and the ids that have these numbers."""
        if self._hashed is not None:
            known, both = (some.to_numpy() for some in self._hashed)
            return both[numbers] % self._hosts, known[both[numbers] // self._hosts]
        if not len(numbers):
            return numbers, numbers
        begins = np.where(self._high < 0, NEVER, self._low + self._shift)
        order = np.argsort(begins)
        host = order[np.searchsorted(begins[order], numbers, side="right") - 1]
        return host, numbers - self._shift[host]


def _distinct(some: Iterable[Any]) -> pa.Array:
    found: Any = np.empty(0, np.int64)
    for values in some:
        found = np.union1d(found, values)
    return array(found)


def _places(known: pa.Array, values: Any) -> Any:
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

    return numbers(pc.index_in(array(values), known), -1).astype(np.int64)
