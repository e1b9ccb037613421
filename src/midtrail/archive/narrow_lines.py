"""The lines of some kinds in few columns, and the messages that they belong to, without any other line being read."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.picking import Picker
from midtrail.archive.places import unpacked
from midtrail.archive.snapshot import Snapshot
from midtrail.tables import Store, kind_schema

_PLACES = pa.schema(
    [
        ("seq", pa.int64()),
        ("host", pa.string()),
        ("mid", pa.int64()),
        ("file", pa.int64()),
        ("line_no", pa.int64()),
    ]
)

_CANDIDATES = """
    select distinct message, lines.*
    from narrow_lines as lines
    join (select message, host, unnest(mids) as mid from narrow_mids) as told
        on told.host is not distinct from lines.host and told.mid = lines.mid
"""

_MEMBERS = """
    select message, seq
    from narrow_candidates
    join narrow_places using (message, file, line_no)
"""


def narrow_lines(
    shot: Snapshot, wanted: Mapping[str, frozenset[str]]
) -> dict[str, tuple[pa.Table, pa.Table]]:
    """Return of kinds the events that tell one of some fields, with `seq` and these, and the places of their lines.

    Each block is opened once for all kinds.
    """
    schemas = {
        kind: pa.schema([field for field in kind_schema(kind) if field.name in {"seq", *fields}])
        for kind, fields in wanted.items()
    }
    parts = {kind: [(schema.empty_table(), _PLACES.empty_table())] for kind, schema in schemas.items()}
    for number in shot.blocks:
        for kind, schema in schemas.items():
            parts[kind] += _in_block(shot, number, kind, schema)
    return {
        kind: (pa.concat_tables(told[0] for told in found), pa.concat_tables(told[1] for told in found))
        for kind, found in parts.items()
    }


def _in_block(
    shot: Snapshot, number: int, kind: str, schema: pa.Schema
) -> Iterator[tuple[pa.Table, pa.Table]]:
    picker = shot.picker(number)
    names = schema.names[1:]
    rows = picker.of_kind(kind) if picker.events.names & set(names) else np.array([], np.int64)
    if not len(rows):
        return
    events = picker.events.rows(dict.fromkeys([*names, "mid"]), rows)
    told = np.zeros(len(rows), bool)
    for name in set(names) & set(events.schema.names):
        told |= events[name].is_valid().to_numpy()
    if told.any():
        yield _told(shot, picker, events.filter(pa.array(told)), rows[told], schema)


def _told(
    shot: Snapshot, picker: Picker, events: pa.Table, rows: np.ndarray, schema: pa.Schema
) -> tuple[pa.Table, pa.Table]:
    lines = picker.line_of_event[rows]
    files, line_nos = picker.lines.whole("file_id").to_numpy()[lines], picker.line_nos()[lines]
    known, of_file = np.unique(files, return_inverse=True)
    seqs = np.array([shot.places[int(file)].base for file in known], np.int64)[of_file] + line_nos - 1
    hosts = picker.lines.whole("host").take(pa.array(lines)).cast(pa.string())
    columns = [
        pa.array(seqs),
        *(_column(events, field) for field in list(schema)[1:]),
    ]
    places = [
        pa.array(seqs),
        hosts,
        _column(events, _PLACES.field("mid")),
        pa.array(files),
        pa.array(line_nos),
    ]
    return pa.table(columns, schema=schema), pa.table(places, schema=_PLACES)


def _column(events: pa.Table, field: pa.Field) -> pa.Array:
    if field.name not in events.schema.names:
        return pa.nulls(events.num_rows, field.type)
    values = events[field.name].combine_chunks()
    return values.dictionary_encode().cast(field.type) if pa.types.is_dictionary(field.type) else values


def members_of(store: Store, lines: pa.Table, messages: Mapping[str, pa.Array]) -> pa.Table:
    """Return (message, seq) of lines; `messages` tells `message`, `host`, `mids`, `lines` of all messages."""
    connection = store.connection
    told = {name: messages[name] for name in ("message", "host", "mids")}
    connection.register("narrow_lines", lines)
    connection.register("narrow_mids", pa.table(told))
    candidates = store.query(_CANDIDATES)
    numbers = pc.unique(candidates["message"])
    rows = pc.index_in(numbers, messages["message"])
    lists, files, line_nos = unpacked(messages["lines"].take(rows))
    places = {
        "message": numbers.take(pa.array(lists)),
        "file": pa.array(files),
        "line_no": pa.array(line_nos),
    }
    connection.register("narrow_candidates", candidates)
    connection.register("narrow_places", pa.table(places))
    found = store.query(_MEMBERS)
    for name in ("narrow_lines", "narrow_mids", "narrow_candidates", "narrow_places"):
        connection.unregister(name)
    return found
