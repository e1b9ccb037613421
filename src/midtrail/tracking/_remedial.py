"""Remediation: which message each line of it belongs to.

It comes minutes or months later, by MID alone. Rule: a line belongs to the latest life begun by then whose message has
that recipient, else to the latest life; `initiated` goes where its batch's outcomes for that MID go. Source:
docs/tracking.md, "Remediation".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.distinct import distinct
from midtrail.tracking._columns import array, instants, numbers, words
from midtrail.tracking._ordered import Ordered
from midtrail.tracking._ties import coded

if TYPE_CHECKING:
    from midtrail.tracking._known import Known
    from midtrail.tracking._lanes import Lane

_PROCESSED = ("mid", "batch", "action", "recipient", "status", "reason")
_INITIATED = ("mid", "batch", "action", "initiated_by", "remediation_source")
REMEDIAL = f"""
    select {", ".join(_PROCESSED)} from arrays_remediation_processed;
    select {", ".join(_INITIATED)} from arrays_remediation_initiated;
"""
"""What is read to know."""
INITIATING = "remediation_initiated"
"""The kind of the line that begins a batch."""
REMEDIATING = ("remediation_processed", INITIATING)
"""The kinds of these lines."""
TEXTS = ("batch", "action", "recipient", "status", "reason", "initiated_by", "remediation_source")
_STEPS = ("initiated", "processed")


@dataclass
class Remedial:
    """Lines of remediation that belong to a life of a MID."""

    life: Any
    host: Any
    id: Any
    """The number of the MID that each names."""
    seq: Any
    stamp: Any
    time: Any
    processed: Any
    """Which of them tell an outcome; the others ask for it."""
    batch: Any
    """Batches as numbers in text order, -1 for none."""
    texts: pa.Table

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.life)


def build_remedial(lane: "Lane") -> None:
    """Find the lives that lines of remediation belong to, and make `track_remedial` of them."""
    known = lane.known
    known.remedial = remedial = _of_latest(lane)
    if len(remedial):
        _find_recipients(known, remedial)
        _follow_outcomes(remedial)
    lane.keep("track_remedial", lambda: _table(remedial))


def _of_latest(lane: "Lane") -> Remedial:
    """Return all lines that belong to a life at all, with the latest."""
    lives, parts, texts = lane.known.lives["mid"], [], []
    for kind, columns in zip(REMEDIATING, (_PROCESSED, _INITIATED), strict=True):
        lines = lane.dated(kind, columns)
        ids = lives.numbers_of(lines.host, numbers(lines.values["mid"], -1))
        life = lives.at(ids, lines.stamp)
        some = np.flatnonzero(life > 0)
        processed = np.full(len(life), kind != INITIATING)
        told = (life, lines.host, ids, lines.seq, lines.stamp, lines.time, processed)
        parts.append(tuple(column[some] for column in told))
        values = lines.values.take(array(some))
        texts.append({name: values[name] if name in columns else _nothing(len(some)) for name in TEXTS})
    whole = {name: pa.concat_arrays([_plain(part[name]) for part in texts]) for name in TEXTS}
    (batch,) = coded(whole["batch"])
    names = ("life", "host", "id", "seq", "stamp", "time", "processed")
    known: dict[str, Any] = dict(zip(names, map(np.concatenate, zip(*parts, strict=True)), strict=True))
    return Remedial(**known, batch=batch, texts=pa.table(whole))


def _nothing(count: int) -> pa.Array:
    return pa.nulls(count, pa.string())


def _plain(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return (column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column).cast(pa.string())


def addresses(*columns: pa.Array) -> list[Any]:
    """Return addresses as numbers, -1 where none is told: equal for those that differ in case only."""
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

    return coded(*(pc.utf8_lower(column) for column in columns))


def _find_recipients(known: "Known", remedial: Remedial) -> None:
    """Let outcomes belong to the latest life begun by then whose message has their recipient, where there is one."""
    lives, family = known.lives["mid"], known.mids.family
    named = np.zeros(lives.id_count + 1, np.bool_)
    named[remedial.id] = True
    asked = np.flatnonzero(named[lives.ids]) + 1
    of_asked = np.zeros(len(family), np.bool_)
    of_asked[family[asked]] = True
    listed = np.flatnonzero(of_asked[family[known.lists.life]])
    sought, there = addresses(
        remedial.texts["recipient"].combine_chunks(), known.lists.recipient.take(array(listed))
    )
    count = 1 + max(int(sought.max(initial=0)), int(there.max(initial=0)))
    pairs = distinct((family[known.lists.life[listed]] * count + there)[there >= 0])
    begin, end = (np.searchsorted(pairs, family[asked] * count + limit) for limit in (0, count))
    lengths = end - begin
    life = np.repeat(asked, lengths)
    at = np.arange(len(life)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + np.repeat(begin, lengths)
    keys = lives.ids[life - 1] * count + pairs[at] % count
    some = np.flatnonzero(remedial.processed & (sought >= 0))
    found = _latest(
        keys, lives.born[life - 1], life, remedial.id[some] * count + sought[some], remedial.stamp[some]
    )
    remedial.life[some] = np.where(found > 0, found, remedial.life[some])


def _latest(keys: Any, born: Any, life: Any, asked: Any, stamp: Any) -> Any:
    """Return the latest life of each key that is asked, begun by a second; 0 for none."""
    if not len(keys):
        return np.zeros(len(asked), np.int64)
    order = np.lexsort((born, keys))
    keys, born, life = keys[order], born[order], life[order]
    kinds = distinct(keys)
    mine = np.minimum(np.searchsorted(kinds, asked), len(kinds) - 1)
    at = Ordered(np.searchsorted(kinds, keys), born, len(kinds)).last(mine, stamp)
    there = (at >= 0) & (keys[np.maximum(at, 0)] == asked)
    return np.where(there, life[np.maximum(at, 0)], 0)


def _follow_outcomes(remedial: Remedial) -> None:
    """Let what is asked for belong where the last of its batch's outcomes for that MID does, where there is one."""
    count = int(remedial.batch.max(initial=0)) + 1
    keys = remedial.id * count + remedial.batch
    told = np.flatnonzero(remedial.processed & (remedial.batch >= 0))
    told = told[np.lexsort((remedial.life[told], remedial.stamp[told], keys[told]))]
    asked = np.flatnonzero(~remedial.processed & (remedial.batch >= 0))
    if len(told):
        at = np.searchsorted(keys[told], keys[asked], side="right") - 1
        there = (at >= 0) & (keys[told][np.maximum(at, 0)] == keys[asked])
        remedial.life[asked[there]] = remedial.life[told[at[there]]]


def _table(remedial: Remedial) -> pa.Table:
    named = {name: remedial.texts[name] for name in ("batch", "action", "initiated_by")}
    return pa.table(
        {
            **{name: array(getattr(remedial, name)) for name in ("life", "host", "seq", "stamp")},
            "time": instants(remedial.time),
            "step": words(_STEPS, remedial.processed.astype(np.int64)),
            **named,
            "source": remedial.texts["remediation_source"],
        }
    )
