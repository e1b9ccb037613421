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

from midtrail.archive.ids import Id, IdSet, Named, Wanted, id_set, ids_of, named, others_of, rows_of
from midtrail.archive.ties import Batch, begun_batches, ties_of
from midtrail.tables import Batches
from midtrail.tracking.sentences import hidden_kinds

_CONNECTIONS = ("icid", "dcid")


class Known(Protocol):
    """The events that are stored, and what ties them together."""

    def named(self, wanted: Named) -> Iterable[Batches]:
        """Give all lines that name one of the ids."""

    def linked(self, mids: IdSet) -> AbstractSet[Id]:
        """Return the MIDs to which a link leads from one of these, one step far."""

    def remedied(self, batches: set[Batch]) -> AbstractSet[Id]:
        """Return the MIDs that lines of these remediation batches name."""

    def asked(self, batches: set[Batch], present: IdSet) -> Iterable[Batches]:
        """Give the lines that begin these remediation batches, but for those of MIDs of which all are present."""


@dataclass
class Gathered:
    """Events, and of which ids all are there: MIDs with their whole families, and connections.

    `mids` are those whose messages can be told from these events; `icids` and `dcids` the connections.
    """

    batches: list[Batches] = field(default_factory=list)
    mids: IdSet = field(default_factory=IdSet)
    icids: IdSet = field(default_factory=IdSet)
    dcids: IdSet = field(default_factory=IdSet)
    _seqs: list[Any] = field(default_factory=list)

    def add(self, batches: Iterable[Batches], only: "Gathered | None" = None) -> None:
        """Add lines that are not there yet, none of them twice; with `only`, those of connections and of its MIDs."""
        present = np.sort(np.concatenate(self._seqs)) if self._seqs else np.array([], np.int64)
        mids = None if only is None else Wanted(only.mids)
        for batch in batches:
            spine = batch["spine"]
            new = ~_among(spine["seq"].to_numpy(), present)
            if mids is not None:
                own = pc.or_(pc.is_null(spine["mid"]), mids.named_in(spine, "mid"))
                new &= own.to_numpy(zero_copy_only=False)
            chosen = rows_of(batch, pa.array(new))
            self.batches.append(chosen)
            self._seqs.append(chosen["spine"]["seq"].to_numpy())

    def ids(self, of: IdSet) -> tuple[IdSet, IdSet]:
        """Return the ICIDs and DCIDs that the lines of some MIDs name."""
        mids, found = Wanted(of), []
        for batch in self.batches:
            spine = batch["spine"].select(["host", "mid", *_CONNECTIONS])
            own = spine.filter(mids.named_in(spine, "mid"))
            found.append([ids_of(own, column) for column in _CONNECTIONS])
        icids, dcids = (
            (IdSet().union(*ids) for ids in zip(*found, strict=True)) if found else (IdSet(), IdSet())
        )
        return icids, dcids


def _among(numbers: Any, present: Any) -> Any:
    """Return which numbers are among others, ascending (a mask)."""
    places = np.minimum(np.searchsorted(present, numbers), len(present) - 1)
    return present[places] == numbers if len(present) else np.zeros(len(numbers), bool)


def around_lines(fresh: list[Batches], known: Known, lost: Sequence[Batches] = ()) -> Gathered:
    """Return the events of all that new lines touch, and lines that are lost.

    Touched are the families of the MIDs that they name, the connections that they name, and, where a connection's
    own line tells its messages something, the families that use it; so are all of a batch that a line begins.
    """
    found = Gathered()
    found.add(fresh)
    changed = [*fresh, *lost]
    found.icids, found.dcids = ids_in(changed, "icid"), ids_in(changed, "dcid")
    own = {
        column: IdSet().union(*(ids_of(telling, column) for telling in map(_telling, changed)))
        for column in _CONNECTIONS
    }
    found.add(known.named(named(icids=found.icids, dcids=found.dcids)))
    remedied = id_set(known.remedied(begun_batches(changed)))
    seeds = ids_in(changed, "mid").union(_users(found, own), remedied)
    _complete(found, seeds, changed, known)
    return found


def around_mids(mids: AbstractSet[Id], known: Known) -> Gathered:
    """Return the events of the families of some MIDs."""
    found = Gathered()
    _complete(found, id_set(mids), [], known)
    return found


def ids_in(batches: Iterable[Batches], column: str) -> IdSet:
    """Return the ids that lines name in a column."""
    return IdSet().union(*(ids_of(batch["spine"], column) for batch in batches))


def _users(found: Gathered, own: dict[str, IdSet]) -> IdSet:
    """Return the MIDs of the lines that name one of these connections."""
    mids: list[IdSet] = []
    wanted = {column: Wanted(ids) for column, ids in own.items()}
    for batch in found.batches:
        spine = batch["spine"].select(["host", "mid", *_CONNECTIONS])
        spine = spine.filter(spine["mid"].is_valid())
        mids += [ids_of(spine.filter(ids.named_in(spine, column)), "mid") for column, ids in wanted.items()]
    return IdSet().union(*mids)


def _telling(batch: Batches) -> pa.RecordBatch:
    """Return the connections' own lines that tell their messages something: that one closes is not shown."""
    spine = batch["spine"].select(["host", "mid", "kind", *_CONNECTIONS])
    spine = spine.filter(spine["mid"].is_null())
    hidden = pc.is_in(spine["kind"].cast(pa.string()), pa.array(hidden_kinds()))
    return spine.filter(pc.invert(hidden))


def linked_from(mids: AbstractSet[Id], known: Known) -> IdSet:
    """Return some MIDs and all that links lead to from them: their families."""
    return _families(id_set(mids), set(), known)


def _complete(found: Gathered, seeds: IdSet, changed: list[Batches], known: Known) -> None:
    """Add what is missing of the seeds' families, of their connections and of their batches."""
    found.mids = _families(seeds, ties_of(changed).links, known)
    found.add(known.named(named(mids=found.mids)))
    icids, dcids = found.ids(found.mids)
    others = named(icids=icids.without(found.icids), dcids=dcids.without(found.dcids))
    if others:
        found.add(known.named(others), only=found)
    batches = {
        (host, name) for (host, mid), name in ties_of(found.batches).batches if (host, mid) in found.mids
    }
    if batches:
        found.add(known.asked(batches, found.mids))


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
