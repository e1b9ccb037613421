"""Texts side by side in columns, of which the last takes what room is left, drawn line by line.

A table of rich gives the same, but measures and draws each cell several times, where tables stand within others.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

Row = Sequence[Text]
"""Texts of one line each, and behind them one of any length."""


class Columns:
    """Rows of texts for rich; only the last text of a row is broken, and it may have lines of its own."""

    def __init__(self, rows: Iterable[Row], widths: Sequence[int], *, gap: int, indent: int = 0) -> None:
        """Take the rows, the widths of all columns but the last, the room between columns and before them."""
        self._rows = list(rows)
        self._widths = widths
        self._gap = gap
        self._indent = indent

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return how wide the rows are where no text is broken."""
        longest = max((Measurement.get(console, options, row[-1]).maximum for row in self._rows), default=0)
        width = min(self._before + longest + self._gap, options.max_width)
        return Measurement(width, width)

    @property
    def _before(self) -> int:
        """The room that all columns but the last take."""
        return self._indent + sum(width + self._gap for width in self._widths)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the rows, drawn."""
        room = options.max_width - self._before
        if room < max(self._widths) + self._gap:
            yield self._narrow()
            return
        for *first, last in self._rows:
            lines = last.wrap(console, room, overflow="fold")
            for line, begun in zip(lines, chain([first], repeat([])), strict=False):
                drawn = Text(" " * (self._indent if begun else self._before))
                for text, width in zip(begun, self._widths, strict=False):
                    drawn.append_text(text).append(" " * (width - text.cell_len + self._gap))
                yield from drawn.append_text(line).render(console)
                yield Segment.line()

    def _narrow(self) -> Padding:
        """Return the rows as a table, which also breaks the other columns."""
        grid = Table.grid(padding=(0, self._gap, 0, 0))
        for _ in self._widths:
            grid.add_column()
        grid.add_column(overflow="fold")
        for row in self._rows:
            grid.add_row(*row)
        return Padding(grid, (0, 0, 0, self._indent))
