"""Zones: what a person may call a clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfoNotFoundError

import pytest

from midtrail.errors import UsageError
from midtrail.lines import ReadOptions
from midtrail.lines.zones import offset_finder, parse_zone


def local(*moment: int) -> int:
    """Give a local time in microseconds since 1970."""
    year, month, day, hour = moment
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("UTC", 0),
        ("Z", 0),
        ("UTC-5", -18_000),
        ("utc+05:30", 19_800),
        ("-05:00", -18_000),
        ("+0545", 20_700),
        ("GMT+2", 7200),
        ("America/New_York", -18_000),
        ("Asia/Kolkata", 19_800),
    ],
)
def test_known_zones(name: str, seconds: int) -> None:
    """A minus is west of Greenwich, whether hours, minutes or a name tell it."""
    assert offset_finder(parse_zone(name))(local(2021, 1, 5, 12)) == seconds


def test_summer_time() -> None:
    """A named zone has the offset of the day; of an hour that comes twice the first is taken."""
    offset = offset_finder(parse_zone("Europe/Berlin"))
    assert [offset(local(2021, 3, 28, hour)) for hour in (1, 3)] == [3600, 7200]
    assert [offset(local(2021, 10, 31, hour)) for hour in (1, 2, 3)] == [7200, 7200, 3600]


def test_zones_come_along_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the system's zones the ones that dateutil brings are used."""

    def missing(name: str) -> None:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr("zoneinfo.ZoneInfo", missing)
    parse_zone.cache_clear()
    assert offset_finder(parse_zone("Asia/Tokyo"))(local(2021, 1, 5, 12)) == 32_400
    parse_zone.cache_clear()


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "UTC-25", "UTC+05:75", "../etc/passwd", "Europe", "5"])
def test_unknown_zones_are_refused(name: str) -> None:
    """What is no zone is refused before anything is read, with an example of what is one."""
    with pytest.raises(UsageError, match="Europe/Berlin"):
        ReadOptions(tz=name)


@pytest.mark.parametrize("year", [0, 1969, 10_000])
def test_impossible_years_are_refused(year: int) -> None:
    """A year that no stamp can have is refused."""
    with pytest.raises(UsageError, match="1970 to 9999"):
        ReadOptions(year=year)
