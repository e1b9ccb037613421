"""Memory for what stands before the bodies of lines: most lines begin as one of the last few did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from midtrail.lines.framing import Frame

_What = TypeVar("_What")


class Beginnings(Generic[_What]):
    """Remembers something for each of the last few beginnings of lines: most lines begin as one before."""

    def __init__(self, most: int = 4) -> None:
        """Remember at most so many beginnings."""
        self._most = most
        self._known: list[tuple[bytes, _What]] = []

    def find(self, raw: bytes) -> _What | None:
        """Give what is remembered for a line that begins so, None where nothing is."""
        for prefix, what in self._known:
            if raw.startswith(prefix):
                return what
        return None

    def keep(self, raw: bytes, end: int, what: _What) -> None:
        """Remember a line's first `end` bytes."""
        self._known = [(raw[:end], what), *self._known[: self._most - 1]]

    def forget(self) -> None:
        """Remember nothing."""
        self._known = []


class Minutes(Generic[_What]):
    """Remembers the same for beginnings that differ only in the seconds of their stamp."""

    def __init__(self, most: int = 4) -> None:
        """Remember at most so many beginnings."""
        self._most = most
        self._known: list[tuple[bytes, int, bytes, _What]] = []

    def find(self, raw: bytes) -> tuple[int, _What] | None:
        """Give the seconds of a line that begins so and what is remembered, None where nothing is."""
        for before, at, after, what in self._known:
            if raw.startswith(before) and raw.startswith(after, at + 2):
                second = _SECONDS.get(raw[at : at + 2])
                return None if second is None else (second, what)
        return None

    def keep(self, raw: bytes, frame: Frame, what: _What) -> None:
        """Remember the beginning of a line, its seconds left out."""
        at = frame.seconds
        known = (raw[:at], at, raw[at + 2 : frame.start], what)
        self._known = [known, *self._known[: self._most - 1]]

    def forget(self) -> None:
        """Remember nothing."""
        self._known = []


class Skipper:
    """Passes over lines that begin as ones before, whatever the clock in their stamp says."""

    def __init__(self, most: int = 64) -> None:
        """Remember at most so many beginnings."""
        self._most = most
        self._known: dict[bytes, None] = {}
        self._met = 0
        self._lines: re.Pattern[bytes] | None = None

    def forget(self) -> None:
        """Remember nothing."""
        self._known, self._met, self._lines = {}, 0, None

    def learn(self, raw: bytes, frame: Frame) -> None:
        """Remember how a line begins; it counts once as many were met as make it worth the while."""
        self._met += 1
        if decides(raw, frame):
            while len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[_any_clock(raw, frame)] = None
        if self._known and self._met >= _WORTH_IT * len(self._known):
            self._met = 0
            self._lines = re.compile(rb"(?:(?:" + b"|".join(self._known) + rb")[^\n]*+\n)*+")

    def skip(self, data: bytes, at: int, end: int) -> int:
        """Give the byte behind the known lines that begin at `at`."""
        found = self._lines.match(data, at, end) if self._lines else None
        return found.end() if found else at


def _any_clock(raw: bytes, frame: Frame) -> bytes:
    """Give an expression for a line's beginning with any clock in place of its own."""
    if not frame.seconds:
        return re.escape(raw[: frame.start])
    clock, behind = frame.seconds - len("23:38:"), frame.seconds + len("03")
    return re.escape(raw[:clock]) + _CLOCK + re.escape(raw[behind : frame.start])


_WORTH_IT = 8
_BLANKS = (b" ", b"\t")
_CLOCK = rb"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_SECONDS = {b"%02d" % second: second for second in range(60)}


def decided_by(raw: bytes, frame: Frame) -> int:
    """Give how many first bytes decide a line's framing, whatever follows them; 0 where the whole line does.

    A line that begins with a blank has no header, tag or level, so that it needs no framing unless it is blank.
    """
    if decides(raw, frame):
        return frame.start
    if raw[:1] not in _BLANKS or frame.framing != "none":
        return 0
    return len(raw) - len(raw.lstrip(b" \t\r")) + 1


def decides(raw: bytes, frame: Frame) -> bool:
    """Tell whether no body can change a line's framing: it ends in a level and a blank."""
    return frame.level is not None and raw[frame.start - 1 : frame.start] == b" "
