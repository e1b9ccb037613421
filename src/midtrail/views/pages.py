"""Several Message Tracking pages or stories, one behind the other: on a terminal, in a file, as one HTML document."""

from collections.abc import Iterable, Iterator
from typing import IO

from rich.console import Console

from midtrail.views import page_html
from midtrail.views.message import MessageView


def print_pages(views: Iterable[MessageView], file: IO[str]) -> None:
    """Print pages to a file: as wide as the terminal, or with no line broken where it is none."""
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
    width = Console(file=file).width
    for at, view in enumerate(views):
        file.write(("\n" if at else "") + view.explain(width))


def html_document(views: Iterable[MessageView]) -> Iterator[str]:
    """Yield one HTML document with all pages; nothing to load, nothing to run."""
    pages = iter(view.page() for view in views)
    first = next(pages, None)
    if first is None:
        return
    head, end, tail = page_html.document(first).rpartition("</body>")
    yield head
    for page in pages:
        yield page_html.article(page) + "\n"
    yield end + tail
