"""The simulated appliance: its counters, its clock, what it is about to do and what it has said.

Whatever lasts is a task: a generator that yields the time (milliseconds since the epoch) at which it goes
on. Numbers are drawn only by a task that is running, so that they go up with time. Lines may be said ahead;
they are given out in the order of their times.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from midtrail.simulate.chance import Dice
from midtrail.simulate.clock import Clock
from midtrail.simulate.truth import Line, Message

if TYPE_CHECKING:
    from midtrail.simulate.remediation import Batch

Steps = Generator[int, None, None]
Item = tuple[int, int, int, Line | Message]
"""When, on which appliance, in which order, what: a line, or a message of which all is said."""


@dataclass(slots=True)
class Counters:
    """The last number of each kind that was given out."""

    mid: int
    icid: int
    dcid: int
    rcid: int

    def copy(self) -> "Counters":
        """Return the same numbers, to go back to."""
        return Counters(self.mid, self.icid, self.dcid, self.rcid)


@dataclass(slots=True, eq=False)
class _Task:
    steps: Steps
    message: Message | None
    epoch: int
    outlives_reset: bool


@dataclass(slots=True, eq=False)
class Outgoing:
    """A connection to a destination; it closes some seconds after its last use."""

    dcid: int
    address: str
    last_use: int
    uses: int = 1


@dataclass(slots=True, eq=False)
class Appliance:
    """One appliance from the archive's first second to its last (`end`, after which nothing is written)."""

    number: int
    name: str
    serial: str
    version: str
    clock: Clock
    dice: Dice
    end: int
    budget: int
    counters: Counters
    reserve: int = 0
    now: int = 0
    epoch: int = 0
    outgoing: dict[str, Outgoing] = field(default_factory=dict)
    batch: "Batch | None" = None
    _said: list[tuple[int, int, Line | Message]] = field(default_factory=list)
    _agenda: list[tuple[int, int, _Task]] = field(default_factory=list)
    _live: dict[int, Message] = field(default_factory=dict)
    _order: int = 0
    _unique: int = 0

    def say(self, ms: int, body: str, level: str = "Info", of: object = None) -> Line | None:
        """Say a line, which is a message's, a connection's or nobody's; None where the archive has ended before."""
        if ms > self.end:
            return None
        line = Line(ms, body, level, of)
        self._order += 1
        heappush(self._said, (ms, self._order, line))
        return line

    def spawn(
        self, steps: Steps, ms: int, message: Message | None = None, *, outlives_reset: bool = False
    ) -> None:
        """Begin a task at a time; a reset of the counters ends it unless it outlives that."""
        if message is not None:
            if message.tasks == 0:
                self._live[id(message)] = message
            message.tasks += 1
        self._push(ms, _Task(steps, message, self.epoch, outlives_reset))

    def may_make_another(self) -> bool:
        """Tell whether one more message, made by the appliance itself, is within what was asked for."""
        return self.budget > self.reserve

    def reset(self, counters: Counters) -> None:
        """Begin to count again from there; all that is under way ends."""
        self.counters = counters.copy()
        self.epoch += 1
        self.outgoing.clear()

    def unique(self) -> int:
        """Return a number that nothing else has, to tell made-up things apart."""
        self._unique += 1
        return self._unique

    def next_mid(self) -> int:
        """Give out the next MID."""
        self.counters.mid += 1
        return self.counters.mid

    def next_icid(self) -> int:
        """Give out the next ICID."""
        self.counters.icid += 1
        return self.counters.icid

    def next_dcid(self) -> int:
        """Give out the next DCID."""
        self.counters.dcid += 1
        return self.counters.dcid

    def next_rcid(self) -> int:
        """Give out the next RCID."""
        self.counters.rcid += 1
        return self.counters.rcid

    def run(self) -> Iterator[Item]:
        """Yield lines in the order of their times, and each message when all its lines were given."""
        while self._agenda and self._agenda[0][0] <= self.end:
            ms, _, task = heappop(self._agenda)
            while self._said and self._said[0][0] < ms:
                yield self._next()
            self.now = ms
            alive = task.epoch == self.epoch or task.outlives_reset
            wake = next(task.steps, None) if alive else None
            if wake is not None:
                self._push(max(wake, ms), task)
            elif task.message is not None:
                self._ended(task.message)
        while self._said:
            yield self._next()
        for message in list(self._live.values()):
            yield self.end + 1, self.number, 0, message

    def _next(self) -> Item:
        ms, order, item = heappop(self._said)
        return ms, self.number, order, item

    def _push(self, ms: int, task: _Task) -> None:
        self._order += 1
        heappush(self._agenda, (ms, self._order, task))

    def _ended(self, message: Message) -> None:
        message.tasks -= 1
        if message.tasks == 0:
            del self._live[id(message)]
            self._order += 1
            heappush(self._said, (message.last * 1000 + 1000, self._order, message))
