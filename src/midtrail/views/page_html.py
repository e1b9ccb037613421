"""The Message Tracking page as HTML: nothing to load, nothing to run, every value escaped."""

from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from importlib.resources import files

from midtrail.views.page import Batch, Day, Entry, Fact, Outcome, Page, RecipientRow, State

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_AROUND = (
    ":root { color-scheme: light dark } body { margin: 0; background: #f4f6f8 } "
    "@media (prefers-color-scheme: dark) { body { background: #12181e } }"
)
_TABLE_HEAD = ("Recipient", "State", "Delivery")


def document(page: Page) -> str:
    """Return a whole HTML document."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(page.title)}: {escape(page.state.name)}</title>\n"
        f"<style>{_AROUND}</style>\n</head>\n<body>\n{fragment(page)}\n</body>\n</html>\n"
    )


def fragment(page: Page) -> str:
    """Return the page as a piece of HTML that stands in a notebook or in another page, with its style."""
    return f"<style>\n{_style()}</style>\n{article(page)}"


def article(page: Page) -> str:
    """Return the page as a piece of HTML without its style, for the second and later pages of a document."""
    return f'<article class="midtrail">\n{"".join(_parts(page))}</article>'


@cache
def _style() -> str:
    return files("midtrail.views").joinpath("page.css").read_text("utf-8")


def _parts(page: Page) -> Iterator[str]:
    yield (
        f"<header>\n<h1>{escape(page.title)} {_badge(page.state)}</h1>\n"
        f'<p class="mt-id"><span>Message ID Header</span> <code>{escape(page.message_id)}</code></p>\n'
    )
    yield from (f'<p class="mt-note">{escape(note)}</p>\n' for note in page.notes)
    yield '</header>\n<div class="mt-columns">\n<div>\n'
    yield _section("Processing Details", "".join(map(_day, page.days)), page.clock)
    if page.recipients:
        yield _section("Recipients", _recipients(page.recipients))
    if page.batches:
        yield _section("Remediation", "".join(map(_batch, page.batches)), page.clock)
    yield "</div>\n<div>\n"
    yield _section("Envelope and Header Summary", _facts(page.envelope))
    yield _section("Sending Host Summary", _facts(page.sending_host))
    if page.verdicts:
        yield _section("Verdicts", _facts(page.verdicts))
    yield "</div>\n</div>\n"


def _section(title: str, content: str, clock: str = "") -> str:
    told = f" <small>times in the appliance's clock, {escape(clock)}</small>" if clock else ""
    return f"<section>\n<h2>{escape(title)}{told}</h2>\n{content}</section>\n"


def _badge(state: State) -> str:
    return f'<span class="mt-badge mt-{state.tone}">{escape(state.name)}</span>'


def _day(day: Day) -> str:
    return f"<h3>{escape(day.date)}</h3>\n<ol>\n{''.join(map(_entry, day.entries))}</ol>\n"


def _entry(entry: Entry) -> str:
    classes = [*(["mt-connection"] if entry.of_connection else []), *_decided(entry)]
    attribute = f' class="{" ".join(classes)}"' if classes else ""
    badges = "".join(" " + _badge(state) for state in entry.decides)
    return (
        f"<li{attribute}><time>{escape(entry.time)}</time> <bdi>{escape(entry.sentence)}</bdi>{badges}</li>\n"
    )


def _decided(entry: Entry) -> list[str]:
    return ["mt-decides", f"mt-{entry.decides[0].tone}"] if entry.decides else []


def _facts(facts: Iterable[Fact]) -> str:
    rows = "".join(
        f"<dt>{escape(fact.label)}</dt><dd>{'<br>'.join(map(_value, fact.values))}</dd>\n" for fact in facts
    )
    return f"<dl>\n{rows}</dl>\n"


def _value(value: tuple[str, State | None]) -> str:
    text, state = value
    if state is None:
        return f"<bdi>{escape(text)}</bdi>"
    return _badge(state) if text == state.name else f"<bdi>{escape(text)}</bdi> {_badge(state)}"


def _recipients(rows: Iterable[RecipientRow]) -> str:
    head = "".join(f"<th>{name}</th>" for name in _TABLE_HEAD)
    return (
        f"<table>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{''.join(map(_recipient, rows))}</tbody>\n</table>\n"
    )


def _recipient(row: RecipientRow) -> str:
    response = f"<br><bdi>{escape(row.response)}</bdi>" if row.response else ""
    return (
        f"<tr><td><bdi>{escape(row.address)}</bdi></td><td>{_badge(row.state)}</td>"
        f"<td>{escape(row.delivery)}{response}</td></tr>\n"
    )


def _batch(batch: Batch) -> str:
    return (
        f"<h3><bdi>{escape(batch.action)}</bdi> by <bdi>{escape(batch.initiated_by)}</bdi> from "
        f"<bdi>{escape(batch.source)}</bdi>, {escape(batch.initiated_at)}</h3>\n"
        f'<p class="mt-batch">batch <code>{escape(batch.batch)}</code></p>\n'
        f"<ul>\n{''.join(map(_outcome, batch.outcomes))}</ul>\n"
    )


def _outcome(outcome: Outcome) -> str:
    reason = f' <bdi class="mt-reason">{escape(outcome.reason)}</bdi>' if outcome.reason else ""
    return (
        f"<li><time>{escape(outcome.time)}</time> <bdi>{escape(outcome.recipient)}</bdi> "
        f"{_badge(outcome.status)}{reason}</li>\n"
    )
