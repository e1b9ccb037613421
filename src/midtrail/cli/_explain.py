"""`midtrail explain`: what midtrail makes of one line, and why."""

import sys
import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from midtrail.cli._common import Tz, Year
from midtrail.events import Event
from midtrail.events.records import Unrecognised
from midtrail.formats import iso_instant
from midtrail.tables.text import shown

HELP = """Tell what midtrail makes of one line: its kind and fields, or how far the grammar got and what is near.

Examples:

  midtrail explain 'Mon Sep 13 23:25:07 2021 Info: MID 640962 queued for delivery'

  midtrail explain - < line.txt
"""

_WIDTH = 80
_WHAT_TO_DO = (
    "What to do: the line is kept, counted and shown in its message's timeline as it stands. To give it a kind, add one "
    "rule to a file in grammars/ and one class to events/ (CONTRIBUTING.md shows it by example)."
)
_BEFORE_CARET = 56


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("explain", help=HELP)(explain)


def explain(
    line: Annotated[
        str, typer.Argument(metavar="LINE", help="The line, in quotes; '-' reads it from standard input.")
    ],
    tz: Tz = None,
    year: Year = None,
) -> int:
    """Tell what midtrail makes of one line."""
    from midtrail.parse import parse_line  # noqa: PLC0415 - the grammar is loaded only by verbs that need it

    text = (
        sys.stdin.buffer.readline().decode("utf-8", "surrogateescape").rstrip("\r\n") if line == "-" else line
    )
    event = parse_line(text, tz=tz, year=year)
    for told in _unknown(event) if isinstance(event, Unrecognised) else _known(event):
        print(told)
    return 1 if isinstance(event, Unrecognised) else 0


def _known(event: Event) -> Iterator[str]:
    yield event.kind
    about = (event.__doc__ or "").strip().partition("\n")[0]
    yield f"  {about}"
    if event.time is not None:
        yield f"  {'time':<20} {iso_instant(event.time)}"
    for name in ("level", "host"):
        if getattr(event, name) is not None:
            yield f"  {name:<20} {shown(str(getattr(event, name)))}"
    for name, value in event.values().items():
        yield f"  {name:<20} {'null' if value is None else shown(str(value))}"


def _unknown(event: Unrecognised) -> Iterator[str]:
    from midtrail.grammar.explain import nearest  # noqa: PLC0415

    text = dict(event.kept).get("text", "")
    near = nearest(text)
    reached = max((kind.reached for kind in near), default=0)
    yield f"Not recognised: the grammar got {reached} of {len(text)} characters far."
    yield ""
    yield from _caret(text, reached)
    if reached:
        yield "\nNearest kinds:"
        for kind in near:
            yield f"  {kind.kind:<32} got to {kind.reached}, then wanted {shown(kind.wanted)[: _WIDTH - 8]}"
    yield ""
    yield from textwrap.wrap(_WHAT_TO_DO, _WIDTH)


def _caret(text: str, reached: int) -> Iterator[str]:
    start = max(0, reached - _BEFORE_CARET)
    before, after = shown(text[start:reached]), shown(text[reached : reached + _WIDTH])
    lead = "…" if start else ""
    yield f"  {lead}{before}{after}"[: _WIDTH - 1] + ("…" if len(lead + before + after) > _WIDTH - 3 else "")
    yield "  " + " " * len(lead + before) + "^"
