"""Message Tracking's sentences: the template of each declaration, compiled to one DuckDB expression.

A template is text with `{field}`, `{field:capital}` and `{field:upper}`; a part in `[[...]]` falls away where
a field in it is null, an empty list or false. A flag prints as nothing: it only decides whether its part
stands. `{rid}` and `{rids}` are shown as the recipients' addresses. A field outside `[[...]]` that is null
makes the sentence null: it cannot be told, and the line's own text is shown. Values never become part of
the template, so nothing in them is read as one.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from midtrail.errors import GrammarError
from midtrail.events import Event, FieldType, all_kinds

GROUP = re.compile(r"\[\[(.*?)\]\]")
PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")
_ITEM = "each_item"  # of a list; no field has this name
RID_FIELDS = frozenset({"rid", "rids"})

ROW, ADDRESSES, CLOCK = "k", "a", "c"
"""The aliases that an expression uses: the kind's row, its recipients' addresses by RID, its file's clock."""


class Sentence(NamedTuple):
    """A compiled template: the expression, and what it needs beside the kind's own row."""

    sql: str
    names_recipients: bool
    tells_time: bool


@cache
def sentences() -> Mapping[str, Sentence]:
    """Return the compiled sentence of every kind that has one and is not hidden."""
    found = {
        kind: sentence_of(declaration) for kind, declaration in all_kinds().items() if not declaration.hidden
    }
    return {kind: sentence for kind, sentence in found.items() if sentence is not None}


@cache
def hidden_kinds() -> tuple[str, ...]:
    """Return the kinds that Message Tracking leaves out."""
    return tuple(kind for kind, declaration in all_kinds().items() if declaration.hidden)


def sentence_of(declaration: type[Event]) -> Sentence | None:
    """Return the kind's sentence, compiled; None where the declaration has none.

    Raises GrammarError where the template cannot be compiled.
    """
    if declaration.sentence is None:
        return None
    try:
        return compiled(declaration.sentence, {field.name: field.type for field in declaration.declared()})
    except GrammarError as error:
        raise GrammarError(f"the sentence of {declaration.__name__}: {error}") from None


def compiled(template: str, types: Mapping[str, FieldType]) -> Sentence:
    """Return a template as SQL over `k` (the kind's row), `a.addresses` (a map by RID) and `c.utc_offset`."""
    names = [name for name, _ in PLACEHOLDER.findall(template)]
    unknown = sorted(set(names) - set(types))
    if unknown:
        raise GrammarError(f"{', '.join(unknown)} is no field of the kind")
    if "[[" in GROUP.sub("", template):
        raise GrammarError("it opens [[ and does not close it")
    sql = " || ".join(_template(template, types))
    return Sentence(sql, bool(RID_FIELDS & set(names)), any(types[name] is FieldType.TIME for name in names))


def literal(text: str) -> str:
    """Return `text` as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _template(template: str, types: Mapping[str, FieldType]) -> Iterator[str]:
    for number, part in enumerate(GROUP.split(template)):
        if number % 2:
            yield f"coalesce({' || '.join(_pieces(part, types, in_group=True))}, '')"
        else:
            yield from _pieces(part, types, in_group=False)


def _pieces(text: str, types: Mapping[str, FieldType], *, in_group: bool) -> Iterator[str]:
    at = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > at:
            yield literal(text[at : match.start()])
        yield _value(match[1], match[2], types[match[1]], in_group=in_group)
        at = match.end()
    if at < len(text):
        yield literal(text[at:])


def _value(name: str, modifier: str | None, kind: FieldType, *, in_group: bool) -> str:
    """Return the expression of a field's text; in a group, an empty list and a false flag are null."""
    column = f'{ROW}."{name}"'
    if kind is FieldType.FLAG:
        return f"CASE WHEN {column} THEN '' END" if in_group else "''"
    shown = _modified(_text(column, name, kind), modifier)
    if in_group and kind in LISTS:
        return f"CASE WHEN len({column}) > 0 THEN {shown} END"
    return shown


def _modified(text: str, modifier: str | None) -> str:
    if modifier is None:
        return text
    if modifier == "upper":
        return f"upper({text})"
    if modifier == "capital":
        word = f"regexp_replace({text}, '^spam ', '')"
        return f"upper(substr({word}, 1, 1)) || lower(substr({word}, 2))"
    raise GrammarError(f"a field may be :upper or :capital, not :{modifier}")


def _text(column: str, name: str, kind: FieldType) -> str:
    if name in RID_FIELDS:
        return _recipients(column, kind)
    return _TEXTS[kind].format(column) if kind in _TEXTS else column


def _recipients(column: str, kind: FieldType) -> str:
    if kind is not FieldType.RIDS:
        return f"coalesce({ADDRESSES}.addresses[{column}], 'RID ' || {column})"
    address = f"coalesce({ADDRESSES}.addresses[{_ITEM}], 'RID ' || {_ITEM})"
    return f"array_to_string([{address} for {_ITEM} in {column}], ', ')"


def _repr(value: str) -> str:
    """Return the expression of Python's repr() of a text; characters outside ASCII stay readable."""
    escaped = rf"replace({value}, '\', '\\')"
    for code, shown in ((9, r"\t"), (10, r"\n"), (13, r"\r")):
        escaped = f"replace({escaped}, chr({code}), '{shown}')"
    has_single, has_double = f"contains({value}, chr(39))", f"contains({value}, chr(34))"
    single = rf"chr(39) || replace({escaped}, chr(39), '\''') || chr(39)"
    return (
        f"CASE WHEN {has_single} AND NOT {has_double} THEN chr(34) || {escaped} || chr(34) ELSE {single} END"
    )


def _joined(item: str, separator: str = ", ") -> str:
    return f"array_to_string([{item} for {_ITEM} in {{0}}], '{separator}')"


_PAIR = f"'(' || {_repr(f'{_ITEM}.name')} || ', ' || {_repr(f'{_ITEM}.value')} || ')'"
_LOCAL = f"timezone('UTC', {{0}}) + to_seconds(coalesce({CLOCK}.utc_offset, 0))"

_TEXTS: Mapping[FieldType, str] = {
    FieldType.INTEGER: "CAST({0} AS VARCHAR)",
    FieldType.FLOAT: "CAST({0} AS VARCHAR)",
    FieldType.ADDRESS: "CASE {0} WHEN '' THEN '<>' ELSE {0} END",
    FieldType.YES_NO: "CASE {0} WHEN true THEN 'yes' WHEN false THEN 'no' END",
    FieldType.TRUE_FALSE: "CASE {0} WHEN true THEN 'True' WHEN false THEN 'False' END",
    FieldType.TIME: f"strftime({_LOCAL}, '%a %b %-d %H:%M:%S %Y')",
    FieldType.RIDS: f"'[' || {_joined(_ITEM)} || ']'",
    FieldType.TEXTS: _joined(_ITEM),
    FieldType.QUOTED_TEXTS: _joined(_repr(_ITEM)),
    FieldType.QUOTED_LIST: f"'[' || {_joined(_repr(_ITEM))} || ']'",
    FieldType.PAIRS: f"'[' || {_joined(_PAIR)} || ']'",
    FieldType.COUNTERS: _joined(f"{_ITEM}.name || ' ' || {_ITEM}.value", " "),
}
"""How each field type is told in a sentence: as the appliance writes it. All others are text already."""

LISTS = frozenset(
    {
        FieldType.RIDS,
        FieldType.TEXTS,
        FieldType.QUOTED_TEXTS,
        FieldType.QUOTED_LIST,
        FieldType.PAIRS,
        FieldType.COUNTERS,
    }
)
