"""Sentences of a few events, told in Python: the same templates as `sentences` compiles, filled by hand.

A database takes some milliseconds to understand one template as SQL, whatever few events it then tells; a message
that is looked up is told here. What Python and DuckDB may write differently is not told at all (`Unspoken`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from midtrail.events import FieldType, all_kinds
from midtrail.tracking.sentences import GROUP, LISTS, PLACEHOLDER, RID_FIELDS, sentences

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_YEAR = 1000
"""Earlier ones are padded by some, by others not."""

Row = Mapping[str, Any]


class Unspoken(Exception):  # noqa: N818 - no error: another way tells it
    """A value that is to be told by SQL."""


class Around:
    """What a sentence needs beside the event: its recipients' addresses by RID, and its clock."""

    def __init__(self, addresses: Mapping[int, str] | None = None, utc_offset: int = 0) -> None:
        """Take them."""
        self.addresses = addresses or {}
        self.utc_offset = utc_offset


Spoken = Callable[[Row, Around], str | None]
"""Gives the sentence of an event, None where it cannot be told. Raises Unspoken."""


def speaking(template: str, types: Mapping[str, FieldType]) -> Spoken:
    """Return a template, which `sentences.compiled` takes, as a function."""
    parts = [
        (list(_pieces(part, types)), bool(number % 2)) for number, part in enumerate(GROUP.split(template))
    ]

    def spoken(row: Row, around: Around) -> str | None:
        told = []
        for pieces, in_group in parts:
            texts = [
                piece if isinstance(piece, str) else _value(*piece, row, around, in_group=in_group)
                for piece in pieces
            ]
            if None not in texts:
                told += texts
            elif not in_group:
                return None
        return "".join(filter(None, told))

    return spoken


@cache
def spoken_of(kind: str) -> Spoken | None:
    """Return what tells the sentence of a kind's events, None where the kind has none or is hidden."""
    if kind not in sentences():
        return None
    declaration = all_kinds()[kind]
    types = {field.name: field.type for field in declaration.declared()}
    return speaking(declaration.sentence or "", types)


def _pieces(text: str, types: Mapping[str, FieldType]) -> Iterator[str | tuple[str, str | None, FieldType]]:
    at = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        yield match[1], match[2], types[match[1]]
        at = match.end()
    if at < len(text):
        yield text[at:]


def _value(
    name: str, modifier: str | None, kind: FieldType, row: Row, around: Around, *, in_group: bool
) -> str | None:
    value = row[name]
    if kind is FieldType.FLAG:
        return "" if value or not in_group else None
    if value is None or (in_group and kind in LISTS and not value):
        return None
    if name in RID_FIELDS:
        return _recipients(value, around)
    return _modified(_TEXTS[kind](value, around) if kind in _TEXTS else str(value), modifier)


def _modified(text: str, modifier: str | None) -> str:
    if modifier is None:
        return text
    if not text.isascii():
        raise Unspoken
    if modifier == "upper":
        return text.upper()
    word = text.removeprefix("spam ")
    return word[:1].upper() + word[1:].lower()


def _recipients(value: int | Sequence[int], around: Around) -> str:
    rids = [value] if isinstance(value, int) else value
    return ", ".join(around.addresses.get(rid, f"RID {rid}") for rid in rids)


def _repr(value: str) -> str:
    """Return Python's repr() of a text; characters outside ASCII, and odd ones, stay as they are."""
    escaped = value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    if "'" in value and '"' not in value:
        return f'"{escaped}"'
    return "'" + escaped.replace("'", "\\'") + "'"


def _number(value: float, _: Around) -> str:
    if isinstance(value, float) and not 1e-4 < abs(value) < 1e15:  # noqa: PLR2004 - beyond, with an exponent
        raise Unspoken
    return str(value)


def _time(value: datetime, around: Around) -> str:
    try:
        at = value.astimezone(UTC) + timedelta(seconds=around.utc_offset)
    except OverflowError:
        raise Unspoken from None
    if at.year < FIRST_YEAR:
        raise Unspoken
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day} {at:%H:%M:%S} {at.year}"


def _all(one: Callable[[Any], str], separator: str = ", ") -> Callable[[Sequence[Any], Around], str]:
    return lambda values, _: separator.join(one(value) for value in values if value is not None)


def _in_brackets(one: Callable[[Any], str]) -> Callable[[Sequence[Any], Around], str]:
    return lambda values, around: f"[{_all(one)(values, around)}]"


def _pair(pair: Row) -> str:
    return f"({_repr(pair['name'])}, {_repr(pair['value'])})"


_TEXTS: Mapping[FieldType, Callable[[Any, Around], str]] = {
    FieldType.INTEGER: _number,
    FieldType.FLOAT: _number,
    FieldType.ADDRESS: lambda value, _: value or "<>",
    FieldType.YES_NO: lambda value, _: "yes" if value else "no",
    FieldType.TRUE_FALSE: lambda value, _: "True" if value else "False",
    FieldType.TIME: _time,
    FieldType.RIDS: _in_brackets(str),
    FieldType.TEXTS: _all(str),
    FieldType.QUOTED_TEXTS: _all(_repr),
    FieldType.QUOTED_LIST: _in_brackets(_repr),
    FieldType.PAIRS: _in_brackets(_pair),
    FieldType.COUNTERS: _all(lambda item: f"{item['name']} {item['value']}", " "),
}
"""How each field type is told; all others are text already."""
