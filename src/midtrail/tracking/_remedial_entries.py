"""Which recipients remediation is about, and which of them it waits for.

Rules (docs/tracking.md, "Remediation"):
* an outcome counts for the recipient that it names, found by address in the whole family, for a Redirected one only where
  the family has no other; a recipient that only remediation names becomes an entry with rid null;
* `initiated` without outcome counts for the recipients that its MID carries at last, as far as they had been delivered by
  then; if it carries none, for those of its descendants; where the message has no recipients at all, for itself.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.distinct import distinct
from midtrail.tracking._columns import array, numbers
from midtrail.tracking._deliveries import DONE
from midtrail.tracking._entries import Entries, in_order
from midtrail.tracking._remedial import addresses
from midtrail.tracking._runs import NEVER, first_of_runs
from midtrail.tracking._ties import Groups, coded

if TYPE_CHECKING:
    from midtrail.tracking._known import Known
    from midtrail.tracking._lanes import Lane

_FURTHEST = 1000
"""Steps from a MID to its descendants."""
INITIATED = 11
"""The rank of what remediation has initiated."""
_OTHER = 13
_RANKS = {"Remediated": 14, "Failed": 12}


@dataclass
class Remedied:
    """Entries by their numbers, with lines of remediation by their places: outcomes, and what still waits for them."""

    outcomes: tuple[Any, Any]
    pending: tuple[Any, Any]
    families: Any
    """Whether each family has entries, of those that remediation is about."""


@dataclass
class RemedialClaims:
    """Claims of remediation, for entries (-1: none) or, where the message has no recipients, for lives of MIDs."""

    entry: Any
    life: Any
    stamp: Any
    rank: Any
    state: Any
    seq: Any


def find_remedied(lane: "Lane") -> None:
    """Find what lines of remediation are about, and add the entries that only these name."""
    known, remedial = lane.known, lane.known.remedial
    family = known.mids.family[remedial.life]
    asked = np.zeros(len(known.mids.family), np.bool_)
    asked[family] = True
    some = np.flatnonzero(asked[known.entries.family])
    told = np.flatnonzero(remedial.processed)
    recipients = remedial.texts["recipient"].combine_chunks()
    sought, there = addresses(recipients, known.entries.recipient.take(array(some)))
    count = 2 + max(int(sought.max(initial=0)), int(there.max(initial=0)))
    wanted = family[told] * count + sought[told] + 1
    pairs = known.entries.family[some] * count + there + 1
    some, pairs = some[there >= 0], pairs[there >= 0]
    new = told[_unknown(known, told, wanted, Groups(pairs))]
    fresh = np.arange(len(new)) + int(known.entries.entry.max(initial=0)) + 1
    entry = np.concatenate([known.entries.entry[some], fresh])
    redirected = np.concatenate([known.entries.redirected_by[some] != NEVER, np.zeros(len(new), np.bool_)])
    addressed = sought[new] >= 0
    pairs = np.concatenate([pairs, np.where(addressed, family[new] * count + sought[new] + 1, -1)])
    row, place = Groups(pairs).of(np.where(sought[told] >= 0, wanted, -2))
    plain = np.zeros(len(told), np.bool_)
    plain[row[~redirected[place]]] = True
    counts = ~(redirected[place] & plain[row])
    outcomes = entry[place[counts]], told[row[counts]]
    pending = _pending(known, asked, outcomes)
    families = np.zeros(len(known.mids.family), np.bool_)
    families[known.entries.family[np.flatnonzero(asked[known.entries.family])]] = True
    families[family[new]] = True
    known.remedied = Remedied(outcomes, pending, families)
    if len(new):
        known.entries = _with(
            known.entries, fresh, remedial.life[new], family[new], recipients.take(array(new))
        )


def _unknown(known: "Known", told: Any, wanted: Any, entries: Groups) -> Any:
    """Return of each family and address that no entry has the first line that names it."""
    some = np.flatnonzero(~entries.have(wanted))
    remedial, rows = known.remedial, told[some]
    (recipient,) = coded(remedial.texts["recipient"].combine_chunks().take(array(rows)))
    recipient = np.where(recipient < 0, NEVER, recipient)
    life = remedial.life[rows]
    order = np.lexsort((recipient, life, known.mids.mid[life], remedial.stamp[rows], wanted[some]))
    some = some[order]
    return some[first_of_runs(wanted[some])]


def _with(old: Entries, fresh: Any, life: Any, family: Any, recipient: pa.Array) -> Entries:
    """Return entries with those that only remediation names."""
    nothing = np.full(len(fresh), NEVER)
    columns = {
        "entry": fresh,
        "family": family,
        "carrier": life,
        "rid": nothing,
        "redirected_by": nothing,
        "remedial_only": np.ones(len(fresh), np.bool_),
    }
    joined = {name: np.concatenate([getattr(old, name), values]) for name, values in columns.items()}
    return in_order(Entries(**joined, recipient=pa.concat_arrays([old.recipient, recipient])))


def _pending(known: "Known", asked: Any, outcomes: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return the entries that what was asked for still waits for, each with the line that asks."""
    remedial, entries = known.remedial, known.entries
    lines = np.flatnonzero(~remedial.processed)
    since = _delivered(known)
    some = np.flatnonzero((since != NEVER) & (entries.redirected_by == NEVER) & asked[entries.family])
    carriers = Groups(entries.carrier[some])
    own = carriers.have(remedial.life[lines])
    ancestor, life = _descendants(known, distinct(remedial.life[lines[~own]]))
    ancestors = np.concatenate([distinct(remedial.life[lines[own]]), ancestor])
    targets = np.concatenate([distinct(remedial.life[lines[own]]), life])
    line, target = Groups(ancestors).of(remedial.life[lines])
    at, place = carriers.of(targets[target])
    line, place = lines[line[at]], some[place]
    counts = since[place] <= remedial.stamp[line]
    line, entry = line[counts], entries.entry[place[counts]]
    batches = int(remedial.batch.max(initial=0)) + 2
    done = outcomes[0] * batches + remedial.batch[outcomes[1]] + 1
    waits = (remedial.batch[line] < 0) | ~Groups(done).have(entry * batches + remedial.batch[line] + 1)
    return entry[waits], line[waits]


