"""What the policy quarantines hold, from when until when, and the lines of messages that came meanwhile.

Rules (docs/tracking.md, "States"):
* a quarantine holds a message from `quarantined to "X"` or `enqueued for transfer to centralized quarantine "X"` until
  it releases it, or all do; entries count before removals in one second. On the management appliance itself it is
  `received from the ESA … for centralized quarantine "X"`;
* while one does, `queued for delivery`, `Message done` and `Response` are only the transfer, and decide nothing; nor
  does the release from one quarantine while another holds. A line of the second of release is not held.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.distinct import distinct
from midtrail.tracking._ordered import Ordered
from midtrail.tracking._runs import NEVER
from midtrail.tracking._ties import coded

if TYPE_CHECKING:
    from midtrail.tracking._events import Lines
    from midtrail.tracking._lanes import Lane

ENTERED = ("quarantined", "quarantine_enqueued", "quarantine_received")
"""The kinds of lines that tell of an entry into a quarantine."""
_LEFT = ("released_from_quarantine", "deleted_from_quarantine")
_LEFT_ALL = ("released_from_all_quarantines", "deleted_from_all_quarantines")
HELD = (
    " ".join(f"select quarantine, reason from arrays_{kind};" for kind in ENTERED)
    + " ".join(f"select quarantine from arrays_{kind};" for kind in _LEFT)
    + " ".join(f"select life from arrays_{kind};" for kind in _LEFT_ALL)
)
"""What is read to know."""


@dataclass
class Holds:
    """Entries into quarantines, and the second in which each ends (NEVER: it does not)."""

    life: Any
    stamp: Any
    seq: Any
    until: Any
    reason: pa.Array


class HeldLines:
    """Which lines came while a quarantine held their message."""

    def __init__(self, life: Any, seq: Any, lives: int) -> None:
        """Take such lines, and the lives of MIDs that they belong to."""
        self._of_lives = np.zeros(lives, np.bool_)
        self._of_lives[life] = True
        self._seq = np.sort(seq)

    def are(self, life: Any, seq: Any) -> Any:
        """Return which lines of lives are such."""
        held = self._of_lives[life]
        some = np.flatnonzero(held)
        if len(some):
            at = np.minimum(np.searchsorted(self._seq, seq[some]), len(self._seq) - 1)
            held[some] = self._seq[at] == seq[some]
        return held


def build_holds(lane: "Lane") -> None:
    """Find what quarantines hold, and which lines came meanwhile."""
    lane.known.holds = holds = _holds(lane)
    life, seq, stamp = lane.lines_of(distinct(holds.life))
    over = holds.until != NEVER
    begun = _by_then(lane, holds.life, holds.stamp)
    ended = _by_then(lane, holds.life[over], holds.until[over])
    held = begun.count(life, stamp) > ended.count(life, stamp)
    lane.known.held_lines = HeldLines(life[held], seq[held], len(lane.known.lives["mid"]) + 1)


def _by_then(lane: "Lane", lives: Any, stamps: Any) -> Ordered:
    order = np.lexsort((stamps, lives))
    return Ordered(lives[order], stamps[order], len(lane.known.lives["mid"]) + 1)


def _holds(lane: "Lane") -> Holds:
    entered = [lane.lines(kind, ("quarantine", "reason")) for kind in ENTERED]
    left = [lane.lines(kind, ("quarantine",)) for kind in _LEFT]
    left_all = [lane.lines(kind) for kind in _LEFT_ALL]
    codes = coded(*(lines.values["quarantine"] for lines in (*entered, *left)))
    words = 1 + max(int(some.max(initial=0)) for some in codes)
    life, stamp, seq = (_all(entered, name) for name in ("life", "stamp", "seq"))
    quarantine = np.concatenate(codes[: len(entered)]) + 1  # what names none is one quarantine
    of_left = _all(left, "life") * (words + 1) + np.concatenate(codes[len(entered) :]) + 1
    out = _next(of_left, _all(left, "stamp"), life * (words + 1) + quarantine, stamp)
    all_out = _next(_all(left_all, "life"), _all(left_all, "stamp"), life, stamp)
    reasons = [lines.values["reason"].combine_chunks().cast(pa.string()) for lines in entered]
    return Holds(life, stamp, seq, np.minimum(out, all_out), pa.concat_arrays(reasons))


def _all(parts: list["Lines"], name: str) -> Any:
    return np.concatenate([getattr(lines, name) for lines in parts])


def _next(owners: Any, stamps: Any, asked: Any, since: Any) -> Any:
    """Return of each that is asked the next second of its owner, at `since` or later; NEVER where there is none."""
    kinds = distinct(owners)
    if not len(kinds):
        return np.full(len(asked), NEVER)
    order = np.lexsort((stamps, owners))
    owners, stamps = owners[order], stamps[order]
    ordered = Ordered(np.searchsorted(kinds, owners), stamps, len(kinds))
    mine = np.minimum(np.searchsorted(kinds, asked), len(kinds) - 1)
    at = np.minimum(ordered.next(mine, since), len(owners) - 1)
    there = (owners[at] == asked) & (stamps[at] >= since)
    return np.where(there, stamps[at], NEVER)
