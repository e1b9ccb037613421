"""Births: where the lives of ids begin, by the lines that begin them.

Rule (docs/tracking.md, "Lives"); a moment is 60 seconds:
* an opening line (`Start MID`, `New SMTP`) in a second of its own always begins a new life; any other beginning line
  within a moment of the one before belongs to the same beginning;
* a MID that the appliance itself makes (copy, notice, reinjected) has both a `Start MID` and a line that explains it,
  in either order: one that is explained first and opened within a moment is one life;
* a life that was not opened begins at the earliest line of its MID in the moment before: the line that creates it may
  be stamped after lines of it. Remediation is no such line, it may be of an earlier life.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from midtrail.tracking._runs import NEVER, first_of_runs, of_runs, one_before

MOMENT = 60  # seconds


@dataclass
class Births:
    """The births of ids, by their numbers, in order of number and second."""

    ids: Any
    born: Any
    opened: Any
    started_at: Any
    """In microseconds, NEVER where no line has a time."""


def births(ids: Any, stamp: Any, time: Any, opened: Any, explained: Any) -> Births:
    """Return the births that beginning lines tell, in any order: of each the id's number, second, time, and what it is."""
    order = np.lexsort((stamp, ids))
    ids, stamp, time, opened, explained = (column[order] for column in (ids, stamp, time, opened, explained))
    opened_time = np.where(opened, time, NEVER)

    # each second once
    at = np.flatnonzero(first_of_runs(ids, stamp))
    time, opened_time = of_runs(np.minimum, time, at), of_runs(np.minimum, opened_time, at)
    opened, explained = of_runs(np.logical_or, opened, at), of_runs(np.logical_or, explained, at)
    ids, stamp = ids[at], stamp[at]

    # seconds that belong together
    begins = first_of_runs(ids) | opened | (stamp - one_before(stamp) > MOMENT)
    at = np.flatnonzero(begins)
    last = stamp[np.append(at[1:], len(stamp))[: len(at)] - 1]
    time, opened_time = of_runs(np.minimum, time, at), of_runs(np.minimum, opened_time, at)
    opened, explained = of_runs(np.logical_or, opened, at), of_runs(np.logical_or, explained, at)
    ids, stamp = ids[at], stamp[at]

    # what was explained, and opened within a moment
    awaited = one_before(explained & ~opened) & (stamp - one_before(last) <= MOMENT)
    at = np.flatnonzero(first_of_runs(ids) | ~(opened & awaited))
    time, opened_time = of_runs(np.minimum, time, at), of_runs(np.minimum, opened_time, at)
    opened = of_runs(np.logical_or, opened, at)
    return Births(ids[at], stamp[at], opened, np.where(opened_time < NEVER, opened_time, time))


class EarlierLines:
    """The earliest lines of MIDs in the moment before births that no line opened."""

    def __init__(self, born: Births, numbers: int) -> None:
        """Look for such of these births; ids have so many numbers."""
        self._births = born
        self._places = np.flatnonzero(~born.opened)
        self._asked = np.zeros(numbers + 1, np.bool_)
        self._asked[born.ids[self._places]] = True
        self._born, self._time = born.born.copy(), born.started_at.copy()

    def add(self, ids: Any, stamp: Any, time: Any) -> None:
        """Note lines: the numbers of their ids, their seconds and times."""
        some = np.flatnonzero(self._asked[ids])
        ids, stamp, time = ids[some], stamp[some], time[some]
        at = self._next(ids, stamp)
        found = at < len(self._places)
        places = self._places[at[found]]
        ids, stamp, time = ids[found], stamp[found], time[found]
        near = (self._births.ids[places] == ids) & (stamp >= self._births.born[places] - MOMENT)
        np.minimum.at(self._born, places[near], stamp[near])
        np.minimum.at(self._time, places[near], time[near])

    def _next(self, ids: Any, stamp: Any) -> Any:
        """Return of lines the place, among the births that are asked, of the next one at their second or after it."""
        return search(self._births.ids[self._places], self._births.born[self._places], ids, stamp)

    def births(self) -> Births:
        """Return the births, those that no line opened at their earliest lines."""
        return Births(self._births.ids, self._born, self._births.opened, self._time)


def search(ids: Any, stamp: Any, of_ids: Any, of_stamp: Any, side: str = "left") -> Any:
    """Return where rows would stand among rows in order of id and second."""
    kinds, places = np.unique(ids, return_inverse=True)
    here = np.searchsorted(kinds, of_ids)
    known = (
        (here < len(kinds)) & (kinds[np.minimum(here, len(kinds) - 1)] == of_ids) if len(kinds) else here < 0
    )
    # an id that is not known stands before the one that follows it
    wanted = _joined(here, np.where(known, of_stamp, -_FAR))
    return np.searchsorted(_joined(places, stamp), wanted, side="right" if side == "right" else "left")


_FAR = 1 << 38  # seconds from 1970, more than any time has


def _joined(place: Any, stamp: Any) -> Any:
    return place * (2 * _FAR) + np.clip(stamp, -_FAR, _FAR - 1) + _FAR
