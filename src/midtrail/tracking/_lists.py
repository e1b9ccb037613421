"""The recipients that a MID lists itself, by RID.

Rule: its `RID n To:` lines; a child of an SL/BL split that shows none has those that the split line lists, RIDs from 0.
An appliance-made message may tell its only recipient in a summary. Source: docs/tracking.md, "Families".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, numbers
from midtrail.tracking._runs import NEVER, first_of_runs, of_runs

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane
    from midtrail.tracking._links import Links

LISTS = """
    select rid, recipient from arrays_recipient_accepted;
    select recipient, recipient_count from arrays_envelope_summary;
"""
"""What is read to know them, with what split lines list."""


@dataclass
class Lists:
    """Recipients that MIDs list, in order of life and RID."""

    life: Any
    rid: Any
    recipient: pa.Array

    def some(self, places: Any) -> "Lists":
        """Return some of them."""
        return Lists(self.life[places], self.rid[places], self.recipient.take(array(places)))


def list_recipients(lane: "Lane") -> None:
    """Find the recipients that MIDs list."""
    lines = lane.lines("recipient_accepted", ("rid", "recipient"))
    accepted = _firsts(
        lines.life, numbers(lines.values["rid"], NEVER), lines.stamp, lines.values["recipient"]
    )
    split_off = _split_off(lane.known.links)
    lines = lane.lines("envelope_summary", ("recipient_count", "recipient"))
    alone = np.flatnonzero(numbers(lines.values["recipient_count"]) == 1)
    named = lines.values["recipient"].combine_chunks().take(array(alone))
    summaries = _firsts(lines.life[alone], np.zeros(len(alone), np.int64), lines.stamp[alone], named)
    listing = np.zeros(len(lane.known.lives["mid"]) + 1, np.bool_)
    parts = []
    for part in (accepted, split_off, summaries):
        parts.append(part.some(np.flatnonzero(~listing[part.life])))
        listing[part.life] = True
    life, rid = (np.concatenate([getattr(part, name) for part in parts]) for name in ("life", "rid"))
    lists = Lists(life, rid, pa.concat_arrays([part.recipient for part in parts]))
    lane.known.lists = lists.some(np.lexsort((rid, life)))


def _split_off(links: "Links") -> Lists:
    """Return the recipients that an SL/BL split line lists, RIDs from 0: of the first such line of each child."""
    some = links.some(np.flatnonzero(links.listed >= 0))
    some = some.some(np.lexsort((some.turn, some.stamp, some.child)))
    some = some.some(first_of_runs(some.child))
    lists = links.lists.take(array(some.listed))
    ends = numbers(lists.offsets)
    lengths = np.diff(ends)
    rid = np.arange(lengths.sum()) - np.repeat(ends[:-1] - ends[0], lengths)
    return Lists(np.repeat(some.child, lengths), rid, lists.flatten())


def _firsts(life: Any, rid: Any, stamp: Any, recipient: pa.Array) -> Lists:
    """Return of each life and RID the recipient of its first line; of one second the first in text order."""
    if isinstance(recipient, pa.ChunkedArray):
        recipient = recipient.combine_chunks()
    order = np.lexsort((stamp, rid, life))
    at = np.flatnonzero(first_of_runs(life[order], rid[order]))
    lengths = np.diff(np.append(at, len(order)))
    least = np.repeat(of_runs(np.minimum, stamp[order], at), lengths) == stamp[order]
    chosen = order[at]
    tied = np.flatnonzero(of_runs(np.add, least.astype(np.int64), at) > 1)
    if len(tied):
        run = np.repeat(np.arange(len(at)), lengths)
        asked = np.zeros(len(at), np.bool_)
        asked[tied] = True
        some = np.flatnonzero(least & asked[run])
        columns = {
            "run": array(run[some]),
            "text": recipient.take(array(order[some])),
            "row": array(order[some]),
        }
        ordered = pa.table(columns).sort_by([("run", "descending"), ("text", "descending")])
        chosen[numbers(ordered["run"])] = numbers(ordered["row"])  # the last of each stays
    return Lists(life[chosen], rid[chosen], recipient.take(array(chosen)))
