"""The line that decides each recipient's state, and each message's where it has no recipients.

Rule: the latest deciding line; in one second the highest rank; where one second and rank have several lines, the first
in text order. Source: docs/tracking.md, "States".

Second, rank and place in that order become one number, so that the rule is a maximum. Only lines that tie need their
text.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from midtrail.distinct import distinct, numbered
from midtrail.tracking._claims import NOBODY
from midtrail.tracking._columns import array, numbers, told
from midtrail.tracking._remedial_entries import INITIATED, remedial_claims
from midtrail.tracking._runs import NEVER, first_of_runs, of_runs, turns

if TYPE_CHECKING:
    from midtrail.tracking._known import Known
    from midtrail.tracking._lanes import Lane
    from midtrail.tracking._remedial_entries import RemedialClaims

_NOTHING = -NEVER
_TURNS = 1 << 20
"""More than the lines of one second and rank, in their order, that can be told apart."""


STATES = "select text, source, line_no from arrays_spine;"
"""What is read to know, with remediation's claims."""
REDIRECTED, REMEDIATED = "Redirected", "Remediated"
_REACHED = ("Delivered", "Remediation Initiated", "Remediation Failed")


@dataclass
class _Weighed:
    """Claims: who makes them, whom each is for (-1: nobody), weight, the state's number, and the line."""

    owner: Any
    target: Any
    weight: Any
    state: Any
    seq: Any


@dataclass
class Decided:
    """What was decided, one after the other: the weight (_NOTHING: no claim), the state's number (-1), the line."""

    weight: Any
    state: Any
    seq: Any

    def some(self, where: Any) -> "Decided":
        """Return what was decided for some."""
        return Decided(self.weight[where], self.state[where], self.seq[where])


def decide(lane: "Lane") -> None:
    """Decide the states of all entries, and of all messages."""
    known = lane.known
    entries, lives = known.entries, len(known.mids.family)
    claims = _weighed(known, remedial_claims(known))
    del known.claims
    size = lives + 2 * len(entries)
    turn = _turns(lane, claims, _best(claims, size))
    claims.weight *= _TURNS
    claims.weight -= np.minimum(turn, _TURNS - 1)
    decided = _decided(claims, _best(claims, size), size)
    of_lives = decided.some(slice(lives))
    shared = of_lives.some(np.where(entries.remedial_only, 0, entries.carrier))
    own = decided.some(lives + entries.carried.heads)
    remedied = decided.some(slice(lives + len(entries), None))
    weight = np.maximum(np.maximum(shared.weight, own.weight), remedied.weight)
    chosen = [weight == remedied.weight, weight == own.weight]
    state = np.select(chosen, [remedied.state, own.state], shared.state)
    seq = np.select(chosen, [remedied.seq, own.seq], shared.seq)
    redirected = entries.redirected_by != NEVER
    known.state_of = np.where(redirected, known.states.number(REDIRECTED), state)
    known.evidence_of = np.where(redirected, entries.redirected_by, seq)
    known.last_state_of = _last_states(known, of_lives)


def _weighed(known: "Known", remedial: "RemedialClaims") -> _Weighed:
    """Return all claims: for lives, behind these for entries by RID, and behind these for entries by remediation."""
    claims, entries, lives = known.claims, known.entries, len(known.mids.family)
    by_rid = np.flatnonzero(claims.rid != NOBODY)
    target = claims.life.copy()
    place = entries.carried.of(claims.life[by_rid], claims.rid[by_rid])
    target[by_rid] = np.where(place < 0, -1, lives + place)
    place = np.where(remedial.entry < 0, -1, entries.places_of(remedial.entry))
    counts = (place < 0) | (remedial.rank == INITIATED) | ~known.deleted[entries.carriers_at(place)]
    more = (
        np.where(place < 0, remedial.life, lives + place),
        np.where(place < 0, remedial.life, lives + len(entries) + place),
        remedial.stamp * 16 + remedial.rank,
        remedial.state,
        remedial.seq,
    )
    mine = (claims.life, target, claims.stamp * 16 + claims.rank, claims.state, claims.seq)
    return _Weighed(*(np.concatenate([one, other[counts]]) for one, other in zip(mine, more, strict=True)))


def _best(claims: _Weighed, size: int) -> Any:
    """Return which claims weigh most of those for the same."""
    most = np.full(size + 1, _NOTHING)  # the last is for nobody
    np.maximum.at(most, claims.target, claims.weight)
    return (claims.weight == most[claims.target]) & (claims.target >= 0)


def _decided(claims: _Weighed, best: Any, size: int) -> Decided:
    chosen = np.flatnonzero(best)
    target = claims.target[chosen]
    decided = Decided(np.full(size, _NOTHING), np.full(size, -1), np.full(size, NEVER))
    decided.weight[target] = claims.weight[chosen]
    decided.state[target] = claims.state[chosen]
    decided.seq[target] = claims.seq[chosen]
    return decided


