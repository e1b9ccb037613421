"""A plot of time and memory against the number of lines, as SVG."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import ways
from figures import Figures, size

_WIDTH, _HEIGHT, _GAP = 300, 200, 90
_LEFT, _TOP = 60, 56
_LINES = 5
_STEPS = (1, 2, 2.5, 5, 10)
_STYLE = """
  svg { background: #fff; font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif }
  text { fill: #57606a }
  .title { fill: #1f2328; font-size: 14px; font-weight: 600 }
  .grid { stroke: #d8dee4 }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  .dot { stroke: #fff; stroke-width: 1.5 }
  .line.own { stroke: #0969da }
  .line.other { stroke: #9a6700; stroke-dasharray: 5 4 }
  .dot.own, text.own { fill: #0969da }
  .dot.other, text.other { fill: #9a6700 }
"""

Points = list[tuple[float, float]]


class Curve(NamedTuple):
    """A named line of points: millions of lines, and seconds or megabytes."""

    name: str
    style: str
    points: Points


def plot(figures: Figures) -> str:
    """Return the plot: two panels, seconds and megabytes."""
    archives = figures.archives()

    def points(way: ways.Way, *, memory: bool = False) -> Points:
        measure = figures.megabytes if memory else figures.best
        return [(archive.lines / 1e6, measure(way, archive)) for archive in archives]

    seconds = [
        Curve("midtrail, to Parquet", "own", points(ways.PARQUET)),
        Curve("zcat | wc -l", "other", points(ways.ZCAT)),
    ]
    memory = [Curve("midtrail, to Parquet", "own", points(ways.PARQUET, memory=True))]
    width, height = _LEFT + 2 * _WIDTH + _GAP + 24, _TOP + _HEIGHT + 52
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            f"<title>gz to Parquet: {size(archives[0].lines)} to {size(archives[-1].lines)} lines</title>",
            f"<style>{_STYLE}</style>",
            *_panel("Seconds, whole process", seconds, _LEFT),
            *_panel("Peak memory in MB", memory, _LEFT + _WIDTH + _GAP),
            "</svg>\n",
        ]
    )


def _panel(title: str, curves: list[Curve], left: int) -> Iterator[str]:
    right = max(x for curve in curves for x, _ in curve.points)
    step = _step(max(y for curve in curves for _, y in curve.points))
    top = step * -(-max(y for curve in curves for _, y in curve.points) * 1.05 // step)
    yield f'<g transform="translate({left} {_TOP})">'
    yield f'<text class="title" x="0" y="-28">{title}</text>'
    yield from _grid(step, top)
    for x in sorted({x for curve in curves for x, _ in curve.points}):
        yield f'<text x="{x / right * _WIDTH:.1f}" y="{_HEIGHT + 20}" text-anchor="middle">{x:.2g}</text>'
    yield f'<text x="{_WIDTH / 2}" y="{_HEIGHT + 40}" text-anchor="middle">million lines</text>'
    for place, curve in enumerate(curves):
        at = [(x / right * _WIDTH, _HEIGHT - y / top * _HEIGHT) for x, y in curve.points]
        yield from _drawn(curve, at, place)
    yield "</g>"


def _step(highest: float) -> float:
    """Return a round step, so that a grid has four or five lines."""
    least = highest / _LINES
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _STEPS if step * power >= least)


def _grid(step: float, top: float) -> Iterator[str]:
    for number in range(round(top / step) + 1):
        y = _HEIGHT - number * step / top * _HEIGHT
        yield f'<path class="grid" d="M0 {y:.1f}H{_WIDTH}"/>'
        yield f'<text x="-10" y="{y + 4:.1f}" text-anchor="end">{number * step:g}</text>'


def _drawn(curve: Curve, at: Points, place: int) -> Iterator[str]:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
    yield f'<path class="line {curve.style}" d="M{path}"/>'
    for x, y in at:
        yield f'<circle class="dot {curve.style}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    side = f'x="{_WIDTH}" text-anchor="end"' if place else 'x="0"'
    yield f'<text class="{curve.style}" {side} y="-8">{curve.name}</text>'
