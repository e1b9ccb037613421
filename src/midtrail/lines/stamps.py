"""Timestamps as numbers: a stamp's parts become microseconds, or nothing where no such moment exists."""

from __future__ import annotations

from calendar import isleap
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from midtrail.lines.line import FIRST_YEAR, LAST_YEAR

_NAMES = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
DAY = 86_400_000_000  # microseconds, as all times here
SECOND = 1_000_000
_EPOCH_ORDINAL = date(FIRST_YEAR, 1, 1).toordinal()
_HOURS, _SIXTY = 24, 60
_LEAP_YEAR, _LEAP_DAY = 1972, (2, 29)


class Stamp(NamedTuple):
    """A line's own clock.

    `local` is in microseconds since 1970 in the clock of the line; without a year (`month` is not 0) it is
    the time of the day. `zone` is the offset that the stamp itself tells, in seconds east of UTC.
    """

    local: int
    zone: int | None = None
    month: int = 0
    day: int = 0


@lru_cache(maxsize=1024)
def day_start(year: int, month: int, day: int) -> int | None:
    """Give the start of a day in microseconds since 1970, None where there is no such day."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return (date(year, month, day).toordinal() - _EPOCH_ORDINAL) * DAY
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _day(year: bytes, month: bytes, day: bytes) -> int | None:
    return day_start(int(year), _month(month), int(day))


def _month(month: bytes) -> int:
    return MONTHS.get(month) or int(month)


@lru_cache(maxsize=4096)
def _clock(clock: bytes) -> int | None:
    hours, minutes, seconds = map(int, clock.split(b":"))
    if hours >= _HOURS or minutes >= _SIXTY or seconds >= _SIXTY:
        return None
    return ((hours * _SIXTY + minutes) * _SIXTY + seconds) * SECOND


def full_stamp(year: bytes, month: bytes, day: bytes, clock: bytes) -> Stamp | None:
    """Give the stamp of a year, a month (`Sep` or `09`), a day and a clock `23:38:03`, if it exists."""
    start, time = _day(year, month, day), _clock(clock)
    return None if start is None or time is None else Stamp(start + time)


def yearless_stamp(month: bytes, day: bytes, clock: bytes) -> Stamp | None:
    """Give a stamp without a year; 29 February may be one, since the year may be a leap year."""
    time = _clock(clock)
    if time is None or day_start(_LEAP_YEAR, _month(month), int(day)) is None:
        return None
    return Stamp(time, None, _month(month), int(day))


def with_year(stamp: Stamp, year: int) -> int:
    """Give the local microseconds of a stamp without a year in that year.

    29 February in a year that has none is put in the nearest leap year before: the year was a guess.
    """
    if (stamp.month, stamp.day) == _LEAP_DAY:
        while not isleap(year) and year > _LEAP_YEAR:
            year -= 1
        year = max(year, _LEAP_YEAR)
    return (day_start(year, stamp.month, stamp.day) or 0) + stamp.local
