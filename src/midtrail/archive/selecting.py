"""Lines by the ids that they name: of each block only what may hold them is read, and only they are printed."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import _delta, storing
from midtrail.archive.blocks import Block
from midtrail.archive.decoding import Decoded
from midtrail.archive.ids import Ids, Named
from midtrail.archive.snapshot import Snapshot
from midtrail.tables import SPINE_TABLE, Batches


def selected(shot: Snapshot, wanted: Named) -> Iterator[Batches]:
    """Yield the lines whose MID, ICID or DCID is wanted, with those that go on with them, a block at a time.

    They come in the order of their blocks, each as the engine gives it; `offset` is null.
    """
    table = shot.delta("events")
    if not wanted:
        return
    ranges = {} if table is None else {file["min.block"]: file for file in _delta.files(table)}
    sought = {name: _sorted(wanted, name) for name in Ids._fields}
    for number in shot.blocks:
        told = ranges[number]
        columns = {name: ids for name, ids in sought.items() if _may_hold(told, name[:-1], ids)}
        if columns and _holds(shot, told["path"], columns):
            yield from _chosen(shot, number, wanted)


def _sorted(wanted: Named, name: str) -> Any:
    ids: set[int] = set().union(*(getattr(of_host, name) for of_host in wanted.values()))
    return np.array(sorted(ids), np.int64)


def _may_hold(file: dict[str, Any], column: str, ids: Any) -> bool:
    least, greatest = file.get(f"min.{column}"), file.get(f"max.{column}")
    if least is None or greatest is None:
        return False
    first, last = np.searchsorted(ids, [least, greatest + 1])
    return bool(first < last)


def _holds(shot: Snapshot, path: str, columns: dict[str, Any]) -> bool:
    """Tell whether a block's events name any of the ids."""
    names = {name[:-1]: ids for name, ids in columns.items()}
    rows = storing.read_file(shot.folder / "events" / path, list(names))
    return any(_any_of(rows[name], names[name]) for name in rows.schema.names)


def _any_of(column: pa.ChunkedArray, ids: Any) -> bool:
    found = pc.any(pc.is_in(column, pa.array(ids))).as_py()
    return bool(found)


def _chosen(shot: Snapshot, number: int, wanted: Named) -> Iterator[Batches]:
    decoded = shot.decoded(number)
    keep = _named(decoded.block, wanted)
    if keep.any():
        block = decoded.block.only(keep | _going_on(decoded, keep))
        batch = Decoded(block, shot.forms).tables(shot.places).batch()
        yield {name: rows for name, rows in batch.items() if rows.num_rows or name == SPINE_TABLE}


def _named(block: Block, wanted: Named) -> Any:
    """Return which lines of a block name a wanted id of their appliance (a mask)."""
    hosts = block.lines["host"].combine_chunks()
    found = np.zeros(len(hosts), bool)
    for host, ids in wanted.items():
        of_events = np.zeros(len(hosts), bool)
        for name, numbers in zip(Ids._fields, ids, strict=True):
            if numbers and name[:-1] in block.events.schema.names:
                column = block.events[name[:-1]].combine_chunks()
                of_events |= pc.is_in(column, pa.array(list(numbers), pa.int64())).to_numpy(
                    zero_copy_only=False
                )
        of_lines = np.zeros(len(hosts), bool)
        of_lines[block.line_of_event[of_events]] = True
        of_host = pc.is_null(hosts) if host is None else pc.fill_null(pc.equal(hosts, host), fill_value=False)
        found |= of_lines & of_host.to_numpy(zero_copy_only=False)
    return found


def _going_on(decoded: Decoded, keep: Any) -> Any:
    """Return which lines go on with lines that are kept (a mask)."""
    found = np.zeros(len(keep), bool)
    if "continues" in decoded.block.events.schema.names:
        distances = decoded.block.events["continues"].combine_chunks()
        owners = decoded.block.line_of_event[distances.is_valid().to_numpy(zero_copy_only=False)]
        distances = distances.drop_null().to_numpy()
        parents = owners - distances
        inside = (parents >= 0) & (decoded.line_nos[parents] == decoded.line_nos[owners] - distances)
        found[owners[inside & keep[parents]]] = True
    return found
