"""What became of each recipient that a batch of remediation asked for.

Rule: every batch is kept with each recipient's outcome and reason: the latest of a batch. A batch asks for each of its
MIDs; what it asked for this one counts, where that is in sight. Source: docs/tracking.md, "Remediation".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, instants, numbers, offsets, taken
from midtrail.tracking._runs import NEVER, first_of_runs
from midtrail.tracking._ties import Groups, coded

if TYPE_CHECKING:
    from midtrail.tracking._known import Known
    from midtrail.tracking._lanes import Lane
    from midtrail.tracking._remedial import Remedial

FIELDS = ("batch", "action", "source", "initiated_by", "initiated_at", "processed_at", "status", "reason")
"""What is told of a remediation."""


@dataclass
class Remediations:
    """What a batch asked for an entry: the entry's number, and what is told of it; instants stand as numbers, too."""

    entry: Any
    host: Any
    rows: pa.Table
    initiated_at: Any
    processed_at: Any


def build_remediations(lane: "Lane") -> None:
    """Find them, and make `track_remediations` of them."""
    known = lane.known
    known.remediations = found = _remediations(known)
    lane.keep(
        "track_remediations",
        lambda: found.rows.append_column("entry", array(found.entry)).append_column(
            "host", array(found.host)
        ),
    )


def _remediations(known: "Known") -> Remediations:
    remedial, mids, entries = known.remedial, known.mids, known.entries
    told, waits = _latest(remedial, *known.remedied.outcomes), _earliest(remedial, *known.remedied.pending)
    entry, line = (np.concatenate(both) for both in zip(told, waits, strict=True))
    outcome = np.arange(len(entry)) < len(told[0])
    place = entries.places_of(entry)
    host = mids.host[entries.carriers_at(place)]
    asking = np.flatnonzero(~remedial.processed)
    asking = asking[np.lexsort((remedial.seq[asking], remedial.time[asking], remedial.stamp[asking]))]
    life, batch = remedial.life[line], remedial.batch[line]
    # who asked: of this MID, else of this message, else of any
    owners = (
        (remedial.life, life),
        (mids.family[remedial.life], entries.family[place] if len(entries) else place),
        (remedial.host, host),
    )
    asked = [_asked(remedial, asking, owner, of, batch) for owner, of in owners]
    actions = remedial.texts["action"].combine_chunks()
    source = _first_there(asked)
    there = numbers(actions.is_valid())
    actor = _first_there(
        [np.where((at >= 0) & there[at], at, -1) for at in (line, *asked)] if len(there) else [line]
    )
    texts = {name: remedial.texts[name] for name in remedial.texts.column_names}
    initiated_at = np.where(source >= 0, remedial.time[source], NEVER) if len(remedial) else source
    processed_at = np.where(outcome, remedial.time[line], NEVER) if len(remedial) else line
    rows = {
        "batch": taken(texts["batch"], line),
        "action": taken(texts["action"], actor),
        "source": taken(texts["remediation_source"], source),
        "initiated_by": taken(texts["initiated_by"], source),
        "initiated_at": instants(initiated_at),
        "processed_at": instants(processed_at),
        "status": taken(texts["status"], np.where(outcome, line, -1)),
        "reason": taken(texts["reason"], np.where(outcome, line, -1)),
    }
    return Remediations(entry, host, pa.table(rows), initiated_at, processed_at)


def _latest(remedial: "Remedial", entry: Any, line: Any) -> tuple[Any, Any]:
    """Return of each entry and batch the latest outcome; of one second the last in text order, what is not told at last."""
    texts = ("status", "reason", "action")
    status, reason, action = (_ranked(remedial.texts[name])[line] for name in texts)
    order = np.lexsort(
        (
            *(remedial.life[line], remedial.time[line], action, reason, status, remedial.stamp[line]),
            *(remedial.batch[line], entry),
        )
    )[::-1]
    first = order[first_of_runs(entry[order], remedial.batch[line][order])]
    return entry[first], line[first]


def _earliest(remedial: "Remedial", entry: Any, line: Any) -> tuple[Any, Any]:
    """Return of each entry and batch the first line that asks."""
    action = _ranked(remedial.texts["action"])[line]
    order = np.lexsort((remedial.life[line], action, remedial.stamp[line], remedial.batch[line], entry))
    first = order[first_of_runs(entry[order], remedial.batch[line][order])]
    return entry[first], line[first]


def _ranked(column: pa.ChunkedArray) -> Any:
    """Return texts as numbers in text order; what is not told comes last."""
    (codes,) = coded(column)
    return np.where(codes < 0, NEVER, codes)


def _asked(remedial: "Remedial", asking: Any, owner: Any, of: Any, batch: Any) -> Any:
    """Return the first line that asks for a batch of an owner, -1 for none."""
    count = int(remedial.batch.max(initial=0)) + 1
    known = asking[remedial.batch[asking] >= 0]
    found = Groups(owner[known] * count + remedial.batch[known]).first(
        np.where(batch >= 0, of * count + batch, -1)
    )
    return np.where(found >= 0, known[found], -1) if len(known) else found


def _first_there(places: list[Any]) -> Any:
    """Return the first of some places that is one."""
    found = places[0]
    for place in places[1:]:
        found = np.where(found >= 0, found, place)
    return found


def lists_of(remediations: Remediations) -> pa.Table:
    """Return the remediations of each entry that has some, in order of time and batch: entry, remediation."""
    began = np.where(remediations.initiated_at != NEVER, remediations.initiated_at, remediations.processed_at)
    order = np.lexsort((_ranked(remediations.rows["batch"]), began, remediations.entry))
    entry = remediations.entry[order]
    begins = np.flatnonzero(first_of_runs(entry))
    rows = remediations.rows.take(array(order))
    items = pa.StructArray.from_arrays([rows[name].combine_chunks() for name in FIELDS], FIELDS)
    lists = pa.ListArray.from_arrays(offsets(np.append(begins, len(entry))), items)
    return pa.table({"entry": array(entry[begins]), "remediation": lists})
