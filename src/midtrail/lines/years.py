"""Years for stamps that have none: where counting starts, and how it goes on from line to line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from midtrail.lines.line import FIRST_YEAR, LAST_YEAR
from midtrail.lines.stamps import Stamp, with_year

_HALF_A_YEAR = 6  # months
_LATEST = 253_370_764_800  # 9999 begins, in seconds since the epoch
_STARTED = re.compile(r"\.@(\d{4})(0[1-9]|1[0-2])\d\dT?")
_DATED = re.compile(r"(?<!\d)(20\d\d)(?:-(0[1-9]|1[0-2])(?!\d)|(0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))")


def turn(month: int, next_month: int) -> int:
    """Give 1 where the year went up from one line to the next, -1 where it went down, else 0."""
    return int(month - next_month > _HALF_A_YEAR) - int(next_month - month > _HALF_A_YEAR)


class Years:
    """The year of each line in turn; it goes up (down) where the month falls (rises) by more than 6."""

    def __init__(self, first_year: int) -> None:
        """Begin with the year of the first line; `month` is that of the last stamp, 0 before the first."""
        self._year = first_year
        self.month = 0

    def place(self, stamp: Stamp) -> int:
        """Give the local microseconds since 1970 of the next stamp without a year."""
        if self.month:
            self._year += turn(self.month, stamp.month)
            self._year = min(max(self._year, FIRST_YEAR), LAST_YEAR)
        self.month = stamp.month
        return with_year(stamp, self._year)


class YearlessSpan(NamedTuple):
    """The stamps without a year of one source: the first, the last, and the turns of the year between."""

    first: Stamp
    last: Stamp
    turns: int = 0

    def then(self, stamp: Stamp) -> YearlessSpan:
        """Add the next stamp."""
        return YearlessSpan(self.first, stamp, self.turns + turn(self.last.month, stamp.month))


def first_year(span: YearlessSpan, name: str, modified: float | None) -> int:
    """Give the year of a source's first line: by its name, else by the time of its last change, else now's.

    A file cannot have been changed last before its last line was written; a day is left for time zones. A
    log that is read in January and begins in December began last year.
    """
    named = _year_in_name(name, span.first.month)
    if named is not None:
        return named
    if modified is not None:
        return _year_by_change(span, modified)
    now = datetime.now(tz=UTC)
    return now.year + min(turn(span.first.month, now.month) * -1, 0)


def _year_in_name(name: str, first_month: int) -> int | None:
    """Read the year in a file's name.

    `mail.@20211231T235900.s` tells when the file was begun: a first line of January is of the year after.
    `mail.log-20220101` tells when it was put away: a first line of December is of the year before.
    """
    base = name.replace("!", "/").rpartition("/")[2]
    if started := _STARTED.search(base):
        return int(started[1]) + turn(int(started[2]), first_month)
    if dated := _DATED.search(base):
        return int(dated[1]) + min(turn(int(dated[2] or dated[3]), first_month), 0)
    return None


def _year_by_change(span: YearlessSpan, modified: float) -> int:
    latest = datetime.fromtimestamp(min(max(modified, 0), _LATEST), tz=UTC) + timedelta(days=1)
    last = (span.last.month, span.last.day)
    last_year = latest.year - (last > (latest.month, latest.day))
    return max(last_year - span.turns, FIRST_YEAR)
