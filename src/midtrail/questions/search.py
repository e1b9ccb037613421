"""A query as SQL: a condition on `messages m` of fixed pieces, whose values all are parameters."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any, NamedTuple

from midtrail.errors import UsageError
from midtrail.moments import moment_of
from midtrail.questions import search_places as places
from midtrail.questions.search_query import Negated, Observable, Query, Value, parse
from midtrail.questions.search_values import (
    Network,
    bare,
    is_mid,
    named,
    network,
    spellings,
    without_brackets,
)
from midtrail.tracking.choosing import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LONGEST_WORD = 1_000
_LONGEST_EXPRESSION = 8_000  # characters; far below what DuckDB's regular expressions may hold
_ODD = re.compile(r"[^0-9A-Za-z\x80-\U0010ffff]")

Instant = Callable[[datetime], datetime | None]


class Condition(NamedTuple):
    """A condition on `messages m`, with its parameters in order; `texts` are those that are sought in lines' texts."""

    sql: str
    values: list[Any]
    texts: tuple[str, ...] = ()

    @property
    def reads_lines(self) -> bool:
        """Whether lines are asked, and not only what is joined of them."""
        return "members" in self.sql


ANY = Condition("true", [])
"""The condition that all messages fulfil."""
Look = Callable[[list[Value]], Iterator[Condition]]


def condition(query: str) -> Condition:
    """Return a query as a condition; moments without a zone and networks in it still need `resolved`.

    Raises UsageError where the query cannot be read, or asks for what is no IP address, MID or time.
    """
    return _condition(parse(query))


def condition_of(parts: Sequence[Query]) -> Condition:
    """Return parts of a query all of which must hold as a condition, likewise."""
    return _joined(map(_condition, parts), " AND ")


def conditions(parts: Sequence[Query]) -> tuple[Condition, Condition | None]:
    """Return parts of a query all of which must hold as two conditions: on messages, and where lines are asked, on these.

    Raises UsageError where a part asks for what is no IP address, MID or time.
    """
    told = [_condition(part) for part in parts]
    of_lines = [part for part in told if part.reads_lines]
    of_messages = [part for part in told if not part.reads_lines]
    asked = _joined(of_messages, " AND ") if of_messages else ANY
    return asked, _joined(of_lines, " AND ") if of_lines else None


def mid_of(query: str) -> int | None:
    """Return the MID that a query asks for and nothing else, None for any other query."""
    asked = parse(query)
    is_mid = isinstance(asked, Observable) and asked.field == "cisco_mid"
    return _mid(str(asked.value)) if is_mid and isinstance(asked, Observable) else None


def resolved(asked: Condition, connection: "DuckDBPyConnection", instant: Instant) -> Condition:
    """Return the condition for one log: moments in its clock, networks as the addresses that it has of them."""
    has_networks = any(isinstance(item, Network) for value in asked.values for item in _items(value))
    known = _addresses(connection) if has_networks else {}
    return Condition(asked.sql, [_resolved(value, known, instant) for value in asked.values], asked.texts)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _resolved(value: Any, known: Mapping[str, IPv4Address | IPv6Address], instant: Instant) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if not isinstance(value, list):
        return value
    networks = [item for item in value if isinstance(item, Network)]
    within = [text for text, address in known.items() if any(address in network for network in networks)]
    return [item for item in value if not isinstance(item, Network)] + within


_ADDRESSES = "SELECT sender_ip FROM messages UNION SELECT destination_ip FROM recipients"


def _addresses(connection: "DuckDBPyConnection") -> dict[str, IPv4Address | IPv6Address]:
    found = connection.execute(_ADDRESSES).fetchall()
    return {text: ipaddress.ip_address(text) for (text,) in found if text}


def _condition(query: Query) -> Condition:
    if isinstance(query, Observable):
        return _joined(_LOOKS[query.field]([query.value]), " OR ")
    if isinstance(query, Negated):
        part = _condition(query.part)
        return Condition(f"(NOT {part.sql})", part.values, part.texts)
    if query.all_of:
        return _joined(map(_condition, query.parts), " AND ")
    return _joined(_alternatives(query.parts), " OR ")


def _joined(parts: Iterable[Condition], between: str) -> Condition:
    several = list(parts)
    if len(several) == 1:
        return several[0]
    sql = between.join(part.sql for part in several)
    texts = tuple(text for part in several for text in part.texts)
    return Condition(f"({sql})", [value for part in several for value in part.values], texts)


def _alternatives(parts: Iterable[Query]) -> Iterator[Condition]:
    """Yield conditions of which one must hold; values of one field are asked for together, however many."""
    of_field: dict[str | None, list[Value]] = {}
    for part in parts:
        if isinstance(part, Observable):
            of_field.setdefault(part.field, []).append(part.value)
        else:
            yield _condition(part)
    for field, values in of_field.items():
        yield from _LOOKS[field](values)


