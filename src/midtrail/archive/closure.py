"""The events that some messages are made of: all of them, and little more.

What tracking tells of a message follows from the lines of its family's MIDs, the own lines of the connections
that they name, and the lines that begin their remediation batches. Families are followed by MID, over all lives of
it: a new line can begin a life, and so shift the lines of another. So `tracking.build` on these events gives these
messages as a build on all events does, and there is no second set of rules. Others of which lines are there
(they use the same connection, or are in the same batch) are by-standers, and are told in part only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.ids import Id, Named, Wanted, ids_of, named, rows_of
from midtrail.archive.ties import Batch, begun_batches, ties_of
from midtrail.tables import Batches
from midtrail.tracking.sentences import hidden_kinds

_CONNECTIONS = ("icid", "dcid")


class Known(Protocol):
    """The events that are stored, and what ties them together."""

    def named(self, wanted: Named) -> Iterable[Batches]:
        """Give all lines that name one of the ids."""

    def linked(self, mids: set[Id]) -> set[Id]:
        """Return the MIDs to which a link leads from one of these, one step far."""

    def remedied(self, batches: set[Batch]) -> set[Id]:
        """Return the MIDs that lines of these remediation batches name."""

    def asked(self, batches: set[Batch]) -> Iterable[Batches]:
        """Give the lines that begin these remediation batches."""


@dataclass
class Gathered:
    """Events, and of which ids all are there: MIDs with their whole families, and connections.

    `mids` are those whose messages can be told from these events; `icids` and `dcids` the connections.
    """

    batches: list[Batches] = field(default_factory=list)
    mids: set[Id] = field(default_factory=set)
    icids: set[Id] = field(default_factory=set)
    dcids: set[Id] = field(default_factory=set)
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

    def ids(self, column: str, of: set[Id] | None = None) -> set[Id]:
        """Return the ids that the lines name in a column; with `of`, only the lines of these MIDs."""
        mids = None if of is None else Wanted(of)
        found: set[Id] = set()
        for batch in self.batches:
            spine = batch["spine"]
            found |= ids_of(spine if mids is None else spine.filter(mids.named_in(spine, "mid")), column)
        return found


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
        column: set().union(*(ids_of(_telling(batch), column) for batch in changed))
        for column in _CONNECTIONS
    }
    found.add(known.named(named(icids=found.icids, dcids=found.dcids)))
    seeds = ids_in(changed, "mid") | _users(found, own) | known.remedied(begun_batches(changed))
    _complete(found, seeds, changed, known)
    return found


def around_mids(mids: set[Id], known: Known) -> Gathered:
    """Return the events of the families of some MIDs."""
    found = Gathered()
    _complete(found, set(mids), [], known)
    return found


def ids_in(batches: Iterable[Batches], column: str) -> set[Id]:
    """Return the ids that lines name in a column."""
    return set().union(*(ids_of(batch["spine"], column) for batch in batches))


def _users(found: Gathered, own: dict[str, set[Id]]) -> set[Id]:
    """Return the MIDs of the lines that name one of these connections."""
    mids: set[Id] = set()
    wanted = {column: Wanted(ids) for column, ids in own.items()}
    for batch in found.batches:
        spine = batch["spine"]
        for column, ids in wanted.items():
            mids |= ids_of(spine.filter(ids.named_in(spine, column)), "mid")
    return mids


def _telling(batch: Batches) -> pa.RecordBatch:
    """Return the connections' own lines that tell their messages something: that one closes is not shown."""
    spine = batch["spine"]
    hidden = pc.is_in(spine["kind"].cast(pa.string()), pa.array(hidden_kinds()))
    return spine.filter(pc.and_(pc.is_null(spine["mid"]), pc.invert(hidden)))


def linked_from(mids: set[Id], known: Known) -> set[Id]:
    """Return some MIDs and all that links lead to from them: their families."""
    return _families(mids, set(), known)


def _complete(found: Gathered, seeds: set[Id], changed: list[Batches], known: Known) -> None:
    """Add what is missing of the seeds' families, of their connections and of their batches."""
    found.mids = _families(seeds, ties_of(changed).links, known)
    found.add(known.named(named(mids=found.mids)))
    icids, dcids = found.ids("icid", found.mids), found.ids("dcid", found.mids)
    others = named(icids=icids - found.icids, dcids=dcids - found.dcids)
    if others:
        found.add(known.named(others), only=found)
    batches = {
        (host, name) for (host, mid), name in ties_of(found.batches).batches if (host, mid) in found.mids
    }
    if batches:
        found.add(known.asked(batches))


def _families(seeds: set[Id], links: set[tuple[Id, Id]], known: Known) -> set[Id]:
    """Return the seeds and all MIDs that links lead to, step by step."""
    new: dict[Id, set[Id]] = {}
    for one, other in links:
        new.setdefault(one, set()).add(other)
    mids, edge = set(seeds), set(seeds)
    while edge:
        further = known.linked(edge).union(*(new[mid] for mid in edge & new.keys()))
        edge = further - mids
        mids |= edge
    return mids
