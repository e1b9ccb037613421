"""Every line that may decide a state, with its rank in its second.

Rule: the latest deciding line of the last MID that carries a recipient decides; in one second the highest rank, and of
equal ranks the first in text order. Source: docs/tracking.md, "States". Ranks:

     0 finished as aborted (only where nothing else tells)   1 begun        2 ready, or created as a child
     3 released        4 queued       5 Delayed, pending     6 Message done     7 Bounced
     8 into the spam quarantine       9 held                10 dropped, aborted, deleted
    11 remediation initiated         12 failed              13 another outcome       14 remediated
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, numbers, told
from midtrail.tracking._deliveries import STEPS
from midtrail.tracking._engines import engine_of
from midtrail.tracking._lives import no_lines
from midtrail.tracking._runs import NEVER

if TYPE_CHECKING:
    from midtrail.tracking._events import Lines
    from midtrail.tracking._lanes import Lane

NOBODY = -1
"""Instead of a RID, of a claim for all recipients that a life of a MID carries."""
DELETED = "Deleted from Quarantine"
"""Never delivered, and nothing else decides."""


class _Claim(NamedTuple):
    """What lines of a kind claim."""

    kind: str
    rank: int
    state: str
    named: str | None = None
    """The column whose text ends the state."""
    only: tuple[str, str | None] | None = None
    """A column, and what it must say for the line to claim (None: nothing)."""


_CLAIMS = (
    _Claim("message_ready", 2, "Processing"),
    _Claim("released_from_quarantine", 3, "Processing"),
    _Claim("released_from_all_quarantines", 3, "Processing"),
    _Claim("spam_quarantine_released", 3, "Processing", only=("new_mid", None)),
    _Claim("queued_for_delivery", 4, "Queued for Delivery"),
    _Claim("bounced_by_content_filter", 7, "Bounced by Content Filters"),
    _Claim("bounced_by_policy", 7, "Hard Bounced"),
    _Claim("spam_quarantined", 8, "Quarantined by Anti-Spam/Graymail"),
    _Claim("rpc_delivery_done", 8, "Quarantined by Anti-Spam/Graymail"),
    _Claim("dropped_by_engine", 10, "Dropped by ", "engine"),
    _Claim("dropped_by_filter", 10, "Dropped by Message Filters"),
    _Claim("dropped_by_content_filter", 10, "Dropped by Content Filters"),
    _Claim("dropped_by_policy", 10, "Dropped by policy ", "policy"),
    _Claim("receiving_aborted", 10, "Aborted"),
    _Claim("deleted_from_quarantine", 10, DELETED),
    _Claim("deleted_from_all_quarantines", 10, DELETED),
    _Claim("message_finished", 0, "Aborted", only=("outcome", "aborted")),
)
_NOT_HELD = (3, 4)
"""The ranks of what decides nothing while a quarantine holds the message."""
_HELD = "Quarantined"

CLAIMS = " ".join(
    f"select {', '.join(filter(None, ('life', claim.named, claim.only and claim.only[0])))} from arrays_{claim.kind};"
    for claim in _CLAIMS
)
"""What is read to know."""
CLAIMING = tuple(claim.kind for claim in _CLAIMS)
"""The kinds of these lines."""


@dataclass
class Claims:
    """Claims, row by row: the life of a MID, the RID or NOBODY, second, rank, the state's number, and the line."""

    life: Any
    rid: Any
    stamp: Any
    rank: Any
    state: Any
    seq: Any


def claim(lane: "Lane") -> None:
    """Find all claims of the lines of messages; those of remediation follow (`_remedial_entries.py`)."""
    states = lane.known.states
    parts = [_of_kind(lane, claim) for claim in _CLAIMS]
    parts += [_begun(lane), _created(lane), _held(lane)]
    deletes = states.number(DELETED)
    deleted = np.zeros(len(lane.known.lives["mid"]) + 1, np.bool_)
    for life, _, _, _, state, _ in parts:
        deleted[life[state == deletes]] = True
    parts = [_counting(rows, deleted, deletes) for rows in (*parts, _delivered(lane))]
    columns = [*zip(*parts, strict=True)]
    del parts
    lane.known.claims = Claims(*(np.concatenate(columns.pop(0)) for _ in fields(Claims)))
    lane.known.deleted = deleted


_Rows = tuple[Any, Any, Any, Any, Any, Any]


def _counting(rows: _Rows, deleted: Any, deletes: int) -> _Rows:
    """Return the claims that count: of what was deleted only that it was."""
    life, _, _, _, state, _ = rows
    counts = ~deleted[life] | (state == deletes)
    return rows if counts.all() else tuple(column[counts] for column in rows)


