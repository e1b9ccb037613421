"""Framing: what stands before a line's body, recognised line by line.

Every expression is anchored where it is tried and cannot match one text in two ways, so that the time is
linear in the line's length. Nothing here knows what a body says.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from midtrail.lines.stamps import Stamp, full_stamp, yearless_stamp

_WORDS = b"Info|Warning|Critical|Debug|Trace|Alert|Error|Emergency|Notice|Information"
_PRI = rb"(?:<\d{1,3}>)?"
_MONTH = rb"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = rb" {1,2}(\d{1,2}) "
_CLOCK = rb"(\d\d:\d\d:\d\d)"
_ISO = rb"(\d{4})-(\d\d)-(\d\d)[T ]" + _CLOCK + rb"(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?"
_HOST = rb"([0-9A-Za-z_][0-9A-Za-z._:/%-]{0,254}(?<!:))"
_TAG = rb"(?!(?:" + _WORDS + rb"):)([^\s:<>\[\]\"'=]{1,128})(?:\[[^\s\]]{1,64}\])?:(?: |\Z)"
_DATA = rb'(?:-|(?:\[[^\s\]="]++(?: [^\s\]="]++="(?:[^"\\]|\\.)*+")*+\])++)'

_NATIVE_STAMP = _PRI + rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) " + _MONTH + _DAY + _CLOCK + rb" (\d{4})(?: |\Z)"
_BSD_STAMP = _PRI + _MONTH + _DAY + _CLOCK + rb"(?: (\d{4}))? {1,2}"
_YEAR_FIRST_STAMP = _PRI + rb"(\d{4}) " + _MONTH + _DAY + _CLOCK + rb" "
_ISO_STAMP = _PRI + _ISO + rb" {1,2}"
_STAMPS = b"|".join((_NATIVE_STAMP, _BSD_STAMP, _YEAR_FIRST_STAMP, _ISO_STAMP))

_NATIVE = re.compile(_NATIVE_STAMP)
_BSD = re.compile(_BSD_STAMP)
_YEAR_FIRST = re.compile(_YEAR_FIRST_STAMP)
_ISO_8601 = re.compile(_ISO_STAMP)
_RFC_5424 = re.compile(
    rb"<\d{1,3}>\d{1,2} (?:-|"
    + _ISO
    + rb") (\S{1,255}) (\S{1,128})(?: \S{1,128}){2} "
    + _DATA
    + rb"(?: |\Z)",
    re.DOTALL,
)
_LEVEL = re.compile(rb"(" + _WORDS + rb"):(?: |\Z)")
_RELAYED = re.compile(_HOST + rb" Original Address=" + _HOST + rb" ")
_FACILITY = re.compile(_HOST + rb" [a-z][a-z0-9]{0,15} \[[a-z]{1,15}\] ([^\s:]{1,128})(?::\S{0,64})? ")
_HOST_TAG = re.compile(rb"(?:" + _HOST + rb" )?" + _TAG)
_HOST_ONLY = re.compile(_HOST + rb" (?=(?:" + _WORDS + rb"):(?: |\Z)|<\d{1,3}>|" + _STAMPS + rb")")
_ELIDED = re.compile(
    rb"\[\.\.\.\] (?=(?:" + _WORDS + rb"):(?: |\Z))"
)  # an article that leaves host and tag out
_NAME_PARTS = re.compile(rb"[0-9._-]")
_PRI_ALONE = re.compile(rb"<\d{1,3}>")
_BEFORE_SECONDS = len("23:38:")
BOM = b"\xef\xbb\xbf"


class Frame(NamedTuple):
    """What stands before a line's body; the body begins at byte `start`, the stamp's seconds at `seconds`."""

    framing: str
    stamp: Stamp | None
    host: str | None
    tag: str | None
    level: str | None
    start: int
    seconds: int = 0

    @property
    def clock(self) -> int:
        """Where the stamp's clock `23:38:03` stands; -1 where there is none."""
        return self.seconds - _BEFORE_SECONDS if self.seconds else -1


class _Header(NamedTuple):
    framing: str
    stamp: Stamp | None
    host: bytes | None
    tag: bytes | None
    end: int
    seconds: int = 0


def frame_line(raw: bytes) -> Frame:
    """Give the framing of one physical line (without its line end).

    A stamp that is no moment (30 February, 25:61:61) is no stamp: such a line has framing none and stays
    whole. Of two headers, one behind the other, the inner one tells the time, and host and tag where it has
    them.
    """
    header = _header(raw, 0)
    if header is None:
        return _without_time(raw)
    level = _LEVEL.match(raw, header.end)
    if level is None and header.framing != "native" and (inner := _header(raw, header.end)):
        header = _merged(header, inner)
        level = _LEVEL.match(raw, header.end)
    return _with_level(header, level)


def _merged(outer: _Header, inner: _Header) -> _Header:
    """Join two headers; before a native line, which brings its time, the syslog header names host and tag."""
    first, second = (outer, inner) if inner.framing == "native" else (inner, outer)
    stamp = inner.stamp or outer.stamp
    return _Header(
        outer.framing, stamp, first.host or second.host, first.tag or second.tag, inner.end, inner.seconds
    )


