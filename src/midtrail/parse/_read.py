"""Sources in, records out: the loop joined to the rooms of lines and grammar."""

import io
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from midtrail.errors import UsageError
from midtrail.events import Event
from midtrail.grammar import binding, lark_engine
from midtrail.grammar.lark_engine import Parsed
from midtrail.lines import LogfileHeader, Problem, ReadOptions, SourceFile, Survey, read_lines
from midtrail.parse._loop import LineEngine, Record, records

HEADERS = ("logfile_begun", "logfile_version", "logfile_utc_offset")
"""The kinds of a log file's header."""


class GrammarHeaders:
    """What reads the log-file header for the lines room: the grammar, which alone knows its shape."""

    @cached_property
    def needles(self) -> tuple[bytes, ...]:
        """The texts, with one of which the body of every header line begins, blanks apart."""
        wordings = binding.load().wordings
        first = (wording.parts[0].literal or "" for kind in HEADERS for wording in wordings[kind])
        return tuple(sorted({literal.encode() for literal in first}))

    def read(self, text: str) -> LogfileHeader | None:
        """Return what a header line tells; None where the line is none."""
        parsed = lark_engine.parse(text)
        if not isinstance(parsed, Parsed) or parsed.kind not in HEADERS:
            return None
        told = lark_engine.event(parsed).values()
        return LogfileHeader(told.get("version"), told.get("serial"), told.get("offset_seconds"))


def read_records(
    files: list[SourceFile],
    options: ReadOptions | None = None,
    *,
    survey: Survey | None = None,
    engine: LineEngine = lark_engine.parse,
    on_bytes: Callable[[int], None] | None = None,
    problems: list[Problem] | None = None,
) -> Iterator[Record]:
    """Yield one record a physical line of the files, in order.

    `on_bytes` is told of the bytes on disk that were read; what could not be read whole is added to `problems`.
    """
    lines = read_lines(
        files, options or ReadOptions(), GrammarHeaders(), survey=survey, on_bytes=on_bytes, problems=problems
    )
    return records(lines, engine)


def parse_line(
    line: str | bytes, *, tz: str | None = None, year: int | None = None, host: str | None = None
) -> Event:
    """Return one line as a typed event, with or without its framing.

    `tz` is the clock of a stamp that names none, `year` the year of a stamp without one, `host` the
    appliance where the line names none. An unknown line gives an `Unrecognised` event, never an error.
    """
    found = list(_records_of(_bytes(line) or b"\n", ReadOptions(tz=tz, year=year, host=host)))
    if len(found) != 1:
        raise UsageError(
            f"parse_line takes one line, and this text has {len(found)}: give them one by one, or to midtrail.read"
        )
    return found[0].event()


def _bytes(line: str | bytes) -> bytes:
    if isinstance(line, bytes):
        return line
    try:
        return line.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a pair of UTF-16, as JSON may give it
        return line.encode("utf-8", "surrogatepass")


def _records_of(data: bytes, options: ReadOptions) -> Iterable[Record]:
    return read_records([SourceFile("<line>", stream=io.BytesIO(data), size=len(data), plain=True)], options)
