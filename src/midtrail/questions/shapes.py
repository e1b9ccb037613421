"""The shapes of unknown lines: what of their text stays the same from line to line.

Numbers, addresses, quoted values, times and names are replaced, so that lines of one wording are one shape. The
text is an attacker's: no expression here can go back and forth, and memory holds some shapes, not all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from midtrail.text import restore

MOST = 1_000
"""Shapes that are kept apart."""
_READ = 2_000  # characters of a line that make its shape
_KEPT = 1_000  # characters of an example that are kept
_LONGEST = 300  # characters of a shape

_VALUE = re.compile(
    r"""
    (?P<quoted>(?<!\w)'(?:[^'\\]|\\.|'(?=\w))*+' | (?<!\w)"(?:[^"\\]|\\.)*+")
    | (?P<url>(?<!\w)[A-Za-z][A-Za-z0-9+.-]{1,15}+://[^\s'"<>]++)
    | (?P<address><[^<>\s@]*+@[^<>\s]*+> | (?<![\w.+-])[\w.+-]++@[\w.-]++)
    | (?P<time>
        (?<!\w)(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ])?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ ]++\d{1,2}[ ]
        \d\d:\d\d:\d\d(?:[ ]\d{4})?+
        | (?<!\w)\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?+(?:Z|[+-]\d\d:?\d\d)?+
        | (?<![\w:])\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?+(?![\w:])
      )
    | (?P<ip>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]) | (?<![\w:])(?=[0-9A-Fa-f]*+:[0-9A-Fa-f]*+:)[0-9A-Fa-f:.]++(?!\w))
    | (?P<hex>(?<!\w)(?=[A-Fa-f-]*+\d)(?=[\d-]*+[A-Fa-f])[0-9A-Fa-f]{8,}+(?:-[0-9A-Fa-f]{4,}+)*+(?!\w))
    | (?P<name>(?<![\w.-])(?=[\d_-]*+[A-Za-z])[\w-]++(?:\.[\w-]++)++)
    | (?P<number>[+-]?\d++(?:[.,]\d++)*+)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class Shape:
    """Unknown lines of one shape: how many, and the first of them with its place and the nearest kind.

    In `shape`, `<number>`, `<address>` and the like stand where lines differ; `text` is cut after 1,000 characters.
    """

    shape: str
    count: int
    text: str
    source: str
    line_no: int
    nearest: str | None


def shape_of(text: str) -> str:
    """Return a line's text with `<number>`, `<address>`, `<quoted>` and the like for what differs from line to line."""
    shape = _VALUE.sub(_named, restore(text)[:_READ])
    shape = " ".join(shape.split())
    return shape if len(shape) <= _LONGEST else shape[:_LONGEST] + "…"


def _named(found: re.Match[str]) -> str:
    return f"<{found.lastgroup}>"


class Shapes:
    """The shapes met so far, `MOST` of them at most."""

    def __init__(self, most: int = MOST) -> None:
        """Know none."""
        self._most = most
        self._met: dict[str, Shape] = {}
        self.others = 0
        """Lines of shapes that there was no room for."""

    def add(self, text: str, source: str, line_no: int, nearest: str | None) -> None:
        """Add a line. Where there is no room left, shapes that were met but once make room."""
        name = shape_of(text)
        known = self._met.get(name)
        if known is not None:
            known.count += 1
            return
        if len(self._met) >= self._most:
            self._forget_singles()
        if len(self._met) >= self._most:
            self.others += 1
            return
        example = text if len(text) <= _KEPT else text[:_KEPT] + "…"
        self._met[name] = Shape(name, 1, example, source, line_no, nearest)

    def _forget_singles(self) -> None:
        kept = {name: shape for name, shape in self._met.items() if shape.count > 1}
        self.others += len(self._met) - len(kept)
        self._met = kept

    def __iter__(self) -> Iterator[Shape]:
        """Yield the shapes, the most frequent first, of equals the one that was met first."""
        return iter(sorted(self._met.values(), key=lambda shape: -shape.count))
