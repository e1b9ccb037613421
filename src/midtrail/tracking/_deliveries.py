"""What happened to single recipients, by RID: one row a line and RID.

Rule: `Delivery start`, `Message done`, `Bounced`, `Delayed`, `Response` name recipients by RID, and RIDs belong to a
MID. A delivery that began `to offbox IronPort Spam Quarantine` ends in it. Source: docs/tracking.md, "Facts".
While a quarantine holds the message, deliveries and responses are only the transfer, and tell nothing of the
recipient; a transfer whose quarantine line is out of sight still says `Quarantined`.
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.distinct import numbered
from midtrail.tracking._columns import numbers, told
from midtrail.tracking._events import Lines
from midtrail.tracking._runs import NEVER
from midtrail.tracking._ties import Groups

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane


class Step(NamedTuple):
    """What a line says of a recipient, with its rank and state of the state table (none: it decides nothing)."""

    name: str
    rank: int | None = None
    state: str | None = None
    in_transfer: bool = False
    """Whether it tells nothing while a quarantine holds the message."""


STARTED = Step("started", in_transfer=True)
DONE = Step("done", 6, "Delivered", in_transfer=True)
QUARANTINED = Step("quarantined", 8, "Quarantined by Anti-Spam/Graymail")
TRANSFERRED = Step("transferred", 8, "Quarantined", in_transfer=True)
RESPONDED = Step("responded", in_transfer=True)
PENDING = Step("pending", 5, "Soft Bounced")
DELAYED = Step("delayed", 5, "Soft Bounced")
BOUNCED = Step("bounced", 7, "Hard Bounced")
DROPPED_BY_LDAP = Step("dropped by LDAP", 10, "Dropped by LDAP")
UNSUBSCRIBED = Step("unsubscribed", 10, "Dropped by Global Unsubscribe")
DELETED = Step("deleted", 10, "Deleted from Queue")
STEPS = (
    STARTED, DONE, QUARANTINED, TRANSFERRED, RESPONDED, PENDING, DELAYED, BOUNCED, DROPPED_BY_LDAP, UNSUBSCRIBED, DELETED,
)  # fmt: skip


class _Telling(NamedTuple):
    """A kind of lines that tell of recipients: the step, the columns that name them and the DCID, and which lines do."""

    kind: str
    step: Step
    rids: str = "rids"
    dcid: str | None = None
    response: str | None = None
    marks: str | None = None
    """A column that says where the step is another one, or where the line counts."""


_TELLING = (
    _Telling("delivery_started", STARTED, dcid="dcid", marks="offbox_quarantine"),
    _Telling("delivery_done", DONE, dcid="dcid", marks="external_quarantine"),
    _Telling("quarantine_transfer_done", TRANSFERRED, dcid="dcid"),
    _Telling("response_received", RESPONDED, response="response"),
    _Telling("delivery_pending", PENDING),
    _Telling("delivery_delayed", DELAYED, "rid", "dcid"),
    _Telling("delivery_bounced", BOUNCED, "rid", "dcid"),
    _Telling("double_bounced", BOUNCED, "rid"),
    _Telling("ldap_recipient_bounced", BOUNCED, "rid"),
    _Telling("ldap_recipient_dropped", DROPPED_BY_LDAP, "rid"),
    _Telling("global_unsubscribe_matched", UNSUBSCRIBED, "rid", marks="action"),
    _Telling("recipients_deleted", DELETED),
)

DELIVERIES = " ".join(
    f"select {', '.join(filter(None, telling[2:]))} from arrays_{telling.kind};" for telling in _TELLING
)
"""What is read to know."""
DECIDING = tuple(telling.kind for telling in _TELLING if telling.step.rank is not None)
"""The kinds of lines that may decide a recipient's state."""


