"""Recipients by the MIDs that carry them at last, and their RIDs."""

from functools import cached_property
from typing import Any

import numpy as np

from midtrail.distinct import distinct
from midtrail.tracking._runs import first_of_runs


class Carried:
    """The places of lives and RIDs, which are given in order."""

    def __init__(self, carrier: Any, rid: Any) -> None:
        """Take lives and RIDs."""
        self.carrier, self.rid = carrier, rid

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.carrier)

    @cached_property
    def heads(self) -> Any:
        """The place of the first with the same life and RID, of each."""
        return np.maximum.accumulate(np.where(first_of_runs(self.carrier, self.rid), np.arange(len(self)), 0))

    @cached_property
    def _begins(self) -> Any:
        """Where the rows of each life begin."""
        return np.searchsorted(self.carrier, np.arange(int(self.carrier.max(initial=0)) + 2))

    def of(self, life: Any, rid: Any) -> Any:
        """Return the places of the first with these lives and RIDs; -1 for none."""
        if not len(self):
            return np.full(len(life), -1)
        known = life < len(self._begins) - 1
        begin, end = self._begins[np.where(known, life, 0)], self._begins[np.where(known, life + 1, 0)]
        # RIDs are counted from 0 on, and most lists have no gaps
        guess = begin + np.minimum(rid, len(self))
        there = guess < end
        guess = np.where(there, guess, 0)
        found = np.where(there & (self.rid[guess] == rid), guess, -1)
        rest = np.flatnonzero((found < 0) & (begin < end))
        if len(rest):
            found[rest] = self._searched(life[rest], rid[rest])
        return np.where(found < 0, -1, self.heads[found])

    def _searched(self, life: Any, rid: Any) -> Any:
        kinds = distinct(np.concatenate([self.rid, rid]))
        mine = self.carrier * len(kinds) + np.searchsorted(kinds, self.rid)
        wanted = life * len(kinds) + np.searchsorted(kinds, rid)
        at = np.minimum(np.searchsorted(mine, wanted), len(mine) - 1)
        return np.where(mine[at] == wanted, at, -1)
