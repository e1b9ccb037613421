"""Chunks: many framed lines in one buffer, and the memory for how lines begin that frames them in bulk."""

import ctypes
from bisect import bisect
from functools import cache, cached_property
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from midtrail.engine.kernel import LEFT, READ, Kernel, Lines, Texts
from midtrail.lines import Beginning, Framer, Line, Met, Span
from midtrail.native import LONGEST_BEGINNING, Entries, Needles, address
from midtrail.parse import is_other_log
from midtrail.text import decoded, restore, storable

ROWS = 98_304
_USUAL_BYTES = 11 << 20  # of the texts of a chunk
_MOST_STORED = 4  # times as long as it is in the log is a text at most that is no UTF-8
_SLACK = 64  # bytes behind the texts, which the kernel may read and write
_SECOND = 1_000_000
_QUARTER = 900 * _SECOND  # an offset from UTC does not change within a quarter of an hour
_MOST_BEGINNINGS = 32
_MOST_KNOWN = 4096


class Known(NamedTuple):
    """What many lines have in common, as their framing tells it."""

    host: str | None
    utc_offset: int
    level: str | None
    tag: str | None
    framing: str
    timed: bool

    @property
    def is_bare(self) -> bool:
        """Whether the line has no framing, so that it may continue the one before."""
        return self.framing in ("blank", "none")


class Beginnings:
    """How lines begin, learnt from those that Python framed, for the kernel to frame the others."""

    def __init__(self) -> None:
        """Know nothing."""
        self.known: list[Known] = []
        self._numbers: dict[Known, int] = {}
        self._entries = Entries(_MOST_BEGINNINGS)
        self._needles = _needles(())
        self._framer: Framer | None = None
        self._forgotten = 0

    def number(self, beginning: Beginning) -> int:
        """Return the number of what a line's framing tells, its time apart."""
        _, host, time, utc_offset, level, tag, framing = beginning
        what = Known(host, utc_offset, level, tag, framing, time is not None)
        if what not in self._numbers:
            self._numbers[what] = len(self.known)
            self.known.append(what)
        return self._numbers[what]

    def for_kernel(self) -> tuple[int, ...]:
        """Return what the kernel compares lines with."""
        return *self._entries.for_kernel(), *self._needles.for_kernel()

    def watch(self, framer: Framer) -> None:
        """Forget what does not hold any more for the next line of a framer."""
        self._needles = _needles(framer.stops_at)
        if framer is not self._framer or framer.forgotten != self._forgotten:
            self._framer, self._forgotten = framer, framer.forgotten
            self._entries.forget()

    def renew(self) -> None:
        """Begin anew where a log names more hosts and tags than memory should hold."""
        if len(self.known) > _MOST_KNOWN:
            self.known, self._numbers = [], {}
            self._entries.forget()

    def learn(self, raw: bytes, met: Met) -> None:
        """Remember how a line begins."""
        time = met.beginning.time
        if not 0 < met.decided_by <= LONGEST_BEGINNING:
            return
        clock = met.clock if time is not None else -1
        entry = self._entries.add(raw[: met.decided_by], met.beginning.start, clock)
        entry.known, entry.time = self.number(met.beginning), time or 0
        if clock >= 0:
            shown = _clock_at(raw, clock)
            entry.time -= shown
            if not met.steady:
                entry.since = shown // _QUARTER * _QUARTER
                entry.until = entry.since + _QUARTER


_needles = cache(Needles)


def _clock_at(raw: bytes, at: int) -> int:
    hours, minutes, seconds = int(raw[at : at + 2]), int(raw[at + 3 : at + 5]), int(raw[at + 6 : at + 8])
    return ((hours * 60 + minutes) * 60 + seconds) * _SECOND


class Memory:
    """The memory of a chunk, its texts apart, which serves for another when the columns are made of it."""

    def __init__(self, kernel: Kernel) -> None:
        """Make room for the lines of a chunk."""
        self.offsets = np.zeros(ROWS + 1, np.int32)
        self.framing = tuple(np.empty(ROWS, np.int64) for _ in range(3))
        self.changed = np.empty(ROWS, np.int32)
        self.columns = kernel.columns(ROWS)


