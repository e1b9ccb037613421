"""From the engine's batches and the bytes that they were read from to blocks."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.blocks import IDS, LINES_SCHEMA, Block, assemble
from midtrail.archive.outside import Outside, outside
from midtrail.archive.prefixes import shifts_of
from midtrail.archive.printing import Form, Rows, forms_of
from midtrail.distinct import places_in
from midtrail.tables import SPINE_TABLE, Batches, kind_schema

_SECOND = 1_000_000
KEPT = ""
"""The pattern of the form of those lines of a kind that no form prints."""


class Unsorted(NamedTuple):
    """The lines of a block as they came, and their events, each piece with the rows of its lines."""

    lines: list[pa.Table]
    events: list[tuple[pa.Table, Any]]

    def block(self) -> Block:
        """Return them as a block."""
        return assemble(pa.concat_tables(self.lines), self.events)


class Encoder:
    """Gathers lines until they make a block."""

    def __init__(self, number_of_form: Callable[[Form], int]) -> None:
        """Begin an empty block; `number_of_form` gives the archive's number of a form."""
        self._number_of_form = number_of_form
        self._lines: list[pa.Table] = []
        self._events: list[tuple[pa.Table, Any]] = []
        self.rows = 0

    def add(self, batch: Batches, file_ids: Any, raws: pa.Array) -> None:
        """Add a batch of the engine's, with the file and the raw bytes of each line."""
        spine = batch[SPINE_TABLE]
        times = spine["time"].cast(pa.int64())
        around = outside(raws, spine["text"], times)
        east = shifts_of(around.templates)
        forms = np.empty(spine.num_rows, np.int32)
        for kind in sorted(batch.keys() - {SPINE_TABLE}, key=_place):
            self._add_kind(kind, batch, around, east, forms)
        self._lines.append(_lines(spine, file_ids, times, around, forms))
        self.rows += spine.num_rows

    def _add_kind(self, kind: str, batch: Batches, around: Outside, east: Any, forms: Any) -> None:
        spine, events = batch[SPINE_TABLE], batch[kind]
        places = places_in(spine["seq"].to_numpy(), events["seq"].to_numpy())
        chosen = pa.array(places)
        texts = spine["text"].take(chosen)
        fields = {name: _stored(name, events) for name in events.schema.names[1:]}
        numbers, tails = self._forms(kind, Rows(fields, east[places]), texts)
        forms[places] = numbers
        own = {
            "block": pa.nulls(len(places), pa.int64()),
            "place": pa.nulls(len(places), pa.int64()),
            "form": pa.array(numbers, pa.int32()),
            "tail": pa.array(tails, pa.int32(), mask=tails <= 0),
            "text": _texts(texts, tails < 0),
            "raw": _raws(around.raws, chosen),
        }
        self._events.append((pa.table({**own, **fields}), places + self.rows))

    def _forms(self, kind: str, rows: Rows, texts: pa.Array) -> tuple[Any, Any]:
        """Return for each event its form, and how many blanks follow what that prints, -1 where none prints it."""
        numbers, forms = forms_of(kind, rows, texts)
        tails = np.minimum(numbers, 0)
        waiting = np.flatnonzero(numbers < 0)
        if len(waiting):
            full = texts.take(pa.array(waiting))
            bare = pc.utf8_rtrim(full, " ")
            again, more = forms_of(kind, rows.take(waiting), bare)
            found = again >= 0
            numbers[waiting[found]] = again[found] + len(forms)
            blanks = pc.subtract(pc.binary_length(full), pc.binary_length(bare)).to_numpy()
            tails[waiting[found]] = blanks[found]
            forms = [*forms, *more]
        known = [self._number_of_form(form) for form in (*forms, Form(kind, KEPT))]
        return np.array(known, np.int32)[numbers], tails

    def gathered(self) -> Unsorted:
        """Return what was gathered, and begin anew."""
        gathered = Unsorted(self._lines, self._events)
        self._lines, self._events, self.rows = [], [], 0
        return gathered


def _place(kind: str) -> tuple[tuple[str, ...], str]:
    """Return by what kinds are put beside their like, which is packed smaller: their fields but ids, and their names."""
    return tuple(name for name in kind_schema(kind).names[1:] if name not in IDS), kind


def _stored(name: str, events: pa.RecordBatch) -> pa.Array:
    """Return a field as it is stored: words in full, and what a line continues by how far it is before it."""
    values = events[name]
    if pa.types.is_dictionary(values.type):
        return values.dictionary_decode()
    return pc.subtract(events["seq"], values) if name == "continues" else values


def _raws(raws: pa.Array, chosen: pa.Array) -> pa.Array:
    """Return the bytes that are kept of some lines."""
    if raws.null_count == len(raws):
        return pa.nulls(len(chosen), pa.binary())
    return raws.take(chosen).cast(pa.binary())


def _texts(texts: pa.Array, wanted: Any) -> pa.Array:
    """Return those texts that no form prints (a mask), and null for all others."""
    return pc.if_else(pa.array(wanted), texts, None) if wanted.any() else pa.nulls(len(texts), texts.type)


def _lines(spine: pa.RecordBatch, file_ids: Any, times: pa.Array, around: Outside, forms: Any) -> pa.Table:
    micros = times.fill_null(0).to_numpy()
    untimed = times.is_null().to_numpy(zero_copy_only=False)
    columns = [
        pa.nulls(spine.num_rows, pa.int64()),
        pa.array(file_ids, pa.int64()),
        spine["line_no"],
        pa.array(micros // _SECOND, mask=untimed),
        pa.array((micros % _SECOND).astype(np.int32), mask=untimed),
        spine["host"].dictionary_decode(),
        spine["level"].dictionary_decode(),
        around.templates.dictionary_decode(),
        around.endings,
        pa.array(around.states),
        pa.array(forms),
    ]
    return pa.Table.from_arrays(columns, schema=LINES_SCHEMA)
