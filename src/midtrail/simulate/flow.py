"""A MID on its way through the appliance: the recipients that it carries, and how far its time has gone."""

from collections.abc import Iterable
from dataclasses import dataclass

from midtrail.simulate.appliance import Appliance, Steps
from midtrail.simulate.truth import Connection, Line, Message, Recipient

_SECOND = 1000


@dataclass(slots=True, eq=False)
class Flow:
    """One MID of a message at a time (`ms`, milliseconds); what it says is said of this MID."""

    box: Appliance
    message: Message
    mid: int
    recipients: list[Recipient]
    ms: int
    outbound: bool = False
    begun: Line | None = None

    def say(self, body: str, level: str = "Info") -> Line | None:
        """Say a line of the MID, a moment later than the one before."""
        self.ms += self.box.dice.between(0, 60)
        return self.say_now(body, level)

    def say_now(self, body: str, level: str = "Info") -> Line | None:
        """Say a line of the MID at once."""
        line = self.box.say(self.ms, body, level, self.message)
        if line is not None and line.second > self.message.last:
            self.message.last = line.second
        return line

    def wait(self, low: int, high: int) -> int:
        """Let time pass, from `low` to `high` milliseconds, and return when it has."""
        self.ms += self.box.dice.between(low, high)
        return self.ms

    def next_second(self) -> None:
        """Go on in the next second."""
        self.ms = (self.ms // _SECOND + 1) * _SECOND

    def decide(self, state: str, line: Line | None, recipients: Iterable[Recipient] | None = None) -> None:
        """Note that a line that was said decides the state of recipients, by default of all."""
        if line is None:
            return
        for one in self.recipients if recipients is None else recipients:
            one.state = state
            one.evidence = line

    def finish(self, word: str = "done") -> None:
        """Say that the MID is finished."""
        if self.say(f"Message finished MID {self.mid} {word}"):
            self.message.finished.add(self.mid)

    def verdict(self, engine: str, value: str, body: str) -> Line | None:
        """Say what an engine found; another verdict than the one before has a second of its own."""
        known = self.message.verdicts.get(engine)
        while known is not None and known[1] != value and known[0] == self.ms // _SECOND:
            self.next_second()
        line = self.say_now(body)
        if line is not None and (known is None or line.second > known[0]):
            self.message.verdicts[engine] = (line.second, value)
        return line

    def attach(self, logged: str, name: str) -> None:
        """Say that the message holds an attachment."""
        line = self.say(f"MID {self.mid} attachment {logged}")
        if line is not None:
            self.message.attachments.append((line.ms, name))

    def matches(self, policy: str) -> None:
        """Say which policy the recipients have; the message shows its first."""
        table = "outbound" if self.outbound else "inbound"
        line = self.say(
            f"MID {self.mid} matched all recipients for per-recipient policy {policy} in the {table} table"
        )
        if line is not None:
            self.message.policy = self.message.policy or policy
            self.message.direction = self.message.direction or ("outgoing" if self.outbound else "incoming")

    def take(self, mid: int, recipients: list[Recipient], ms: int) -> "Flow":
        """Return the flow of another MID of the same message that takes over some recipients."""
        self.recipients = [one for one in self.recipients if one not in recipients]
        for one in recipients:
            one.mid = mid
        if mid not in self.message.mids:
            self.message.mids.append(mid)
        return Flow(self.box, self.message, mid, recipients, ms, self.outbound)


def start(
    box: Appliance, connection: Connection, ms: int, *, note: str = "", outbound: bool = False
) -> Flow | None:
    """Say `Start MID` and return the new message's first flow; None where the archive has ended."""
    if ms > box.end:
        return None
    mid = box.next_mid()
    message = Message(box.serial, mid, connection, ms // _SECOND, ms // _SECOND, mids=[mid])
    box.budget -= 1
    flow = Flow(box, message, mid, [], ms, outbound)
    flow.begun = flow.say_now(f"Start MID {mid} ICID {connection.icid}{note}")
    box.spawn(_nothing(), ms, message)
    return flow


def _nothing() -> Steps:
    """Do nothing, so that a message which is never scanned comes to its end too."""
    yield from ()
