"""The lives of every MID, ICID and DCID, and which life a line belongs to: counters are reset, and ids come again.

Rule (docs/tracking.md, "Lives"): a life begins at a birth (`_births.py`); lines with no beginning in sight form a life of
their own, `head_cut`, before all others. All lines of the second of birth belong to the new life, every other line to
the latest life begun by then.
"""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._beginnings import beginnings
from midtrail.tracking._births import Births, EarlierLines, births
from midtrail.tracking._columns import array, instants, words
from midtrail.tracking._events import COUNTERS, Events, Naming
from midtrail.tracking._ids import Ids, Named
from midtrail.tracking._ordered import Ordered
from midtrail.tracking._runs import NEVER, first_of_runs

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane

_CUT = -1
"""The second at which a life without a beginning is born."""


class Lives:
    """The lives of a counter's ids, in order of id and birth; their numbers follow one another."""

    def __init__(self, counter: str, ids: Ids, born: Births, seen: Any) -> None:
        """Put births and what was `seen` before them (the first second of each id) in order."""
        self.counter = counter
        self._ids = ids
        least = np.full(ids.size, NEVER)
        first = np.flatnonzero(first_of_runs(born.ids))
        least[born.ids[first]] = born.born[first]
        cut = np.flatnonzero(seen < least)
        named = np.concatenate([cut, born.ids])
        begun = np.concatenate([np.full(len(cut), _CUT), born.born])
        order = np.lexsort((begun, named))
        self.ids, self.born = named[order], begun[order]
        self.head_cut = order < len(cut)
        """Which of them have no beginning in sight."""
        self.first_at = np.concatenate([seen[cut], born.born])[order]
        self.started_at = np.concatenate([np.full(len(cut), NEVER), born.started_at])[order]
        self.before = 0
        """The number of the first, less one."""
        self._one = np.zeros(ids.size + 1, np.int32)
        """The place of the only life that an id has, from 1 on; 0 for none, -1 for several."""
        self._one[self.ids] = np.arange(1, len(self.ids) + 1, dtype=np.int32)
        self._again = np.flatnonzero(np.bincount(self.ids, minlength=ids.size)[self.ids] > 1)
        self._one[self.ids[self._again]] = -1
        self._ordered: Ordered | None = None

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ids)

    def of(self, host: Any, ids: Any, stamp: Any) -> Any:
        """Return the numbers of the lives that lines belong to which name these ids; 0 for none."""
        return self.at(self._ids.of(host, ids), stamp)

    def of_named(self, host: Any, ids: Any, stamp: Any) -> Any:
        """Return the same of lines that were read."""
        return self.at(self._ids.of_named(host, ids), stamp)

    def of_events(self, events: Events, *, recognised: bool | None) -> tuple[Any, Any]:
        """Return which events belong to lives, and to which: those that are recognised, or not, or all."""
        some = events.naming(self.counter, recognised=recognised)
        of = self.of_named if recognised else self.of
        life = of(events.host[some], events.ids(self.counter)[some], events.stamp[some])
        return some[life > 0], life[life > 0]

    def numbers_of(self, host: Any, ids: Any) -> Any:
        """Return the numbers of ids; that of an id that no line names is `id_count`."""
        return self._ids.of(host, ids)

    @property
    def id_count(self) -> int:
        """How many numbers of ids there are."""
        return self._ids.size

    def at(self, ids: Any, stamp: Any) -> Any:
        """Return the same, ids by their numbers."""
        place = self._one[ids]
        several = np.flatnonzero(place < 0)
        if len(several):
            place[several] = self._latest(ids[several], stamp[several])
        if not len(self.born):
            return place.astype(np.int64)
        there = (place > 0) & (stamp >= self.born[np.maximum(place, 1) - 1])
        return np.where(there, place.astype(np.int64) + self.before, 0)

    def born_of(self, lives: Any) -> Any:
        """Return the seconds at which lives were born, by their numbers; of none 0."""
        places = lives - self.before - 1
        return np.where(lives > 0, self.born[np.maximum(places, 0)], 0) if len(self.born) else lives

    def named(self) -> tuple[Any, Any]:
        """Return the appliances of the lives, and their ids."""
        return self._ids.named_by(self.ids)

    def _latest(self, ids: Any, stamp: Any) -> Any:
        """Return the place, from 1 on, of the latest life at a second, of ids that have several."""
        known = self.ids[self._again]
        if self._ordered is None:
            self._ordered = Ordered(known, self.born[self._again], self._ids.size)
        found = self._ordered.last(ids, stamp)
        mine = (found >= 0) & (known[np.maximum(found, 0)] == ids)
        return np.where(mine, self._again[np.maximum(found, 0)] + 1, 0)


