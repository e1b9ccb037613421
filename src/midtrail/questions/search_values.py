"""Values of a search as they are compared, and those that every message which is found has."""

import ipaddress
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from midtrail.errors import UsageError
from midtrail.questions.search_query import Negated, Observable, Query, Value, parse

Network = IPv4Network | IPv6Network
_LONGEST_DOMAIN = 253
_ADDRESSES_OF = {"sender": ("sender",), "recipient": ("recipient",), "email": ("sender", "recipient")}


class Sought(NamedTuple):
    """Values of which a message that is found has one, by their fields; `is_all` says that nothing else is asked."""

    values: dict[str, list[str]]
    is_all: bool


def sought_by(query: str) -> Sought | None:
    """Return values that each message found by a query has in its own facts or lines; None where that may be any.

    Of an address they are those of a whole one, of an IP address those of one, not of a network.
    """
    asked = parse(query)
    values = _sought(asked)
    if values is None:
        return None
    plain = all(text.isascii() for some in values.values() for text in some)
    return Sought(values, isinstance(asked, Observable) and plain)


def _sought(query: Query) -> dict[str, list[str]] | None:
    if isinstance(query, Observable):
        return _sought_in(query.field, query.value)
    if isinstance(query, Negated):
        return None
    parts = [_sought(part) for part in query.parts]
    if query.all_of:
        return next((part for part in parts if part is not None), None)
    found: dict[str, list[str]] = {}
    for part in parts:
        if part is None:
            return None
        for field, values in part.items():
            found.setdefault(field, []).extend(values)
    return found


def _sought_in(field: str | None, value: Value) -> dict[str, list[str]] | None:
    if not value.is_exact:
        return None
    text = str(value)
    if field in _ADDRESSES_OF:
        every = spellings(bare(text))
        return dict.fromkeys(_ADDRESSES_OF[field], every) if all("@" in one for one in every) else None
    if field == "email_messageid":
        return {field: [without_brackets(text)]}
    if field == "sha256":
        return {field: [text]}
    address = network(text.strip()) if field == "ip" else None
    if isinstance(address, IPv4Network | IPv6Network) and address.num_addresses == 1:
        address = str(address[0])
    return {"ip": [address]} if isinstance(address, str) else None


def spellings(name: str) -> list[str]:
    """Return a domain or an address as asked, and with its domain as DNS has it (`xn--…`) where that differs."""
    before, at, domain = name.rpartition("@")
    if domain.isascii() or len(domain) > _LONGEST_DOMAIN:
        return [name]
    try:
        return [name, before + at + domain.encode("idna").decode()]
    except UnicodeError:
        return [name]


def bare(address: str) -> str:
    """Return an address without the brackets around it."""
    return address[1:-1] if address.startswith("<") and address.endswith(">") else address


def without_brackets(message_id: str) -> str:
    """Return a Message-ID without the brackets around it."""
    return message_id.removeprefix("<").removesuffix(">")


def network(asked: str) -> Network | str:
    """Return a network, or an address as the log writes it: of IPv4 there is one way, of IPv6 there are many."""
    try:
        found = ipaddress.ip_network(asked, strict=False)
    except ValueError:
        raise UsageError(
            f"ip: {asked!r} is no IP address: write 192.0.2.7, 2001:db8::7, 192.0.2.0/24 or 192.0.2.*"
        ) from None
    is_one = isinstance(found, IPv4Network) and found.num_addresses == 1
    return str(found[0]) if is_one else found
