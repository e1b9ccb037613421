"""Some lines of a block: the numbers by which they are found are read whole, all else only where they lie."""

from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.archive.blocks import IDS, LINES_SCHEMA, Block
from midtrail.archive.columns import Columns
from midtrail.archive.decoding import EVERYTHING, Asked, Decoded
from midtrail.archive.encoding import KEPT
from midtrail.archive.outside import RAW
from midtrail.archive.printing import Form
from midtrail.distinct import distinct
from midtrail.tables import kind_schema

_WORDS = [field.name for field in LINES_SCHEMA if field.type == pa.string()]
_TOLD = [name for name in LINES_SCHEMA.names if name != "block"]
_FEW_FORMS = 1 << 16  # below, 16 bits hold the numbers of forms, which are sorted in a tenth of the time
_MANY_FORMS = 64  # of which all lines' events are found faster than form by form, if their order is not known
_NOBODY = np.array([], np.int64)


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
        return np.argsort(self._form_of_line, kind="stable")

    @cached_property
    def _form_of_line(self) -> Any:
        """For each line, the number of its form, in as few bytes as it takes."""
        found = np.empty(self.lines.facts.num_rows, np.uint16)
        for group, (start, stop) in enumerate(self.lines.runs()):
            forms = self.lines.read("form", group).to_numpy()
            if forms.max(initial=0) >= _FEW_FORMS:
                found = found.astype(np.int32)
            found[start:stop] = forms
        return found

    def _groups_of(self, files: Iterable[int]) -> list[int]:
        """Return the row groups that may hold lines of some files."""
        return [group for file in files for group, _ in self.lines.holding("file_id", file)]

    @cached_property
    def _lines_of_form(self) -> Any:
        """How many lines have each form."""
        most = int(self._form_of_line.max(initial=0)) + 1
        runs = (self._form_of_line[start:stop] for start, stop in self.lines.runs())
        return sum((np.bincount(run, minlength=most) for run in runs), np.zeros(most, np.int64))

    def _events_of(self, rows: Any) -> Any:
        """Return the events of lines (rows of both): the n-th of a form belongs to its n-th line."""
        forms = self._form_of_line[rows]
        told = set(forms.tolist())
        is_sorted = "line_of_event" in self.__dict__ or len(told) > _MANY_FORMS
        events = np.empty(len(rows), np.int64)
        for form in told:
            own = forms == form
            first, end = self._events_of_form(form)
            lines = rows[own]
            events[own] = first + (
                np.searchsorted(self.line_of_event[first:end], lines)
                if is_sorted
                else _counts_before(self._form_of_line == form, lines)
            )
        return events

    def _events_of_form(self, form: int) -> tuple[int, int]:
        """Return from which event to which those of a form stand."""
        end = int(self._ends_of_forms[form])
        return end - int(self._lines_of_form[form]), end

    @cached_property
    def _ends_of_forms(self) -> Any:
        return np.cumsum(self._lines_of_form)

    def forget(self) -> None:
        """Give back the columns that were read whole; the files stay open."""
        self.lines.forget()
        self.events.forget()
        for name in ("line_of_event", "_form_of_line"):
            self.__dict__.pop(name, None)

    def line_nos(self) -> Any:
        """Return the number that each line has in its file."""
        return self.lines.whole("line_no").to_numpy()

    def of_kind(self, kind: str) -> Any:
        """Return the events of a kind (rows of the events, ascending)."""
        own = [number for number in self._present if self._forms[number].kind == kind]
        return np.concatenate([_NOBODY, *(np.arange(*self._events_of_form(one)) for one in own)])

    @cached_property
    def _present(self) -> list[int]:
        """The forms that lines have, and that are known."""
        return [number for number in np.flatnonzero(self._lines_of_form).tolist() if number in self._forms]

    def kinds_of(self, rows: Any) -> list[str]:
        """Return the kinds of events (rows of the events)."""
        forms = np.searchsorted(self._ends_of_forms, rows, "right")
        return [self._forms[form].kind for form in forms.tolist()]

    def at(self, file_id: int, line_nos: Any) -> Any:
        """Return the lines of a file that have some numbers, ascending (rows)."""
        found = [_NOBODY]
        for group, start in self.lines.holding("file_id", file_id):
            files, numbers = (self.lines.part(name, group).to_numpy() for name in ("file_id", "line_no"))
            first, last = np.searchsorted(files, file_id), np.searchsorted(files, file_id, "right")
            own = numbers[first:last]
            rows = np.searchsorted(own, line_nos)
            inside = rows < len(own)
            rows, wanted = rows[inside], np.asarray(line_nos)[inside]
            found.append(start + first + rows[own[rows] == wanted])
        return np.concatenate(found)

    def going_on(self, files: Iterable[int] | None = None) -> tuple[Any, Any]:
        """Return the lines that go on with an earlier one, and how many lines that is before each.

        With `files`, those of row groups that may hold one of them are enough.
        """
        if "continues" not in self.events.names:
            return _NOBODY, _NOBODY
        forms = [form for form in self._present if _goes_on(self._forms[form])]
        goes_on = np.zeros(len(self._lines_of_form), bool)
        goes_on[forms] = True
        groups = None if files is None else self._groups_of(files)
        found = [
            start + np.flatnonzero(goes_on[self._form_of_line[start:stop]])
            for start, stop in self.lines.runs(groups)
        ]
        lines = np.concatenate([_NOBODY, *found])
        if not len(lines):
            return _NOBODY, _NOBODY
        events = self._events_of(lines)
        order = np.argsort(events)
        distances = self.events.rows(("continues",), events[order])["continues"].combine_chunks()
        told = distances.is_valid().to_numpy(zero_copy_only=False)
        return lines[order][told], distances.drop_null().to_numpy()

    def whole(self, asked: Asked = EVERYTHING) -> Decoded:
        """Return the whole block, read: of its events what is asked. Raises KeyError for an unknown form."""
        lines = self.lines.rows(LINES_SCHEMA.names, np.arange(len(self._form_of_line)))
        own = _own_columns(lines)
        forms = self._form_of_line[self.line_of_event]

        def names_of(start: int, stop: int) -> Iterable[str]:
            told = (_asked_of(self._forms[int(number)], asked) for number in distinct(forms[start:stop]))
            return dict.fromkeys([*own, *(name for names in told for name in names)])

        events = pa.table({"form": forms.astype(np.int32)})
        return Decoded(Block(lines, events), self._forms, self.events.parts(names_of))

    def picked(self, rows: Any) -> Decoded:
        """Return some lines (rows, ascending), read. Raises KeyError for an unknown form."""
        return Decoded(self.block(rows), self._forms)

    def block(self, rows: Any, asked: Asked = EVERYTHING) -> Block:
        """Return the block with some of its lines only (rows, ascending), and of what is around them what is asked.

        Raises KeyError for an unknown form.
        """
        lines = self.lines.rows(_TOLD if asked == EVERYTHING else _around(asked), rows)
        own = _own_columns(lines)
        events = self._events_of(rows)
        order = np.argsort(events)
        events, forms = events[order], self._form_of_line[rows[order]]

        def names_of(form: Form) -> list[str]:
            return [*(own if asked.tells_text_of(form.kind) else ()), *_asked_of(form, asked)]

        wanted = [
            (names_of(self._forms[int(run[0])]), events[forms == run[0]])
            for run in np.split(forms, np.flatnonzero(np.diff(forms)) + 1)
        ]
        return Block(lines, self.events.rows_of(wanted))


def _counts_before(mask: Any, rows: Any) -> Any:
    """Return how many are set before each of some rows, whatever their order."""
    order = np.argsort(rows)
    bounds = [0, *rows[order].tolist()]
    steps = [np.count_nonzero(mask[start:stop]) for start, stop in pairwise(bounds)]
    counts = np.empty(len(rows), np.int64)
    counts[order] = np.cumsum(steps)
    return counts


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
def _goes_on(form: Form) -> bool:
    """Tell whether lines of a form may go on with an earlier one."""
    return "continues" in kind_schema(form.kind).names


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
