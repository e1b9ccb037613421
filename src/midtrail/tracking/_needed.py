"""What joins need of lines that are read once, in as little memory as it takes.

Of the spine that is kept which `Written` knows, but the texts of lines that cannot be asked for theirs: it is asked of a
line that may decide something, or that several files may tell. Which files tell of the same time is seen by the times
of the files read before, and the first times of those that follow. Where lines of a file are far earlier than its first,
texts may lack that are needed (`LacksTextsError`), and the log is to be read once more, with all.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from midtrail.tables import SPINE_TABLE
from midtrail.tracking._beginnings import SIGNIFICANT
from midtrail.tracking._claims import CLAIMING
from midtrail.tracking._columns import values_and_told
from midtrail.tracking._deliveries import DECIDING
from midtrail.tracking._holds import ENTERED
from midtrail.tracking._links import LINKING
from midtrail.tracking._remedial import REMEDIATING
from midtrail.tracking._runs import NEVER
from midtrail.tracking._written import Stretch, Written, spread

if TYPE_CHECKING:
    import pyarrow as pa

    from midtrail.tables import Batches

EVIDENCE = frozenset({*SIGNIFICANT, *CLAIMING, *DECIDING, *ENTERED, *LINKING, *REMEDIATING})
"""The kinds of lines that may decide something: what these lines say is told, or puts them in order."""
_ASTRAY = 300_000_000  # microseconds by which lines may be earlier than those before them

Begun = tuple[str, Sequence[str], int | None]
"""A file, its appliances, and its first time in microseconds."""


class Needed:
    """Takes from batches what is needed of their lines, one after the other in their order."""

    def __init__(self, files: Sequence[Begun]) -> None:
        """Know the files in the order in which they are read."""
        self.written: list[Written] = []
        """What was taken."""
        self._since = dict(_next_times(files))
        self._until: dict[str | None, dict[str, int]] = {}
        """Of each appliance the last times of two files, of which no other has a later one."""

    def of(self, batch: "Batches") -> "Batches":
        """Take what is needed of a batch, and return it without its spine."""
        spine = batch[SPINE_TABLE]
        if len(spine):
            self.written.append(Written(spine, partial(self._kept, spine)))
        return {name: rows for name, rows in batch.items() if name != SPINE_TABLE}

    def offsets(self, clocks: Iterable[tuple[str, int]]) -> list[tuple[int, int]]:
        """Return of the clocks of files (their seconds east of UTC) the least time of lines in each, and the clock."""
        first: dict[str, int] = {}
        for one in (one for part in self.written for one in part.stretches if one.least != NEVER):
            first[one.source] = min(first.get(one.source, NEVER), one.least)
        begun: dict[int, int] = {}
        for source, clock in clocks:
            if source in first:
                begun[clock] = min(begun.get(clock, NEVER), first[source])
        return sorted((time, clock) for clock, time in begun.items())

    def _kept(self, spine: "pa.RecordBatch", time: Any, stretches: Sequence[Stretch]) -> Any:
        codes, kinds = values_and_told(spine["kind"].indices)[0], spine["kind"].dictionary.to_pylist()
        kept = np.array([kind in EVIDENCE for kind in kinds], np.bool_)[codes]
        until = spread(stretches, [self._told_until(one) + _ASTRAY for one in stretches])
        since = spread(stretches, [self._since.get(one.source, NEVER) - _ASTRAY for one in stretches])
        return kept | (time <= until) | (time >= since)

    def _told_until(self, one: Stretch) -> int:
        """Return the last time that other files of a stretch's appliance have told so far, and note the stretch's own."""
        known = self._until.setdefault(one.host, {})
        known[one.source] = max(known.get(one.source, -NEVER), one.most)
        others = [time for source, time in known.items() if source != one.source]
        if len(others) > 1:
            del known[min((source for source in known if source != one.source), key=known.__getitem__)]
        return max(others, default=-NEVER)


def _next_times(files: Sequence[Begun]) -> Iterator[tuple[str, int]]:
    """Yield for each file the first time of those that follow and tell of one of its appliances, NEVER for none."""
    first: dict[str | None, int] = {}
    for source, hosts, time in reversed(files):
        named: Iterable[str | None] = hosts or (None,)
        yield source, min(first.get(host, NEVER) for host in named)
        if time is not None:
            first.update({host: min(first.get(host, NEVER), time) for host in named})
