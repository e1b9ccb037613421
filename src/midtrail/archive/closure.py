"""The events that some messages are made of: all of them, and little more.

What tracking tells of a message follows from the lines of its family's MIDs, the own lines of the connections
that they name, and the lines that begin their remediation batches. Families are followed by MID, over all lives of
it: a new line can begin a life, and so shift the lines of another. So `tracking.build` on these events gives these
messages as a build on all events does, and there is no second set of rules. Others of which lines are there
(they use the same connection, or are in the same batch) are by-standers, and are told in part only.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.ids import Id, IdSet, Named, Wanted, id_set, ids_of, named, others_of
from midtrail.archive.ties import Batch, begun_batches, ties_of
from midtrail.tables import Batches
from midtrail.tracking.sentences import hidden_kinds

_CONNECTIONS = ("icid", "dcid")
_NOWHERE = np.array([], np.int64)


class Known(Protocol):
    """The events that are stored, and what ties them together.

    Where a line is, is told by a spot: a row of `at`, `host`, `mid`, `icid` and `dcid`.
    """

    def spots(self, wanted: Named) -> Iterable[pa.Table]:
        """Give where all lines are that name one of the ids."""

    def lines(self, at: Any) -> Iterable[Batches]:
        """Give lines by where they are (`at`, ascending), with those that go on with them."""

    def linked(self, mids: IdSet) -> AbstractSet[Id]:
        """Return the MIDs to which a link leads from one of these, one step far."""

    def batches_of(self, mids: IdSet) -> AbstractSet[Batch]:
        """Return the remediation batches that lines of these MIDs name."""

    def remedied(self, batches: set[Batch]) -> AbstractSet[Id]:
        """Return the MIDs that lines of these remediation batches name."""

    def asked(self, batches: set[Batch], present: IdSet) -> Iterable[pa.Table]:
        """Give where the lines are that begin these remediation batches, but for those of MIDs that are present."""


@dataclass
class Gathered:
    """Events, and of which ids all are there: MIDs with their whole families, and connections.

    `mids` are those whose messages can be told from these events; `icids` and `dcids` the connections.
    """

    batches: list[Batches] = field(default_factory=list)
    mids: IdSet = field(default_factory=IdSet)
    icids: IdSet = field(default_factory=IdSet)
    dcids: IdSet = field(default_factory=IdSet)


class _Gathering:
    """New lines, and where those are that have to be read with them: they are read together, each once."""

    def __init__(self, fresh: list[Batches], known: Known) -> None:
        self._fresh = fresh
        self._known = known
        self._spots: list[pa.Table] = []
        self._rows = [batch["spine"].select(["host", "mid", *_CONNECTIONS]) for batch in fresh]

    def add(self, spots: Iterable[pa.Table], *, of_connections: bool = False) -> None:
        """Add lines, or only those that name no MID."""
        for found in spots:
            chosen = found.filter(found["mid"].is_null()) if of_connections else found
            self._spots.append(chosen)
            self._rows.append(chosen)

    def ids(self, of: IdSet) -> tuple[IdSet, IdSet]:
        """Return the ICIDs and DCIDs that the lines of some MIDs name."""
        mids = Wanted(of)
        own = [rows.filter(mids.named_in(rows, "mid")) for rows in self._rows]
        icids, dcids = (IdSet().union(*(ids_of(rows, name) for rows in own)) for name in _CONNECTIONS)
        return icids, dcids

    def users(self, connections: dict[str, IdSet]) -> IdSet:
        """Return the MIDs of the lines that name one of some connections."""
        wanted = {column: Wanted(ids) for column, ids in connections.items()}
        mids: list[IdSet] = []
        for every in self._rows:
            rows = every.filter(every["mid"].is_valid())
            mids += [ids_of(rows.filter(ids.named_in(rows, column)), "mid") for column, ids in wanted.items()]
        return IdSet().union(*mids)

    def batches(self) -> list[Batches]:
        """Return the new lines, and those that were found."""
        at = np.concatenate([_NOWHERE, *(spots["at"].to_numpy() for spots in self._spots)])
        return [*self._fresh, *self._known.lines(np.unique(at))]


def around_lines(fresh: list[Batches], known: Known, lost: Sequence[Batches] = ()) -> Gathered:
    """Return the events of all that new lines touch, and lines that are lost.

    Touched are the families of the MIDs that they name, the connections that they name, and, where a connection's
    own line tells its messages something, the families that use it; so are all of a batch that a line begins.
    """
    found, gathering = Gathered(), _Gathering(fresh, known)
    changed = [*fresh, *lost]
    found.icids, found.dcids = ids_in(changed, "icid"), ids_in(changed, "dcid")
    own = {
        column: IdSet().union(*(ids_of(telling, column) for telling in map(_telling, changed)))
        for column in _CONNECTIONS
    }
    gathering.add(known.spots(named(icids=found.icids, dcids=found.dcids)))
    remedied = id_set(known.remedied(begun_batches(changed)))
    seeds = ids_in(changed, "mid").union(gathering.users(own), remedied)
    _complete(found, gathering, seeds, changed, known)
    return found


def around_mids(mids: AbstractSet[Id], known: Known) -> Gathered:
    """Return the events of the families of some MIDs."""
    found = Gathered()
    _complete(found, _Gathering([], known), id_set(mids), [], known)
    return found


def ids_in(batches: Iterable[Batches], column: str) -> IdSet:
    """Return the ids that lines name in a column."""
    return IdSet().union(*(ids_of(batch["spine"], column) for batch in batches))


def _telling(batch: Batches) -> pa.RecordBatch:
    """Return the connections' own lines that tell their messages something: that one closes is not shown."""
    spine = batch["spine"].select(["host", "mid", "kind", *_CONNECTIONS])
    spine = spine.filter(spine["mid"].is_null())
    hidden = pc.is_in(spine["kind"].cast(pa.string()), pa.array(hidden_kinds()))
    return spine.filter(pc.invert(hidden))


def linked_from(mids: AbstractSet[Id], known: Known) -> IdSet:
    """Return some MIDs and all that links lead to from them: their families."""
    return _families(id_set(mids), set(), known)


def _complete(
    found: Gathered, gathering: _Gathering, seeds: IdSet, changed: list[Batches], known: Known
) -> None:
    """Add what is missing of the seeds' families, of their connections and of their batches."""
    ties = ties_of(changed)
    found.mids = _families(seeds, ties.links, known)
    gathering.add(known.spots(named(mids=found.mids)))
    icids, dcids = gathering.ids(found.mids)
    others = named(icids=icids.without(found.icids), dcids=dcids.without(found.dcids))
    gathering.add(known.spots(others), of_connections=True)
    batches = {(host, name) for (host, mid), name in ties.batches if (host, mid) in found.mids}
    batches |= known.batches_of(found.mids)
    if batches:
        gathering.add(known.asked(batches, found.mids))
    found.batches = gathering.batches()


def _families(seeds: IdSet, links: set[tuple[Id, Id]], known: Known) -> IdSet:
    """Return the seeds and all MIDs that links lead to, step by step."""
    rows = [(host, mid, other) for (host, mid), (_, other) in links]
    columns = list(zip(*rows, strict=True)) or [()] * 3
    kinds = {"host": pa.string(), "mid": pa.int64(), "other": pa.int64()}
    new = pa.table({name: pa.array(column, kinds[name]) for name, column in zip(kinds, columns, strict=True)})
    mids, edge = seeds, seeds
    while edge:
        edge = others_of(new, edge).union(id_set(known.linked(edge))).without(mids)
        mids = mids.union(edge)
    return mids
