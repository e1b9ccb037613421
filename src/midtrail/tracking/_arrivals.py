"""Which connection brought each message: that of its first MID, by the line that tells its ICID, `Start MID` before others.

Rule: one ICID carries many messages. Source: docs/tracking.md, "Facts".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, numbers
from midtrail.tracking._runs import NEVER, first_of_runs

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane

STARTING = "message_started"
NAMING = ("sender_received", "recipient_accepted", "recipient_rejected")
ARRIVALS = " ".join(f"select life, stamp, icid from arrays_{kind};" for kind in (STARTING, *NAMING))
"""What is read to know."""


@dataclass
class Arrivals:
    """Of each family the ICID that brought it (NEVER: none is told), and the life of that connection (-1: not in sight)."""

    icid: Any
    life: Any


def build_arrivals(lane: "Lane") -> None:
    """Find it, and make `track_arrivals` (family, connection_life); the life is null where it is not in sight."""
    mids = lane.known.mids
    is_first = mids.place == 1
    started = _earliest([_told(lane, STARTING, is_first)])
    is_first[started[0]] = False
    named = _earliest([_told(lane, kind, is_first) for kind in NAMING])
    life, stamp, icid = (np.concatenate(both) for both in zip(started, named, strict=True))
    told = icid != NEVER
    connection = lane.known.lives["icid"].of(mids.host[life], np.where(told, icid, -1), stamp)
    arrivals = Arrivals(np.full(len(mids.family), NEVER), np.full(len(mids.family), -1))
    arrivals.icid[mids.family[life]] = icid
    arrivals.life[mids.family[life]] = np.where(connection > 0, connection, -1)
    lane.known.arrivals = arrivals
    rows = {"family": array(mids.family[life]), "connection_life": array(connection, connection > 0)}
    lane.keep("track_arrivals", lambda: pa.table(rows))


def _told(lane: "Lane", kind: str, wanted: Any) -> tuple[Any, Any, Any]:
    """Return life, second and ICID of the lines of a kind, those of lives that are wanted."""
    lines = lane.lines(kind, ("icid",))
    some = np.flatnonzero(wanted[lines.life])
    return lines.life[some], lines.stamp[some], numbers(lines.values["icid"], NEVER)[some]


def _earliest(told: list[tuple[Any, Any, Any]]) -> tuple[Any, Any, Any]:
    """Return of each life the earliest of its rows; in one second the least ICID."""
    life, stamp, icid = (np.concatenate(columns) for columns in zip(*told, strict=True))
    order = np.lexsort((icid, stamp, life))
    first = order[np.flatnonzero(first_of_runs(life[order]))]
    return life[first], stamp[first], icid[first]
