"""Clocks: from a line's own stamp to an instant in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from midtrail.lines.stamps import SECOND, Stamp
from midtrail.lines.years import YearlessSpan, Years, first_year
from midtrail.lines.zones import offset_finder, parse_zone

if TYPE_CHECKING:
    from midtrail.lines.line import ReadOptions
    from midtrail.lines.scopes import Place

WORST_FIRST = ("assumed UTC", "tz", "folder", "header", "line", "none")


class Moment(NamedTuple):
    """An instant in microseconds since the epoch, UTC, None for no time; the offset used, in seconds."""

    time: int | None
    utc_offset: int


class Clock:
    """The clock of lines whose log does not tell one: that of the options, else UTC."""

    def __init__(self, options: ReadOptions) -> None:
        """Take zone and year from the options."""
        self._offset = offset_finder(parse_zone(options.tz)) if options.tz is not None else None
        self._year = options.year

    def name(self, place: Place) -> str:
        """Say where the offset of a line comes from whose stamp tells none."""
        return place.clock or ("assumed UTC" if self._offset is None else "tz")

    def offset(self, place: Place, local: int) -> int:
        """Give the seconds east of UTC for a local time."""
        if place.utc_offset is not None:
            return place.utc_offset
        return 0 if self._offset is None else self._offset(local)

    def is_fixed(self, place: Place) -> bool:
        """Tell whether the offset does not depend on the time."""
        return place.utc_offset is not None or self._offset is None

    def reading(self, start_year: int | None, source: str = "") -> Reading:
        """Begin to read the stamps of one source; `start_year` is that of its first stamp without a year."""
        return Reading(self, start_year or self._year, source)


class Reading:
    """Reads the stamps of one source in turn, and counts the years of those that have none."""

    def __init__(self, clock: Clock, start_year: int | None, source: str) -> None:
        """Begin at a year; with none, the first stamp and the source's name decide."""
        self._clock = clock
        self._source = source
        self._years = Years(start_year) if start_year is not None else None

    def time(self, stamp: Stamp | None, place: Place) -> Moment:
        """Give the instant of the next stamp."""
        if stamp is None:
            return Moment(None, place.utc_offset or 0)
        if stamp.zone is not None:
            return Moment(stamp.local - stamp.zone * SECOND, stamp.zone)
        local = self._with_year(stamp) if stamp.month else stamp.local
        offset = self._clock.offset(place, local)
        return Moment(local - offset * SECOND, offset)

    def is_steady(self, stamp: Stamp, place: Place) -> bool:
        """Tell whether all stamps of a stamp's day, else like it, have the same offset."""
        return stamp.zone is not None or self._clock.is_fixed(place)

    def turns_month(self, stamp: Stamp) -> bool:
        """Tell whether a stamp without a year has another month than the last such stamp."""
        return bool(stamp.month) and (self._years is None or self._years.month != stamp.month)

    def _with_year(self, stamp: Stamp) -> int:
        if self._years is None:
            self._years = Years(first_year(YearlessSpan(stamp, stamp), self._source, None))
        return self._years.place(stamp)
