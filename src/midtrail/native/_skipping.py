"""Passing over lines that begin as ones before, whatever the clock in their stamp says."""

import ctypes
from collections.abc import Sequence

from midtrail.native._library import library

LONGEST_BEGINNING = 1024
_NUMBERS = ("before", "clock", "start", "known", "time", "since", "until")
_DAY = 86_400_000_000  # microseconds


class BEGINNING(ctypes.Structure):
    """How a line begins (`beginning_t` in the kernel)."""

    _fields_ = (*((name, ctypes.c_int64) for name in _NUMBERS), ("text", ctypes.c_uint8 * LONGEST_BEGINNING))


class _Needle(ctypes.Structure):
    _fields_ = (("text", ctypes.c_char_p), ("size", ctypes.c_int64))


class Entries:
    """The beginnings of lines that the kernel compares with, the last used first, as it takes them."""

    def __init__(self, most: int) -> None:
        """Make room for so many."""
        self._entries = (BEGINNING * most)()
        self._order = (ctypes.c_int32 * most)()
        self._addresses = (ctypes.addressof(self._entries), ctypes.addressof(self._order))
        self.count = 0

    def for_kernel(self) -> tuple[int, int, int]:
        """Return where they and their order lie, and their number."""
        return *self._addresses, self.count

    def forget(self) -> None:
        """Have none."""
        self.count = 0

    def add(self, text: bytes, start: int, clock: int) -> BEGINNING:
        """Return a new entry, in front of all others: a free one, or that which was not used longest.

        `start` is where the bodies of lines begin that begin with the text; `clock` is where the clock stands in
        it, -1: it has none; it may show any time of a day.
        """
        if self.count < len(self._order):
            place = self.count
            self.count += 1
        else:
            place = self._order[self.count - 1]
        self._order[1 : self.count] = self._order[: self.count - 1]  # type: ignore[assignment]  # so ctypes takes it
        self._order[0] = place
        entry = self._entries[place]
        ctypes.memmove(entry.text, text, len(text))
        entry.before, entry.clock, entry.start = len(text) if clock < 0 else clock, clock, start
        entry.since, entry.until = 0, _DAY
        return entry


class Needles:
    """How the bodies of lines begin at which the kernel stops, as it takes them."""

    def __init__(self, needles: Sequence[bytes]) -> None:
        """Lay them out."""
        self._needles = (_Needle * len(needles))(*(_Needle(needle, len(needle)) for needle in needles))

    def for_kernel(self) -> tuple[int, int]:
        """Return where they lie, and their number."""
        return ctypes.addressof(self._needles), len(self._needles)


class NativeSkipper:
    """Remembers beginnings of lines, and passes over the lines that begin so."""

    def __init__(self, needles: Sequence[bytes], most: int = 64) -> None:
        """Stop at lines whose bodies begin with one of the needles; remember at most so many beginnings."""
        self._needles = Needles(needles)
        self._entries = Entries(most)

    def forget(self) -> None:
        """Remember nothing."""
        self._entries.forget()

    def learn(self, text: bytes, start: int, clock: int) -> None:
        """Remember how a line begins: its body at byte `start`, its clock at byte `clock`, -1 where it has none."""
        if len(text) <= LONGEST_BEGINNING:
            self._entries.add(text, start, clock)

    def skip(self, data: bytes, at: int, end: int) -> int:
        """Return the byte behind the known lines that begin at `at`."""
        loaded = library()
        if loaded is None or not self._entries.count:
            return at
        known = (*self._entries.for_kernel(), *self._needles.for_kernel())
        return int(loaded.mt_skip(data, at, end, *known))
