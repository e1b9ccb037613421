"""Several Message Tracking pages or stories, one behind the other: on a terminal, in a file, as one HTML document."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO

from midtrail.views.message import MessageView

_WIDTH = 80


def print_pages(views: Iterable[MessageView], file: IO[str]) -> None:
    """Print pages to a file: as wide as the terminal, or with no line broken where it is none."""
    from rich.console import Console  # noqa: PLC0415 - rich only where a page is drawn

    console = Console(file=file, highlight=False, markup=False, emoji=False)
    for at, view in enumerate(views):
        if at:
            file.write("\n")
        if console.is_terminal:
            console.print(view)
        else:
            file.write(view.page_text(None))


def print_stories(views: Iterable[MessageView], file: IO[str]) -> None:
    """Print stories to a file, as wide as the terminal or 80 columns wide."""
    width = _width(file)
    for at, view in enumerate(views):
        file.write(("\n" if at else "") + view.explain(width))


def _width(file: IO[str]) -> int:
    """Return how wide a file is, as rich tells it: that of any terminal that the process has, else 80."""
    if file.isatty():
        from rich.console import Console  # noqa: PLC0415 - likewise

        return Console(file=file).width
    told = os.environ.get("COLUMNS", "")
    if told.isdigit():
        return int(told)
    for stream in range(3):
        with suppress(OSError):
            return os.get_terminal_size(stream).columns or _WIDTH
    return _WIDTH


def html_document(views: Iterable[MessageView]) -> Iterator[str]:
    """Yield one HTML document with all pages; nothing to load, nothing to run."""
    from midtrail.views import page_html  # noqa: PLC0415 - likewise

    pages = iter(view.page() for view in views)
    first = next(pages, None)
    if first is None:
        return
    head, end, tail = page_html.document(first).rpartition("</body>")
    yield head
    for page in pages:
        yield page_html.article(page) + "\n"
    yield end + tail
