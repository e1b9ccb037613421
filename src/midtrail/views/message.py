"""One message, as `midtrail track --format json` prints it and as a person looks at it."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from midtrail.tracking.telling import Told
from midtrail.views._rows import in_chunks, objects, rows_by_message
from midtrail.views.clock import UTC_CLOCK, Clock, clocks_of
from midtrail.views.page import Page, page_of
from midtrail.views.story import story, wrapped

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import RenderableType

_UNBROKEN = 1_000_000  # columns: no sentence is that long, so none is broken


@dataclass(frozen=True)
class MessageView:
    """A message with the clock of its appliance; it shows itself as the Message Tracking page."""

    message: Mapping[str, Any]
    clock: Clock = UTC_CLOCK

    def to_dict(self) -> dict[str, Any]:
        """Return the message as the object of `midtrail track --format json`; times are ISO 8601 in UTC."""
        return dict(self.message)

    def page(self) -> Page:
        """Return what the page says, before it is drawn."""
        return page_of(self.message, self.clock)

    def page_html(self) -> str:
        """Return the page as a whole HTML document, with nothing to load and nothing to run."""
        from midtrail.views import page_html  # noqa: PLC0415 - each way to draw a page is loaded where it is asked

        return page_html.document(self.page())

    def page_text(self, width: int | None = 80) -> str:
        """Return the page as plain text, `width` columns wide; None breaks no line."""
        from midtrail.views import page_plain  # noqa: PLC0415 - likewise

        plain = None if width is None else page_plain.text(self.page(), width)
        return self._drawn(width) if plain is None else plain

    def _drawn(self, width: int | None) -> str:
        """Return the page as rich draws it."""
        from rich.console import Console  # noqa: PLC0415 - likewise

        file = io.StringIO()
        console = Console(
            file=file, width=width or _UNBROKEN, color_system=None, force_terminal=False, soft_wrap=False
        )
        page = self.__rich__()
        if width is None:  # each line is filled up to the width with blanks: no wider than the widest
            console.width = console.measure(page).maximum
        console.print(page)
        return "".join(line.rstrip() + "\n" for line in file.getvalue().splitlines())

    def explain(self, width: int | None = 80) -> str:
        """Return the message's story in a few plain sentences, `width` columns wide; None breaks no line.

        Only what the log tells; times are in the appliance's clock.
        """
        return wrapped(story(self.message, self.clock), width)

    def _repr_html_(self) -> str:
        from midtrail.views import page_html  # noqa: PLC0415 - likewise

        return page_html.fragment(self.page())

    def __rich__(self) -> "RenderableType":
        """Return the page for rich, which knows the terminal's width and colours."""
        from midtrail.views import page_text  # noqa: PLC0415 - likewise

        return page_text.renderable(self.page())

    def __str__(self) -> str:
        """Return the page as plain text."""
        return self.page_text()

    def __repr__(self) -> str:
        """Return the page in a plain Python shell too."""
        return self.page_text()


def messages_dicts(
    connection: "DuckDBPyConnection", messages: Sequence[int] | None = None, *, timeline: bool = True
) -> Iterator[dict[str, Any]]:
    """Yield messages as JSON objects, ordered by host, start and MID; without `timeline` it is left out.

    Reads the tables messages, recipients and timeline, some thousands of messages at a time.
    """
    for chunk in in_chunks(connection, messages):
        yield from rows_by_message(connection, chunk, timeline=timeline)


def message_views(
    connection: "DuckDBPyConnection", messages: Sequence[int] | None = None
) -> Iterator[MessageView]:
    """Yield messages as views, each with the clock of its appliance, in the order of `messages_dicts`."""
    for chunk in in_chunks(connection, messages):
        clocks = clocks_of(connection, chunk)
        for number, row in zip(chunk, rows_by_message(connection, chunk), strict=True):
            yield MessageView(row, clocks.get(number, UTC_CLOCK))


def told_dicts(told: Told, *, timeline: bool = True) -> Iterator[dict[str, Any]]:
    """Yield what `messages_dicts` does, of messages that are told already."""
    yield from objects(told.messages, told.recipients, told.timeline if timeline else None)


def told_views(told: Told) -> Iterator[MessageView]:
    """Yield what `message_views` does, of messages that are told already."""
    numbers = [row["message"] for row in told.messages]
    for number, row in zip(numbers, told_dicts(told), strict=True):
        clock = told.clocks.get(number)
        yield MessageView(row, UTC_CLOCK if clock is None else Clock(*clock))
