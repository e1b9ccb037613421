"""Which MID goes on as which: `was split creating`, `rewritten to`, `Reinjected as`.

Rule: these make one message of several MIDs; so does a message that a central quarantine lets go, which is back under a
new MID (`received from the SMA … (MID originally n) on release`). The parent is the life of the old MID at that second,
the child the life of the new MID that the line begins. A child of itself is no child, and a MID that is only named as
another's origin makes no parent. Source: docs/tracking.md, "Families".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.distinct import distinct
from midtrail.tracking._columns import numbers, told
from midtrail.tracking._runs import first_of_runs
from midtrail.tracking._ties import coded

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane

SPLIT, REWRITTEN, REINJECTED = range(3)
_LISTING = "split_by_slbl"
_TELLING = (
    ("split_by_policy", "mid", "new_mid", SPLIT),
    ("message_split", "mid", "new_mid", SPLIT),
    (_LISTING, "mid", "new_mid", SPLIT),
    ("message_rewritten", "mid", "new_mid", REWRITTEN),
    ("spam_quarantine_reinjected", "mid", "new_mid", REINJECTED),
    ("spam_quarantine_released", "mid", "new_mid", REINJECTED),
    ("received_on_release", "origin_mid", "mid", REINJECTED),
)
LINKS = (
    " ".join(f"select {parent}, {child} from arrays_{kind};" for kind, parent, child, _ in _TELLING)
    + f" select recipients from arrays_{_LISTING}; select seq, text from arrays_spine;"
)
"""What is read to know."""
LINKING = tuple(kind for kind, *_ in _TELLING)
"""The kinds of these lines."""


@dataclass
class Links:
    """Lines that tell that one life goes on as another."""

    parent: Any
    child: Any
    way: Any
    stamp: Any
    seq: Any
    listed: Any
    """The place of the recipients that it lists among all lists, -1 for none."""
    turn: Any
    """The place of its text among all texts, in their order."""
    lists: pa.Array

    def some(self, where: Any) -> "Links":
        """Return some of them."""
        names = ("parent", "child", "way", "stamp", "seq", "listed", "turn")
        return Links(**{name: getattr(self, name)[where] for name in names}, lists=self.lists)


def build_links(lane: "Lane") -> None:
    """Find the links."""
    lives, lists = lane.known.lives["mid"], pa.array([], pa.list_(pa.string()))
    parts = []
    for kind, older, newer, way in _TELLING:
        lines = lane.dated(kind, (older, newer, *(("recipients",) if kind == _LISTING else ())))
        parent, child = (
            lives.of(lines.host, numbers(lines.values[mid], -1), lines.stamp) for mid in (older, newer)
        )
        listed = np.full(len(parent), -1)
        if kind == _LISTING:
            lists = lines.values["recipients"].combine_chunks()
            listed = np.where(told(lists), np.arange(len(lists)), -1)
        some = np.flatnonzero((parent > 0) & (child > 0) & (parent != child))
        told_of = (parent, child, np.full(len(parent), way), lines.stamp, lines.seq, listed)
        parts.append(tuple(column[some] for column in told_of))
    names = ("parent", "child", "way", "stamp", "seq", "listed")
    columns: dict[str, Any] = dict(zip(names, map(np.concatenate, zip(*parts, strict=True)), strict=True))
    lane.known.links = Links(**columns, turn=_turns(lane, columns["seq"]), lists=lists)


def _turns(lane: "Lane", seqs: Any) -> Any:
    """Return the place of each line's text among all of them, in text order."""
    asked = distinct(seqs)
    (turn,) = coded(lane.spine(asked, ("text",))["text"])
    return turn[np.searchsorted(asked, seqs)]


def handed_on(links: Links, lists: Any) -> tuple[Any, Any]:
    """Return which lives hand all their recipients on, and to which: one step at a time.

    Rule: a rewritten or reinjected MID inherits the recipients by RID unless it lists its own (`lists` are the lives
    that do); a split hands none on but those that the child lists. Source: docs/tracking.md, "Families".

    Only what contradicts itself has two heirs or two givers: the earliest of them counts, so the steps make plain
    chains, and nothing multiplies.
    """
    heirs = links.some(np.flatnonzero((links.way != SPLIT) & ~lists[links.child]))
    heirs = heirs.some(np.lexsort((heirs.parent, heirs.turn, heirs.stamp, heirs.child)))
    heirs = heirs.some(first_of_runs(heirs.child))
    heirs = heirs.some(np.lexsort((heirs.child, heirs.turn, heirs.stamp, heirs.parent)))
    heirs = heirs.some(first_of_runs(heirs.parent))
    return heirs.parent, heirs.child
