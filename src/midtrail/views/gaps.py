"""What is missing from a log, for a terminal: a verdict, then each appliance with a strip of its time and its findings."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, NamedTuple

from rich.console import Console
from rich.text import Text

from midtrail.moments import iso_instant
from midtrail.questions.gaps import Appliance, Finding, Gaps
from midtrail.text import shown
from midtrail.views.clock import UTC_CLOCK, Clock

_WIDEST, _NARROWEST = 100, 40
_FEW = 3
_LABEL = 24
_WORTH_TELLING = 0.001  # of all lines: below, their number says more
_BARS, _PLAIN_BARS = " ▁▂▃▄▅▆▇█", " .:-=+*%#"
_HOLE, _PLAIN_HOLE = "×", "x"  # noqa: RUF001 - the sign for what is crossed out
_NUMBERS = re.compile(r"\d+(, (\d+|…))*")


class Place(NamedTuple):
    """Findings of one appliance that fall together in time."""

    after: datetime | None
    before: datetime | None
    findings: list[Finding]


def print_gaps(
    gaps: Gaps, file: IO[str], clock: Clock = UTC_CLOCK, *, all_: bool = False, plain: bool = False
) -> None:
    """Print a report to a file, at most 100 columns wide; `all_` with what is normal, `plain` in ASCII bars."""
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    width = max(_NARROWEST, min(console.width, _WIDEST)) if console.is_terminal else 80
    for line in gap_lines(gaps, width, clock, all_=all_, plain=plain):
        console.print(line, no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)


def gap_lines(
    gaps: Gaps, width: int, clock: Clock, *, all_: bool = False, plain: bool = False
) -> Iterator[Text]:
    """Yield the lines of the report."""
    yield from (Text(line, "bold") for line in textwrap.wrap(verdict(gaps), width))
    for appliance in gaps.appliances:
        own = [finding for finding in gaps if finding.host == appliance.host]
        if all_ or any(not finding.normal for finding in own):
            yield Text()
            yield from _appliance(appliance, own, _Paper(width, clock, plain=plain), all_=all_)
    normal = Counter(finding.counter for finding in gaps if finding.normal)
    if normal and not all_:
        counts = ", ".join(f"{counter} {count:,}" for counter, count in normal.most_common())
        yield Text()
        yield Text(f"Normal, and shown by --all: {counts}.", "dim")


def verdict(gaps: Gaps) -> str:
    """Return in one sentence what is missing."""
    told = [*_ids_missing(gaps), *_lines_missing(gaps)] or list(_things_wrong(gaps))
    if told:
        sentence = "; ".join(told)
        return f"{sentence[0].upper()}{sentence[1:]}."
    if not any(one.checked for one in gaps.appliances):
        return "Nothing can be told: no line begins a message or a connection."
    return "Nothing is missing."


def _ids_missing(gaps: Gaps) -> Iterator[str]:
    missing = sum(finding.missing for finding in gaps.abnormal)
    if missing:
        places = [
            place
            for appliance in gaps.appliances
            for place in _places(
                [one for one in gaps.abnormal if one.host == appliance.host and not one.lacks]
            )
            if any(one.missing for one in place.findings)
        ]
        yield f"{_count(missing, 'id never occurs', 'ids never occur')}, in {_count(len(places), 'place')}"


def _lines_missing(gaps: Gaps) -> Iterator[str]:
    lines = sum(finding.lacks is not None for finding in gaps.abnormal)
    share = max(map(_share, gaps.appliances), default=0.0)
    if lines and share >= _WORTH_TELLING:
        whose = "the lines" if len(gaps.appliances) == 1 else "an appliance's lines"
        yield f"about {share:.1%} of {whose} are missing"
    elif lines:
        yield f"{_count(lines, 'single line is', 'single lines are')} missing"


def _things_wrong(gaps: Gaps) -> Iterator[str]:
    if gaps.abnormal:
        yield _count(len(gaps.abnormal), "thing is not as it should be", "things are not as they should be")


def _share(appliance: Appliance) -> float:
    return appliance.lacking / appliance.checked if appliance.checked else 0.0


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


class _Paper:
    """How wide lines are, in which clock times are told, and with which bars."""

    def __init__(self, width: int, clock: Clock, *, plain: bool) -> None:
        self.width, self._clock = width, clock
        self.bars = _PLAIN_BARS if plain else _BARS
        self.hole = _PLAIN_HOLE if plain else _HOLE
        self.clock_name = clock.name

    def when(self, moment: datetime | None) -> str:
        """Return an instant: `18 Oct 2021 03:01:06`."""
        if moment is None:
            return "an unknown time"
        told = iso_instant(moment)
        return f"{self._clock.day(told)} {self._clock.time(told)}"

    def wrapped(self, text: str, label: str = "", style: str = "") -> Iterator[Text]:
        """Yield a text in lines, the first behind a label."""
        indent = " " * (4 + (_LABEL if label else 0))
        first = f"    {label:<{_LABEL - 1}} " if label else indent
        room = max(self.width - len(indent), 20)
        for number, line in enumerate(textwrap.wrap(text, room) or [""]):
            yield Text((first if number == 0 else indent) + line, style)


def _appliance(appliance: Appliance, findings: list[Finding], paper: _Paper, *, all_: bool) -> Iterator[Text]:
    yield Text(shown(appliance.host or "(unnamed appliance)"), "bold")
    lost = [finding for finding in findings if not finding.normal and not finding.lacks]
    lines = [finding for finding in findings if not finding.normal and finding.lacks]
    if appliance.begins is not None:
        yield Text(
            f"  {paper.when(appliance.begins)} to {paper.when(appliance.ends)} ({paper.clock_name})", "dim"
        )
        yield _strip(appliance, lost, paper)
    for place in _places(lost):
        yield from _place(place, paper)
    if lines:
        yield from _lines(appliance, lines, paper)
    if all_:
        normal = [finding for finding in findings if finding.normal]
        if normal:
            yield Text("  Normal", "bold dim")
        for finding in normal:
            yield from paper.wrapped(_normal(finding, paper), _label(finding), "dim")


def _normal(finding: Finding, paper: _Paper) -> str:
    sure = "" if finding.confidence == "high" else f" ({finding.confidence} confidence)"
    return f"{paper.when(finding.after or finding.before)}: {shown(finding.reason)}{sure}"


def _strip(appliance: Appliance, lost: Iterable[Finding], paper: _Paper) -> Text:
    """Return the appliance's time from left to right: how many lines, and where ids are missing."""
    highest = max(appliance.lines_by_time, default=0) or 1
    strip = Text("  ")
    holes = _hole_slices(appliance, lost)
    for place, lines in enumerate(appliance.lines_by_time):
        if place in holes:
            strip.append(paper.hole, "red")
        else:
            level = 0 if not lines else max(1, round((lines / highest) ** 0.5 * (len(paper.bars) - 1)))
            strip.append(paper.bars[level])
    strip.append(f"  {_count(appliance.lines, 'line')}", "dim")
    return strip


