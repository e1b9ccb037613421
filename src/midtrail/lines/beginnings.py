"""Memory for what stands before the bodies of lines: most lines begin as one of the last few did."""

from __future__ import annotations

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


_SECONDS = {b"%02d" % second: second for second in range(60)}


def decides(raw: bytes, frame: Frame) -> bool:
    """Tell whether no body can change a line's framing: it ends in a level and a blank."""
    return frame.level is not None and raw[frame.start - 1 : frame.start] == b" "
