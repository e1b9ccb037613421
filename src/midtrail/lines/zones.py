"""Time zones: the seconds east of UTC that a local clock shows at some moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from midtrail.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_FIXED = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z]+(?:[/_+-]\w+)*")  # what dateutil may look for: no path, no POSIX rule
_MOST_HOURS = 14
_QUARTER = 900_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@lru_cache(maxsize=64)
def parse_zone(name: str) -> tzinfo:
    """Give the zone that a person named: `Europe/Berlin`, `UTC-5`, `UTC+05:30`, `-05:00`, `UTC`, `Z`.

    The sign is that of clocks, not of POSIX: a minus is west of Greenwich. Raises UsageError.
    """
    if name.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    fixed = _FIXED.fullmatch(name)
    zone = _fixed_zone(*fixed.groups()) if fixed else _named_zone(name)
    if zone is None:
        raise UsageError(
            f"The time zone {name!r} is not known: give an IANA name such as Europe/Berlin, "
            "or the hours from UTC such as UTC-5 or -05:00 (five hours west).",
        )
    return zone


def _fixed_zone(sign: str, hours: str, minutes: str | None) -> tzinfo | None:
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset > timedelta(hours=_MOST_HOURS):
        return None
    return timezone(-offset if sign == "-" else offset)


def _named_zone(name: str) -> tzinfo | None:
    """Look in the system's zones, then in those that dateutil brings along (slim images have none)."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - it reads how Python was built

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return _bundled_zone(name)


def _bundled_zone(name: str) -> tzinfo | None:
    from dateutil.tz import gettz  # noqa: PLC0415  # seldom needed

    return gettz(name) if _NAME.fullmatch(name) else None


def offset_finder(zone: tzinfo) -> Callable[[int], int]:
    """Give a function from local microseconds since 1970 to the seconds east of UTC.

    An hour that comes twice (the end of summer time) is taken as the first of the two.
    """

    @lru_cache(maxsize=4096)
    def of_quarter(quarter: int) -> int:
        local = _EPOCH + timedelta(microseconds=quarter * _QUARTER)
        return int((zone.utcoffset(local.replace(tzinfo=zone)) or timedelta()).total_seconds())

    return lambda local: of_quarter(local // _QUARTER)