def _with_level(header: _Header, found: re.Match[bytes] | None) -> Frame:
    level, end = (found[1].decode(), found.end()) if found else (None, header.end)
    return Frame(
        header.framing, header.stamp, _word(header.host), _word(header.tag), level, end, header.seconds
    )


def _word(word: bytes | None) -> str | None:
    return word.decode("utf-8", "surrogateescape") if word else None


def _without_time(raw: bytes) -> Frame:
    """Frame a line that has only host, tag and level, only a level, or nothing."""
    if not raw.strip(b" \t\r"):
        return Frame("blank", None, None, None, None, 0)
    priority = _PRI_ALONE.match(raw)
    start = priority.end() if priority else 0
    named = _HOST_TAG.match(raw, start)
    if named and (priority or _names_a_host(named)) and (level := _LEVEL.match(raw, named.end())):
        return _with_level(_Header("level", None, named[1], named[2], named.end()), level)
    if level := _LEVEL.match(raw, start):
        return _with_level(_Header("level", None, None, None, start), level)
    return Frame("none", None, None, None, None, 0)


def _names_a_host(named: re.Match[bytes]) -> bool:
    """Tell host and tag from two words of a sentence: such names have digits, dots or dashes."""
    return named[1] is not None and _NAME_PARTS.search(named[1] + named[2]) is not None


def _header(raw: bytes, at: int) -> _Header | None:
    """Give the header that begins at a byte, its sender included, None where there is none."""
    if found := _NATIVE.match(raw, at):
        month, day, clock, year = found.groups()
        return _native(raw, full_stamp(year, month, day, clock), found)
    if found := _BSD.match(raw, at):
        return _from_sender(raw, "rfc3164", _bsd_stamp(*found.groups()), found.end(), found.end(3) - 2)
    if found := _ISO_8601.match(raw, at):
        return _from_sender(raw, "iso8601", _iso_stamp(*found.groups()), found.end())
    if found := _YEAR_FIRST.match(raw, at):
        return _year_first(raw, full_stamp(*found.groups()), found.end())
    if found := _RFC_5424.match(raw, at):
        return _rfc5424(raw, found)
    return None


def _native(raw: bytes, stamp: Stamp | None, found: re.Match[bytes]) -> _Header | None:
    """Give a native header; a host and a tag behind the stamp count only where a level follows them."""
    if stamp is None:
        return None
    end, seconds = found.end(), found.end(3) - 2
    if not _LEVEL.match(raw, end):
        named = _HOST_TAG.match(raw, end)
        if named and named[1] and _LEVEL.match(raw, named.end()):
            return _Header("native", stamp, named[1], named[2], named.end(), seconds)
    return _Header("native", stamp, None, None, end, seconds)


def _from_sender(raw: bytes, framing: str, stamp: Stamp | None, end: int, seconds: int = 0) -> _Header | None:
    """Give a syslog header: after its stamp come host and tag, one of them, or neither."""
    if stamp is None:
        return None
    if found := _HOST_TAG.match(raw, end):
        return _Header(framing, stamp, found[1], found[2], found.end(), seconds)
    if found := _RELAYED.match(raw, end):
        return _Header(framing, stamp, found[2], None, found.end(), seconds)
    if found := _ELIDED.match(raw, end):
        return _Header(framing, stamp, None, None, found.end(), seconds)
    if found := _HOST_ONLY.match(raw, end):
        return _Header(framing, stamp, found[1], None, found.end(), seconds)
    return _Header(framing, stamp, None, None, end, seconds)


def _year_first(raw: bytes, stamp: Stamp | None, end: int) -> _Header | None:
    found = _FACILITY.match(raw, end)
    if stamp is not None and found:
        return _Header("year_first", stamp, found[1], found[2], found.end())
    return _from_sender(raw, "year_first", stamp, end)


def _rfc5424(raw: bytes, found: re.Match[bytes]) -> _Header | None:
    *moment, host, tag = found.groups()
    stamp = _iso_stamp(*moment) if moment[0] else None
    if moment[0] and stamp is None:
        return None
    end = found.end() + (len(BOM) if raw.startswith(BOM, found.end()) else 0)
    return _Header("rfc5424", stamp, _unless_nil(host), _unless_nil(tag), end)


def _unless_nil(word: bytes) -> bytes | None:
    return None if word == b"-" else word


def _bsd_stamp(month: bytes, day: bytes, clock: bytes, year: bytes | None) -> Stamp | None:
    return full_stamp(year, month, day, clock) if year else yearless_stamp(month, day, clock)


def _iso_stamp(year: bytes, month: bytes, day: bytes, clock: bytes, *rest: bytes | None) -> Stamp | None:
    fraction, zone = rest
    stamp = full_stamp(year, month, day, clock)
    if stamp is None:
        return None
    micros = int((fraction or b"0").ljust(6, b"0")[:6])
    return Stamp(stamp.local + micros, _iso_zone(zone) if zone else None)


def _iso_zone(zone: bytes) -> int:
    if zone == b"Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
    return -seconds if zone.startswith(b"-") else seconds
