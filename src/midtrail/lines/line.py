"""What this room gives: one framed line, where it stands, what a log-file header told, what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from midtrail.errors import UsageError
from midtrail.lines.zones import parse_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIRST_YEAR, LAST_YEAR = 1970, 9999


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read what the log does not tell: its clock, its year, its appliance.

    `tz` is an IANA name, `UTC-5`, `UTC+05:30` or `-05:00` (a minus is west of Greenwich); `year` is the
    year of the first line of a syslog without years; `host` names the appliance of lines that name none.
    Raises UsageError for an unknown zone or a year outside 1970 to 9999.
    """

    tz: str | None = None
    year: int | None = None
    host: str | None = None

    def __post_init__(self) -> None:
        """Refuse at once what would make every line wrong."""
        if self.tz is not None:
            parse_zone(self.tz)
        if self.year is not None and not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise UsageError(
                f"The year {self.year} cannot be used: give one from {FIRST_YEAR} to {LAST_YEAR}.",
            )


class Line(NamedTuple):
    """One physical line, its framing taken off.

    `time` is in microseconds since the epoch, UTC, and None where the line has no time; `utc_offset` is in
    seconds east of UTC. `line_no` counts physical lines from 1; `offset` and `size` are bytes of the
    uncompressed source, the line's end included. `framing` is one of native, rfc3164, rfc5424, iso8601,
    year_first, level, none, blank. Bytes of `text` that are not UTF-8 are kept as surrogate escapes.
    """

    source: str
    line_no: int
    offset: int
    host: str | None
    time: int | None
    utc_offset: int
    level: str | None
    tag: str | None
    framing: str
    text: str
    size: int


class LogfileHeader(NamedTuple):
    """What one line of a log file's header tells; `utc_offset` is in seconds east of UTC."""

    version: str | None
    serial: str | None
    utc_offset: int | None


class HeaderReader(Protocol):
    """Knows the wording of header lines, which this room does not."""

    @property
    def needles(self) -> tuple[bytes, ...]:
        """Byte strings, with one of which the body of any header line begins, blanks apart."""

    def read(self, text: str) -> LogfileHeader | None:
        """Give what a line's body tells, or None where it is no header line."""


def may_hold_header(data: bytes, reader: HeaderReader) -> bool:
    """Tell whether a header line may stand in some bytes."""
    return any(needle in data for needle in reader.needles)


class Problem(NamedTuple):
    """A source that could not be read whole: which one, and a sentence for people."""

    source: str
    message: str


class HostClock(NamedTuple):
    """An appliance in a source: its serial number and version, if told, and the offset of its clock.

    `utc_offset` is in seconds east of UTC, at the source's first time; `clock` says where it comes from.
    """

    source: str
    host: str | None
    serial: str | None
    version: str | None
    utc_offset: int
    clock: str


class Place(NamedTuple):
    """Where a line stands: its number in the whole reading, its source, its first byte there, and its text.

    The text is as tables store it (`midtrail.text`).
    """

    seq: int
    source: str
    line_no: int
    offset: int
    text: str


class RawLines(Protocol):
    """What gives lines back as they were read: files, or whatever else keeps them whole."""

    def raw_lines(self, places: Iterable[Place]) -> Iterator[tuple[int, bytes]]:
        """Yield (seq, line) for places in ascending seq; each line with its framing and its line end."""
