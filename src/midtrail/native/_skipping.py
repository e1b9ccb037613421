"""Passing over lines that begin as ones before, whatever the clock in their stamp says."""

import ctypes
from collections.abc import Sequence

from midtrail.native._library import library

LONGEST_BEGINNING = 1024
_NUMBERS = ("before", "clock", "start", "known", "time", "from", "to")
_DAY = 86_400_000_000


class BEGINNING(ctypes.Structure):
    """How a line begins (`beginning_t` in the kernel)."""

    _fields_ = (*((name, ctypes.c_int64) for name in _NUMBERS), ("text", ctypes.c_uint8 * LONGEST_BEGINNING))


class _Needle(ctypes.Structure):
    _fields_ = (("text", ctypes.c_char_p), ("size", ctypes.c_int64))


class NativeSkipper:
    """Remembers beginnings of lines, and passes over the lines that begin so."""

    def __init__(self, needles: Sequence[bytes], most: int = 64) -> None:
        """Stop at lines whose bodies begin with one of the needles; remember at most so many beginnings."""
        self._needles = (_Needle * len(needles))(*(_Needle(needle, len(needle)) for needle in needles))
        self._entries = (BEGINNING * most)()
        self._order = (ctypes.c_int32 * most)()
        self._count = 0

    def forget(self) -> None:
        """Remember nothing."""
        self._count = 0

    def learn(self, raw: bytes, start: int, clock: int) -> None:
        """Remember a line's first `start` bytes, whose clock stands at byte `clock`, -1: they have none."""
        if start > LONGEST_BEGINNING:
            return
        place = self._place()
        entry = self._entries[place]
        ctypes.memmove(entry.text, raw, start)
        entry.before, entry.clock, entry.start = start if clock < 0 else clock, clock, start
        setattr(entry, "from", 0)
        entry.to = _DAY

    def _place(self) -> int:
        """Return the place of a new entry: a free one, or that which was not used longest."""
        if self._count < len(self._order):
            place = self._count
            self._count += 1
        else:
            place = self._order[self._count - 1]
        self._order[1 : self._count] = self._order[: self._count - 1]  # type: ignore[assignment]  # so ctypes takes it
        self._order[0] = place
        return place

    def skip(self, data: bytes, at: int, end: int) -> int:
        """Return the byte behind the known lines that begin at `at`."""
        loaded = library()
        if loaded is None or not self._count:
            return at
        needles = (self._needles, len(self._needles))
        return int(loaded.mt_skip(data, at, end, self._entries, self._order, self._count, *needles))
