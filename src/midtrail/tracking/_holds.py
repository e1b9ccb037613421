"""The lines of a message that came while a quarantine held it.

Rule: `queued for delivery`, `Message done` and `Response` are then only the transfer, and decide nothing; nor does the
release from one quarantine while another holds. Entries count before removals in one second, so a line of the second of
release is not held. Source: docs/tracking.md, "States".
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from midtrail.distinct import distinct
from midtrail.tracking._columns import numbers_of
from midtrail.tracking._ordered import Ordered
from midtrail.tracking._runs import NEVER

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane

_HOLDS = 'select life, stamp, "until" from track_holds'
HELD = f"{_HOLDS};"
"""What is read to know."""


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


def build_held_lines(lane: "Lane") -> None:
    """Find the lines that came while a quarantine held their message."""
    holds = numbers_of(lane.query(_HOLDS))
    life, seq, stamp = lane.lines_of(distinct(holds["life"]))
    over = holds["until"] != NEVER
    begun = _by_then(lane, holds["life"], holds["stamp"])
    ended = _by_then(lane, holds["life"][over], holds["until"][over])
    held = begun.count(life, stamp) > ended.count(life, stamp)
    lane.known.held_lines = HeldLines(life[held], seq[held], len(lane.known.lives["mid"]) + 1)


def _by_then(lane: "Lane", lives: Any, stamps: Any) -> Ordered:
    order = np.lexsort((stamps, lives))
    return Ordered(lives[order], stamps[order], len(lane.known.lives["mid"]) + 1)
