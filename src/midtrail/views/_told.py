"""Lines of a message's timeline as typed events again: what Message Tracking has no sentence for stands there as logged."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from midtrail.views._prose import brief, quoted

Row = Mapping[str, Any]


class Told(NamedTuple):
    """A line of the timeline: its kind, its time, and its event where its text stands there as logged."""

    kind: str
    time: str | None
    event: Any


def told(message: Row, *kinds: str) -> Iterator[Told]:
    """Yield the lines of these kinds, in the timeline's order."""
    for row in message["timeline"]:
        if row["kind"] in kinds:
            event = event_of(row["sentence"])
            fits = event is not None and event.kind == row["kind"]
            yield Told(row["kind"], row["time"], event if fits else None)


@lru_cache(maxsize=4_096)
def event_of(text: str) -> Any:
    """Return what a line's text says, as its typed event; None where the grammar does not know it."""
    from midtrail.engine import single  # noqa: PLC0415 - most messages are told without

    return single.event_of(text)


def hold(event: Any) -> str:
    """Return the quarantine that an event names, and its reason."""
    return quoted(event.quarantine) + (f" ({brief(event.reason)})" if event.reason else "")