@dataclass
class Deliveries:
    """Lines that name recipients by RID, a row for each RID that each names; what is not told is NEVER."""

    life: Any
    rid: Any
    stamp: Any
    time: Any
    seq: Any
    dcid: Any
    response: Any
    """The place of the response among `responses`, below zero for none."""
    step: Any
    """Which of STEPS it is."""

    def where(self, some: Any) -> "Deliveries":
        """Return some of the rows."""
        return Deliveries(*(getattr(self, field.name)[some] for field in fields(self)))

    def are(self, *steps: Step) -> Any:
        """Return which rows are one of some steps."""
        return np.array([step in steps for step in STEPS])[self.step]


def build_deliveries(lane: "Lane") -> None:
    """Find what happened to recipients."""
    parts = [
        _rows(telling, lane.lines(telling.kind, tuple(filter(None, telling[2:])))) for telling in _TELLING
    ]
    lane.known.responses = next(
        part.responses for part, telling in zip(parts, _TELLING, strict=True) if telling.response
    )
    offbox = np.concatenate([part.offbox for part in parts])
    columns = [*zip(*(part.rows for part in parts), strict=True)]
    del parts
    rows = Deliveries(*(np.concatenate(columns.pop(0)) for _ in fields(Deliveries)))
    _end_in_quarantine(rows, offbox)
    transfers = np.array([step.in_transfer for step in STEPS])[rows.step]
    some = np.flatnonzero(~(transfers & lane.known.held_lines.are(rows.life, rows.seq)))
    for column in fields(rows):  # one after the other, so that no two of all are in memory
        setattr(rows, column.name, getattr(rows, column.name)[some])
    lane.known.deliveries = rows


class _Part(NamedTuple):
    """The rows of a kind: the columns of `Deliveries`."""

    rows: tuple[Any, ...]
    responses: pa.Array | None
    offbox: Any
    """Which of them begin a delivery into the off-box spam quarantine."""


def _rows(telling: _Telling, lines: Lines) -> _Part:
    named = lines.values[telling.rids].combine_chunks()
    at: Any
    if pa.types.is_list(named.type):
        lengths = np.diff(named.offsets.to_numpy())
        at, rid = np.repeat(np.arange(len(named), dtype=np.int32), lengths), numbers(named.flatten())
    else:
        at = np.flatnonzero(told(named))
        rid = numbers(named)[at]
    count = len(lines.life)
    step = np.full(count, STEPS.index(telling.step), np.int8)
    offbox = np.zeros(count, np.bool_)
    if telling.marks == "offbox_quarantine":
        offbox = numbers(lines.values["offbox_quarantine"])
    elif telling.marks == "external_quarantine":
        step[numbers(lines.values["external_quarantine"])] = STEPS.index(QUARANTINED)
    elif telling.marks == "action":
        drops = _drops(lines.values["action"])
        at, rid = at[drops[at]], rid[drops[at]]
    dcid = np.full(count, NEVER) if telling.dcid is None else numbers(lines.values[telling.dcid], NEVER)
    response, responses = np.full(count, -1, np.int32), None
    if telling.response is not None:
        responses = lines.values[telling.response].combine_chunks()
        response = np.where(told(responses), np.arange(count, dtype=np.int32), np.int32(-1))
    columns = (lines.stamp, lines.time, lines.seq, dcid, response, step)
    return _Part((lines.life[at], rid, *(column[at] for column in columns)), responses, offbox[at])


def _drops(actions: pa.ChunkedArray) -> Any:
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

    return numbers(pc.starts_with(pc.utf8_lower(actions), "drop"))


def _end_in_quarantine(rows: Deliveries, offbox: Any) -> None:
    """Change the step of what was delivered by a DCID that takes the message to the off-box spam quarantine."""
    taken = np.zeros(int(rows.life.max(initial=0)) + 1, np.bool_)
    taken[rows.life[offbox]] = True
    some = np.flatnonzero(taken[rows.life] & rows.are(DONE))
    there = np.flatnonzero(offbox)
    both = np.append(there, some)
    dcid, kinds = numbered(rows.dcid[both])
    pairs = rows.life[both] * (len(kinds) + 1) + dcid
    ended = Groups(pairs[: len(there)]).have(pairs[len(there) :])
    rows.step[some[ended]] = STEPS.index(QUARANTINED)
