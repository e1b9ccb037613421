"""The archive's figures as Markdown, the same tables each time."""

from collections.abc import Iterator

import kept
import ways
from archives import Archive
from figures import Figures, Goal, size
from kept import Sizes
from report import goal_table, head, machine, row, section, today
from ways import Way

_MS = 1000
_HOW = (
    "Gzipped logs made by `midtrail simulate --appliances 3 --gzip`; whole processes, start included, in turn, "
    "{rounds} runs each. A figure is of the quickest run; in brackets, of the median runs. What is looked up in "
    "one process are other messages each time."
)


def report(figures: Figures, sizes: dict[Archive, Sizes], rounds: int) -> str:
    """Return the whole page."""
    logs = sorted(sizes, key=lambda one: one.lines)
    return "\n".join(
        [
            "# What the archive costs and gives",
            "",
            f"Written by `python benchmarks/archive.py --write` on {today()}: {machine()}.",
            "",
            _HOW.format(rounds=rounds),
            *section("Against the goals", goal_table(_goals(figures, sizes, logs))),
            *section("Size", _size_table(sizes, logs)),
            *section("Making it", _making_table(figures, logs)),
            *section("Looking up", _look_up_table(figures, logs)),
            *section("Another day", _day_table(figures, logs)),
            "",
        ]
    )


def _goals(figures: Figures, sizes: dict[Archive, Sizes], logs: list[Archive]) -> Iterator[Goal]:
    small, large = logs[0], logs[-1]
    for one in logs:
        gzip = sizes[one].others["gzip -6"]
        told = f"{size(one.lines)} lines, against `gzip -6`"
        yield Goal(f"size of the events, {told}", sizes[one].events / gzip, None, 0.6, 0.6, "x")
        yield Goal(f"size of everything, {told}", sizes[one].everything / gzip, None, 1.0, 1.0, "x")
    for one in logs:
        for way in (kept.BY_MID, kept.BY_ADDRESS):
            yield Goal(f"{way.name}, {size(one.lines)} lines", *_both(figures, way, one), 0.5, 0.5, " s")
        for way in kept.WITHIN:
            best, middle = (_MS * seconds for seconds in _both(figures, way, one))
            yield Goal(f"{way.name}, {size(one.lines)} lines", best, middle, 50, 50, " ms")
    for day, ways_of_it in kept.DAYS.items():
        alone, added = (_both(figures, way, large) for way in ways_of_it)
        yield Goal(f"{day} to the archive against alone", *_quotients(added, alone), None, None, "x")
    if large is small:
        return
    for way in (kept.BY_MID, kept.BY_ADDRESS, *kept.WITHIN):
        quotients = _quotients(_both(figures, way, large), _both(figures, way, small))
        yield Goal(
            f"{way.name}, {size(large.lines)} against {size(small.lines)} lines", *quotients, None, None, "x"
        )
    peaks = [figures.megabytes(kept.MAKE, one) for one in (small, large)]
    name = f"peak memory of making it, {size(large.lines)} against {size(small.lines)} lines"
    yield Goal(name, peaks[1] / peaks[0], None, None, None, "x")


def _both(figures: Figures, way: Way, logs: Archive) -> tuple[float, float]:
    return figures.best(way, logs), figures.middle(way, logs)


def _quotients(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return one[0] / other[0], one[1] / other[1]


def _size_table(sizes: dict[Archive, Sizes], logs: list[Archive]) -> Iterator[str]:
    yield from head("", *(f"{size(one.lines)} lines" for one in logs), *("of `gzip -6`" for _ in logs))
    names = {name: [sizes[one].others.get(name) for one in logs] for name in kept.COMPRESSORS}
    names["archive: events alone"] = [sizes[one].events for one in logs]
    names["**archive: everything**"] = [sizes[one].everything for one in logs]
    for name, found in names.items():
        of = zip(found, names["gzip -6"], strict=True)
        yield row(
            name if "archive" in name else f"`{name}`, file by file",
            *("not installed" if told is None else f"{told / 1e6:,.2f} MB" for told in found),
            *("" if told is None or gzip is None else f"{told / gzip:.2f}x" for told, gzip in of),
        )


def _making_table(figures: Figures, logs: list[Archive]) -> Iterator[str]:
    yield from head("", "lines", "seconds", "lines/s", "of zcat", "peak memory")
    for one in logs:
        for way in (ways.ZCAT, kept.MAKE):
            best, middle = figures.speeds(way, one)
            yield row(
                way.name,
                f"{one.lines:,}",
                _seconds(figures, way, one),
                f"{size(round(best))} ({size(round(middle))})",
                "{:.2f}x ({:.2f}x)".format(*figures.ratios(way, one)),
                f"{figures.megabytes(way, one):,.0f} MB",
            )


def _look_up_table(figures: Figures, logs: list[Archive]) -> Iterator[str]:
    yield from head("", *(f"{size(one.lines)} lines" for one in logs), *("peak memory" for _ in logs))
    for way in kept.LOOK_UPS:
        memory = [f"{figures.megabytes(way, one):,.0f} MB" for one in logs]
        yield row(way.name, *(f"{_seconds(figures, way, one)} s" for one in logs), *memory)
    for way in (*kept.WITHIN, *kept.OPENED):
        times = [[_MS * seconds for seconds in _both(figures, way, one)] for one in logs]
        yield row(way.name, *(f"{best:.0f} ({middle:.0f}) ms" for best, middle in times), *("" for _ in logs))


def _day_table(figures: Figures, logs: list[Archive]) -> Iterator[str]:
    yield from head("", "alone", "to the archive of other days", "peak memory")
    for one in logs:
        for day, (alone, added) in kept.DAYS.items():
            yield row(
                f"{day} of {size(one.lines)} lines",
                f"{_seconds(figures, alone, one)} s",
                f"{_seconds(figures, added, one)} s",
                f"{figures.megabytes(added, one):,.0f} MB",
            )


def _seconds(figures: Figures, way: Way, logs: Archive) -> str:
    return "{:.2f} ({:.2f})".format(*_both(figures, way, logs))