def build_lives(lane: "Lane") -> None:
    """Find the lives of all counters, make `track_lives` of them, and note those of MIDs' lines."""
    hosts = len(lane.hosts())
    mids, *connections = COUNTERS
    found = lane.together(
        lambda: [_lives(lane, mids, hosts)],
        lambda: [_lives(lane, counter, hosts) for counter in connections],
    )
    before = 0
    for lives in chain.from_iterable(found):
        lives.before = before
        before += len(lives)
        lane.known.lives[lives.counter] = lives
    lane.keep("track_lives", lambda: _table(lane))
    lane.known.last_at = lane.place(lane.known.lives["mid"])


def _lives(lane: "Lane", counter: str, hosts: int) -> Lives:
    begun = lane.known.beginnings[counter] = beginnings(lane, counter)

    def named() -> Iterator[Named]:
        for some in lane.named(counter):
            yield some.host, some.id
        yield begun.host, begun.id

    ids = Ids(hosts, named)
    found = births(ids.of_named(begun.host, begun.id), begun.stamp, begun.time, begun.opened, begun.explained)
    earlier = EarlierLines(found, ids.size) if counter == "mid" else None
    seen = np.full(ids.size, NEVER)
    for some in lane.named(counter):
        named_ids = ids.of_named(some.host, some.id)
        np.minimum.at(seen, named_ids, some.stamp)
        if earlier is not None:
            own = ~some.remedial
            earlier.add(named_ids[own], some.stamp[own], some.time[own])
    return Lives(counter, ids, found if earlier is None else earlier.births(), seen)


def _table(lane: "Lane") -> pa.Table:
    """Return all lives as a table."""
    parts = []
    for counter, lives in lane.known.lives.items():
        host, id_ = lives.named()
        parts.append(
            pa.table(
                {
                    "life": array(np.arange(len(lives)) + lives.before + 1),
                    "counter": _counter(counter, len(lives)),
                    "host": array(host),
                    "id": array(id_),
                    "born": array(lives.born),
                    "first_at": array(lives.first_at),
                    "started_at": instants(lives.started_at),
                    "head_cut": array(lives.head_cut),
                }
            )
        )
    return pa.concat_tables(parts)


def _counter(counter: str, rows: int) -> pa.Array:
    names = tuple(sorted(COUNTERS))  # so that words stand in their order
    return words(names, np.full(rows, names.index(counter)))


def own_lines(lives: Lives, named: Naming) -> tuple[Any, Any]:
    """Return which lines that name a MID belong to lives of MIDs, and to which.

    Of remediation none: its lines find their life by their recipient (`_remedial.py`).
    """
    life = lives.of_named(named.host, named.id, named.stamp)
    some = np.flatnonzero((life > 0) & ~named.remedial)
    return some, life[some]


def no_lines(lives: Lives) -> Any:
    """Return for each life that it has no line yet."""
    return np.full(len(lives) + lives.before + 1, -NEVER)


def note_last(last: Any, life: Any, time: Any) -> None:
    """Note the times of lines of lives, where they have one, so that the last remains."""
    timed = np.flatnonzero(time != NEVER) if (time == NEVER).any() else slice(None)
    np.maximum.at(last, life[timed], time[timed])
