"""A query as SQL: a condition on `messages m` of fixed pieces, whose values all are parameters."""

import ipaddress
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Any, NamedTuple

from duckdb import DuckDBPyConnection

from midtrail.errors import UsageError
from midtrail.moments import moment_of
from midtrail.questions import search_places as places
from midtrail.questions.search_query import Negated, Observable, Query, Several, Value, parse
from midtrail.tracking.choosing import literal

_LARGEST_MID = 2**63 - 1

Network = IPv4Network | IPv6Network
Instant = Callable[[datetime], datetime | None]


class Condition(NamedTuple):
    """A condition on `messages m`, with its parameters in order."""

    sql: str
    values: list[Any]


def condition(query: str) -> Condition:
    """Return a query as a condition; a moment without a zone and a network still need `resolved`.

    Raises UsageError where the query cannot be read, or asks for what is no IP address, MID or time.
    """
    return _condition(parse(query))


def resolved(asked: Condition, connection: DuckDBPyConnection, instant: Instant) -> Condition:
    """Return the condition for one log: moments in its clock, networks as the addresses that it has of them."""
    return Condition(asked.sql, [_resolved(value, connection, instant) for value in asked.values])


def _resolved(value: Any, connection: DuckDBPyConnection, instant: Instant) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, IPv4Network | IPv6Network):
        return _addresses_in(value, connection)
    return value


_ADDRESSES = """
SELECT DISTINCT lower(sender_ip) FROM messages UNION SELECT DISTINCT lower(destination_ip) FROM recipients
"""


def _addresses_in(network: Network, connection: DuckDBPyConnection) -> list[str]:
    found = [address for (address,) in connection.execute(_ADDRESSES).fetchall() if address]
    return [address for address in found if ipaddress.ip_address(address) in network]


def _condition(query: Query) -> Condition:
    if isinstance(query, Observable):
        return _PLACES[query.field](query.value)
    if isinstance(query, Negated):
        part = _condition(query.part)
        return Condition(f"(NOT {part.sql})", part.values)
    return _joined(query)


def _joined(query: Several) -> Condition:
    parts = [_condition(part) for part in query.parts]
    between = " AND " if query.all_of else " OR "
    sql = between.join(part.sql for part in parts)
    return Condition(f"({sql})", [value for part in parts for value in part.values])


def _pattern(value: Value) -> str:
    return "%".join(map(literal, value.pieces))


def _text(place: str) -> Callable[[Value], Condition]:
    """Return what looks for a value in all columns of a place."""

    def look(value: Value) -> Condition:
        return _everywhere(place, _pattern(value))

    return look


def _everywhere(place: str, value: Any) -> Condition:
    return Condition(place, [value] * place.count("?"))


def _composed(place: str) -> Callable[[Value], Condition]:
    """Likewise, where one letter may be written as several characters."""

    def look(value: Value) -> Condition:
        return _everywhere(place, unicodedata.normalize("NFC", _pattern(value)))

    return look


def _anywhere(value: Value) -> Condition:
    return _everywhere(places.ANYWHERE, unicodedata.normalize("NFC", f"%{_pattern(value)}%"))


def _address(place: str) -> Callable[[Value], Condition]:
    """Return what looks for an address; one without `@` and `*` may also be a domain."""

    def look(value: Value) -> Condition:
        pattern = _pattern(value)
        if value.is_exact and pattern.startswith("<") and pattern.endswith(">"):
            pattern = pattern[1:-1]
        is_domain = value.is_exact and pattern and "@" not in pattern
        either = [pattern, f"%@{pattern}" if is_domain else pattern]
        return Condition(place, either * (place.count("?") // 2))

    return look


def _message_id(value: Value) -> Condition:
    pieces = list(value.pieces)
    pieces[0] = pieces[0].lstrip("<")
    pieces[-1] = pieces[-1].rstrip(">")
    return _everywhere(places.MESSAGE_ID, _pattern(Value(tuple(pieces))))


def _ip(value: Value) -> Condition:
    if not value.is_exact:
        return _everywhere(places.IP_LIKE, _pattern(value))
    asked = str(value).strip()
    try:
        network = ipaddress.ip_network(asked, strict=False)
    except ValueError:
        raise UsageError(
            f"ip: {asked!r} is no IP address: write 192.0.2.7, 2001:db8::7, 192.0.2.0/24 or 192.0.2.*"
        ) from None
    is_one = network.num_addresses == 1 and network.version == 4  # noqa: PLR2004 - IPv6 is written in many ways
    return _everywhere(places.IP_LISTED, [str(network[0])] if is_one else network)


def _mid(value: Value) -> Condition:
    asked = str(value)
    if not (asked.isascii() and asked.isdecimal() and int(asked) <= _LARGEST_MID):
        raise UsageError(f"cisco_mid: {asked!r} is no MID: write a number, such as cisco_mid:640962")
    return _everywhere(places.MID, int(asked))


def _moment(place: str, name: str) -> Callable[[Value], Condition]:
    def look(value: Value) -> Condition:
        return _everywhere(place, moment_of(str(value), name))

    return look


_PLACES: Mapping[str | None, Callable[[Value], Condition]] = {
    None: _anywhere,
    "ip": _ip,
    "domain": _text(places.DOMAIN),
    "email": _address(places.EMAIL),
    "sender": _address(places.SENDER),
    "recipient": _address(places.RECIPIENT),
    "email_subject": _composed(places.SUBJECT),
    "email_messageid": _message_id,
    "cisco_mid": _mid,
    "file_name": _composed(places.FILE_NAME),
    "sha256": _text(places.SHA256),
    "url": _text(places.URL),
    "verdict": _text(places.VERDICT),
    "state": _text(places.STATE),
    "policy": _text(places.POLICY),
    "batch": _text(places.BATCH),
    "host": _text(places.APPLIANCE),
    "since": _moment(places.SINCE, "since:"),
    "until": _moment(places.UNTIL, "until:"),
}