def _delivered(known: "Known") -> Any:
    """Return the second in which each entry was delivered first, NEVER for those that were not."""
    carried = known.entries.carried
    rows = known.deliveries.where(np.flatnonzero(known.deliveries.are(DONE)))
    place = carried.of(rows.life, rows.rid)
    since = np.full(len(carried), NEVER)
    there = place >= 0
    np.minimum.at(since, place[there], rows.stamp[there])
    return since[carried.heads]


def _descendants(known: "Known", lives: Any) -> tuple[Any, Any]:
    """Return for lives those that came of them, and themselves."""
    children = Groups(known.links.parent)
    count = len(known.mids.family)
    found = lives * count + lives
    newest = found
    for _ in range(_FURTHEST):
        at, link = children.of(newest % count)
        newest = distinct(newest[at] // count * count + known.links.child[link])
        newest = newest[~Groups(found).have(newest)]
        if not len(newest):
            break
        found = np.concatenate([found, newest])
    return found // count, found % count


def remedial_claims(known: "Known") -> RemedialClaims:
    """Return what remediation claims."""
    remedial, remedied, number = known.remedial, known.remedied, known.states.number
    entry, line = remedied.outcomes
    redirected = known.entries.redirected_by[known.entries.places_of(entry)] != NEVER
    entry, line = entry[~redirected], line[~redirected]
    statuses = remedial.texts["status"].combine_chunks().take(array(line)).dictionary_encode()
    said = statuses.dictionary.to_pylist()
    code = numbers(statuses.indices)
    ranks = np.array([_RANKS.get(status, _OTHER) for status in said], np.int64)
    states = np.array(
        [number(status if status == "Remediated" else f"Remediation {status}") for status in said], np.int64
    )
    waiting, asking = remedied.pending
    family = known.mids.family[remedial.life]
    alone = np.flatnonzero(~remedial.processed & ~remedied.families[family])
    lines = np.concatenate([line, asking, alone])
    initiated = len(asking) + len(alone)
    return RemedialClaims(
        entry=np.concatenate([entry, waiting, np.full(len(alone), -1)]),
        life=np.concatenate([np.zeros(len(line) + len(asking), np.int64), remedial.life[alone]]),
        stamp=remedial.stamp[lines],
        rank=np.concatenate([ranks[code], np.full(initiated, INITIATED)]),
        state=np.concatenate([states[code], np.full(initiated, number("Remediation Initiated"))]),
        seq=remedial.seq[lines],
    )
