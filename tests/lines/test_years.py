"""Years for stamps that have none."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from midtrail.lines import years
from midtrail.lines.stamps import Stamp
from midtrail.lines.years import YearlessSpan, first_year

if TYPE_CHECKING:
    from tests.lines.conftest import ReadAll, Write

    from midtrail.lines import Line

DECEMBER = "Dec 31 23:59:58 esa01 mail_logs: Info: old\n"
JANUARY = "Jan  1 00:00:01 esa01 mail_logs: Info: new\n"
JUNE = "Jun 15 12:00:00 esa01 mail_logs: Info: mid\n"


def days(lines: list[Line]) -> list[str]:
    """Give the dates of lines."""
    return [f"{datetime.fromtimestamp((line.time or 0) / 1e6, tz=UTC):%Y-%m-%d}" for line in lines]


def at(*moment: int) -> float:
    """Give seconds since the epoch."""
    year, month, day = moment
    return datetime(year, month, day, tzinfo=UTC).timestamp()


def test_year_goes_up_and_down(read: ReadAll, write: Write) -> None:
    """The year goes up where December is followed by January, and down where a late line follows."""
    path = write("a.log", DECEMBER + JANUARY + DECEMBER + JANUARY + JUNE + DECEMBER + JANUARY)
    assert days(read(path, year=2020)) == [
        "2020-12-31",
        "2021-01-01",
        "2020-12-31",
        "2021-01-01",
        "2021-06-15",
        "2021-12-31",
        "2022-01-01",
    ]


@pytest.mark.parametrize(
    ("name", "line", "day"),
    [
        ("mail.@20210913T220000.s", JUNE, "2021-06-15"),
        ("mail.@20201231T235900.s", JANUARY, "2021-01-01"),
        ("mail.@20201231T235900.s", DECEMBER, "2020-12-31"),
        ("mail.log-20210101", DECEMBER, "2020-12-31"),
        ("mail-20211231.log", JANUARY, "2021-01-01"),
        ("mail-2019-06.log", JUNE, "2019-06-15"),
        ("x-120190615.log", JUNE, "2021-06-15"),
    ],
)
def test_year_in_the_name(name: str, line: str, day: str, read: ReadAll, write: Write) -> None:
    """The year stands in the file's name: when it was begun, or when it was put away."""
    assert days(read(write(name, line, modified=at(2021, 12, 31)))) == [day]


def test_options_come_before_the_name(read: ReadAll, write: Write) -> None:
    """A year that was given counts for the first line, whatever the name says."""
    assert days(read(write("mail.@20210913T220000.s", JUNE), year=2015)) == ["2015-06-15"]


def test_year_by_the_time_of_the_last_change(read: ReadAll, write: Write) -> None:
    """The last line is not later than a day after the last change, and years count back from there."""
    path = write("a.log", JUNE + DECEMBER + JANUARY + JUNE, modified=at(2021, 6, 14))
    assert days(read(path)) == ["2020-06-15", "2020-12-31", "2021-01-01", "2021-06-15"]
    os.utime(path, (at(2021, 6, 13), at(2021, 6, 13)))
    assert days(read(path))[-1] == "2020-06-15"


@pytest.mark.parametrize(("last", "year"), [(9, 2020), (5, 2021), (6, 2021), (7, 2020)])
def test_the_last_line_decides_also_where_days_take_turns(
    last: int, year: int, read: ReadAll, write: Write
) -> None:
    """A log changed last on 5 June may end on the 6th elsewhere, not later, whichever days stand before."""
    lines = [
        f"Jun  {day} 12:00:{second:02} esa01 mail_logs: Info: x\n" for second in range(50) for day in (9, 5)
    ]
    lines += [f"Jun  {last} 12:00:{second:02} esa01 mail_logs: Info: x\n" for second in range(50)]
    path = write("a.log", "".join(lines))
    os.utime(path, (at(2021, 6, 5), at(2021, 6, 5)))
    assert days(read(path))[-1] == f"{year}-06-{last:02}"


def test_a_nameless_stream_takes_this_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without name and file time the first line is of this year, or of the last when January reads December."""

    class January(datetime):
        @classmethod
        def now(cls, tz: object = None) -> January:  # noqa: ARG003
            return cls(2022, 1, 3, tzinfo=UTC)

    monkeypatch.setattr(years, "datetime", January)
    december, january = Stamp(0, None, 12, 31), Stamp(0, None, 1, 1)
    assert first_year(YearlessSpan(december, december), "-", None) == 2021
    assert first_year(YearlessSpan(january, january), "-", None) == 2022


def test_leap_day_in_a_guessed_year(read: ReadAll, write: Write) -> None:
    """29 February keeps its day: in a guessed year without it, the nearest leap year before is taken."""
    leap = "Feb 29 12:00:00 esa01 mail_logs: Info: x\n"
    assert days(read(write("a.log", leap), year=2023)) == ["2020-02-29"]
    assert days(read(write("a.log", leap), year=1970)) == ["1972-02-29"]


def test_a_line_behind_a_syslog_header_keeps_its_own_year(read: ReadAll, write: Write) -> None:
    """A native stamp behind a syslog header has a year, and nothing is guessed."""
    path = write("a.log", "Jan  1 00:00:01 esa01 mail_logs: Thu Dec 31 23:59:59 2015 Info: x\n")
    assert days(read(path, year=2020)) == ["2015-12-31"]
