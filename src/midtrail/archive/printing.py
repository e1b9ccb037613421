"""The grammar run backwards over whole columns: a form and the fields give many lines' texts again.

A form is a wording as the archive keeps it: a kind and a pattern such as `MID {mid} Subject {subject:quoted}`,
so that lines can be printed whatever becomes of the grammar later. Where old and new builds write a value
bare or between other quotes, that is another form. `midtrail.grammar.printer` prints one event and is the
reference that this is tested against. A text that no form prints is kept as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.events import FieldType, Pair, all_kinds
from midtrail.grammar import binding
from midtrail.grammar.binding import Part, Wording
from midtrail.grammar.cache import kept
from midtrail.grammar.codecs import BARE, CODECS, print_time
from midtrail.text import restore, storable

_SPECIAL = r"""[^ -~]|[\\'"]"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = (FieldType.INTEGER, FieldType.TEXT, FieldType.WORD, FieldType.IP)
_CODED = {of_type.value: codec.print for of_type, codec in CODECS.items()}
_OTHER_STYLES = ("{%s}", '"{%s}"', "'{%s}'")


class Form(NamedTuple):
    """One way in which events of a kind are written; the kinds without a rule have none."""

    kind: str
    pattern: str


class Rows(NamedTuple):
    """Events of one kind: their fields by name, and the seconds east of UTC of each line's clock."""

    fields: Mapping[str, pa.Array]
    east: Any

    def take(self, rows: Any, names: Iterable[str] | None = None) -> "Rows":
        """Return some of the rows, with some of their fields or all."""
        chosen = pa.array(rows)
        told = self.fields if names is None else names
        return Rows({name: self.fields[name].take(chosen) for name in told}, self.east[rows])


class _Piece(NamedTuple):
    """A text, or a field and how it is printed: by the name of its type, or as it is."""

    text: str
    field: str | None
    how: str


def printed(form: Form, rows: Rows) -> pa.Array:
    """Return the texts of events of one form; null where a field that it names is null.

    Raises ValueError for a pattern that this version does not know.
    """
    columns = [_column(piece, rows) for piece in _pieces(form.pattern)]
    if all(isinstance(column, str) for column in columns):
        return pa.array(["".join(columns)] * len(rows.east), pa.string())
    return pc.binary_join_element_wise(*columns, "")


@cache
def _pieces(pattern: str) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    for text, field, how, _ in Formatter().parse(pattern):
        pieces.append(_Piece(text, None, ""))
        if field is not None:
            pieces.append(_Piece("", field, how or ""))
    return tuple(piece for piece in pieces if piece.text or piece.field)


def forms_of(kind: str, rows: Rows, texts: pa.Array) -> tuple[Any, list[Form]]:
    """Return for each event the number of a form that prints its text, -1 where none does, and the forms."""
    numbers = np.full(len(texts), -1, np.int32)
    forms: list[Form] = []
    for named, of_them in _by_presence(kind, rows, len(texts)):
        waiting = of_them
        for form in _candidates(kind, named):
            if not len(waiting):
                break
            all_wait = len(waiting) == len(texts)
            some, told = (
                (rows, texts) if all_wait else (rows.take(waiting, named), texts.take(pa.array(waiting)))
            )
            same = pc.equal(printed(form, some), told)
            fits = same.fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003 - Arrow's own signature
            if fits.any():
                numbers[waiting[fits]] = len(forms)
                forms.append(form)
            waiting = waiting[~fits]
    return numbers, forms


@cache
def _types(kind: str) -> dict[str, FieldType]:
    return {field.name: field.type for field in all_kinds()[kind].declared()}


def _by_presence(kind: str, rows: Rows, count: int) -> Iterator[tuple[frozenset[str], Any]]:
    """Yield which fields are there together, and the events that have them."""
    always, sometimes = set(), {}
    for name, of_type in _types(kind).items():
        values = rows.fields[name]
        told = values.fill_null(False) if of_type is FieldType.FLAG else values.is_valid()  # noqa: FBT003 - Arrow's
        there = told.true_count
        if there == count:
            always.add(name)
        elif there:
            sometimes[name] = told.to_numpy(zero_copy_only=False)
    if not sometimes:
        yield frozenset(always), np.arange(count)
        return
    patterns = np.column_stack(list(sometimes.values())).view(f"S{len(sometimes)}").ravel()
    for pattern in np.unique(patterns):
        some = (name for place, name in enumerate(sometimes) if pattern[place : place + 1] == b"\1")
        yield frozenset(always.union(some)), np.flatnonzero(patterns == pattern)


@cache
def _candidates(kind: str, named: frozenset[str]) -> list[Form]:
    """Return the forms of events with these fields: as the grammar prints them, then in other styles."""
    fitting = [patterns for fields, patterns in _patterns().get(kind, ()) if fields == named]
    usual, others = chain(*(found[:1] for found in fitting)), chain(*(found[1:] for found in fitting))
    return [Form(kind, pattern) for pattern in dict.fromkeys(chain(usual, others))]


@cache
def _patterns() -> Mapping[str, list[tuple[frozenset[str], list[str]]]]:
    """Return for each kind its wordings: the fields that each names, and its patterns, the usual one first.

    They are kept, as Lark takes longer to load than a day of lines to print.
    """
    sources = [Path(__file__), *binding.sources()]
    return kept("patterns", sources, _patterns_of_grammar)  # type: ignore[no-any-return]  # what it makes


def _patterns_of_grammar() -> dict[str, list[tuple[frozenset[str], list[str]]]]:
    return {
        kind: [
            (
                frozenset(part.field for part in wording.parts if part.field),
                [*dict.fromkeys(_pattern(wording, style) for style in (None, *_OTHER_STYLES))],
            )
            for wording in wordings
        ]
        for kind, wordings in binding.load().wordings.items()
    }


def _pattern(wording: Wording, style: str | None) -> str:
    types = _types(wording.kind)
    return "".join(_shown(part, types, style) for part in wording.parts)


def _shown(part: Part, types: Mapping[str, FieldType], style: str | None) -> str:
    """Return a part of a wording as it stands in a pattern."""
    if part.literal is not None:
        return part.literal.replace("{", "{{").replace("}", "}}")
    name = part.field or ""
    of_type = types[name]
    if of_type in BARE and style is not None:
        return style % name
    if of_type in _PLAIN or part.codec in BARE.values():
        return f"{{{name}}}"
    return f"<{{{name}}}>" if of_type is FieldType.ADDRESS else f"{{{name}:{of_type.value}}}"


def _column(piece: _Piece, rows: Rows) -> Any:
    """Return what stands at a piece's place: one text for all rows, or each row's own."""
    if piece.field is None:
        return piece.text
    values = rows.fields[piece.field]
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if piece.how == "":
        return values.cast(pa.string())
    if piece.how == FieldType.TIME.value:
        return _times(values, rows.east)
    return _COLUMNS.get(piece.how, _singly)(values, piece.how)


def _quoted(values: pa.Array, how: str) -> pa.Array:
    """Quote values; those with anything but plain ASCII by the codec."""
    special = pc.match_substring_regex(values, _SPECIAL).fill_null(False)  # noqa: FBT003 - Arrow's own signature
    plain = pc.binary_join_element_wise("'", values, "'", "")
    if not pc.any(special).as_py():
        return plain
    return pc.replace_with_mask(plain, special, _singly(values.filter(special), how))


def _rids(values: pa.Array, how: str) -> pa.Array:  # noqa: ARG001 - as all in _COLUMNS
    """Print lists of numbers."""
    told = pc.binary_join(values.cast(pa.list_(pa.string())), ", ")
    return pc.binary_join_element_wise("[", told, "]", "")


_COLUMNS: Mapping[str, Callable[[pa.Array, str], pa.Array]] = {
    FieldType.QUOTED.value: _quoted,
    FieldType.RIDS.value: _rids,
}


def _singly(values: pa.Array, how: str) -> pa.Array:
    """Print values one by one with the codec, each that occurs once."""
    if how not in _CODED:
        raise ValueError(f"a field is printed as {how!r}")
    known: dict[Any, str | None] = {None: None}

    def texts() -> Iterator[str | None]:
        for value in map(_plain, values.to_pylist()):
            if value not in known:
                known[value] = str(storable(_CODED[how](value)))
            yield known[value]

    return pa.array(texts(), pa.string())


def _plain(value: Any) -> Any:
    """Return a value of Arrow's as the codecs take it."""
    if isinstance(value, dict):
        return Pair(_plain(value["name"]), _plain(value["value"]))
    if isinstance(value, list):
        return tuple(map(_plain, value))
    return restore(value) if isinstance(value, str) else value


def _times(values: pa.Array, east: Any) -> pa.Array:
    micros = values.cast(pa.int64()).to_pylist()
    told = zip(micros, east.tolist(), strict=True)
    return pa.array(
        [
            None if at is None else print_time(_EPOCH + timedelta(microseconds=at), shift)
            for at, shift in told
        ],
        pa.string(),
    )
