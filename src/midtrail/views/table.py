"""The messages of a log as a table for a terminal, by day, with the counts of Last State below."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from midtrail.views._words import UNKNOWN, tone_of, words
from midtrail.views.clock import UTC_CLOCK, Clock
from midtrail.views.page_text import STYLES

Row = Mapping[str, Any]
_GUTTER = 2
_NARROWEST = 60


class Column(NamedTuple):
    """A column: its heading, its least width, and its share of the room that is left."""

    name: str
    least: int
    share: int


_COLUMNS = (
    Column("Time", 8, 0),
    Column("MID", 8, 0),
    Column("Sender", 11, 2),
    Column("Recipients", 11, 2),
    Column("Subject", 9, 2),
    Column("Last State", 20, 1),
)
_NEVER_CUT = frozenset({"Time", "MID"})


def print_table(messages: Iterable[Row], file: IO[str], clock: Clock = UTC_CLOCK) -> None:
    """Print messages as a table to a file: as wide as the terminal, or with no value cut where it is none.

    Colours as rich finds fit: none where NO_COLOR is set or the file is no terminal.
    """
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    width = console.width if console.is_terminal else None
    for line in table_lines(messages, width, clock):
        console.print(line, no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)


def table_lines(messages: Iterable[Row], width: int | None, clock: Clock) -> Iterator[Text]:
    """Yield the table's lines as they come: values are cut to fit `width`, except where that is None."""
    widths = _widths(width or _NARROWEST * 2)
    states: Counter[str] = Counter()
    heading = None
    yield Text(
        "".join(_fit(column.name, widths[column.name], cut=True) for column in _COLUMNS).rstrip(), "bold"
    )
    for message in messages:
        day = _day(message, clock)
        if day != heading:
            heading = day
            yield Text(day, "bold dim")
        states[words(message["last_state"])] += 1
        yield _line(message, widths, clock, cut=width is not None)
    yield Text()
    yield from _counts(states)


def _day(message: Row, clock: Clock) -> str:
    moment = message["started_at"] or message["last_event_at"]
    return f"{words(message['host'])}, {clock.day(moment) if moment else UNKNOWN} ({clock.name})"


def _line(message: Row, widths: Mapping[str, int], clock: Clock, *, cut: bool) -> Text:
    moment = message["started_at"] or message["last_event_at"]
    values = {
        "Time": clock.time(moment) if moment else UNKNOWN,
        "MID": str(message["mid"]),
        "Sender": "<>" if message["sender"] == "" else words(message["sender"]),
        "Recipients": _recipients(message["recipients"]),
        "Subject": words(message["subject"] or "(No Subject)"),
    }
    line = Text()
    for name, value in values.items():
        line.append(_fit(value, widths[name], cut=cut and name not in _NEVER_CUT))
    state = words(message["last_state"])
    line.append(_fit(state, widths["Last State"], cut=cut).rstrip(), STYLES[tone_of(state)])
    return line


def _recipients(recipients: list[Row]) -> str:
    if not recipients:
        return UNKNOWN
    first = words(recipients[0]["recipient"])
    return first if len(recipients) == 1 else f"{len(recipients)}: {first} …"


def _fit(value: str, width: int, *, cut: bool) -> str:
    """Return a cell and its gutter; a terminal's wide characters count twice."""
    length = cell_len(value)
    if length > width and cut:
        value = set_cell_size(value, width - 1).rstrip() + "…"
    return value + " " * max(_GUTTER, width + _GUTTER - cell_len(value))


def _widths(width: int) -> dict[str, int]:
    room = width - sum(column.least for column in _COLUMNS) - _GUTTER * (len(_COLUMNS) - 1)
    shares = sum(column.share for column in _COLUMNS)
    return {column.name: column.least + max(0, room) * column.share // shares for column in _COLUMNS}


def _counts(states: Counter[str]) -> Iterator[Text]:
    total = states.total()
    yield Text(f"{total:,} {'message' if total == 1 else 'messages'}", "bold")
    for state, count in sorted(states.items(), key=lambda item: (-item[1], item[0])):
        yield Text.assemble(f"{count:>9,}  ", (state, STYLES[tone_of(state)]))
