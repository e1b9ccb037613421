"""A block: some 250,000 stored lines as two tables, which are joined by their order.

`lines` has them as they lie in their files, `events` sorted by form, so that each field's values stand together
and what is null costs nothing. The n-th event of a block belongs to its n-th line in the order of form,
file and line number, so that no line number is stored with the events:

    SELECT * FROM events JOIN (
        SELECT *, row_number() OVER (PARTITION BY block ORDER BY form, file_id, line_no) - 1 AS place FROM lines
    ) USING (block, place)
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.events import all_kinds
from midtrail.tables import kind_schema

MOST_LINES = 1 << 18
IDS = ("mid", "icid", "dcid")
"""The columns of ids."""

LINES_SCHEMA = pa.schema(
    [
        ("block", pa.int64()),
        ("file_id", pa.int64()),
        ("line_no", pa.int64()),
        ("second", pa.int64()),
        ("micro", pa.int32()),
        ("host", pa.string()),
        ("level", pa.string()),
        ("template", pa.string()),
        ("ending", pa.string()),
        ("state", pa.int8()),
        ("form", pa.int32()),
    ]
)
"""One row a line. `second` and `micro` are its time; the others tell what stands around its text."""

_OWN = [
    ("block", pa.int64()),
    ("place", pa.int64()),
    ("form", pa.int32()),
    ("tail", pa.int32()),
    ("text", pa.string()),
    ("raw", pa.binary()),
]


_OWN_NAMES = frozenset(name for name, _ in _OWN)


def events_schema() -> pa.Schema:
    """Return the columns of `events`: the archive's own, then every field of every kind, by name.

    `tail` counts blanks behind what the form prints; `text` is the text where no form prints it, `raw` the
    whole line where its bytes do not come of its text.
    """
    fields: dict[str, pa.DataType] = {}
    for kind in sorted(all_kinds()):
        fields |= {field.name: _stored_type(field.type) for field in list(kind_schema(kind))[1:]}
    return pa.schema([*_OWN, *sorted(fields.items())])


def _stored_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


class Block:
    """The two tables of a block."""

    def __init__(self, lines: pa.Table, events: pa.Table) -> None:
        """Take the tables as they are stored. Raises ValueError where they do not fit each other."""
        if lines.num_rows != events.num_rows:
            raise ValueError(f"{lines.num_rows} lines, but {events.num_rows} events")
        self.lines = lines
        self.events = events

    @cached_property
    def line_of_event(self) -> Any:
        """For each event, the row of its line."""
        return np.argsort(self.forms, kind="stable")

    @cached_property
    def event_of_line(self) -> Any:
        """For each line, the row of its event."""
        inverse = np.empty(len(self.forms), np.int64)
        inverse[self.line_of_event] = np.arange(len(self.forms))
        return inverse

    @cached_property
    def forms(self) -> Any:
        """For each line, the number of its form."""
        return self.column("form")

    def column(self, name: str) -> Any:
        """Return a column of the lines that has no nulls (numpy)."""
        return self.lines[name].combine_chunks().to_numpy()

    def only(self, keep: Any) -> "Block":
        """Return the block with some of its lines (a mask)."""
        rows = np.flatnonzero(keep)
        chosen = np.flatnonzero(keep[self.line_of_event])
        return Block(self.lines.take(pa.array(rows)), self.events.take(pa.array(chosen)))

    def files(self) -> Any:
        """Return the numbers of the files that it has lines of."""
        return np.unique(self.column("file_id"))


class Parts:
    """The events of a block in parts, one behind the other, each with the columns in which it has something."""

    def __init__(self, tables: list[pa.Table]) -> None:
        """Take the parts."""
        self._tables = tables
        self._bounds: list[int] = [0, *accumulate(table.num_rows for table in tables)]
        self._whole: dict[tuple[int, str], pa.Array | None] = {}

    @property
    def num_rows(self) -> int:
        """The number of events."""
        return self._bounds[-1]

    def values(self, name: str, start: int, stop: int, kind: pa.DataType) -> pa.Array:
        """Return the values of a column from one event to another, null where a part has not the column."""
        chunks: list[pa.Array] = []
        for at, (first, last) in enumerate(pairwise(self._bounds)):
            begin, end = max(start, first), min(stop, last)
            if begin < end:
                chunks.append(self._values(at, name, begin - first, end - begin, kind))
        return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks or [pa.nulls(0, kind)])

    def _values(self, at: int, name: str, start: int, count: int, kind: pa.DataType) -> pa.Array:
        """Return some values of one part."""
        if (at, name) not in self._whole:
            table = self._tables[at]
            there = name in table.schema.names
            self._whole[at, name] = table[name].combine_chunks() if there else None
        column = self._whole[at, name]
        if column is None:
            return pa.nulls(count, kind)
        found = column.slice(start, count)
        return found if found.type == kind else found.cast(kind)


def assemble(lines: pa.Table, parts: list[tuple[pa.Table, Any]]) -> Block:
    """Return a block of lines in any order and of events, which come in parts, each with the rows of its lines."""
    order = np.lexsort((lines["line_no"].to_numpy(), lines["file_id"].to_numpy()))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    by_form: dict[int, list[tuple[pa.Table, Any]]] = {}
    for events, owners in parts:
        for form, rows in _by_form(events):
            some = events if len(rows) == events.num_rows else events.take(pa.array(rows))
            by_form.setdefault(form, []).append((some, place[owners[rows]]))
    sorted_events = _one_behind_the_other([_in_order(by_form[form]) for form in sorted(by_form)])
    places = pa.array(np.arange(len(order)), pa.int64())
    at = sorted_events.schema.get_field_index("place")
    in_order = lines if (np.diff(order) == 1).all() else lines.take(pa.array(order))
    return Block(in_order, sorted_events.set_column(at, "place", places))


def _one_behind_the_other(tables: list[pa.Table]) -> pa.Table:
    """Return tables as one; what tables have not is null, in one piece, for which all share one array of each type."""
    fields = {field.name: field for table in tables for field in table.schema}
    count = sum(table.num_rows for table in tables)
    nulls = {kind: pa.nulls(count, kind) for kind in {field.type for field in fields.values()}}
    starts = np.cumsum([0, *(table.num_rows for table in tables)]).tolist()
    pieces: dict[str, list[tuple[int, pa.ChunkedArray]]] = {name: [] for name in fields}
    for start, table in zip(starts, tables, strict=False):
        for name, values in zip(table.schema.names, table.columns, strict=True):
            pieces[name].append((start, values))
    arrays = [
        pa.chunked_array(_filled(pieces[field.name], count, nulls[field.type]), field.type)
        for field in fields.values()
    ]
    return pa.table(arrays, schema=pa.schema(list(fields.values())))


def _filled(pieces: list[tuple[int, pa.ChunkedArray]], count: int, nulls: pa.Array) -> Iterator[pa.Array]:
    """Yield the pieces of a column, each with the row where it begins, and nulls between them up to a number of rows."""
    at = 0
    for start, values in pieces:
        if at < start:
            yield nulls.slice(0, start - at)
        yield from values.chunks
        at = start + len(values)
    if at < count:
        yield nulls.slice(0, count - at)


def _by_form(events: pa.Table) -> Iterator[tuple[int, Any]]:
    """Yield each form with the rows that have it."""
    forms = events["form"].to_numpy()
    order = np.argsort(forms, kind="stable")  # the rows of a form stay in their order
    for rows in np.split(order, np.flatnonzero(np.diff(forms[order])) + 1):
        if len(rows):
            yield int(forms[rows[0]]), rows


def _in_order(parts: list[tuple[pa.Table, Any]]) -> pa.Table:
    """Return the events of one form in the order of their lines."""
    places = np.concatenate([places for _, places in parts])
    events = pa.concat_tables([events for events, _ in parts], promote_options="default")
    if (np.diff(places) > 0).all():
        return events
    return events.take(pa.array(np.argsort(places)))


def side_by_side(blocks: list[Block]) -> Block:
    """Return picked lines of several blocks as one, which are then read at once: block after block."""
    if len(blocks) == 1:
        return blocks[0]
    events = pa.concat_tables([block.events for block in blocks], promote_options="default")
    forms = np.concatenate([np.sort(block.forms) for block in blocks])
    order = np.argsort(forms, kind="stable")
    lines = pa.concat_tables([block.lines for block in blocks])
    return Block(lines, events.combine_chunks().take(pa.array(order)))


def merged(blocks: list[Block]) -> Block:
    """Return several blocks as one."""
    parts, before = [], 0
    for block in blocks:
        for _, rows in _by_form(block.events):
            some = block.events.take(pa.array(rows))
            told = [
                name for name in some.schema.names if name in _OWN_NAMES or some[name].null_count < len(rows)
            ]
            parts.append((some.select(told), block.line_of_event[rows] + before))
        before += block.lines.num_rows
    return assemble(pa.concat_tables([block.lines for block in blocks]), parts)


def numbered(block: Block, number: int) -> Block:
    """Return the block with its number in both tables."""
    return Block(*(_with_number(table, number) for table in (block.lines, block.events)))


def _with_number(table: pa.Table, number: int) -> pa.Table:
    column = pa.array(np.full(table.num_rows, number), pa.int64())
    return table.set_column(table.schema.get_field_index("block"), "block", column)
