"""One entry a (MID, RID) that carries a recipient at last.

Rules (docs/tracking.md, "Families"):
* recipients move to a child by address, case-insensitively; the parent keeps those that went to no child, under their old
  RIDs;
* a rewritten or reinjected MID that lists none inherits them by RID (`_links.py`);
* after `rewritten to`, those that the new MID does not list are Redirected; after `Reinjected`, they stay;
* a RID that lines of the MID name, with no `To:` line in sight, has recipient null. Where its MID was replaced by one
  that lists recipients, it is one of those and no entry of its own;
* a recipient that only remediation names is an entry, too (`_remedial_entries.py`).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._carried import Carried
from midtrail.tracking._columns import array, numbers
from midtrail.tracking._links import REWRITTEN, SPLIT
from midtrail.tracking._lists import Lists
from midtrail.tracking._runs import NEVER, first_of_runs
from midtrail.tracking._ties import Groups

if TYPE_CHECKING:
    from midtrail.tracking._known import Known
    from midtrail.tracking._lanes import Lane


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
    def carried(self) -> Carried:
        """Where those of a life and a RID stand."""
        return Carried(self.carrier, self.rid)

    def carriers_at(self, places: Any) -> Any:
        """Return the lives that carry the entries at some places."""
        return self.carrier[places] if len(self) else places

    def places_of(self, entries: Any) -> Any:
        """Return the places of entries, by their numbers."""
        places = np.full(int(self.entry.max(initial=0)) + 1, -1)
        places[self.entry] = np.arange(len(self))
        return places[entries]


def build_entries(lane: "Lane") -> None:
    """Find the entries, but for those that only remediation names."""
    known = lane.known
    lists, links = known.lists, _listing_links(lane.known)
    carrier = known.mids.carrier[lists.life]
    order = np.lexsort((lists.rid, carrier))
    lists, carrier = lists.some(order), carrier[order]
    kept = np.flatnonzero(~_gone(known, lists, carrier, links))
    redirected_by = _redirected_by(known, links)
    replaced = np.zeros(len(known.mids.family), np.bool_)
    replaced[links.carrier[links.replaces]] = True
    unnamed = _unnamed(known, Carried(carrier, lists.rid), replaced)
    holder = np.concatenate([carrier[kept], unnamed.carrier])
    rid = np.concatenate([lists.rid[kept], unnamed.rid])
    by = np.concatenate([redirected_by[carrier[kept]], np.full(len(unnamed), NEVER)])
    recipient = pa.concat_arrays([lists.recipient.take(array(kept)), pa.nulls(len(unnamed), pa.string())])
    known.entries = in_order(
        Entries(
            entry=np.arange(1, len(holder) + 1),
            family=known.mids.family[holder],
            carrier=holder,
            rid=rid,
            recipient=recipient,
            redirected_by=by,
            remedial_only=np.zeros(len(holder), np.bool_),
        )
    )


def in_order(entries: Entries) -> Entries:
    """Return entries in order of life and RID."""
    order = np.lexsort((entries.rid, entries.carrier))
    names = ("entry", "family", "carrier", "rid", "redirected_by", "remedial_only")
    columns = {name: getattr(entries, name)[order] for name in names}
    return Entries(**columns, recipient=entries.recipient.take(array(order)))


@dataclass
class _Links:
    """Links to a MID that lists recipients itself, in order; a ring that leads back to its own list is none."""

    carrier: Any
    """The life that carries at last what the parent has."""
    child: Any
    seq: Any
    is_rewrite: Any
    replaces: Any
    """Whether the child has all that the parent had: by a rewrite or a reinjection."""


def _listing_links(known: "Known") -> _Links:
    mids, links = known.mids, known.links
    lists = np.zeros(len(mids.family), np.bool_)
    lists[known.lists.life] = True
    links = links.some(
        np.flatnonzero(lists[links.child] & (mids.carrier[links.parent] != mids.carrier[links.child]))
    )
    links = links.some(np.lexsort((links.seq, links.turn, links.stamp)))
    is_rewrite, replaces = links.way == REWRITTEN, links.way != SPLIT
    return _Links(mids.carrier[links.parent], links.child, links.seq, is_rewrite, replaces)


def _redirected_by(known: "Known", links: _Links) -> Any:
    """Return for each life the line that redirects what it carries, NEVER for none: the first."""
    found = np.full(len(known.mids.family), NEVER)
    some = np.flatnonzero(links.is_rewrite)[::-1]
    found[links.carrier[some]] = links.seq[some]  # the first of each stays
    return found


def _gone(known: "Known", lists: Lists, carrier: Any, links: _Links) -> Any:
    """Return which recipients went to a child of the life that carries them, by address."""
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

    gone = np.zeros(len(lists.life), np.bool_)
    begin, end = (np.searchsorted(known.lists.life, links.child, side=side) for side in ("left", "right"))
    lengths = end - begin
    places = np.arange(lengths.sum()) + np.repeat(begin - (np.cumsum(lengths) - lengths), lengths)
    from_life = np.repeat(links.carrier, lengths)
    asked = np.zeros(len(known.mids.family), np.bool_)
    asked[from_life] = True
    some = np.flatnonzero(asked[carrier])
    if not len(some) or not len(places):
        return gone
    addresses = [known.lists.recipient.take(array(places)), lists.recipient.take(array(some))]
    coded = pc.utf8_lower(pa.concat_arrays(addresses)).dictionary_encode()
    codes = numbers(coded.indices, -1).astype(np.int64)
    pairs = np.concatenate([from_life, carrier[some]]) * (len(coded.dictionary) + 1) + codes
    gone[some] = Groups(pairs[: len(places)][codes[: len(places)] >= 0]).have(pairs[len(places) :])
    return gone


def _unnamed(known: "Known", listed: Carried, replaced: Any) -> Carried:
    """Return the RIDs that lines name and no list does, each once."""
    rows = known.deliveries
    carrier = known.mids.carrier[rows.life]
    some = np.flatnonzero((listed.of(carrier, rows.rid) < 0) & ~replaced[carrier])
    carrier, rid = carrier[some], rows.rid[some]
    order = np.lexsort((rid, carrier))
    carrier, rid = carrier[order], rid[order]
    first = first_of_runs(carrier, rid)
    return Carried(carrier[first], rid[first])
