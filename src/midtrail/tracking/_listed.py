"""A message's attachments and rejected recipients, in the log's own order.

Rule: the log's own order is time, then the file's first timestamp, then line number. An attachment that several MIDs of
one family name is listed once; twice where one MID names it twice. Source: docs/tracking.md, "Facts".
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.distinct import distinct
from midtrail.tracking._columns import array, numbers, offsets
from midtrail.tracking._runs import NEVER, first_of_runs, turns
from midtrail.tracking._ties import coded

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane

_LISTED = {
    "attachments": (("attachment_found", "attachment"),),
    "rejected_recipients": (
        ("recipient_rejected", "recipient"),
        ("invalid_bounce_rejected", "recipient"),
    ),
}
LISTED = (
    " ".join(f"select {column} from arrays_{kind};" for ways in _LISTED.values() for kind, column in ways)
    + " select seq, source, line_no from arrays_spine;"
)
"""What is read to make them."""


def build_listed(lane: "Lane") -> None:
    """Make the lists of all messages."""
    lane.known.listed = {fact: _lists(lane, fact) for fact in _LISTED}


def _lists(lane: "Lane", fact: str) -> pa.Table:
    """Return a fact's lists (family, shown_values)."""
    told = [(lane.lines(kind, (column,)), column) for kind, column in _LISTED[fact]]
    life, seq, time = (
        np.concatenate([getattr(lines, name) for lines, _ in told]) for name in ("life", "seq", "time")
    )
    values = pa.concat_arrays(
        [lines.values[column].combine_chunks().cast(pa.string()) for lines, column in told]
    )
    family = lane.known.mids.family[life]
    several = np.bincount(family, minlength=1)[family] > 1
    alone, some = np.flatnonzero(~several), np.flatnonzero(several)
    some = some[_in_order(lane, seq[some], time[some])]
    (code,) = coded(values.take(array(some)))
    turn = np.arange(len(some))
    # the n-th of one MID is the same as the n-th of another
    order = np.lexsort((turn, code, life[some]))
    occurrence = np.empty(len(some), np.int64)
    occurrence[order] = turns(first_of_runs(life[some][order], code[order]))
    order = np.lexsort((turn, occurrence, code, family[some]))
    first = order[first_of_runs(family[some][order], code[order], occurrence[order])]
    shown = np.concatenate([some[np.sort(first)], alone])
    shown = shown[np.argsort(family[shown], kind="stable")]
    begins = np.flatnonzero(first_of_runs(family[shown]))
    lists = pa.ListArray.from_arrays(offsets(np.append(begins, len(shown))), values.take(array(shown)))
    return pa.table({"family": array(family[shown[begins]]), "shown_values": lists})


def _in_order(lane: "Lane", seq: Any, time: Any) -> Any:
    """Return the order of lines in the log."""
    asked = distinct(seq)
    places = lane.spine(asked, ("source", "line_no"))
    (source,) = coded(places["source"])
    begins = _begins(places["source"], lane.first_times()) if len(asked) else np.empty(0, np.int64)
    at = np.searchsorted(asked, seq)
    return np.lexsort((numbers(places["line_no"])[at], source[at], begins[at], time))


def _begins(sources: pa.ChunkedArray, first_times: Mapping[str, int]) -> Any:
    """Return the time of the first line of each line's file."""
    found = sources.combine_chunks().dictionary_encode()
    times = np.array([first_times.get(name, NEVER) for name in found.dictionary.to_pylist()], np.int64)
    return times[numbers(found.indices)]
