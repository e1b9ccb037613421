"""Births: where the lives of ids begin, by the lines that begin them.

Rule (docs/tracking.md, "Lives"); a moment is 60 seconds:
* an opening line (`Start MID`, `New SMTP`) in a second of its own always begins a new life; any other beginning line
  within a moment of the one before belongs to the same beginning;
* a MID that the appliance itself makes (copy, notice, reinjected) has both a `Start MID` and a line that explains it,
  in either order: one that is explained first and opened within a moment is one life;
* a life that was not opened begins at the earliest line of its MID in the moment before: the line that creates it may
  be stamped after lines of it. Remediation is no such line, it may be of an earlier life.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from midtrail.tracking._ordered import Ordered
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
        self._ids, self._stamps = born.ids[self._places], born.born[self._places]
        self._ordered = Ordered(self._ids, self._stamps, numbers)
        self._born, self._time = self._stamps.copy(), born.started_at[self._places]

    def add(self, ids: Any, stamp: Any, time: Any) -> None:
        """Note lines: the numbers of their ids, their seconds and times."""
        some = self._ordered.named(ids)
        if not len(some):
            return
        ids, stamp, time = ids[some], stamp[some], time[some]
        at = np.minimum(self._ordered.next(ids, stamp), len(self._ids) - 1)
        near = (self._ids[at] == ids) & (stamp <= self._stamps[at]) & (stamp >= self._stamps[at] - MOMENT)
        np.minimum.at(self._born, at[near], stamp[near])
        np.minimum.at(self._time, at[near], time[near])

    def births(self) -> Births:
        """Return the births, those that no line opened at their earliest lines."""
        found = replace(
            self._births, born=self._births.born.copy(), started_at=self._births.started_at.copy()
        )
        found.born[self._places], found.started_at[self._places] = self._born, self._time
        return found
