"""What was read as tables for people; names and texts of the log stand in it as what a terminal shows safely."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from midtrail.text import shown

if TYPE_CHECKING:
    from midtrail.questions.coverage import Counts, Coverage
    from midtrail.questions.shapes import Shape

_HEADINGS = ("lines", "events", "headers", "blank", "continued", "unknown", "known")
_MOST_NAMES = 20
_MOST_SHAPES = 20
_MOST_KINDS = 20
_NARROWEST = 20  # columns of a name: below that it is not cut
_NOT_TOLD = "(not told)"
_GUTTER = "  "

Rows = list[tuple["Counts", str]]


def lines(coverage: "Coverage", width: int | None = None) -> Iterator[str]:
    """Yield the lines of the tables, names and texts cut so that they fit into `width`; None cuts nothing."""
    groups = {"appliance": coverage.appliances, "AsyncOS version": coverage.versions, "file": coverage.files}
    parts: dict[str, Rows] = {"": [(coverage.total, "in total")]}
    parts |= {_heading(name, counts): _rows(_worst(counts)) for name, counts in groups.items()}
    cells = {heading: [(_cells(counts), name) for counts, name in rows] for heading, rows in parts.items()}
    told = [_HEADINGS, *(row for rows in cells.values() for row, _ in rows)]
    widths = [max(len(row[column]) for row in told) for column in range(len(_HEADINGS))]
    room = None if width is None else max(_NARROWEST, width - sum(widths) - len(_GUTTER) * len(widths))
    yield _line(_HEADINGS, widths)
    for heading, rows in cells.items():
        yield from (["", heading] if heading else [])
        yield from (f"{_line(row, widths)}{_GUTTER}{_end_of(name, room)}" for row, name in rows)
    yield from _kinds(coverage.kinds)
    yield from _unknown(coverage, width)
    yield from _orphans(coverage.orphans)


def _worst(counts: Mapping[str, "Counts"]) -> dict[str, "Counts"]:
    """Return what is shown of a group: all, or those with the most unknown lines."""
    if len(counts) <= _MOST_NAMES:
        return dict(counts)
    names = sorted(counts, key=lambda name: -counts[name].unrecognised)[:_MOST_NAMES]
    return {name: counts[name] for name in names}


def _heading(name: str, counts: Mapping[str, "Counts"]) -> str:
    if len(counts) <= _MOST_NAMES:
        return f"by {name}"
    return f"by {name}, the {_MOST_NAMES} of {len(counts)} with the most unknown lines"


def _rows(counts: Mapping[str, "Counts"]) -> Rows:
    return [(row, shown(name) if name else _NOT_TOLD) for name, row in counts.items()]


def _cells(counts: "Counts") -> tuple[str, ...]:
    return (*map(str, counts), percent(counts.recognised))


def percent(share: float) -> str:
    """Return a share of 1 in percent, never rounded up: 100 % are all."""
    return f"{int(share * 10_000) / 100:.2f}%"


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    return _GUTTER.join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))


def _end_of(text: str, room: int | None) -> str:
    return text if room is None or len(text) <= room else "…" + text[1 - room :]


def _start_of(text: str, room: int | None) -> str:
    return text if room is None or len(text) <= room else text[: max(room - 1, 0)] + "…"


def _kinds(kinds: Mapping[str, int]) -> Iterator[str]:
    yield from ("", "by kind")
    for kind, count in list(kinds.items())[:_MOST_KINDS]:
        yield f"{count:>9}  {kind}"
    if len(kinds) > _MOST_KINDS:
        rest = list(kinds.values())[_MOST_KINDS:]
        yield f"{sum(rest):>9}  of {len(rest)} more kinds"


def _unknown(coverage: "Coverage", width: int | None) -> Iterator[str]:
    if not coverage.total.unrecognised:
        return
    yield from ("", "unknown lines by shape, each with its first line")
    for shape in coverage.unknown[:_MOST_SHAPES]:
        yield from _shape(shape, width)
    rest = coverage.unknown[_MOST_SHAPES:]
    more = sum(shape.count for shape in rest) + coverage.unknown_others
    if more:
        yield f"{more:>9}  of {'many' if coverage.unknown_others else len(rest)} more shapes"


def _shape(shape: "Shape", width: int | None) -> Iterator[str]:
    room = None if width is None else width - 11
    nearest = f"; nearest kind: {shape.nearest}" if shape.nearest else ""
    yield f"{shape.count:>9}  {_start_of(shown(shape.shape), room)}"
    yield f"{'':>9}  {_start_of(shown(shape.text), room)}"
    yield f"{'':>9}  {_end_of(f'{shown(shape.source)}, line {shape.line_no}{nearest}', room)}"


def _orphans(orphans: Mapping[str, int] | None) -> Iterator[str]:
    found = {name: count for name, count in (orphans or {}).items() if count}
    if found:
        yield from ("", "what does not hang together")
    for name, count in found.items():
        yield f"{count:>9}  {name.replace('_', ' ')}"
