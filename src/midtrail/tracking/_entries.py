"""The entries as arrays: who carries which recipient at last (`entries.sql`)."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import numbers
from midtrail.tracking._runs import NEVER, first_of_runs

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane

ENTRIES = "select entry, family, carrier, rid, recipient, redirected_by, remedial_only from track_entries"
"""What is read of them."""


@dataclass
class Entries:
    """All entries, in order of the MIDs that carry them and their RIDs; what is not told is NEVER."""

    entry: Any
    family: Any
    carrier: Any
    rid: Any
    recipient: pa.Array
    redirected_by: Any
    remedial_only: Any

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.entry)

    @cached_property
    def heads(self) -> Any:
        """The place of the first entry with the same MID and RID, of each."""
        return np.maximum.accumulate(np.where(first_of_runs(self.carrier, self.rid), np.arange(len(self)), 0))

    @cached_property
    def _begins(self) -> Any:
        """Where the entries of each life begin."""
        return np.searchsorted(self.carrier, np.arange(int(self.carrier.max(initial=0)) + 2))

    def carriers_at(self, places: Any) -> Any:
        """Return the lives that carry the entries at some places."""
        return self.carrier[places] if len(self) else places

    def places_of(self, entries: Any) -> Any:
        """Return the places of entries, by their numbers."""
        places = np.full(int(self.entry.max(initial=0)) + 1, -1)
        places[self.entry] = np.arange(len(self))
        return places[entries]

    def of(self, life: Any, rid: Any) -> Any:
        """Return the places of the first entries that lives carry under these RIDs; -1 for none."""
        begins = self._begins
        known = life < len(begins) - 1
        begin, end = begins[np.where(known, life, 0)], begins[np.where(known, life + 1, 0)]
        # RIDs are counted from 0 on, and most lists have no gaps
        guess = np.minimum(begin + np.minimum(rid, len(self)), max(len(self) - 1, 0))
        found = np.where((begin + np.minimum(rid, len(self)) < end) & (self._rid_at(guess) == rid), guess, -1)
        rest = np.flatnonzero((found < 0) & (begin < end))
        if len(rest):
            found[rest] = self._searched(life[rest], rid[rest])
        return np.where(found < 0, -1, self.heads[found]) if len(self) else found

    def _rid_at(self, places: Any) -> Any:
        return self.rid[places] if len(self) else places

    def _searched(self, life: Any, rid: Any) -> Any:
        kinds = np.unique(np.concatenate([self.rid, rid]))
        mine = self.carrier * len(kinds) + np.searchsorted(kinds, self.rid)
        wanted = life * len(kinds) + np.searchsorted(kinds, rid)
        at = np.minimum(np.searchsorted(mine, wanted), len(mine) - 1)
        return np.where(mine[at] == wanted, at, -1)


def read_entries(lane: "Lane") -> None:
    """Take the entries over as arrays."""
    rows = lane.query(ENTRIES)
    carrier, rid = numbers(rows["carrier"]), numbers(rows["rid"], NEVER)
    order = np.lexsort((rid, carrier))
    lane.known.entries = Entries(
        entry=numbers(rows["entry"])[order],
        family=numbers(rows["family"])[order],
        carrier=carrier[order],
        rid=rid[order],
        recipient=rows["recipient"].combine_chunks().take(pa.array(order)),
        redirected_by=numbers(rows["redirected_by"], NEVER)[order],
        remedial_only=numbers(rows["remedial_only"])[order],
    )
