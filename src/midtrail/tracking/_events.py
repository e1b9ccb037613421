"""Events as arrays: when and where each was written, and which ids it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, numbers, values_and_told
from midtrail.tracking._runs import NEVER

COUNTERS = ("mid", "icid", "dcid")


def ids_named(column: pa.Array, counter: str) -> tuple[Any, Any]:
    """Return the ids of a counter in some lines, and which lines name one: ICID 0 and DCID 0 are no connections."""
    ids, names = values_and_told(column)
    return ids, names if counter == "mid" else names & (ids != 0)


@dataclass
class Events:
    """Some lines that were read, in order; those that do not count have the appliance 0."""

    seq: Any
    host: Any
    stamp: Any
    time: Any
    recognised: Any
    remedial: Any
    of_counters: Mapping[str, pa.Array]
    """The ids of each counter that they name."""

    @classmethod
    def of(cls, rows: pa.Table) -> "Events":
        """Return rows of `track_events`, with `time` in microseconds."""
        names = ("seq", "host", "stamp", "time", "recognised", "remedial")
        columns = {name: numbers(rows[name], NEVER) for name in names}
        return cls(**columns, of_counters={name: rows[name].combine_chunks() for name in COUNTERS})

    def ids(self, counter: str) -> Any:
        """Return which id of a counter each names; of those that name none, any number."""
        return values_and_told(self.of_counters[counter])[0]

    def naming(self, counter: str, *, recognised: bool | None = True) -> Any:
        """Return the places of events that name an id of a counter: those that are recognised, or not, or all."""
        _, names = ids_named(self.of_counters[counter], counter)
        some = names & (self.host > 0)
        if recognised is not None:
            some &= self.recognised == recognised
        return np.flatnonzero(some)


@dataclass
class Naming:
    """Some lines that count, are recognised, and name an id of a counter."""

    seq: Any
    host: Any
    id: Any
    stamp: Any
    time: Any
    remedial: Any

    @classmethod
    def of(cls, events: Events, counter: str) -> "Naming":
        """Return those of some events."""
        some = events.naming(counter)
        known = {name: getattr(events, name)[some] for name in ("seq", "host", "stamp", "time", "remedial")}
        return cls(**known, id=events.ids(counter)[some])


@dataclass
class Lines:
    """Lines of a kind that belong to lives of MIDs, with columns of them."""

    life: Any
    seq: Any
    stamp: Any
    time: Any
    values: pa.Table


@dataclass
class Dated:
    """Lines of a kind that count, with columns of them."""

    host: Any
    seq: Any
    stamp: Any
    time: Any
    values: pa.Table

    def some(self, places: Any) -> "Dated":
        """Return some of them."""
        if len(places) == len(self.host):
            return self
        known = {name: getattr(self, name)[places] for name in ("host", "seq", "stamp", "time")}
        return Dated(**known, values=self.values.take(array(places)))


class Placed:
    """Lines that belong to lives of MIDs."""

    def __init__(self, life: Any, seq: Any, stamp: Any, time: Any) -> None:
        """Take their lives, numbers, seconds and times."""
        order = np.argsort(seq)
        self._life, self._seq, self._stamp, self._time = (some[order] for some in (life, seq, stamp, time))

    def lines(self, rows: pa.Table, columns: Sequence[str]) -> Lines:
        """Return those of some lines that are among these, with columns of them."""
        seq = numbers(rows["seq"])
        at = np.searchsorted(self._seq, seq)
        known = (
            np.flatnonzero(self._seq[np.minimum(at, len(self._seq) - 1)] == seq) if len(self._seq) else at[:0]
        )
        at, values = at[known], rows.select(list(columns))
        if len(known) < len(seq):
            values = values.take(array(known))
        return Lines(self._life[at], seq[known], self._stamp[at], self._time[at], values)
