"""Some lines of a block: the numbers by which they are found are read whole, all else only where they lie."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta
from midtrail.archive.blocks import LINES_SCHEMA, Block, Parts
from midtrail.archive.decoding import EVERYTHING, IDS, Asked, Decoded
from midtrail.archive.encoding import KEPT
from midtrail.archive.outside import RAW
from midtrail.archive.printing import Form
from midtrail.tables import kind_schema

_WORDS = [field.name for field in LINES_SCHEMA if field.type == pa.string()]
_FEW_FORMS = (
    1 << 16
)  # numbers of forms below which they are sorted as 16 bits, which takes a tenth of the time
_NOBODY = np.array([], np.int64)


class Columns:
    """A Parquet file of which single columns are read, of all rows or some. Raises ArchiveError where it is damaged."""

    def __init__(self, path: Path, words: Sequence[str] | None = None) -> None:
        """Open a file; columns among `words` are read as dictionaries, by default those that are stored so."""
        self._path = path
        try:
            facts = pq.read_metadata(path)
            told = _stored_as_words(facts) if words is None else words
            self._file = pq.ParquetFile(
                path, metadata=facts, read_dictionary=list(told), page_checksum_verification=True
            )
        except (OSError, pa.ArrowException) as error:
            raise _delta.damaged(path, error) from error
        self.names = frozenset(self._file.schema_arrow.names)
        self._whole: dict[str, pa.Array] = {}

    def whole(self, name: str) -> pa.Array:
        """Return all values of a column, which are kept."""
        found = self._whole.get(name)
        if found is None:
            groups = range(self._file.num_row_groups)
            found = self._whole[name] = self._read(groups, [name])[name].combine_chunks()
        return found

    def forget(self) -> None:
        """Give back the columns that were read whole."""
        self._whole.clear()

    def rows(self, names: Iterable[str], rows: Any) -> pa.Table:
        """Return some rows, ascending (numpy), of those columns among `names` that there are; words in full."""
        told = tuple(names)
        known = [name for name in told if name in self._whole]
        found = self.rows_of([([name for name in told if name not in self._whole], rows)])
        for name in known:
            found = found.append_column(name, self._whole[name].take(pa.array(rows)))
        return _in_full(found.select([name for name in told if name in found.schema.names]))

    def rows_of(self, wanted: Iterable[tuple[Iterable[str], Any]]) -> pa.Table:
        """Return the same of runs of rows, one behind the other, each with the columns that it needs; else null."""
        by_group: dict[int, tuple[dict[str, None], list[Any]]] = {}
        for names, rows in wanted:
            groups = np.searchsorted(self._bounds, rows, "right") - 1
            for group in np.unique(groups).tolist():
                told, places = by_group.setdefault(group, ({}, []))
                told.update((name, None) for name in names if name in self.names)
                places.append(rows[groups == group] - self._bounds[group])
        parts = [
            self._read([group], list(told)).take(pa.array(np.concatenate(places)))
            for group, (told, places) in sorted(by_group.items())
        ]
        found = pa.concat_tables([_in_full(part) for part in parts], promote_options="default")
        return found.combine_chunks()

    def parts(self, names_of: Callable[[int, int], Iterable[str]]) -> Parts:
        """Return all rows in parts; `names_of` tells which columns those from one row to another need."""
        found = []
        for group, (start, stop) in enumerate(pairwise(self._bounds.tolist())):
            told = [name for name in names_of(start, stop) if name in self.names]
            found.append(_in_full(self._read([group], told)))
        return Parts(found)

    @cached_property
    def _bounds(self) -> Any:
        """The number of each row group's first row, and behind them that of all rows."""
        metadata = self._file.metadata
        sizes = [metadata.row_group(at).num_rows for at in range(metadata.num_row_groups)]
        return np.append(0, np.cumsum(sizes)).astype(np.int64)

    def _read(self, groups: Iterable[int], names: list[str]) -> pa.Table:
        try:
            return self._file.read_row_groups(list(groups), names, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise _delta.damaged(self._path, error) from error


def _stored_as_words(facts: Any) -> list[str]:
    """Return the columns of texts that have a dictionary, which is told by the first row group: each costs half to read."""
    if not facts.num_row_groups:
        return []
    group = facts.row_group(0)
    leaves = [(at, facts.schema.column(at)) for at in range(facts.num_columns)]
    return [
        leaf.path
        for at, leaf in leaves
        if leaf.physical_type == "BYTE_ARRAY"
        and leaf.path == leaf.name
        and leaf.logical_type.type == "STRING"
        and "RLE_DICTIONARY" in group.column(at).encodings
    ]


def _in_full(table: pa.Table) -> pa.Table:
    return table.cast(pa.schema([_plain(field) for field in table.schema]))


def _plain(field: pa.Field) -> pa.Field:
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


class Picker:
    """A block on disk, of which some lines are picked."""

    def __init__(self, lines: Path, events: Path, forms: Mapping[int, Form]) -> None:
        """Take the block's two Parquet files, and the archive's forms."""
        self.lines = Columns(lines, _WORDS)
        self.events = Columns(events)
        self._forms = forms

    @cached_property
    def line_of_event(self) -> Any:
        """For each event, the row of its line."""
        numbers = self._form_of_line
        return np.argsort(
            numbers.astype(np.uint16) if numbers.max(initial=0) < _FEW_FORMS else numbers, kind="stable"
        )

    @cached_property
    def _event_of_line(self) -> Any:
        inverse = np.empty(len(self.line_of_event), np.int64)
        inverse[self.line_of_event] = np.arange(len(inverse))
        return inverse

    @cached_property
    def _form_of_line(self) -> Any:
        return self.lines.whole("form").to_numpy()

    def forget(self) -> None:
        """Give back the columns that were read whole; the files stay open."""
        self.lines.forget()
        self.events.forget()
        for name in ("line_of_event", "_event_of_line", "_form_of_line"):
            self.__dict__.pop(name, None)

    def line_nos(self) -> Any:
        """Return the number that each line has in its file."""
        return self.lines.whole("line_no").to_numpy()

    def with_ids(self, column: str, ids: Any) -> Any:
        """Return the lines whose event names one of some ids in a column (rows, in no order)."""
        if column not in self.events.names:
            return _NOBODY
        found = pc.is_in(self.events.whole(column), pa.array(ids, pa.int64()))
        return self.line_of_event[np.flatnonzero(found.to_numpy(zero_copy_only=False))]

    def of_kind(self, kind: str) -> Any:
        """Return the events of a kind (rows of the events, ascending)."""
        numbers = [number for number, form in self._forms.items() if form.kind == kind]
        found = pc.is_in(self.events.whole("form"), pa.array(numbers, pa.int32()))
        return np.flatnonzero(found.to_numpy(zero_copy_only=False))

    def at(self, file_id: int, line_nos: Any) -> Any:
        """Return the lines of a file that have some numbers, ascending (rows)."""
        files, numbers = self.lines.whole("file_id").to_numpy(), self.line_nos()
        first, last = np.searchsorted(files, file_id), np.searchsorted(files, file_id, "right")
        own = numbers[first:last]
        rows = np.searchsorted(own, line_nos)
        inside = rows < len(own)
        rows, wanted = rows[inside], np.asarray(line_nos)[inside]
        return first + rows[own[rows] == wanted]

    def going_on(self) -> tuple[Any, Any]:
        """Return the lines that go on with an earlier one, and how many lines that is before each."""
        if "continues" not in self.events.names:
            return _NOBODY, _NOBODY
        distances = self.events.whole("continues")
        owners = self.line_of_event[np.flatnonzero(distances.is_valid().to_numpy(zero_copy_only=False))]
        return owners, distances.drop_null().to_numpy()

    def whole(self, asked: Asked = EVERYTHING) -> Decoded:
        """Return the whole block, read: of its events what is asked. Raises KeyError for an unknown form."""
        lines = self.lines.rows(LINES_SCHEMA.names, np.arange(len(self._form_of_line)))
        own = _own_columns(lines)
        forms = self._form_of_line[self.line_of_event]

        def names_of(start: int, stop: int) -> Iterable[str]:
            told = (_asked_of(self._forms[int(number)], asked) for number in np.unique(forms[start:stop]))
            return dict.fromkeys([*own, *(name for names in told for name in names)])

        events = pa.table({"form": forms})
        return Decoded(Block(lines, events), self._forms, self.events.parts(names_of))

    def picked(self, rows: Any) -> Decoded:
        """Return some lines (rows, ascending), read. Raises KeyError for an unknown form."""
        return Decoded(self.block(rows), self._forms)

    def block(self, rows: Any, asked: Asked = EVERYTHING) -> Block:
        """Return the block with some of its lines only (rows, ascending), and of what is around them what is asked.

        Raises KeyError for an unknown form.
        """
        lines = self.lines.rows(LINES_SCHEMA.names if asked == EVERYTHING else _around(asked), rows)
        own = _own_columns(lines)
        events = np.sort(self._event_of_line[rows])
        forms = self._form_of_line[self.line_of_event[events]]
        wanted = [
            ([*own, *_columns_of(self._forms[int(run[0])])], events[forms == run[0]])
            for run in np.split(forms, np.flatnonzero(np.diff(forms)) + 1)
        ]
        return Block(lines, self.events.rows_of(wanted))


def _own_columns(lines: pa.Table) -> list[str]:
    """Return the columns that events need beside their fields, given their lines."""
    raw = "state" in lines.schema.names and (lines["state"].to_numpy() == RAW).any()
    return ["tail", "raw"] if raw else ["tail"]


@cache
def _around(asked: Asked) -> list[str]:
    """Return the columns of lines that are read where not all is asked: without their bytes."""
    told = {"file_id", "line_no", "form", *(("second", "micro") if asked.tells("time") else ())}
    told |= {name for name in ("host", "level") if asked.tells(name)}
    return [
        name for name in LINES_SCHEMA.names if name in told or (name == "template" and asked.tells("text"))
    ]


@cache
def _asked_of(form: Form, asked: Asked) -> tuple[str, ...]:
    """Return the columns that are read of events of a form."""
    columns = _columns_of(form)
    if asked.tells_text_of(form.kind) or asked.tells_events_of(form.kind):
        return columns
    return tuple(name for name in columns if name in IDS and asked.tells(name))


@cache
def _columns_of(form: Form) -> tuple[str, ...]:
    """Return the columns in which events of a form have something: what its pattern names, and what is true or not."""
    fields = kind_schema(form.kind)
    if form.pattern == KEPT:
        return ("text", *fields.names[1:])
    named = {name for _, name, _, _ in Formatter().parse(form.pattern) if name is not None}
    return tuple(field.name for field in list(fields)[1:] if field.name in named or field.type == pa.bool_())
