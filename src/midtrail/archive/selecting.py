"""Lines by the ids that they name, or by their places: of each block only what may hold them is read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from midtrail.archive.abreast import abreast
from midtrail.archive.blocks import Block, side_by_side
from midtrail.archive.decoding import EVERYTHING, Asked, Decoded
from midtrail.archive.picking import Picker
from midtrail.archive.snapshot import Snapshot
from midtrail.distinct import distinct
from midtrail.tables import Batches

_AT_ONCE = 1 << 14


def told(shot: Snapshot, events: Iterable[tuple[int, Any]], asked: Asked) -> Iterator[Batches]:
    """Yield events of blocks (rows, ascending) with those that go on with them, as the engine gives them.

    Of them is told what is asked; `offset` is null. Lines of several blocks are read at once.
    """

    def picked(chosen: tuple[int, Any]) -> Block:
        number, rows = chosen
        picker = shot.picker(number)
        return shot.picked(number, _with_what_goes_on(picker, np.sort(picker.line_of_event[rows])), asked)

    waiting: list[Block] = []
    for block in abreast(picked, events):
        waiting.append(block)
        if sum(block.lines.num_rows for block in waiting) >= _AT_ONCE:
            yield shot.told(shot.read(side_by_side(waiting)), asked)
            waiting = []
    if waiting:
        yield shot.told(shot.read(side_by_side(waiting)), asked)


def _with_what_goes_on(picker: Picker, rows: Any) -> Any:
    """Return lines with those that go on with them."""
    owners, distances = picker.going_on()
    parents, numbers = owners - distances, picker.line_nos()
    inside = (parents >= 0) & (numbers[parents] == numbers[owners] - distances)
    more = owners[inside & np.isin(parents, rows)]
    return distinct(np.append(rows, more)) if len(more) else rows


def lines_at(shot: Snapshot, places: Mapping[int, Any], asked: Asked = EVERYTHING) -> Iterator[Decoded]:
    """Yield lines by their places, for each file its line numbers (ascending), in the order of their blocks.

    Of them is read what is asked; where that is everything, they come with those that go on with them.
    """

    def read(number: int) -> Decoded | None:
        picker = shot.picker(number)
        rows = [picker.at(file_id, line_nos) for file_id, line_nos in places.items()]
        rows += [_going_on_at(picker, places)] if asked == EVERYTHING else []
        found = distinct(np.concatenate(rows))
        return shot.chosen(number, found.astype(np.int64), asked) if len(found) else None

    yield from filter(None, abreast(read, shot.blocks_of(places)))


def _going_on_at(picker: Picker, places: Mapping[int, Any]) -> Any:
    """Return the lines of a block that go on with lines at places, also in other blocks (rows)."""
    owners, distances = picker.going_on(places)
    if not len(owners):
        return owners
    files = picker.lines.numbers("file_id", owners)
    parents = picker.lines.numbers("line_no", owners) - distances
    kept = np.zeros(len(owners), bool)
    for file_id, line_nos in places.items():
        kept |= (files == file_id) & np.isin(parents, line_nos)
    return owners[kept]
