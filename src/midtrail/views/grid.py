"""Any rows as a table for a terminal: texts are cut where they must be, numbers and times never."""

from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from midtrail.views._words import words

_GUTTER = 2
_NARROWEST = 8  # columns of a cell: where texts would get less, each row becomes a list of its own


class Heading(NamedTuple):
    """A column's name, whether its cells are shown whole (numbers, times), and whether they stand to the right."""

    name: str
    whole: bool = False
    right: bool = False


def print_grid(
    headings: Sequence[Heading], rows: Sequence[Sequence[str | None]], left_out: int, file: IO[str]
) -> None:
    """Print rows to a file, as wide as the terminal, or with no cell cut where it is none.

    `left_out` is how many more rows there are. Where a terminal has no room for all columns, each row is a list
    of names and values. Values are hostile text: what a terminal would obey stands as an escape.
    """
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    width = console.width if console.is_terminal else None
    for line in grid_lines(headings, rows, left_out, width):
        if isinstance(line, Text):
            console.print(line, no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)
        else:
            console.print(line)


def grid_lines(
    headings: Sequence[Heading], rows: Sequence[Sequence[str | None]], left_out: int, width: int | None
) -> Iterator[RenderableType]:
    """Yield the table's lines for a terminal of `width` columns; None is none at all."""
    safe = [heading._replace(name=words(heading.name)) for heading in headings]
    cells = [[cell if cell == "" else words(cell) for cell in row] for row in rows]
    widths = _widths(safe, cells, width)
    if widths is None:
        yield from _lists(safe, cells)
    else:
        yield Text(_line([heading.name for heading in safe], safe, widths), "bold")
        yield from (Text(_line(row, safe, widths)) for row in cells)
    yield Text()
    yield Text(_count(len(cells), left_out), "dim")


def _widths(
    headings: Sequence[Heading], rows: Sequence[Sequence[str]], width: int | None
) -> list[int] | None:
    """Return each column's width; None where texts would have no room."""
    natural = [
        max(map(cell_len, (heading.name, *(row[at] for row in rows)))) for at, heading in enumerate(headings)
    ]
    if width is None:
        return natural
    room = width - _GUTTER * (len(headings) - 1)
    room -= sum(length for length, heading in zip(natural, headings, strict=True) if heading.whole)
    texts = sorted(length for length, heading in zip(natural, headings, strict=True) if not heading.whole)
    longest = _longest(texts, room)
    if longest < min(_NARROWEST, max(texts, default=0)) or room < 0:
        return None
    return [
        length if heading.whole else min(length, longest)
        for length, heading in zip(natural, headings, strict=True)
    ]


def _longest(lengths: Sequence[int], room: int) -> int:
    """Return how long a cell may be, so that columns of these lengths, from the shortest, fit into the room."""
    for at, length in enumerate(lengths):
        share = room // (len(lengths) - at)
        if length > share:
            return share
        room -= length
    return max(lengths, default=0)


def _line(row: Sequence[str], headings: Sequence[Heading], widths: Sequence[int]) -> str:
    cells = [
        _fit(cell, width, right=heading.right)
        for cell, heading, width in zip(row, headings, widths, strict=True)
    ]
    return (" " * _GUTTER).join(cells).rstrip()


def _fit(cell: str, width: int, *, right: bool) -> str:
    """Return a cell of this width; a terminal's wide characters count twice."""
    if cell_len(cell) > width:
        cell = set_cell_size(cell, width - 1).rstrip() + "…"
    blanks = " " * (width - cell_len(cell))
    return blanks + cell if right else cell + blanks


def _lists(headings: Sequence[Heading], rows: Sequence[Sequence[str]]) -> Iterator[RenderableType]:
    for number, row in enumerate(rows, 1):
        yield Text(f"row {number}", "bold dim")
        grid = Table.grid(padding=(0, _GUTTER, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for heading, cell in zip(headings, row, strict=True):
            grid.add_row(Text(heading.name, "dim"), Text(cell))
        yield grid


def _count(shown: int, left_out: int) -> str:
    if not left_out:
        return f"{shown:,} {'row' if shown == 1 else 'rows'}"
    return f"{shown:,} of {shown + left_out:,} rows; {left_out:,} left out: --rows N shows more, --format csv all"
