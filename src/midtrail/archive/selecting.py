"""Lines by the ids that they name, or by their places: of each block only what may hold them is read."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from midtrail.archive.decoding import Asked, Decoded
from midtrail.archive.picking import Picker
from midtrail.archive.snapshot import Snapshot
from midtrail.tables import Batches

_NOBODY = np.array([], np.int64)


def told(shot: Snapshot, number: int, events: Any, asked: Asked) -> Batches:
    """Return events of a block (rows, ascending) with those that go on with them, as the engine gives them.

    Of them is told what is asked; `offset` is null.
    """
    picker = shot.picker(number)
    rows = np.sort(picker.line_of_event[events])
    return shot.picked(number, _with_what_goes_on(picker, rows), asked)


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
