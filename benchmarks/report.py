"""The figures as Markdown, the same tables each time."""

import os
import platform
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import ways
from archives import Archive
from figures import Figures, Goal, goals, number, size
from stages import Stage
from ways import Way

_NOTES = {
    ways.ZCAT: "decompress and count, nothing else; two processes",
    ways.IN_MEMORY: "`midtrail.read_batches` in a script: spine and all kinds, every field typed, nothing kept",
    ways.PARQUET: "spine and all kinds, every field typed, written to disk",
    ways.NDJSON: "to /dev/null",
    ways.CSV: "to /dev/null",
    ways.TRACKED: "messages and recipients, joined, written to disk",
    ways.PEERS[0]: "`zcat FILES | lognormalizer`; JSON of ten kinds, no types",
    ways.PEERS[1]: "lines from `zcat`; one alternation of ten kinds, groups taken, nothing kept",
    ways.PEERS[2]: "lines from `zcat`; `extract_regex` by kind, ten kinds, nothing kept",
    ways.PEERS[3]: "midtrail without its kernel, the first lines to Arrow, one thread",
}


_WORDS = ("", "reached", "what it does")
_KNOWN = (
    "liblognorm, `re` and RE2 know the ten commonest kinds only (`benchmarks/ten_kinds.*`): `known` tells of how "
    "many lines they gave kind and fields, and a line that they do not know costs them little. midtrail and Lark "
    "give every line its kind."
)


def report(figures: Figures, stages: list[Stage], rounds: int) -> str:
    """Return the whole page."""
    return "\n".join(
        [
            *_beginning(rounds),
            *section("Against the goals", goal_table(goals(figures))),
            *_ways(figures),
            *section("Where the time goes", _stage_table(stages)),
            *section("Growth", _growth_table(figures)),
            "",
            "![Time grows with the number of lines, memory does not](../docs/growth.svg)",
            "",
        ]
    )


def machine() -> str:
    """Name the machine and the versions in one sentence."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, pyarrow {version('pyarrow')}, midtrail {version('midtrail')}"
    )


def today() -> str:
    """Return the date, as it is written in a sentence."""
    return f"{datetime.now(UTC):%d %B %Y}".lstrip("0")


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _beginning(rounds: int) -> list[str]:
    how = (
        "Gzipped logs made by `midtrail simulate --appliances 3 --gzip`; whole processes, start included, in turn, "
        f"{rounds} runs each. A figure is of the quickest run; in brackets, of the median runs. `x` is time in "
        "times of what `zcat FILES | wc -l` took for the same files in the same rounds."
    )
    return [
        "# How fast midtrail reads",
        "",
        f"Written by `python benchmarks/engine.py --write` on {today()}: {machine()}.",
        "",
        how,
    ]


def section(title: str, table: Iterable[str]) -> list[str]:
    """Return a table with its title."""
    return ["", f"## {title}", "", *table]


def goal_table(goals: Iterable[Goal]) -> Iterator[str]:
    """Yield the table of goals and what was measured."""
    yield from head("", "measured", "must", "goal", "reached")
    for goal in goals:
        yield row(goal.what, _measured(goal), *_aims(goal), goal.reached)


def _measured(goal: Goal) -> str:
    if goal.best is None:
        return goal.why_not
    middle = "" if goal.middle is None else f" ({number(goal.middle, goal.unit)})"
    return f"**{number(goal.best, goal.unit)}**{middle}"


def _aims(goal: Goal) -> tuple[str, str]:
    must, aim = (f"{value:g}{goal.unit}" if value is not None else "" for value in (goal.must, goal.goal))
    return must, aim


def _ways(figures: Figures) -> Iterator[str]:
    """Yield a table of all ways for each archive that they read, the largest first, and what is to be known."""
    for archive in reversed(figures.archives(ways.NDJSON)):
        yield from section(f"All ways, {size(archive.lines)} lines", _way_table(figures, archive))
    yield ""
    yield _KNOWN


def _way_table(figures: Figures, archive: Archive) -> Iterator[str]:
    yield from head("", "lines", "seconds", "lines/s", "of zcat", "peak memory", "known", "what it does")
    for way in ways.OF_ARCHIVES:
        if figures.has(way, archive):
            yield row(*_way_cells(figures, way, archive))
        else:
            why = figures.missing.get(way, "not measured")
            yield row(way.name, *[""] * 6, why)


def _way_cells(figures: Figures, way: Way, archive: Archive) -> Iterator[str]:
    run = figures.runs[way, archive][0]
    best, middle = figures.speeds(way, archive)
    yield f"**{way.name}**" if way is ways.PARQUET else way.name
    yield size(run.lines)
    yield f"{figures.best(way, archive):.2f} ({figures.middle(way, archive):.2f})"
    yield f"{size(round(best))} ({size(round(middle))})"
    yield f"{figures.speeds(ways.ZCAT, archive)[0] / best:.2f}x"
    yield f"{figures.megabytes(way, archive):,.0f} MB"
    yield "" if way is ways.ZCAT else f"{run.known / run.lines:.0%}"
    yield _NOTES[way]


def _stage_table(stages: list[Stage]) -> Iterator[str]:
    yield from head("", "CPU seconds", "share", "ns a line")
    for stage in stages:
        yield row(stage.name, f"{stage.seconds:.2f}", f"{stage.share:.0%}", f"{stage.nanoseconds:,.0f}")


def _growth_table(figures: Figures) -> Iterator[str]:
    yield from head("lines", "seconds", "of zcat", "lines/s", "peak memory")
    for archive in figures.archives():
        yield row(
            f"{archive.lines:,}",
            f"{figures.best(ways.PARQUET, archive):.2f} ({figures.middle(ways.PARQUET, archive):.2f})",
            f"{figures.ratios(ways.PARQUET, archive)[0]:.2f}x",
            size(round(figures.speeds(ways.PARQUET, archive)[0])),
            f"{figures.megabytes(ways.PARQUET, archive):,.0f} MB",
        )


def head(*names: str) -> tuple[str, str]:
    """Begin a table; columns of words stand on the left, those of numbers on the right."""
    lines = ("---" if name in _WORDS else "---:" for name in names)
    return row(*names), f"|{'|'.join(lines)}|"


def row(*cells: str) -> str:
    """Return a row of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