def _turns(lane: "Lane", claims: _Weighed, best: Any) -> Any:
    """Return the place, from 1 on, of each claim's line among those of its owner that weigh the same, in text order.

    Where none of these can decide, or there is one line only, it is 1.
    """
    turn = np.ones(len(best), np.int32)
    near = _near_best(claims, best)
    both = _as_one(claims.owner[near], claims.weight[near])
    order = np.argsort(both)
    at = np.flatnonzero(first_of_runs(both[order]))
    seq = claims.seq[near[order]]
    several = of_runs(np.minimum, seq, at) != of_runs(np.maximum, seq, at)
    several &= of_runs(np.logical_or, best[near[order]], at)
    lengths = np.diff(np.append(at, len(order)))
    tied = order[np.repeat(several, lengths)]
    if not len(tied):
        return turn
    some, group = near[tied], both[tied]
    seq = claims.seq[some]
    order = np.lexsort((seq, group))
    first = first_of_runs(group[order], seq[order])
    which = np.empty(len(some), np.int64)
    which[order] = np.cumsum(first) - 1
    turn[some] = _in_text_order(lane, group[order[first]], seq[order[first]])[which]
    return turn


def _near_best(claims: _Weighed, best: Any) -> Any:
    """Return the places of claims that weigh as much as the least of their owner that weighs most for somebody."""
    least = np.full(int(claims.owner.max(initial=0)) + 1, NEVER)
    np.minimum.at(least, claims.owner[best], claims.weight[best])
    return np.flatnonzero(claims.weight >= least[claims.owner])


def _in_text_order(lane: "Lane", groups: Any, seqs: Any) -> Any:
    """Return the place, from 1 on, of each line in its group."""
    asked = distinct(seqs)
    texts = lane.spine(asked, ("text", "source", "line_no")).take(array(np.searchsorted(asked, seqs)))
    rows = texts.append_column("group", array(groups)).append_column("place", array(np.arange(len(groups))))
    keys = ("group", "text", "source", "line_no")
    ordered = rows.sort_by([(key, "ascending") for key in keys])
    turn = np.empty(len(groups), np.int64)
    turn[numbers(ordered["place"])] = turns(first_of_runs(numbers(ordered["group"])))
    return turn


def _as_one(owner: Any, weight: Any) -> Any:
    """Return two columns as one number, equal for equal rows."""
    span = int(weight.max(initial=0)) - int(weight.min(initial=0)) + 1
    if span * (int(owner.max(initial=0)) + 1) < NEVER:
        return owner * span + (weight - weight.min(initial=0))
    codes, kinds = numbered(weight)
    return owner * len(kinds) + codes


def _last_states(known: "Known", of_lives: Decided) -> Any:
    """Return the number of each family's Last State: what all its recipients share; else what the best of them allows.

    Rule: else Partially Remediated if one is Remediated; else Partially Delivered if one is Delivered, Remediation
    Initiated or Remediation Failed; else Mixed. Redirected recipients do not count. With no recipients, the lines of the
    message's own last MIDs decide. Source: docs/tracking.md, "Last State".

    Where a recipient's state is not in sight, nothing is said of all. Nor where a RID without an address and an address
    without a RID differ: they may be the same recipient.
    """
    entries, number = known.entries, known.states.number
    some = np.flatnonzero(entries.redirected_by == NEVER)
    family, state = entries.family[some], known.state_of[some]
    size = len(known.mids.family)

    def any_of(truths: Any) -> Any:
        return np.bincount(family[truths], minlength=size) > 0

    least, most = np.full(size, NEVER), np.full(size, -1)
    np.minimum.at(least, family, state)
    np.maximum.at(most, family, state)
    vague = any_of(~told(entries.recipient)[some]) & any_of(entries.rid[some] == NEVER)
    alone = _of_families(known, of_lives, ~known.mids.is_parent)
    ringed = _of_families(known, of_lives, np.ones(size, np.bool_))
    return np.select(
        [
            least == NEVER,  # no recipients
            least < 0,
            least == most,
            vague,
            any_of(state == number(REMEDIATED)),
            any_of(np.logical_or.reduce([state == number(one) for one in _REACHED])),
        ],
        [
            np.where(alone >= 0, alone, ringed),
            -1,
            most,
            -1,
            number("Partially Remediated"),
            number("Partially Delivered"),
        ],
        number("Mixed"),
    )


def _of_families(known: "Known", of_lives: Decided, counts: Any) -> Any:
    """Return the state that lines of a family's MIDs decide, of those MIDs that count; -1 for none."""
    family = known.mids.family
    lives = np.flatnonzero(counts & (of_lives.weight > _NOTHING))
    most, state = np.full(len(family), _NOTHING), np.full(len(family), -1)
    np.maximum.at(most, family[lives], of_lives.weight[lives])
    lives = lives[of_lives.weight[lives] == most[family[lives]]]
    state[family[lives]] = of_lives.state[lives]
    return state
