"""When mail comes: in bursts over the whole archive, so that what happens weeks later is in it too."""

from dataclasses import dataclass

from midtrail.simulate.appliance import Appliance, Counters, Steps
from midtrail.simulate.copies import notification
from midtrail.simulate.delivery import deliver
from midtrail.simulate.noise import chatter
from midtrail.simulate.receiving import refused, session

_DAY = 86_400_000
SPAN = 75 * _DAY
LAST_BURST = 40_000
"""How long the last burst lasts before the archive's end cuts it off, in milliseconds."""
_QUIET = 180_000
"""Before the counters are set back nothing is said ahead for longer than this."""
_MOST_BURSTS, _PER_BURST = 40, 25


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the bursts begin (milliseconds since the epoch), and when the archive ends."""

    bursts: tuple[int, ...]
    end: int

    @classmethod
    def of(cls, first: int, messages: int) -> "Schedule":
        """Spread bursts over the archive, as many as the messages fill."""
        count = min(max(messages // _PER_BURST, 1), _MOST_BURSTS)
        bursts = tuple(first + 60_000 + number * SPAN // _MOST_BURSTS for number in range(count))
        return cls(bursts, bursts[-1] + LAST_BURST)


def begin(box: Appliance, schedule: Schedule, *, resets: bool) -> None:
    """Give an appliance its mail, and its own small talk."""
    box.spawn(chatter(box), schedule.bursts[0] - 50_000 + box.number * 1000, outlives_reset=True)
    box.spawn(
        _traffic(box, schedule, resets=resets), schedule.bursts[0] + box.number * 700, outlives_reset=True
    )


def _traffic(box: Appliance, schedule: Schedule, *, resets: bool) -> Steps:
    """Bring mail burst by burst; the counters may be set back before a burst, and minutes after one."""
    first, total = box.counters.copy(), box.budget
    bursts = len(schedule.bursts)
    share = total // bursts
    box.reserve = share
    far, near = (bursts // 2, bursts * 3 // 4 + 1) if resets and bursts > 1 else (None, None)
    before = first
    for number, begins in enumerate(schedule.bursts):
        if number == near:
            yield box.now + _QUIET
            box.reset(before)
            yield box.now + _QUIET
        else:
            if number == far:
                yield max(begins - _QUIET, box.now)
                box.reset(first)
            yield max(begins, box.now)
        before = box.counters.copy()
        if number == bursts - 1:
            break
        yield from _burst(box, total - share * (number + 1), schedule)
    yield from _last_burst(box, schedule)


def _burst(box: Appliance, left: int, schedule: Schedule) -> Steps:
    """Bring mail until only `left` messages are to come."""
    gap = min(800, SPAN // _MOST_BURSTS // (2 * max(box.budget - left, 1)))
    last = schedule.bursts[-1] - _DAY // 12
    while box.budget > left and box.now < last:
        dice = box.dice
        if dice.chance(0.08):
            box.spawn(refused(box), box.now)
        if dice.chance(0.01):
            box.spawn(notification(box, deliver), box.now)
        several = dice.chance(0.1)
        box.spawn(session(box, dice.between(2, 8) if several else 1), box.now)
        yield box.now + 1 + dice.between(0, gap)


def _last_burst(box: Appliance, schedule: Schedule) -> Steps:
    """Bring what is left to come, one message a connection, so that the end finds some under way."""
    box.reserve = box.budget
    left = box.budget
    room = schedule.end - 2500 - box.now
    for number in range(left):
        box.spawn(session(box, 1), box.now)
        yield box.now + (room // left if number < left - 1 else 0)


__all__ = ["Counters", "Schedule", "begin"]
