"""Lines by the ids that they name, or by their places: of each block only what may hold them is read."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.decoding import Decoded
from midtrail.archive.ids import Ids, Named
from midtrail.archive.picking import Picker
from midtrail.archive.snapshot import Snapshot
from midtrail.tables import Batches

_NOBODY = np.array([], np.int64)


def selected(shot: Snapshot, wanted: Named) -> Iterator[Batches]:
    """Yield the lines whose MID, ICID or DCID is wanted, with those that go on with them, a block at a time.

    They come in the order of their blocks, each as the engine gives it; `offset` is null.
    """
    for number in shot.ranges.holding(wanted, shot.blocks) if wanted else ():
        picker = shot.picker(number)
        rows = _with_what_goes_on(picker, _named(picker, wanted))
        if len(rows):
            yield shot.picked(number, rows)


def _named(picker: Picker, wanted: Named) -> Any:
    """Return which lines of a block name a wanted id of their appliance (rows, ascending)."""
    hosts = picker.lines.whole("host")
    codes = hosts.indices.fill_null(-1).to_numpy()
    found = [_NOBODY]
    for host, ids in wanted.items():
        code = -1 if host is None else pc.index_in(pa.scalar(host), hosts.dictionary).as_py()
        if code is not None and (host is not None or hosts.null_count):
            rows = _holding(picker, {name[:-1]: getattr(ids, name) for name in Ids._fields})
            found.append(rows[codes[rows] == code])
    return np.unique(np.concatenate(found))


def _holding(picker: Picker, ids: Mapping[str, Any]) -> Any:
    """Return which lines name one of some ids, whatever their appliance."""
    return np.concatenate(
        [_NOBODY, *(picker.with_ids(column, numbers) for column, numbers in ids.items() if len(numbers))]
    )


def _with_what_goes_on(picker: Picker, rows: Any) -> Any:
    """Return lines with those that go on with them."""
    owners, distances = picker.going_on()
    parents, numbers = owners - distances, picker.line_nos()
    inside = (parents >= 0) & (numbers[parents] == numbers[owners] - distances)
    more = owners[inside & np.isin(parents, rows)]
    return np.union1d(rows, more) if len(more) else rows


def lines_at(shot: Snapshot, places: Mapping[int, Any]) -> Iterator[Decoded]:
    """Yield lines by their places, for each file its line numbers (ascending), with those that go on with them.

    They come in the order of their blocks.
    """
    for number in shot.blocks_of(places):
        picker = shot.picker(number)
        rows = [picker.at(file_id, line_nos) for file_id, line_nos in places.items()]
        found = np.union1d(np.concatenate(rows), _going_on_at(picker, places))
        if len(found):
            yield shot.chosen(number, found.astype(np.int64))


def _going_on_at(picker: Picker, places: Mapping[int, Any]) -> Any:
    """Return the lines of a block that go on with lines at places, also in other blocks (rows)."""
    owners, distances = picker.going_on()
    if not len(owners):
        return owners
    files = picker.lines.whole("file_id").to_numpy()[owners]
    parents = picker.line_nos()[owners] - distances
    kept = np.zeros(len(owners), bool)
    for file_id, line_nos in places.items():
        kept |= (files == file_id) & np.isin(parents, line_nos)
    return owners[kept]
