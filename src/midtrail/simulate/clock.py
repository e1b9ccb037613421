"""The appliance's clock: local time with an offset that changes once with summer time, and its stamps."""

import time
from calendar import timegm
from dataclasses import dataclass
from functools import lru_cache

_HOUR = 3600
_WEEK = 7
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MARCH, _OCTOBER = 3, 10


@dataclass(frozen=True, slots=True)
class Clock:
    """`offset` seconds east of UTC; from `change` (seconds since the epoch) on, `shift` seconds more."""

    offset: int
    change: int | None = None
    shift: int = 0

    def offset_at(self, second: int) -> int:
        """Return the offset from UTC at a time."""
        return self.offset + (self.shift if self.change is not None and second >= self.change else 0)

    def stamp(self, second: int) -> str:
        """Return local time as the appliance writes it: `Mon Sep 13 23:38:03 2021`."""
        return native_stamp(second + self.offset_at(second))


@lru_cache(maxsize=256)
def native_stamp(local: int) -> str:
    """Return `Mon Sep  3 23:38:03 2021`."""
    at = time.gmtime(local)
    return f"{_DAYS[at.tm_wday]} {_MONTHS[at.tm_mon - 1]} {at.tm_mday:2} {at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} {at.tm_year}"


@lru_cache(maxsize=256)
def syslog_stamp(local: int) -> str:
    """Return `Sep  3 23:38:03`, as RFC 3164 has it."""
    at = time.gmtime(local)
    return f"{_MONTHS[at.tm_mon - 1]} {at.tm_mday:2} {at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"


def file_stamp(local: int) -> str:
    """Return `20210903T233803`, as in the names of log files."""
    return time.strftime("%Y%m%dT%H%M%S", time.gmtime(local))


def summer_time_change(first: int, last: int) -> tuple[int, int] | None:
    """Return the first change of summer time between two times, and its shift; Europe's days, for all."""
    for year in range(time.gmtime(first).tm_year, time.gmtime(last).tm_year + 1):
        for month, shift in ((_MARCH, _HOUR), (_OCTOBER, -_HOUR)):
            change = _last_sunday(year, month) + _HOUR
            if first < change < last:
                return change, shift
    return None


def _last_sunday(year: int, month: int) -> int:
    last_day = timegm((year, month, 31, 0, 0, 0))
    return last_day - (time.gmtime(last_day).tm_wday + 1) % _WEEK * 24 * _HOUR
