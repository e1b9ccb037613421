"""What a finding says: whether it is normal, why, and how sure that is."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import NamedTuple

from midtrail.moments import iso_instant
from midtrail.questions._gap_counters import COUNTERS, Reset, Run
from midtrail.questions._gap_silences import Silence
from midtrail.text import shown

BEGINNINGS = {
    "mid": "Start MID {id}, or the line that creates it",
    "icid": "New SMTP ICID {id}",
    "dcid": "New SMTP DCID {id}",
}
_LOW_START = 1000  # ids: a counter that is set back begins low
_SMALL_PART = 20
_MANY = 1000
_HOUR, _NEARLY = 3600, 120
_SUMMER_TIME_MONTHS = (3, 4, 9, 10, 11)


class Judgement(NamedTuple):
    """Whether it is normal, why, and how sure: high, medium or low."""

    normal: bool
    reason: str
    confidence: str


def normal(reason: str, confidence: str = "high") -> Judgement:
    """Return that nothing is lost, and why."""
    return Judgement(normal=True, reason=reason, confidence=confidence)


def wrong(reason: str, confidence: str = "high") -> Judgement:
    """Return that something is lost or not as it should be, and why."""
    return Judgement(normal=False, reason=reason, confidence=confidence)


def of_hole(run: Run, others: Sequence[str], silence: Silence | None, *, often: bool) -> Judgement:
    """Judge ids in a row that do not begin: `others` are the counters with a hole at that time.

    `silence` is a silence between two files in it; `often` says that single ids of this counter are often
    left out where no line is lost.
    """
    if often:
        often_so = f"the appliance often leaves out a single {run.counter.upper()}"
        return normal(f"{_what(run)}; {often_so}, and no line of others is missing", "medium")
    if silence is not None:
        reason = (
            f"{_what(run)}: nothing was read between the end of {_name(silence.source)} and the beginning of "
            f"{_name(silence.next_source)}, so a file is missing, or the end of one"
        )
        return wrong(reason, "high" if others else "medium")
    if others:
        reason = f"{_what(run)}: {_together(others)}, so lines are missing"
        return wrong(reason)
    if run.missing > _MANY:
        guess = "it was set forward, or a line of another appliance is among these"
        return wrong(f"{_what(run)}, and no other counter jumps: {guess}", "low")
    gone = "all their lines are" if run.missing else "the lines with which they begin are"
    return wrong(f"{_what(run)}: {gone} missing, and no other counter jumps", "medium")


def _what(run: Run) -> str:
    """Say which ids do not occur."""
    ids = f"{run.counter.upper()}s"
    if not run.missing:
        return f"none of these {run.ids:,} {ids} begins, while later lines name them"
    one = f"this {run.counter.upper()} never occurs"
    told = one if run.missing == 1 else f"these {run.missing:,} {ids} never occur"
    seen = len(run.seen_ids)
    return told + (
        f" ({seen:,} more beside them {'is' if seen == 1 else 'are'} named by later lines only)"
        if seen
        else ""
    )


def _together(others: Sequence[str]) -> str:
    if len(others) == len(COUNTERS) - 1:
        return "all three counters jump at the same time"
    return f"the {others[0].upper()}s jump at the same time"


def of_reset(reset: Reset, fellows: Sequence[str], *, restarted: bool) -> Judgement:
    """Judge a counter that goes back: `fellows` are the counters that go back with it."""
    what = f"the {reset.counter.upper()}s go back from {reset.last_high} to {reset.low}"
    if restarted:
        return normal(f"{what}: the appliance was started again")
    if fellows:
        names = " and ".join(f"{fellow.upper()}s" for fellow in fellows)
        return normal(f"{what}, the {names} with them: the counters were set back")
    if reset.low <= _LOW_START or reset.low * _SMALL_PART <= reset.last_high:
        return normal(f"{what}: the counter was set back to a low start", "medium")
    reason = f"{what}, and no other counter does: two appliances under one name, or an older file of another"
    return wrong(reason, "low")


def of_mixed(counter: str, found: Sequence[Reset]) -> Judgement:
    """Judge a counter that goes back all the time."""
    reason = (
        f"the {counter.upper()}s go back {len(found)} times within {found[-1].before - found[0].before}: several "
        "appliances are read under this name, or a file with another clock; what is missing cannot be told "
        "(read their folders apart, or give --tz)"
    )
    return wrong(reason, "medium")


def of_silence(silence: Silence, *, ids_missing: bool, longest: bool, was_reset: bool) -> Judgement:
    """Judge a silence between two files: by the ids that went by in it."""
    what = (
        f"{_name(silence.source)} ends {_lasting(silence.lasts)} before {_name(silence.next_source)} begins"
    )
    if ids_missing and longest:
        return wrong(f"{what}, and ids are missing between them: a file is missing, or the end of one")
    if ids_missing:
        return normal(f"{what}; ids are missing at this time, but rather in a longer silence", "low")
    if silence.goes_on:
        ids = ", ".join(f"{counter.upper()} {low} → {high}" for counter, low, high in silence.goes_on)
        return normal(f"{what}, and the ids count on ({ids}): nothing is missing")
    if was_reset:
        return normal(f"{what}; the counters were set back in between, so ids cannot tell", "low")
    return normal(f"{what}; no id begins on both sides, and none is missing", "low")


def _name(source: str) -> str:
    """Return the name of a file without its folders, which `after_line` and `before_line` tell."""
    return shown(PurePath(source).name)


def _lasting(seconds: float) -> str:
    """Return a time in the unit in which a person would say it."""
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def of_backwards(source: str, times: int, seconds: float, moment: datetime) -> Judgement:
    """Judge times that run backwards within a file, at most by so many seconds."""
    often = "once" if times == 1 else f"{times:,} times"
    what = f"the times in {_name(source)} run backwards {often}, by {_lasting(seconds)}"
    if abs(seconds - _HOUR) <= _NEARLY and moment.month in _SUMMER_TIME_MONTHS:
        return normal(f"{what}: the end of summer time in a log that names no offset", "medium")
    if seconds <= _HOUR / 60:
        return normal(f"{what}: the clock was set, or lines came out of order", "medium")
    return wrong(f"{what}: the clock was set back, or parts of the file stand in another order", "medium")


def of_offset(before: int, after: int, moment: datetime) -> Judgement:
    """Judge another offset from UTC than in the file before."""
    what = f"the clock goes from {_zone(before)} to {_zone(after)} at {iso_instant(moment)}"
    if abs(after - before) == _HOUR and moment.month in _SUMMER_TIME_MONTHS:
        return normal(f"{what}: summer time")
    return wrong(
        f"{what}: the appliance's time zone was changed, or the files are of two appliances", "medium"
    )


def of_untold_offset(source: str) -> Judgement:
    """Judge a file that tells no offset where others of its appliance do."""
    reason = f"{_name(source)} tells no offset from UTC, as the appliance's other files do: its times are read as UTC"
    return wrong(f"{reason}, and are wrong where that is not so", "medium")


def _zone(seconds: int) -> str:
    sign = "-" if seconds < 0 else "+"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"GMT {sign}{hours:02}:{minutes:02}"
