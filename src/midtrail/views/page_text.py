"""The Message Tracking page for a terminal. Values are never read as rich's markup."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from midtrail.views.columns import Columns
from midtrail.views.page import Batch, Day, Entry, Fact, Outcome, Page, RecipientRow, State

STYLES = {"good": "green", "bad": "red", "held": "yellow", "open": "cyan"}
"""The colour of each tone."""


def renderable(page: Page) -> RenderableType:
    """Return the page for rich."""
    return Group(*_parts(page))


def _parts(page: Page) -> Iterator[RenderableType]:
    yield Text.assemble((page.title, "bold"), "  ", _badge(page.state))
    yield Text.assemble(("Message ID header ", "dim"), page.message_id)
    yield Text(f"All times in the appliance's clock ({page.clock})", "dim")
    yield from (Text(note, "italic") for note in page.notes)
    yield from _section("Processing Details", map(_day, page.days))
    yield from _section("Envelope and Header Summary", [_facts(page.envelope)])
    yield from _section("Sending Host Summary", [_facts(page.sending_host)])
    if page.verdicts:
        yield from _section("Verdicts", [_facts(page.verdicts)])
    if page.recipients:
        yield from _section("Recipients", map(_recipient, page.recipients))
    if page.batches:
        yield from _section("Remediation", map(_batch, page.batches))


def _section(title: str, parts: Iterable[RenderableType]) -> Iterator[RenderableType]:
    yield Text()
    yield Text(title, "bold underline")
    yield from parts


def _badge(state: State) -> Text:
    return Text(f"● {state.name}", f"bold {STYLES[state.tone]}")


def _day(day: Day) -> RenderableType:
    return Group(Text(f"  {day.date}", "bold dim"), Columns(map(_entry, day.entries), (1, 8), gap=1))


def _entry(entry: Entry) -> tuple[Text, Text, Text]:
    sentence = Text(entry.sentence, "dim" if entry.of_connection else "")
    if not entry.decides:
        return Text(), Text(entry.time, "dim"), sentence
    for state in entry.decides:
        sentence.append(f" ← {state.name}", f"bold {STYLES[state.tone]}")
    return Text("●", STYLES[entry.decides[0].tone]), Text(entry.time, "bold"), sentence


def _facts(facts: Iterable[Fact]) -> RenderableType:
    rows = [
        (Text(fact.label, "dim"), Text("\n").join(_value(*value) for value in fact.values)) for fact in facts
    ]
    return Columns(rows, (max((label.cell_len for label, _ in rows), default=0),), gap=2, indent=2)


def _value(text: str, state: State | None) -> Text:
    if state is None:
        return Text(text)
    return _badge(state) if text == state.name else Text.assemble(text, "  ", _badge(state))


def _recipient(row: RecipientRow) -> RenderableType:
    more = [Padding(Text(text, "dim"), (0, 0, 0, 2)) for text in (row.delivery, row.response) if text]
    return Padding(Group(Text.assemble(row.address, "  ", _badge(row.state)), *more), (0, 0, 0, 2))


def _batch(batch: Batch) -> RenderableType:
    head = f" by {batch.initiated_by} from {batch.source}, {batch.initiated_at}"
    lines = [Text.assemble((batch.action, "bold"), head), Text(f"batch {batch.batch}", "dim")]
    return Padding(Group(*lines, *map(_outcome, batch.outcomes)), (0, 0, 0, 2))


def _outcome(outcome: Outcome) -> Text:
    told = ": ".join(text for text in (outcome.time, outcome.reason) if text)
    return Text.assemble(outcome.recipient, "  ", _badge(outcome.status), f"  {told}")
