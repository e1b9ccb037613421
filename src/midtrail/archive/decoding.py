"""From blocks back to the engine's batches, and to the very bytes of the files."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.blocks import IDS, Block, Parts
from midtrail.archive.encoding import KEPT
from midtrail.archive.outside import ODD, PLAIN, RAW, bodies_of, joined
from midtrail.archive.prefixes import shifts_of
from midtrail.archive.printing import Form, Rows, printed
from midtrail.distinct import distinct
from midtrail.events import all_kinds
from midtrail.tables import SPINE_SCHEMA, SPINE_TABLE, Batches, kind_schema

_SECOND = 1_000_000
_DAY = 86_400


class Place(NamedTuple):
    """Where a stored file stands among all: its name, and the number of its first line."""

    source: str
    base: int


class Asked(NamedTuple):
    """What is asked of stored lines; None is all.

    `kinds` are those whose events are told, `spine` the columns of the spine that are filled (`seq` is always),
    `texts` the kinds of whose lines the text is told.
    """

    kinds: frozenset[str] | None = None
    spine: frozenset[str] | None = None
    texts: frozenset[str] | None = None

    def tells(self, column: str) -> bool:
        """Tell whether a column of the spine is filled."""
        return self.spine is None or column in self.spine

    def tells_text_of(self, kind: str) -> bool:
        """Tell whether the text of lines of a kind is told."""
        return self.tells("text") and (self.texts is None or kind in self.texts)

    def tells_events_of(self, kind: str) -> bool:
        """Tell whether the events of a kind are told."""
        return self.kinds is None or kind in self.kinds


EVERYTHING = Asked()


class _Group(NamedTuple):
    """The events of one form: from one row to another, and the lines that they belong to."""

    form: Form
    start: int
    stop: int
    owners: Any


class Decoded:
    """A block, read: its lines in its order (by file, then line number), printed when asked for."""

    def __init__(self, block: Block, forms: Mapping[int, Form], parts: Parts | None = None) -> None:
        """Take a block and the archive's forms; with `parts`, its events are these.

        Raises KeyError for a form that is not among them.
        """
        self.block = block
        self.count = block.lines.num_rows
        self._lines = {name: _whole(block.lines[name]) for name in block.lines.schema.names}
        self._events = Parts([block.events]) if parts is None else parts
        self.files = self._lines["file_id"].to_numpy()
        self.line_nos = self._lines["line_no"].to_numpy()
        self._groups = list(self._grouped(forms))

    def _grouped(self, forms: Mapping[int, Form]) -> Any:
        numbers = np.sort(self.block.forms)  # as the events are sorted
        starts = np.flatnonzero(np.diff(numbers, prepend=-1))
        for start, stop in zip(starts, np.append(starts, len(numbers))[1:], strict=True):
            owners = self.block.line_of_event[start:stop]
            yield _Group(forms[int(numbers[start])], int(start), int(stop), owners)

    def _field(self, name: str, kind: pa.DataType, group: _Group) -> pa.Array:
        return self._events.values(name, group.start, group.stop, kind)

    @cached_property
    def _templates(self) -> pa.DictionaryArray:
        return self._lines["template"].dictionary_encode()

    @cached_property
    def _times(self) -> pa.Array:
        seconds = pc.multiply(self._lines["second"], _SECOND)
        return pc.add(seconds, self._lines["micro"].cast(pa.int64()))

    @cached_property
    def texts(self) -> pa.Array:
        """The texts of the lines, printed where they are not stored."""
        return self._texts(EVERYTHING)

    def _texts(self, asked: Asked) -> pa.Array:
        """Return the texts of the lines of which they are asked, for the others null."""
        east = shifts_of(self._templates)
        parts = [
            self._printed(group, east[group.owners])
            if asked.tells_text_of(group.form.kind)
            else pa.nulls(group.stop - group.start, pa.string())
            for group in self._groups
        ]
        return pa.concat_arrays(parts).take(pa.array(self.block.event_of_line)) if parts else _NO_TEXTS

    def utc_offsets(self, usual: int) -> Any:
        """Return how many seconds east of UTC the clock goes in which each line tells its time (numpy int64).

        Lines show the time of day only: of the offsets that give it, the one next to `usual` is meant.
        """
        off = (shifts_of(self._templates) - usual + _DAY // 2) % _DAY - _DAY // 2
        told = self._templates.is_valid().to_numpy(zero_copy_only=False)
        return usual + np.where(told, off, 0)

    def _printed(self, group: _Group, east: Any) -> pa.Array:
        if group.form.pattern == KEPT:
            return self._field("text", pa.string(), group)
        fields = {
            field.name: self._field(field.name, _plain(field.type), group)
            for field in list(kind_schema(group.form.kind))[1:]
            if field.name in group.form.pattern
        }
        found = printed(group.form, Rows(fields, east))
        tails = self._field("tail", pa.int32(), group).fill_null(0)
        if not pc.any(pc.greater(tails, 0)).as_py():
            return found
        return pc.binary_join_element_wise(found, pc.binary_repeat(" ", tails), "")

    @cached_property
    def raws(self) -> pa.Array:
        """The lines as they stood in their files, line ends included (large_binary)."""
        states = self._lines["state"].to_numpy()
        bodies = bodies_of(self.texts, np.where(states == ODD, ODD, PLAIN))
        whole = joined(self._templates, self._times, bodies, self._lines["ending"])
        if not (states == RAW).any():
            return whole
        kept = self._events.values("raw", 0, self.count, pa.binary())
        kept = kept.take(pa.array(self.block.event_of_line)).cast(pa.large_binary())
        return pc.if_else(pa.array(states == RAW), kept, whole)

    def bounds(self, file_id: int) -> tuple[int, int]:
        """Return the first and the last row (exclusive) of a file."""
        return int(np.searchsorted(self.files, file_id)), int(np.searchsorted(self.files, file_id, "right"))

    def tables(self, places: Mapping[int, Place], asked: Asked = EVERYTHING) -> "Tables":
        """Return the lines as the engine gives them, with the numbers that they have among all files.

        Of what is not asked the spine tells null, and there are no events.
        """
        known = distinct(self.files)
        bases = np.array([places[int(number)].base for number in known], np.int64)
        seqs = bases[np.searchsorted(known, self.files)] + self.line_nos - 1
        groups: dict[str, list[_Group]] = {}
        for group in self._groups:
            if asked.tells_events_of(group.form.kind):
                groups.setdefault(group.form.kind, []).append(group)
        kinds = {kind: self._kind(kind, parts, seqs) for kind, parts in groups.items()}
        return Tables(self._spine(places, seqs, asked), kinds)

    def _kind(self, kind: str, parts: list[_Group], seqs: Any) -> tuple[pa.RecordBatch, Any]:
        """Return the events of one kind in the order of their lines, and the rows of these."""
        schema = kind_schema(kind)
        owners = np.concatenate([group.owners for group in parts])
        is_one = len(parts) == 1  # those of one form are in the order of their lines
        order = None if is_one else np.argsort(owners, kind="stable")
        owners = owners if order is None else owners[order]
        columns = [pa.array(seqs[owners])]
        for field in list(schema)[1:]:
            values = pa.concat_arrays([self._field(field.name, _plain(field.type), group) for group in parts])
            values = values if order is None else values.take(pa.array(order))
            if field.name == "continues":
                values = pc.subtract(columns[0], values)
            columns.append(_coded(values, field.type))
        return pa.RecordBatch.from_arrays(columns, schema=schema), owners

    def _spine(self, places: Mapping[int, Place], seqs: Any, asked: Asked) -> pa.RecordBatch:
        known = distinct(self.files)
        names = pa.array([places[int(number)].source for number in known], pa.string())
        codes = pa.array(np.searchsorted(known, self.files).astype(np.int32))
        told: dict[str, pa.Array] = {
            "seq": pa.array(seqs),
            "source": pa.DictionaryArray.from_arrays(codes, names),
            "line_no": self._lines["line_no"],
        }
        for name in ("host", "level"):
            if asked.tells(name):
                told[name] = _coded(self._lines[name], SPINE_SCHEMA.field(name).type)
        if asked.tells("time"):
            told["time"] = self._times.cast(SPINE_SCHEMA.field("time").type)
        told |= zip(("kind", *IDS), self._kind_and_ids(asked), strict=True)
        if asked.tells("text"):
            told["text"] = self.texts if asked.texts is None else self._texts(asked)
        columns = [
            told[field.name] if field.name in told else pa.nulls(self.count, field.type)
            for field in SPINE_SCHEMA
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SPINE_SCHEMA)

    def _kind_and_ids(self, asked: Asked) -> list[pa.Array]:
        kinds = sorted({group.form.kind for group in self._groups})
        numbers = np.zeros(self.count, np.int32)
        ids = {name: (np.zeros(self.count, np.int64), np.zeros(self.count, bool)) for name in IDS}
        told = {name for name in IDS if asked.tells(name)}
        for group in self._groups:
            numbers[group.owners] = kinds.index(group.form.kind)
            for name in {field.name for field in all_kinds()[group.form.kind].declared()} & told:
                values = self._field(name, pa.int64(), group)
                ids[name][0][group.owners] = values.fill_null(0).to_numpy()
                ids[name][1][group.owners] = values.is_valid().to_numpy(zero_copy_only=False)
        kind = pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(kinds, pa.string()))
        return [kind, *(pa.array(values, mask=~known) for values, known in ids.values())]


class Tables:
    """A block's lines as the engine's tables, to be cut into runs of lines."""

    def __init__(self, spine: pa.RecordBatch, kinds: Mapping[str, tuple[pa.RecordBatch, Any]]) -> None:
        """Take the spine, and each kind's events with the rows of their lines, ascending."""
        self._spine = spine
        self._kinds = kinds

    def batch(self, start: int = 0, stop: int | None = None, offsets: pa.Array | None = None) -> Batches:
        """Return the lines from one row to another; `offsets` tells where they begin in their file."""
        stop = self._spine.num_rows if stop is None else stop
        spine = self._spine.slice(start, stop - start)
        if offsets is not None:
            spine = spine.set_column(spine.schema.get_field_index("offset"), "offset", offsets)
        found: Batches = {SPINE_TABLE: spine}
        for kind, (events, owners) in self._kinds.items():
            first, last = np.searchsorted(owners, [start, stop])
            if first < last:
                found[kind] = events.slice(first, last - first)
        return found


_NO_TEXTS = pa.array([], pa.string())


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _coded(values: pa.Array, kind: pa.DataType) -> pa.Array:
    return values.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else values