def _hole_slices(appliance: Appliance, lost: Iterable[Finding]) -> set[int]:
    if appliance.begins is None or appliance.ends is None:
        return set()
    begins = appliance.begins.timestamp()
    length = max(appliance.ends.timestamp() - begins, 1.0) / len(appliance.lines_by_time)
    found: set[int] = set()
    for finding in lost:
        if finding.missing and finding.after is not None and finding.before is not None:
            low = int((finding.after.timestamp() - begins) / length)
            high = int((finding.before.timestamp() - begins) / length)
            empty = {at for at in range(low, high + 1) if not _lines_in(appliance, at)}
            found |= empty or {low}
    return found


def _lines_in(appliance: Appliance, at: int) -> int:
    return appliance.lines_by_time[at] if 0 <= at < len(appliance.lines_by_time) else 1


def _places(findings: Sequence[Finding]) -> list[Place]:
    """Return findings put together by their times; those without both times each on their own."""
    found: list[Place] = []
    for finding in findings:
        last = found[-1] if found else None
        after, before = finding.after, finding.before
        if last is None or last.before is None or after is None or before is None or after > last.before:
            found.append(Place(after, before, [finding]))
        else:
            found[-1] = Place(last.after, max(last.before, before), [*last.findings, finding])
    return found


def _place(place: Place, paper: _Paper) -> Iterator[Text]:
    yield Text(f"  {paper.when(place.after)} to {paper.when(place.before)}", "red")
    has_file = any(finding.counter == "file" for finding in place.findings)
    causes: dict[str, None] = {}
    by_counter: Counter[str] = Counter()
    for finding in place.findings:
        what, _, cause = shown(finding.reason).partition(": ")
        by_counter[finding.counter] += 1
        if by_counter[finding.counter] <= _FEW:
            yield from paper.wrapped(what, _label(finding))
        if cause and not (has_file and finding.counter != "file"):
            causes[_sure(cause, finding)] = None
    for counter, number in by_counter.items():
        if number > _FEW:
            yield from paper.wrapped(
                f"{number - _FEW:,} more such, which --format json lists", counter.upper()
            )
    for cause in list(causes)[:_FEW]:
        yield from paper.wrapped(f"{cause[0].upper()}{cause[1:]}.")


def _sure(cause: str, finding: Finding) -> str:
    return cause if finding.confidence == "high" else f"{cause} ({finding.confidence} confidence)"


def _label(finding: Finding) -> str:
    if finding.first is None:
        return finding.counter
    if finding.first == finding.last:
        return f"{finding.counter.upper()} {finding.first}"
    return f"{finding.counter.upper()} {finding.first}–{finding.last}"  # noqa: RUF001 - a range


def _lines(appliance: Appliance, lines: Sequence[Finding], paper: _Paper) -> Iterator[Text]:
    """Tell of single lines that are missing: how many, of which sort, and where the first are."""
    begins = min((one.after for one in lines if one.after is not None), default=None)
    ends = max((one.after for one in lines if one.after is not None), default=None)
    yield Text(f"  {paper.when(begins)} to {paper.when(ends)}", "red")
    share = _share(appliance)
    about = f"About {share:.1%} of the lines are missing: of" if share >= _WORTH_TELLING else "Of"
    yield from paper.wrapped(
        f"{about} {_count(appliance.checked, 'line')} that follow from others, {appliance.lacking:,} "
        f"{'is' if appliance.lacking == 1 else 'are'} not there."
    )
    sorts = Counter(_NUMBERS.sub("n", one.lacks or "") for one in lines)
    for sort, number in sorts.most_common():
        yield from paper.wrapped(sort, f"{number:>8,}")
    for one in lines[:_FEW]:
        yield from paper.wrapped(f"{shown(one.reason)}, {paper.when(one.after)}", "for example", "dim")
