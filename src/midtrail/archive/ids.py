"""Ids by appliance: what is asked of the events, and what a batch touches."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.distinct import distinct
from midtrail.tables import Batches

Id = tuple[str | None, int]
"""An id of an appliance: its host, and the MID, ICID or DCID that it counted."""

_NONE = np.array([], np.int64)


class IdSet(AbstractSet[Id]):
    """Ids of one counter: of each appliance its numbers in one array, so that a million cost no object each."""

    __slots__ = ("_of",)

    def __init__(self, ids: Iterable[Id] = ()) -> None:
        """Take ids one by one."""
        by_host: dict[str | None, list[int]] = {}
        for host, number in ids:
            by_host.setdefault(host, []).append(number)
        self._of = {host: distinct(np.array(numbers, np.int64)) for host, numbers in by_host.items()}

    @classmethod
    def of(cls, numbers: Mapping[str | None, Any]) -> "IdSet":
        """Return the ids of numbers by appliance, each ascending without repeats (numpy int64)."""
        found = cls()
        found._of = {host: some for host, some in numbers.items() if len(some)}
        return found

    def by_host(self) -> Mapping[str | None, Any]:
        """Return the numbers of each appliance, ascending; None is that of lines that name none."""
        return self._of

    def table(self) -> pa.Table:
        """Return the ids as a table of `host` and `id`."""
        hosts = [pa.array([host] * len(some), pa.string()) for host, some in self._of.items()]
        numbers = [pa.array(some) for some in self._of.values()]
        return pa.table(
            {"host": pa.chunked_array(hosts, pa.string()), "id": pa.chunked_array(numbers, pa.int64())}
        )

    def union(self, *others: "IdSet") -> "IdSet":
        """Return the ids of all of them."""
        parts: dict[str | None, list[Any]] = {}
        for ids in (self, *others):
            for host, some in ids.by_host().items():
                parts.setdefault(host, []).append(some)
        return IdSet.of(
            {
                host: some[0] if len(some) == 1 else distinct(np.concatenate(some))
                for host, some in parts.items()
            }
        )

    def without(self, other: "IdSet") -> "IdSet":
        """Return the ids that are not among others."""
        return IdSet.of(
            {
                host: np.setdiff1d(some, other.by_host().get(host, _NONE), assume_unique=True)
                for host, some in self._of.items()
            }
        )

    def __contains__(self, found: object) -> bool:
        """Tell whether an id is among these."""
        host, number = cast("Id", found)
        some = self._of.get(host, _NONE)
        at = int(np.searchsorted(some, number))
        return at < len(some) and bool(some[at] == number)

    def __iter__(self) -> Iterator[Id]:
        """Yield the ids."""
        return ((host, number) for host, some in self._of.items() for number in some.tolist())

    def __len__(self) -> int:
        """Count the ids."""
        return sum(map(len, self._of.values()))


def id_set(ids: AbstractSet[Id]) -> IdSet:
    """Return ids as a set of this kind."""
    return ids if isinstance(ids, IdSet) else IdSet(ids)


class Ids(NamedTuple):
    """MIDs, ICIDs and DCIDs of one appliance (numpy, ascending)."""

    mids: Any
    icids: Any
    dcids: Any


Named = Mapping[str | None, Ids]
"""Ids by appliance; None is the appliance of lines that name none."""


def named(
    mids: AbstractSet[Id] = frozenset(),
    icids: AbstractSet[Id] = frozenset(),
    dcids: AbstractSet[Id] = frozenset(),
) -> Named:
    """Return ids by appliance."""
    counters = [id_set(ids).by_host() for ids in (mids, icids, dcids)]
    hosts = {host for counter in counters for host in counter}
    return {host: Ids(*(counter.get(host, _NONE) for counter in counters)) for host in hosts}


def named_ids(ids: Named, at: int) -> IdSet:
    """Return the MIDs (0), ICIDs (1) or DCIDs (2) with their appliances."""
    return IdSet.of({host: of_host[at] for host, of_host in ids.items()})


def ids_of(spine: pa.RecordBatch | pa.Table, column: str) -> IdSet:
    """Return the ids that rows of the spine, or of another table with `host`, name in a column.

    ICID 0 and DCID 0 are no connections.
    """
    names, codes = _hosts(spine)
    told = spine[column].is_valid().to_numpy(zero_copy_only=False)
    numbers, codes = spine[column].drop_null().to_numpy(), codes[told]
    found: dict[str | None, Any] = {}
    for code in distinct(codes).tolist():
        some = np.sort(pc.unique(pa.array(numbers[codes == code])).to_numpy())
        found[names[code]] = some if column == "mid" else some[some != 0]
    return IdSet.of(found)


def _hosts(spine: pa.RecordBatch | pa.Table) -> tuple[list[str | None], Any]:
    """Return names of appliances, None as the last, and for each row which of them is its own (numpy)."""
    column = spine["host"]
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    return [*column.dictionary.to_pylist(), None], column.indices.fill_null(-1).to_numpy()


def places_of(rows: pa.RecordBatch, spine: pa.RecordBatch) -> Any:
    """Return for each event, or each of its other rows by `seq`, its row in the spine (numpy)."""
    numbers = spine["seq"].to_numpy()
    order = None if (np.diff(numbers) > 0).all() else np.argsort(numbers)
    at = np.searchsorted(numbers, rows["seq"].to_numpy(), sorter=order)
    return at if order is None else order[at]


def rows_of(batch: Batches, mask: pa.Array) -> Batches:
    """Return the rows of a batch whose row in the spine is chosen by a mask (no nulls); of the spine's, ascending seq."""
    kept = mask.to_numpy(zero_copy_only=False)
    if kept.all():
        return batch
    numbers = batch["spine"]["seq"].to_numpy()
    order = None if (np.diff(numbers) > 0).all() else np.argsort(numbers)
    found = {"spine": batch["spine"].filter(mask)}
    for name, rows in batch.items():
        if name != "spine":
            at = np.searchsorted(numbers, rows["seq"].to_numpy(), sorter=order)
            chosen = kept[at if order is None else order[at]]
            if chosen.any():
                found[name] = rows if chosen.all() else rows.filter(pa.array(chosen))
    return found


