"""What the simulated appliance knows of its messages: the facts that `midtrail track` should find.

They are set as things happen, never read back from lines. A fact counts only once its line was written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from midtrail.formats import iso

if TYPE_CHECKING:
    from midtrail.simulate.appliance import Outgoing

_MICROSECONDS = 1_000_000


class LogFile:
    """A file of the archive; it has its last name only when it is closed."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        """Name the file, by its path in the archive."""
        self.name = name


class Line:
    """A line that was said: when (milliseconds since the epoch), and, once it is written, where it stands.

    `of` is whose line it is: a message's, a connection's (`Connection` or `Outgoing`), or nobody's.
    """

    __slots__ = ("body", "file", "level", "line_no", "ms", "of")

    def __init__(self, ms: int, body: str, level: str, of: object = None) -> None:
        """Say a line."""
        self.ms = ms
        self.body = body
        self.level = level
        self.of = of
        self.file: LogFile | None = None
        self.line_no = 0

    @property
    def second(self) -> int:
        """The second of the line's stamp."""
        return self.ms // 1000

    def evidence(self) -> dict[str, Any] | None:
        """Return where the line stands; None while it is not written."""
        if self.file is None:
            return None
        return {"source": self.file.name, "line_no": self.line_no, "text": self.body}


def deciding(lines: Iterable[Line | None]) -> Line | None:
    """Return the line that proves a state: the latest; of one second, the first in text order."""
    said = [line for line in lines if line is not None]
    return min(said, key=lambda line: (-line.second, line.body)) if said else None


@dataclass(slots=True)
class Outcome:
    """What a batch did for one recipient; no status while it is under way."""

    batch: str
    action: str
    source: str | None = None
    initiated_by: str | None = None
    initiated_at: int | None = None
    processed_at: int | None = None
    status: str | None = None
    reason: str | None = None

    def row(self) -> dict[str, Any]:
        """Return the outcome as `track --format json` prints it."""
        return {
            "batch": self.batch,
            "action": self.action,
            "source": self.source,
            "initiated_by": self.initiated_by,
            "initiated_at": instant(self.initiated_at),
            "processed_at": instant(self.processed_at),
            "status": self.status,
            "reason": self.reason,
        }


@dataclass(slots=True, eq=False)
class Recipient:
    """One recipient, with the MID and RID that carry the message to it at last."""

    recipient: str
    mid: int
    rid: int
    state: str
    evidence: Line | None
    unique: bool = False
    response: str | None = None
    delivered_at: int | None = None
    dcid: int | None = None
    destination_ip: str | None = None
    remediation: list[Outcome] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """Return the recipient as `track --format json` prints it."""
        return {
            "recipient": self.recipient,
            "mid": self.mid,
            "rid": self.rid,
            "state": self.state,
            "response": self.response,
            "delivered_at": instant(self.delivered_at),
            "dcid": self.dcid,
            "destination_ip": self.destination_ip,
            "evidence": self.evidence.evidence() if self.evidence else None,
            "remediation": [outcome.row() for outcome in self.remediation],
        }


@dataclass(slots=True, eq=False)
class Connection:
    """What the log tells of an incoming connection."""

    icid: int
    direction: str | None = None
    sender_group: str | None = None
    sender_ip: str | None = None
    reverse_dns: str | None = None
    reverse_dns_verified: bool | None = None
    sbrs: str | None = None
    country: str | None = None


@dataclass(slots=True, eq=False)
class Message:
    """One message with all its MIDs; times are seconds since the epoch."""

    host: str
    mid: int
    connection: Connection
    started: int
    last: int
    direction: str | None = None
    own_state: str = "Receiving"
    mids: list[int] = field(default_factory=list)
    finished: set[int] = field(default_factory=set)
    sender: str | None = None
    recipients: list[Recipient] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    subject: str | None = None
    message_id: str | None = None
    size_bytes: int | None = None
    policy: str | None = None
    attachments: list[tuple[int, str]] = field(default_factory=list)
    verdicts: dict[str, tuple[int, str]] = field(default_factory=dict)
    origin_mid: int | None = None
    ways_out: list["Outgoing"] = field(default_factory=list)
    tasks: int = 0

    def last_state(self) -> str:
        """Return the Last State of the message (DESIGN: what all share, else by what one of them is)."""
        states = {one.state for one in self.recipients} - {"Redirected"}
        if not states:
            return self.own_state
        if len(states) == 1:
            return states.pop()
        if "Remediated" in states:
            return "Partially Remediated"
        if states & {"Delivered", "Remediation Initiated", "Remediation Failed"}:
            return "Partially Delivered"
        return "Mixed"

    def row(self) -> dict[str, Any]:
        """Return the message as `track --format json` prints it, without its timeline."""
        via = self.connection
        recipients = sorted(self.recipients, key=lambda one: (one.mid, one.rid))
        return {
            "host": self.host,
            "mid": self.mid,
            "mids": sorted(self.mids),
            "icid": via.icid,
            "direction": self.direction or via.direction,
            "started_at": instant(self.started),
            "last_event_at": instant(self.last),
            "last_state": self.last_state(),
            "open": any(one.mid not in self.finished for one in self.recipients),
            "head_cut": False,
            "sender": self.sender,
            "recipients": [one.row() for one in recipients],
            "rejected_recipients": self.rejected,
            "subject": self.subject,
            "message_id": self.message_id,
            "size_bytes": self.size_bytes,
            "sender_group": via.sender_group,
            "sender_ip": via.sender_ip,
            "reverse_dns": via.reverse_dns,
            "reverse_dns_verified": via.reverse_dns_verified,
            "sbrs": via.sbrs,
            "country": via.country,
            "policy": self.policy,
            "attachments": [name for _, name in sorted(self.attachments, key=lambda one: one[0])],
            "verdicts": {name: value for name, (_, value) in sorted(self.verdicts.items())},
            "origin_mid": self.origin_mid,
        }


@lru_cache(maxsize=4096)
def instant(seconds: int | None) -> str | None:
    """Return seconds since the epoch as ISO 8601 in UTC; None stays None."""
    return None if seconds is None else iso(seconds * _MICROSECONDS)