class Chunk:
    """Some consecutive lines: their texts side by side, their framing in arrays; row 0 has the number `seq`.

    Texts are as tables store them: bytes that are no UTF-8 stand as private characters.
    """

    def __init__(self, seq: int, beginnings: Beginnings, memory: Memory, texts: Texts) -> None:
        """Begin an empty chunk in some memory."""
        beginnings.renew()
        self.seq = seq
        self.known = beginnings.known
        self.memory = memory
        self.texts = texts
        self.buffer = texts.bytes()
        self.offsets = memory.offsets
        self.bodies, self.ends = self.offsets[:-1], self.offsets[1:]
        self.sizes, self.times, self.knowns = memory.framing
        arrays = map(address, (self.ends, *memory.framing, memory.changed))
        self._lines = Lines(texts.at, 0, texts.size - _SLACK, *arrays, 0, 0, ROWS, 0)
        self._is_full = False
        self.segments: list[tuple[int, str, int, int]] = []
        """For each piece of a source: first row, source, number of its first line, byte where it begins."""
        self._beginnings = beginnings

    @staticmethod
    def bytes_for(size: int) -> int:
        """Return how much memory the texts take at most of so many bytes of a log, and of as many as is usual."""
        return max(_MOST_STORED * size, _USUAL_BYTES) + _SLACK

    @property
    def rows(self) -> int:
        """How many lines there are."""
        return int(self._lines.lines)

    def has_room(self, size: int) -> bool:
        """Tell whether lines of so many bytes, and a line, find room."""
        return not self._is_full and self.rows < ROWS and self._lines.used + size <= self._lines.all

    def take(self, kernel: Kernel, framer: Framer, span: Span, at: int) -> int:
        """Take a span's lines from byte `at` of its data on, until the span or the room ends; return how far that is."""
        base, end = address(np.frombuffer(span.data, np.uint8)), span.end
        self.segments.append((self.rows, framer.source, framer.line_no + 1, framer.offset))
        while at < end and self.has_room(0):
            self._beginnings.watch(framer)
            before, look = self.rows, framer.next_look
            turn = min(end, at + max(min(framer.next_turn, look) - framer.offset, 0))
            kernel.frame(base, at, turn, self._beginnings.for_kernel(), self._lines)
            framer.pass_over(self.rows - before, self._lines.behind - at)
            at = self._lines.behind
            if at < end and framer.offset < look and self.has_room(0):
                at = self._met(framer, span, at)
        return at

    def _met(self, framer: Framer, span: Span, at: int) -> int:
        """Let Python frame the next line, if there is room for it; return where it ends."""
        end = span.data.find(b"\n", at, span.end)
        raw = span.data[at : end if end >= 0 else span.end]
        size = len(raw) + (1 if end >= 0 else span.lost)
        behind = at + len(raw) + (end >= 0)
        if not self.has_room(_MOST_STORED * len(raw)):
            self._is_full = True
            return at
        if end >= 0 and raw.endswith(b"\r"):
            raw = raw[:-1]
        met = framer.meet(raw, size)
        self._beginnings.watch(framer)
        self._beginnings.learn(raw, met)
        self._add(raw[met.beginning.start :], met.beginning, size)
        return behind

    def _add(self, raw: bytes, beginning: Beginning, size: int) -> None:
        """Add a line, of which Python knows how it begins."""
        lines, row = self._lines, self.rows
        text: bytes = storable(decoded(raw)).encode()
        if text != raw:
            self.memory.changed[lines.change_count] = row
            lines.change_count += 1
        ctypes.memmove(self.texts.at + lines.used, text, len(text))
        lines.used += len(text)
        self.ends[row], self.sizes[row] = lines.used, size
        self.times[row] = beginning.time or 0
        self.knowns[row] = self._beginnings.number(beginning)
        lines.lines += 1

    def wordings(self) -> Any:
        """Return what the kernel is told of each line: to read it, or to leave it to Python."""
        wanted = [LEFT if known.is_bare or is_other_log(known.tag) else READ for known in self.known]
        return np.array(wanted, np.int32)[self.knowns[: self.rows]]

    @cached_property
    def _passed(self) -> Any:
        """How many bytes of its sources the lines before each row have."""
        return np.cumsum(self.sizes[: self.rows]) - self.sizes[: self.rows]

    @cached_property
    def _changed(self) -> frozenset[int]:
        """The rows whose texts are others in the log."""
        return frozenset(self.memory.changed[: self._lines.change_count].tolist())

    def utc_offsets(self) -> Any:
        """Return for each row the seconds east of UTC of its clock."""
        return np.array([known.utc_offset for known in self.known], np.int32)[self.knowns[: self.rows]]

    def text(self, row: int) -> bytes:
        """Return the bytes of a line's text."""
        return self.buffer[self.bodies[row] : self.ends[row]].tobytes()

    def line(self, row: int) -> Line:
        """Return one row as a line."""
        first, source, line_no, offset = self.segments[bisect(self.segments, row, key=itemgetter(0)) - 1]
        known, text = self.known[self.knowns[row]], self.text(row).decode()
        return Line(
            source,
            line_no + row - first,
            offset + int(self._passed[row] - self._passed[first]),
            known.host,
            int(self.times[row]) if known.timed else None,
            known.utc_offset,
            known.level,
            known.tag,
            known.framing,
            restore(text) if row in self._changed else text,
            int(self.sizes[row]),
        )
