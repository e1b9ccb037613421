"""The parts that sentences are made of: names, lists, numbers and times, safe for people's eyes.

Whoever writes a mail writes its subject and its addresses. What is not plainly a name stands in double quotes,
with quotes in it escaped, so that no value can pass for a sentence of the story.
"""

import re
from collections.abc import Iterable, Sequence

from midtrail.text import shown
from midtrail.views.clock import Clock

_PLAIN = re.compile(r"[\w.!#$%&*+/=?^`{|}~@:\[\]-]+")
_LONGEST = 120  # characters of one value
_NAMED = 3  # of a list; of more, some are named and the others counted
_KB = 1024
_BYTES = 10 * _KB  # up to here a size is told in bytes


def brief(text: str) -> str:
    """Return a value with nothing invisible in it, and not too long."""
    return shown(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def quoted(text: str) -> str:
    """Return a value in double quotes."""
    return '"' + brief(text).replace('"', '\\"') + '"'


def named(text: str) -> str:
    """Return an address, a host or an id as it is where it is plainly one, else in quotes; `<>` where it is empty."""
    if text == "":
        return "<>"
    return brief(text) if _PLAIN.fullmatch(text) else quoted(text)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number and its noun: `1 recipient`, `2 recipients`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def times(number: int) -> str:
    """Return how often: once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def listed(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence: `a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def some(parts: Iterable[str], noun: str) -> str:
    """Return a few parts by name, or how many there are and the first of them."""
    names = list(parts)
    if len(names) <= _NAMED:
        return listed(names)
    return f"{counted(len(names), noun)} ({', '.join(names[:_NAMED])} and {len(names) - _NAMED:,} more)"


def sized(count: int) -> str:
    """Return a size: `1 byte`, `1,200 bytes`, `70.3 KB`, `1.5 MB`."""
    if count < _BYTES:
        return counted(count, "byte")
    return f"{count / _KB:.1f} KB" if count < _KB * _KB else f"{count / _KB / _KB:.1f} MB"


class Teller:
    """Tells times in the appliance's clock: the day where it is another than before, the offset once."""

    def __init__(self, clock: Clock) -> None:
        """Begin with no day told."""
        self._clock = clock
        self._day: str | None = None

    def at(self, *instants: str | None) -> str:
        """Return when, with a blank before it: ` on 13 Sep 2021 at 23:24:47 (GMT -05:00)`, then ` at 23:25:07`.

        Of several instants the first and the last; nothing where none is known.
        """
        known = sorted(instant for instant in instants if instant)
        if not known:
            return ""
        moments = [f" {self._moment(known[0])}"]
        if known[0] == known[-1]:
            return moments[0]
        moments.append(f" {self._moment(known[-1])}")
        first, last = (moment.removeprefix(" at ").removeprefix(" on ") for moment in moments)
        return f" from {first} to {last}"

    def _moment(self, instant: str) -> str:
        day, time = self._clock.day(instant), self._clock.time(instant)
        before, self._day = self._day, day
        if before == day:
            return f"at {time}"
        return f"on {day} at {time}" + (f" ({self._clock.name})" if before is None else "")
