"""A query as SQL: a condition on `messages m` of fixed pieces, whose values all are parameters."""

import ipaddress
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, NamedTuple

from duckdb import DuckDBPyConnection

from midtrail.errors import UsageError
from midtrail.moments import moment_of
from midtrail.questions import search_places as places
from midtrail.questions.search_query import Negated, Observable, Query, Value, parse
from midtrail.tracking.choosing import literal

_LARGEST_MID = 2**63 - 1

Network = IPv4Network | IPv6Network
Instant = Callable[[datetime], datetime | None]


class Condition(NamedTuple):
    """A condition on `messages m`, with its parameters in order."""

    sql: str
    values: list[Any]


def condition(query: str) -> Condition:
    """Return a query as a condition; moments without a zone and networks in it still need `resolved`.

    Raises UsageError where the query cannot be read, or asks for what is no IP address, MID or time.
    """
    return _condition(parse(query))


def resolved(asked: Condition, connection: DuckDBPyConnection, instant: Instant) -> Condition:
    """Return the condition for one log: moments in its clock, networks as the addresses that it has of them."""
    has_networks = any(isinstance(item, Network) for value in asked.values for item in _items(value))
    known = _addresses(connection) if has_networks else {}
    return Condition(asked.sql, [_resolved(value, known, instant) for value in asked.values])


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


def _addresses(connection: DuckDBPyConnection) -> dict[str, IPv4Address | IPv6Address]:
    found = connection.execute(_ADDRESSES).fetchall()
    return {text: ipaddress.ip_address(text) for (text,) in found if text}


def _condition(query: Query) -> Condition:
    if isinstance(query, Observable):
        return _LOOKS[query.field](query.value)
    if isinstance(query, Negated):
        part = _condition(query.part)
        return Condition(f"(NOT {part.sql})", part.values)
    parts = [_condition(part) for part in query.parts]
    return _joined(parts, " AND ") if query.all_of else _joined(_merged(parts), " OR ")


def _joined(parts: Iterable[Condition], between: str) -> Condition:
    several = list(parts)
    sql = between.join(part.sql for part in several)
    return Condition(f"({sql})", [value for part in several for value in part.values])


def _merged(parts: Iterable[Condition]) -> Iterator[Condition]:
    """Yield alternatives, those that ask for values of one field as one: hundreds then cost no more than one."""
    lists: dict[str, list[Any]] = {}
    for sql, values in parts:
        if all(isinstance(value, list) for value in values):
            begun = lists.setdefault(sql, [[] for _ in values])
            lists[sql] = [[*had, *value] for had, value in zip(begun, values, strict=True)]
        else:
            yield Condition(sql, values)
    yield from (Condition(sql, values) for sql, values in lists.items())


def _pattern(value: Value) -> str:
    return "%".join(map(literal, value.pieces))


def _everywhere(place: str, value: Any) -> Condition:
    return Condition(place, [value] * place.count("?"))


def _text(field: str, read: Callable[[str], str] = str) -> Callable[[Value], Condition]:
    """Return what looks for a value in all columns of a field."""

    def look(value: Value) -> Condition:
        if value.is_exact:
            return _everywhere(places.LISTED[field], [read(str(value))])
        return _everywhere(places.LIKE[field], read(_pattern(value)))

    return look


def _composed(text: str) -> str:
    """Return text in which a letter with its accents is one character."""
    return unicodedata.normalize("NFC", text)


def _anywhere(value: Value) -> Condition:
    return _everywhere(places.ANYWHERE, _composed(f"%{_pattern(value)}%"))


def _address(field: str) -> Callable[[Value], Condition]:
    """Return what looks for an address; one without `@` and `*` may also be a domain."""

    def look(value: Value) -> Condition:
        if not value.is_exact:
            return _pairs(places.LIKE[field], _pattern(value), None)
        asked = str(value)
        bare = asked[1:-1] if asked.startswith("<") and asked.endswith(">") else asked
        return _pairs(places.LISTED[field], [bare], [bare] if bare and "@" not in bare else [])

    return look


def _pairs(place: str, address: Any, domain: Any) -> Condition:
    return Condition(place, [address, domain] * (place.count("?") // 2))


def _without_brackets(message_id: str) -> str:
    return message_id.removeprefix("<").removesuffix(">")


def _ip(value: Value) -> Condition:
    if not value.is_exact:
        return _everywhere(places.LIKE["ip"], _pattern(value))
    asked = str(value).strip()
    try:
        network = ipaddress.ip_network(asked, strict=False)
    except ValueError:
        raise UsageError(
            f"ip: {asked!r} is no IP address: write 192.0.2.7, 2001:db8::7, 192.0.2.0/24 or 192.0.2.*"
        ) from None
    is_one = network.num_addresses == 1 and network.version == 4  # noqa: PLR2004 - IPv6 is written in many ways
    return _everywhere(places.LISTED["ip"], [str(network[0]) if is_one else network])


def _mid(value: Value) -> Condition:
    asked = str(value)
    if not (asked.isascii() and asked.isdecimal() and int(asked) <= _LARGEST_MID):
        raise UsageError(f"cisco_mid: {asked!r} is no MID: write a number, such as cisco_mid:640962")
    return Condition(places.MID, [[int(asked)]])


def _moment(place: str, name: str) -> Callable[[Value], Condition]:
    def look(value: Value) -> Condition:
        return Condition(place, [moment_of(str(value), name)])

    return look


_LOOKS: Mapping[str | None, Callable[[Value], Condition]] = {
    **{field: _text(field) for field in places.LISTED},
    None: _anywhere,
    "ip": _ip,
    "email": _address("email"),
    "sender": _address("sender"),
    "recipient": _address("recipient"),
    "email_subject": _text("email_subject", _composed),
    "email_messageid": _text("email_messageid", _without_brackets),
    "file_name": _text("file_name", _composed),
    "cisco_mid": _mid,
    "since": _moment(places.SINCE, "since:"),
    "until": _moment(places.UNTIL, "until:"),
}
"""How each field looks for a value; None looks anywhere."""
