"""Messages with lines that tell certain SHA-256 hashes: of the events only row groups are read that may have them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import terms
from midtrail.archive.ids import Id
from midtrail.archive.looking import kept_rows
from midtrail.archive.picking import Picker
from midtrail.archive.places import PLACES, unpacked
from midtrail.archive.snapshot import Snapshot
from midtrail.events import all_kinds

_FIELD = terms.OF_EVENTS["sha256"]
_MATCH = "threat_feed_match"
"""The kind whose indicator may be a hash, as its type tells."""


class _Found(NamedTuple):
    """A line that tells a hash: what it names, and where it is."""

    id: Id
    file: int
    line_no: int


def messages_telling(shot: Snapshot, texts: Sequence[str], most: int) -> pa.Table | None:
    """Return the latest rows of the messages of which lines tell one of some hashes, in the order of messages.

    None where lines of more than `most` messages do.
    """
    wanted = _FIELD.written(pa.array(texts, pa.string()))
    numbers = terms.hashes(wanted)
    found: list[_Found] = []
    for number in shot.blocks:
        place = terms.place_of(shot.folder / terms.FOLDER, Path(shot.paths_of_block(number)[1]).name)
        groups = terms.holding(place, "sha256", numbers)
        if groups is None or groups:
            found += _in_block(shot.picker(number), groups, wanted)
        if len({line.id for line in found}) > most:
            return None
    rows = kept_rows(shot, {line.id for line in found})
    return rows.filter(pa.array(_belongs(rows, found), pa.bool_()))


def _in_block(picker: Picker, groups: list[int] | None, wanted: pa.Array) -> Iterator[_Found]:
    """Yield the lines of a block that tell a hash, of some row groups of its events or of all."""
    names = [name for name in _FIELD.columns if name in picker.events.names]
    for name in names:
        parts = [
            start + np.flatnonzero(_is_in(picker.events.read(name, group), wanted))
            for group, (start, _) in enumerate(picker.events.runs())
            if groups is None or group in groups
        ]
        rows = np.concatenate(parts) if parts else np.array([], np.int64)
        if len(rows):
            yield from _told(picker, name, rows)


def _is_in(values: pa.Array, wanted: pa.Array) -> Any:
    texts = _FIELD.written(values.cast(pa.string()))
    return pc.is_in(texts, wanted).fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003 - Arrow's signature


def _told(picker: Picker, name: str, rows: Any) -> Iterator[_Found]:
    """Yield the lines of events (rows, ascending) of kinds in which a column tells a hash of a message."""
    columns = ("mid", *(("indicator_type",) if name == "indicator" else ()))
    events = picker.events.rows(columns, rows).to_pylist()
    lines = picker.line_of_event[rows]
    files, line_nos = picker.lines.whole("file_id").to_numpy()[lines], picker.line_nos()[lines]
    hosts = picker.lines.whole("host").take(pa.array(lines)).cast(pa.string()).to_pylist()
    for event, kind, host, file, line_no in zip(
        events, picker.kinds_of(rows), hosts, files.tolist(), line_nos.tolist(), strict=True
    ):
        if event.get("mid") is not None and _tells(kind, name, event):
            yield _Found((host, event["mid"]), file, line_no)


def _tells(kind: str, name: str, event: dict[str, Any]) -> bool:
    fields = {declared.name for declared in all_kinds()[kind].declared()}
    if not {name, "mid"} <= fields:
        return False
    if name != "indicator":
        return True
    _, sha, behind = (event.get("indicator_type") or "").lower().partition("sha")
    return kind == _MATCH and bool(sha) and "256" in behind


def _belongs(rows: pa.Table, found: Sequence[_Found]) -> list[bool]:
    """Return which messages have one of some lines."""
    lists, files, line_nos = unpacked(rows["lines"].cast(PLACES).combine_chunks())
    places: list[set[tuple[int, int]]] = [set() for _ in range(rows.num_rows)]
    for at, file, line_no in zip(lists.tolist(), files.tolist(), line_nos.tolist(), strict=True):
        places[at].add((file, line_no))
    told = zip(rows["host"].to_pylist(), rows["mids"].to_pylist(), places, strict=True)
    return [
        any(line.id[0] == host and line.id[1] in mids and (line.file, line.line_no) in own for line in found)
        for host, mids, own in told
    ]
