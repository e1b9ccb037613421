"""Which lines tell of a connection: the one that opens it, and the one that names its sender group.

Rule: where a fact is told twice, the first counts. Source: docs/tracking.md, "Facts".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, numbers, taken
from midtrail.tracking._runs import NEVER
from midtrail.tracking._ties import Groups, earliest

if TYPE_CHECKING:
    from midtrail.tracking._events import Dated
    from midtrail.tracking._lanes import Lane

_OPENED = {
    "icid": ("sender_ip", "interface", "interface_ip", "reverse_dns", "reverse_dns_verified"),
    "dcid": ("destination_ip", "interface", "interface_ip", "port"),
}
"""What opening lines of one second are put in order by."""
_GROUPED = ("hat_action", "sender_group", "match", "sbrs", "country")
OPENINGS = " ".join(
    [
        *(f"select {', '.join(names)} from arrays_{counter}_opened;" for counter, names in _OPENED.items()),
        f"select icid, {', '.join(_GROUPED)} from arrays_sender_group_matched;",
        "select icid, sbrs from arrays_icid_sbrs;",
    ]
)
"""What is read to know."""


@dataclass
class Openings:
    """The opening line of each connection that has one."""

    life: Any
    seq: Any


@dataclass
class Groupings:
    """The line that names each incoming connection's sender group (NEVER: none), and its score by another."""

    life: Any
    seq: Any
    sbrs: pa.Array


def build_openings(lane: "Lane") -> None:
    """Find both, and make `track_openings` (life, seq) and `track_groupings` (life, seq, sbrs) of them."""
    lane.known.openings = {counter: _opened(lane, counter) for counter in _OPENED}
    lane.known.groupings = groupings = _groupings(lane)
    opened = [
        pa.table({"life": array(some.life), "seq": array(some.seq)}) for some in lane.known.openings.values()
    ]
    lane.keep("track_openings", lambda: pa.concat_tables(opened))
    columns = {
        "life": array(groupings.life),
        "seq": array(groupings.seq, groupings.seq != NEVER),
        "sbrs": groupings.sbrs,
    }
    lane.keep("track_groupings", lambda: pa.table(columns))


def _opened(lane: "Lane", counter: str) -> Openings:
    begun = lane.known.beginnings[counter]
    life = lane.known.lives[counter].of_named(begun.host, begun.id, begun.stamp)
    some = np.flatnonzero(life > 0)
    life, seq, stamp = life[some], begun.seq[some], begun.stamp[some]
    kind, names = f"{counter}_opened", _OPENED[counter]
    chosen = earliest(life, stamp, lambda places: lane.rows(kind, seq[places], names))
    return Openings(life[chosen], seq[chosen])


def _groupings(lane: "Lane") -> Groupings:
    lines, life = _placed(lane, lane.dated("sender_group_matched", ("icid", *_GROUPED)))
    chosen = earliest(
        life, lines.stamp, lambda places: lines.values.select(list(_GROUPED)).take(array(places))
    )
    grouped, seq = life[chosen], lines.seq[chosen]
    lines, life = _placed(lane, lane.dated("icid_sbrs", ("icid", "sbrs")))
    chosen = earliest(life, lines.stamp, lambda places: lines.values.select(["sbrs"]).take(array(places)))
    scored, scores = life[chosen], lines.values["sbrs"].combine_chunks().cast(pa.string())
    alone = ~Groups(grouped).have(scored)
    both = np.concatenate([grouped, scored[alone]])
    place = Groups(scored).first(both)
    sbrs = taken(scores, np.where(place < 0, -1, chosen[place]) if len(chosen) else place)
    return Groupings(both, np.concatenate([seq, np.full(int(alone.sum()), NEVER)]), sbrs)


def _placed(lane: "Lane", lines: "Dated") -> tuple["Dated", Any]:
    """Return lines that belong to lives of ICIDs, and the lives."""
    life = lane.known.lives["icid"].of(lines.host, numbers(lines.values["icid"], -1), lines.stamp)
    some = np.flatnonzero(life > 0)
    return lines.some(some), life[some]