class Wanted:
    """Ids that are looked for in many batches."""

    def __init__(self, ids: AbstractSet[Id]) -> None:
        """Take the ids."""
        by_host = id_set(ids).by_host()
        self._by_host = {host: pa.array(numbers) for host, numbers in by_host.items()}
        self._numbers = pa.array(distinct(np.concatenate([_NONE, *by_host.values()])))

    def named_in(self, spine: pa.RecordBatch | pa.Table, column: str) -> pa.Array:
        """Return which rows of the spine, or of another table with `host`, name one of the ids in a column."""
        found = np.zeros(spine.num_rows, bool)
        near = np.flatnonzero(pc.is_in(spine[column], self._numbers).to_numpy(zero_copy_only=False))
        if not len(near):
            return pa.array(found)
        rows = spine.select(["host", column]).take(pa.array(near))
        names, codes = _hosts(rows)
        for name, wanted in self._by_host.items():
            if name in names:
                own = np.flatnonzero(codes == (-1 if name is None else names.index(name)))
                some = rows[column].take(pa.array(own))
                found[near[own]] = pc.is_in(some, wanted).to_numpy(zero_copy_only=False)
        return pa.array(found)


def others_of(links: pa.Table, mids: IdSet) -> IdSet:
    """Return the MIDs to which links (rows of host, mid, other) lead from some MIDs."""
    found = links.filter(Wanted(mids).named_in(links, "mid")).select(["host", "other"])
    return ids_of(found.rename_columns(["host", "mid"]), "mid")
