"""What the runs gave, and how it stands against the goals."""

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

import ways
from archives import Archive
from ways import Run, Way

_DIGITS = 2
_TEN = 10


class Figures:
    """All runs, by way and archive."""

    def __init__(self) -> None:
        """Begin with none."""
        self.runs: dict[tuple[Way, Archive], list[Run]] = {}
        self.missing: dict[Way, str] = {}

    def add(self, way: Way, archive: Archive, run: Run) -> None:
        """Keep one run."""
        self.runs.setdefault((way, archive), []).append(run)

    def has(self, way: Way, archive: Archive) -> bool:
        """Tell whether a way was measured on an archive."""
        return (way, archive) in self.runs

    def archives(self, way: Way = ways.PARQUET) -> list[Archive]:
        """Return the archives that a way read, the smallest first; `PARQUET` read them all."""
        return sorted({read for by, read in self.runs if by is way}, key=lambda read: read.lines)

    def best(self, way: Way, archive: Archive) -> float:
        """Return the seconds of the quickest run."""
        return min(run.seconds for run in self.runs[way, archive])

    def middle(self, way: Way, archive: Archive) -> float:
        """Return the seconds of the median run."""
        return median(run.seconds for run in self.runs[way, archive])

    def megabytes(self, way: Way, archive: Archive) -> float:
        """Return the most memory of any run."""
        return max(run.megabytes for run in self.runs[way, archive])

    def ratios(self, way: Way, archive: Archive) -> tuple[float, float]:
        """Return time in times of `zcat | wc -l`: of the quickest runs, and of the median runs."""
        return (
            self.best(way, archive) / self.best(ways.ZCAT, archive),
            self.middle(way, archive) / self.middle(ways.ZCAT, archive),
        )

    def speeds(self, way: Way, archive: Archive) -> tuple[float, float]:
        """Return lines a second: of the quickest run, and of the median run."""
        lines = self.runs[way, archive][0].lines
        return lines / self.best(way, archive), lines / self.middle(way, archive)


class Goal(NamedTuple):
    """A goal and what was measured; the smaller the better, unless `more` is better."""

    what: str
    best: float | None
    middle: float | None
    must: float | None
    goal: float | None
    unit: str
    why_not: str = ""
    more: bool = False

    @property
    def reached(self) -> str:
        """What the best run reaches."""
        if self.best is None or self.must is None or self.goal is None:
            return ""
        sign, best = (-1 if self.more else 1), round(self.best, _DIGITS)
        if sign * best <= sign * self.goal:
            return "goal"
        return "must" if sign * best <= sign * self.must else "missed"


def goals(figures: Figures) -> Iterator[Goal]:
    """Yield all goals, for the smallest and the largest archive that all ways read."""
    small, *_, large = figures.archives(ways.NDJSON) * 2
    yield from _against_zcat(figures, small, large)
    yield from _memory(figures, small, large)
    for way, must, goal in ((ways.FIRST_ANSWER, 0.6, 0.3), (ways.HELP, 0.4, 0.2)):
        name = f"{way.name}, whole process"
        yield Goal(name, figures.best(way, small), figures.middle(way, small), must, goal, " s")
    for archive in _each(large, small):
        for way in (ways.IN_MEMORY, ways.PARQUET):
            yield _against_peers(figures, way, archive)


def _each(large: Archive, small: Archive) -> tuple[Archive, ...]:
    return (large,) if large is small else (large, small)


def _against_zcat(figures: Figures, small: Archive, large: Archive) -> Iterator[Goal]:
    musts = [(ways.PARQUET, large, 1.2, 0.8), (ways.PARQUET, small, 2.2, 1.5)][: len(_each(large, small))]
    rows: list[tuple[Way, Archive, float | None, float | None]] = [
        *musts,
        *((ways.NDJSON, archive, 4, 2.5) for archive in _each(large, small)),
        *((ways.CSV, archive, None, None) for archive in _each(large, small)),
        *((ways.TRACKED, archive, 3, 2) for archive in _each(large, small)),
    ]
    for way, archive, must, goal in rows:
        name = f"{way.name}, {size(archive.lines)} lines, against {ways.ZCAT.name}"
        if figures.has(way, archive):
            yield Goal(name, *figures.ratios(way, archive), must, goal, "x")
        else:
            yield Goal(name, None, None, must, goal, "x", figures.missing.get(way, "not measured"))


def _memory(figures: Figures, small: Archive, large: Archive) -> Iterator[Goal]:
    peaks = [figures.megabytes(ways.PARQUET, archive) for archive in figures.archives()]
    if large is not small:
        name = f"peak memory, gz → Parquet, {size(large.lines)} against {size(small.lines)} lines"
        yield Goal(name, peaks[-1] / peaks[0], None, 1.2, 1.0, "x")
    yield Goal("peak memory, gz → Parquet", max(peaks), None, 800, 400, " MB")


def _against_peers(figures: Figures, way: Way, archive: Archive) -> Goal:
    """Compare lines a second with the quickest of the others, which keep nothing of what they read."""
    there = [way for way in ways.PEERS if figures.has(way, archive)]
    name = f"{way.name}, faster than the best of the others, {size(archive.lines)} lines"
    if not there:
        return Goal(name, None, None, 3, 6, "x", "not measured", more=True)
    own = figures.speeds(way, archive)
    best, middle = (max(figures.speeds(way, archive)[place] for way in there) for place in (0, 1))
    return Goal(name, own[0] / best, own[1] / middle, 3, 6, "x", more=True)


def size(lines: int) -> str:
    """Return a number of lines in few letters: 102 k, 1.0 M, 10 M."""
    for unit, letter in ((1_000_000, "M"), (1000, "k")):
        if lines >= unit:
            number = lines / unit
            return f"{number:.0f} {letter}" if number >= _TEN else f"{number:.1f} {letter}"
    return str(lines)


def number(value: float, unit: str) -> str:
    """Return a measured value with its unit, in three digits or as a whole number."""
    digits = 2 if value < _TEN else 1 if value < _TEN**2 else 0
    return f"{value:,.{digits}f}{unit}"