def _for_all(life: Any, stamp: Any, rank: int, state: Any, seq: Any) -> _Rows:
    """Return claims for all recipients that a life carries."""
    columns = np.int64(NOBODY), np.int8(rank), np.asarray(state, np.int32)
    rid, ranks, states = (np.broadcast_to(column, len(life)) for column in columns)
    return life, rid, stamp, ranks, states, seq


def _of_kind(lane: "Lane", claim: _Claim) -> _Rows:
    columns = tuple(filter(None, (claim.named, claim.only and claim.only[0])))
    lines = lane.lines(claim.kind, columns)
    state = _state(lane, claim, lines)
    some = np.arange(len(lines.life))
    if claim.only is not None:
        some = np.flatnonzero(_says(lines.values[claim.only[0]].combine_chunks(), claim.only[1]))
    if claim.rank in _NOT_HELD:
        some = some[~lane.known.held_lines.are(lines.life[some], lines.seq[some])]
    stamp = np.zeros(len(some), np.int64) if claim.rank == 0 else lines.stamp[some]
    return _for_all(
        lines.life[some], stamp, claim.rank, np.broadcast_to(state, len(lines.life))[some], lines.seq[some]
    )


def _says(values: pa.Array, what: str | None) -> Any:
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

    return ~told(values) if what is None else numbers(pc.equal(values, what))


def _state(lane: "Lane", claim: _Claim, lines: "Lines") -> Any:
    """Return the number of the state that each line claims."""
    if claim.named is None:
        return lane.known.states.number(claim.state)
    said = engine_of if claim.named == "engine" else _nothing_else
    values = lines.values[claim.named].combine_chunks()
    return lane.known.states.numbers(values, lambda word: claim.state + (said(word) or word))


def _nothing_else(_: str) -> None:
    """Say of a word that it stands for itself."""


def _begun(lane: "Lane") -> _Rows:
    """Return the claims of beginnings: of each life those lines that are the best sign of it."""
    begun, lives = lane.known.beginnings["mid"], lane.known.lives["mid"]
    life = lives.of_named(begun.host, begun.id, begun.stamp)
    choice = begun.chosen
    some = np.flatnonzero((life > 0) & (choice > 0))
    life, choice = life[some], choice[some]
    best = np.full(len(lives) + 1, 9)
    np.minimum.at(best, life, choice)
    some, life = some[choice == best[life]], life[choice == best[life]]
    return _for_all(life, lives.born_of(life), 1, lane.known.states.number("Receiving"), begun.seq[some])


def _created(lane: "Lane") -> _Rows:
    links, lives = lane.known.links, lane.known.lives["mid"]
    born = lives.born_of(links.child)
    return _for_all(links.child, born, 2, lane.known.states.number("Processing"), links.seq)


def _held(lane: "Lane") -> _Rows:
    """Return the claims of entries into quarantines that still hold their message.

    Rule: Quarantined by the engine that the reason names; where several engines hold it, by Multiple Engines; where the
    reason names none, and no other does, just Quarantined. Source: docs/tracking.md, "States".
    """
    holds, number = lane.known.holds, lane.known.states.number
    some = np.flatnonzero(holds.until == NEVER)
    life, reasons = holds.life[some], holds.reason.take(array(some)).dictionary_encode()
    engines = [engine_of(reason) for reason in reasons.dictionary.to_pylist()]
    words = sorted({engine for engine in engines if engine is not None})
    codes = np.array([-1, *(-1 if engine is None else words.index(engine) for engine in engines)])
    code = codes[numbers(reasons.indices, -1) + 1]
    named = np.flatnonzero(code >= 0)
    least, most = np.full(len(lane.known.lives["mid"]) + 1, NEVER), no_lines(lane.known.lives["mid"])
    np.minimum.at(least, life[named], code[named])
    np.maximum.at(most, life[named], code[named])
    states = np.array([number(_HELD), *(number(f"{_HELD} by {word}") for word in words)])
    one = states[np.where(least == most, least, -1)[life] + 1]
    several = least[life] < most[life]
    state = np.where(several, number(f"{_HELD} by Multiple Engines"), one)
    return _for_all(life, holds.stamp[some], 9, state, holds.seq[some])


def _delivered(lane: "Lane") -> _Rows:
    rows = lane.known.deliveries
    rank = np.array([-1 if step.rank is None else step.rank for step in STEPS], np.int8)
    number = lane.known.states.number
    state = np.array([-1 if step.state is None else number(step.state) for step in STEPS], np.int32)
    some = np.flatnonzero(rank[rows.step] >= 0)
    step = rows.step[some]
    return rows.life[some], rows.rid[some], rows.stamp[some], rank[step], state[step], rows.seq[some]