def _everywhere(place: str, value: Any) -> Condition:
    return Condition(place, [value] * place.count("?"))


def _pattern(value: Value) -> str:
    return "%".join(map(literal, value.pieces))


def _exact(values: list[Value]) -> list[str]:
    return [str(value) for value in values if value.is_exact]


def _patterns(values: list[Value]) -> list[str]:
    return [_pattern(value) for value in values if not value.is_exact]


def _text(field: str, read: Callable[[str], str] = str) -> Look:
    """Return what looks for values in all columns of a field."""

    def look(values: list[Value]) -> Iterator[Condition]:
        exact = [read(text) for text in _exact(values)]
        if exact:
            yield _everywhere(places.LISTED[field], exact)
        for pattern in _patterns(values):
            yield _everywhere(places.LIKE[field], read(pattern))

    return look


def _domain(values: list[Value]) -> Iterator[Condition]:
    exact = [spelling for text in _exact(values) for spelling in spellings(text)]
    if exact:
        yield _everywhere(places.LISTED["domain"], exact)
    for pattern in _patterns(values):
        yield _everywhere(places.LIKE["domain"], pattern)


def _composed(text: str) -> str:
    """Return text in which a letter with its accents is one character."""
    return unicodedata.normalize("NFC", text)


def _anywhere(values: list[Value]) -> Iterator[Condition]:
    """Yield what looks for words in every text of a message, many of them in one go through the lines."""
    room = 0
    group: list[str] = []
    for expression in map(_expression, values):
        room -= len(expression)
        if group and room < 0:
            yield _in_any_text("|".join(group))
            group.clear()
        if not group:
            room = _LONGEST_EXPRESSION - len(expression)
        group.append(expression)
    yield _in_any_text("|".join(group))


def _in_any_text(expression: str) -> Condition:
    return _everywhere(places.ANYWHERE, expression)._replace(texts=(expression,))


def _expression(value: Value) -> str:
    """Return a regular expression that finds a value in a text."""
    if len(str(value)) > _LONGEST_WORD:
        raise UsageError(
            f"A word that is looked for anywhere has at most {_LONGEST_WORD:,} characters, this one {len(str(value)):,}"
        )
    return ".*".join(_ODD.sub(_escaped, _composed(piece)) for piece in value.pieces)


def _escaped(odd: re.Match[str]) -> str:
    return f"\\x{ord(odd[0]):02x}"


def _address(field: str) -> Look:
    """Return what looks for addresses; one without `@` and `*` may also be a domain."""

    def look(values: list[Value]) -> Iterator[Condition]:
        exact = [spelling for text in _exact(values) for spelling in spellings(bare(text))]
        if exact:
            domains = [text for text in exact if text and "@" not in text]
            yield _pairs(places.LISTED[field], exact, domains)
        for pattern in _patterns(values):
            yield _pairs(places.LIKE[field], pattern, None)

    return look


def _pairs(place: str, address: Any, domain: Any) -> Condition:
    return Condition(place, [address, domain] * (place.count("?") // 2))


def _ip(values: list[Value]) -> Iterator[Condition]:
    listed = [network(text.strip()) for text in _exact(values)]
    if listed:
        yield _everywhere(places.LISTED["ip"], listed)
    for pattern in _patterns(values):
        yield _everywhere(places.LIKE["ip"], pattern)


def _mids(values: list[Value]) -> Iterator[Condition]:
    yield Condition(places.MID, [[_mid(str(value)) for value in values]])


def _mid(asked: str) -> int:
    if not is_mid(asked):
        raise UsageError(f"cisco_mid: {named(asked)} is no MID: write a number, such as cisco_mid:640962")
    return int(asked)


def _moment(place: str, name: str) -> Look:
    def look(values: list[Value]) -> Iterator[Condition]:
        for value in values:
            yield Condition(place, [moment_of(str(value), name)])

    return look


_LOOKS: Mapping[str | None, Look] = {
    **{field: _text(field) for field in places.LISTED},
    None: _anywhere,
    "domain": _domain,
    "ip": _ip,
    "email": _address("email"),
    "sender": _address("sender"),
    "recipient": _address("recipient"),
    "email_subject": _text("email_subject", _composed),
    "email_messageid": _text("email_messageid", without_brackets),
    "file_name": _text("file_name", _composed),
    "cisco_mid": _mids,
    "since": _moment(places.SINCE, "since:"),
    "until": _moment(places.UNTIL, "until:"),
}
"""How each field looks for values, of which one must be there; None looks anywhere."""
