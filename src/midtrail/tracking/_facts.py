"""What a message is: the first that its family's lines tell of each fact.

Rule: sender, subject, Message-ID and size are the first logged in the family; in one second an earlier MID goes before
a later one. Sender: `From:`, and where that is out of sight what other lines name. Policy: the first MID's, where it
has one, else the first logged. Of equal ones the least value counts. Source: docs/tracking.md, "Facts".
"""

from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, told
from midtrail.tracking._firsts import Firsts, firsts
from midtrail.tracking._lanes import Lane

_TOLD = {
    "sender": (("sender_received", "sender"), ("message_ready", "sender"), ("envelope_summary", "sender")),
    "message_id": (("message_id_header", "message_id"),),
    "subject": (("subject_header", "subject"),),
    "size_bytes": (("message_ready", "size_bytes"),),
    "policy": (("policy_matched", "policy"),),
    "policy_table": (("policy_matched", "table"),),
    "origin_mid": (("copy_generated", "origin_mid"), ("bounce_generated", "origin_mid")),
}
"""Each fact, with the kinds of lines that tell it; of one second and MID the first kind counts more than the others."""

FACTS = " ".join(
    f"select life, stamp, {column} from arrays_{kind};" for ways in _TOLD.values() for kind, column in ways
)
"""What is read to know them."""

_ANY_CASE = {("policy_matched", "table")}
_OF_FIRST = {"policy": -274877906944}
"""What is added to the second where the first MID tells a fact that counts before all others."""


def build_facts(lane: Lane) -> None:
    """Find the facts of all messages."""
    lane.known.facts = {fact: _fact(lane, fact) for fact in _TOLD}


def _fact(lane: Lane, fact: str) -> Firsts:
    """Return what counts of a fact.

    Second, place of the MID in its family and turn are one number, of which the least counts.
    """
    parts = [_lines(lane, kind, column, int(turn > 0)) for turn, (kind, column) in enumerate(_TOLD[fact])]
    life, stamp, turn = (np.concatenate([part[name] for part in parts]) for name in range(3))
    values = pa.concat_arrays([part[3] for part in parts])
    mids = lane.known.mids
    place = mids.place[life]
    second = stamp + np.where(place == 1, _OF_FIRST.get(fact, 0), 0)
    weight = second * 16777216 + np.minimum(place, 8388607) * 2 + turn
    return firsts(mids.family[life], weight, values)


def _lines(lane: Lane, kind: str, column: str, turn: int) -> tuple[Any, Any, Any, pa.Array]:
    """Return life, second, turn and value of the lines of a kind that tell a value."""
    lines = lane.lines(kind, (column,))
    values = lines.values[column].combine_chunks()
    if (kind, column) in _ANY_CASE:
        import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

        values = pc.utf8_lower(values)
    life, stamp = lines.life, lines.stamp
    if values.null_count:
        some = np.flatnonzero(told(values))
        life, stamp, values = life[some], stamp[some], values.take(array(some))
    return life, stamp, np.full(len(life), turn), values
