"""Ids by appliance: what is asked of the events, and what a batch touches."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.tables import Batches

Id = tuple[str | None, int]
"""An id of an appliance: its host, and the MID, ICID or DCID that it counted."""


class Ids(NamedTuple):
    """MIDs, ICIDs and DCIDs of one appliance."""

    mids: frozenset[int] = frozenset()
    icids: frozenset[int] = frozenset()
    dcids: frozenset[int] = frozenset()


Named = Mapping[str | None, Ids]
"""Ids by appliance; None is the appliance of lines that name none."""


def named(mids: Iterable[Id] = (), icids: Iterable[Id] = (), dcids: Iterable[Id] = ()) -> Named:
    """Return ids by appliance."""
    counters = [_by_host(ids) for ids in (mids, icids, dcids)]
    hosts = {host for counter in counters for host in counter}
    return {host: Ids(*(frozenset(counter.get(host, ())) for counter in counters)) for host in hosts}


def named_ids(ids: Named, at: int) -> set[Id]:
    """Return the MIDs (0), ICIDs (1) or DCIDs (2) with their appliances."""
    return {(host, number) for host, of_host in ids.items() for number in of_host[at]}


def _by_host(ids: Iterable[Id]) -> dict[str | None, set[int]]:
    found: dict[str | None, set[int]] = {}
    for host, number in ids:
        found.setdefault(host, set()).add(number)
    return found


def ids_of(spine: pa.RecordBatch, column: str) -> set[Id]:
    """Return the ids that rows of the spine name in a column; ICID 0 and DCID 0 are no connections."""
    rows = pa.table({"host": spine["host"].cast(pa.string()), "id": spine[column]})
    rows = rows.filter(pc.is_valid(rows["id"])).group_by(["host", "id"]).aggregate([])
    ids = zip(rows["host"].to_pylist(), rows["id"].to_pylist(), strict=True)
    return {found for found in ids if column == "mid" or found[1] != 0}


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

    def __init__(self, ids: set[Id]) -> None:
        """Take the ids."""
        self._by_host = {host: pa.array(list(numbers), pa.int64()) for host, numbers in _by_host(ids).items()}

    def named_in(self, spine: pa.RecordBatch | pa.Table, column: str) -> pa.Array:
        """Return which rows of the spine, or of another table with `host`, name one of the ids in a column."""
        found = np.zeros(spine.num_rows, bool)
        host = spine["host"].cast(pa.string()) if self._by_host else None
        for name, wanted in self._by_host.items():
            of_host = pc.is_null(host) if name is None else pc.equal(host, name)
            if pc.any(of_host).as_py():
                has_id = pc.is_in(spine[column], wanted)
                found |= np.asarray(pc.fill_null(pc.and_(of_host, has_id), fill_value=False))
        return pa.array(found)


def names_any(spine: pa.RecordBatch | pa.Table, column: str, ids: set[Id]) -> pa.Array:
    """Return which rows of the spine, or of another table with `host`, name one of the ids in a column."""
    return Wanted(ids).named_in(spine, column)
