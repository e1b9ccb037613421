"""The Message Tracking page as plain text: what `page_text` draws, line by line, without a style.

Rich is only asked to break a text of characters that may not take one column each.
"""

import re
from collections.abc import Iterable, Iterator

from midtrail.views.page import Batch, Day, Entry, Fact, Outcome, Page, RecipientRow, State

_NARROW = re.compile("[ -~\u00a1-\u02ff\u0370-\u0482\u2014\u2190\u2026\u25cf]*")
"""Text of characters that take one column each: those of Latin, Greek and Cyrillic, and the page's own."""
_WORD = re.compile(" *[^ ]+ *")
"""A word, with the blanks around it."""
_INDENT = 2
_GAP = 2
_TIME = 8


class _Unfit(Exception):  # noqa: N818 - no error: rich draws it
    """A page that is too narrow for its columns, or one of odd labels."""


def text(page: Page, width: int) -> str | None:
    """Return the page, `width` columns wide; None where only rich draws it."""
    try:
        lines = list(_lines(page, width))
    except _Unfit:
        return None
    return "".join(line.rstrip() + "\n" for line in lines)


def _lines(page: Page, width: int) -> Iterator[str]:
    yield from _broken(f"{page.title}  {_badge(page.state)}", width)
    yield from _broken(f"Message ID header {page.message_id}", width)
    yield from _broken(f"All times in the appliance's clock ({page.clock})", width)
    for note in page.notes:
        yield from _broken(note, width)
    yield from _section("Processing Details", (_day(day, width) for day in page.days), width)
    yield from _section("Envelope and Header Summary", [_facts(page.envelope, width)], width)
    yield from _section("Sending Host Summary", [_facts(page.sending_host, width)], width)
    if page.verdicts:
        yield from _section("Verdicts", [_facts(page.verdicts, width)], width)
    if page.recipients:
        yield from _section("Recipients", (_recipient(row, width) for row in page.recipients), width)
    if page.batches:
        yield from _section("Remediation", (_batch(batch, width) for batch in page.batches), width)


def _section(title: str, parts: Iterable[Iterable[str]], width: int) -> Iterator[str]:
    yield ""
    yield from _broken(title, width)
    for part in parts:
        yield from part


def _badge(state: State) -> str:
    return f"● {state.name}"


def _day(day: Day, width: int) -> Iterator[str]:
    yield from _broken(f"  {day.date}", width)
    before = 1 + 1 + _TIME + 1  # a mark, the time, and a blank behind each
    room = _room(width, before, _TIME + 1)
    for entry in day.entries:
        begin = f"{'●' if entry.decides else ' '} {_cell(entry.time, _TIME)} "
        yield from _hanging(begin, before, _broken(_told(entry), room))


def _told(entry: Entry) -> str:
    return entry.sentence + "".join(f" ← {state.name}" for state in entry.decides)


def _facts(facts: Iterable[Fact], width: int) -> Iterator[str]:
    labels = max((len(fact.label) for fact in facts), default=0)
    before = _INDENT + labels + _GAP
    room = _room(width, before, labels + _GAP)
    for fact in facts:
        begin = " " * _INDENT + _cell(fact.label, labels) + " " * _GAP
        lines = [line for value in fact.values for line in _broken(_value(*value), room)]
        yield from _hanging(begin, before, lines)


def _value(value: str, state: State | None) -> str:
    if state is None:
        return value
    return _badge(state) if value == state.name else f"{value}  {_badge(state)}"


def _recipient(row: RecipientRow, width: int) -> Iterator[str]:
    yield from _indented(f"{row.address}  {_badge(row.state)}", _INDENT, width)
    for more in filter(None, (row.delivery, row.response)):
        yield from _indented(more, 2 * _INDENT, width)


def _batch(batch: Batch, width: int) -> Iterator[str]:
    head = f"{batch.action} by {batch.initiated_by} from {batch.source}, {batch.initiated_at}"
    for line in (head, f"batch {batch.batch}", *map(_outcome, batch.outcomes)):
        yield from _indented(line, _INDENT, width)


def _outcome(outcome: Outcome) -> str:
    told = ": ".join(text for text in (outcome.time, outcome.reason) if text)
    return f"{outcome.recipient}  {_badge(outcome.status)}  {told}"


def _indented(line: str, indent: int, width: int) -> Iterator[str]:
    return (" " * indent + one for one in _broken(line, width - indent))


def _hanging(begin: str, before: int, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines, the first behind what it begins with, the others below it."""
    for number, line in enumerate(lines):
        yield (" " * before if number else begin) + line


def _room(width: int, before: int, least: int) -> int:
    """Return the columns that are left behind others. Raises _Unfit where these are too few."""
    if width - before < least:
        raise _Unfit
    return width - before


def _cell(label: str, width: int) -> str:
    if not _is_narrow(label):
        raise _Unfit
    return label.ljust(width)


def _is_narrow(line: str) -> bool:
    return line.isprintable() and _NARROW.fullmatch(line) is not None


def _broken(line: str, width: int) -> Iterator[str]:
    """Yield the lines of a text in so many columns."""
    if width < 1:
        raise _Unfit
    if not _is_narrow(line):
        yield from _drawn(line, width)
        return
    begin = used = 0
    for word in _WORD.finditer(line) if len(line) > width else ():
        length, start = len(word[0].rstrip()), word.start()
        if length <= width - used:
            used += len(word[0])
            continue
        for at in range(start, word.end(), width) if length > width else [start]:
            if at > begin:
                yield line[begin:at]
                begin = at
        used = word.end() - begin
    yield line[begin:]


def _drawn(line: str, width: int) -> Iterator[str]:
    """Yield the same lines as rich breaks them."""
    from rich.console import Console  # noqa: PLC0415 - only where characters are odd
    from rich.text import Text  # noqa: PLC0415 - likewise

    console = Console(width=width, color_system=None, force_terminal=False)
    return (one.plain for one in Text(line).wrap(console, width, overflow="fold"))
