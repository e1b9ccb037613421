"""What `midtrail explain` says of a line."""

import textwrap
from collections.abc import Iterator

from midtrail.events import Event
from midtrail.events.records import Unrecognised
from midtrail.formats import iso_instant
from midtrail.grammar.explain import nearest
from midtrail.text import shown

_WIDTH = 80
_WHAT_TO_DO = (
    "What to do: the line is kept, counted and shown in its message's timeline as it stands. To give it a kind, add one "
    "rule to a file in grammars/ and one class to events/ (CONTRIBUTING.md shows it by example)."
)
_BEFORE_CARET = 56


def known(event: Event) -> Iterator[str]:
    """Yield what a recognised line says."""
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


def unknown(event: Unrecognised) -> Iterator[str]:
    """Yield how far the grammar got, with a caret, what is near, and what to do."""
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
