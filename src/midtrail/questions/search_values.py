"""Values of a search as they are compared, and those that every message which is found has."""

import ipaddress
from collections.abc import Iterator, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from midtrail.errors import UsageError
from midtrail.moments import moment_of
from midtrail.questions.search_query import Negated, Observable, Query, Several, Value, parse
from midtrail.tracking.choosing import Marks

Network = IPv4Network | IPv6Network
_LARGEST_MID = 2**63 - 1
_LONGEST_MID = len(str(_LARGEST_MID))
_LONGEST_DOMAIN = 253
_LONGEST_NAMED = 80  # characters of a value that an error names
_ADDRESSES_OF = {"sender": ("sender",), "recipient": ("recipient",), "email": ("sender", "recipient")}


class Sought(NamedTuple):
    """What each message that a query finds has and when it began, as far as that can be looked up.

    `parts` are those of the query, all of which must hold; `rest` those that ask for more than marks and moments.
    """

    marks: Marks
    parts: Sequence[Query]
    rest: Sequence[Query]
    since: Sequence[datetime]
    until: Sequence[datetime]


def sought_by(query: str) -> Sought:
    """Return what each message has that a query finds: of addresses whole ones, of IP addresses no networks."""
    marks, rest = Marks(), []
    parts = list(_parts(parse(query)))
    for part in parts:
        more = _with(marks, _sought(part) or {})
        if not _asks_time(part) and (more is None or not _is_plain(part)):
            rest.append(part)
        marks = more or marks
    return Sought(marks, parts, rest, _moments(parts, "since"), _moments(parts, "until"))


def _parts(query: Query) -> Iterator[Query]:
    """Yield the parts of a query all of which must hold."""
    if isinstance(query, Several) and query.all_of:
        for part in query.parts:
            yield from _parts(part)
    else:
        yield query


def _with(marks: Marks, values: dict[str, list[str]]) -> Marks | None:
    """Return marks with some more values, None where those cannot be looked up beside them.

    Messages are found by MIDs or by hashes, and then by the other values, or by these alone.
    """
    leads = not marks.mids and not marks.hashes
    if values.keys() == {"cisco_mid"}:
        return marks._replace(mids=[int(text) for text in values["cisco_mid"]]) if leads else None
    if values.keys() == {"sha256"}:
        return marks._replace(hashes=values["sha256"]) if leads else None
    if values and values.keys().isdisjoint({"cisco_mid", "sha256"}):
        return marks._replace(values=[*marks.values, values])
    return None


def _is_plain(query: Query) -> bool:
    """Tell whether who has what is sought by a part is found by it for sure."""
    if isinstance(query, Several):
        return not query.all_of and all(map(_is_plain, query.parts))
    return isinstance(query, Observable) and str(query.value).isascii()


def _sought(query: Query) -> dict[str, list[str]] | None:
    """Return values of which a message has one where a part of a query finds it; None where that may be any."""
    if isinstance(query, Observable):
        return _sought_in(query.field, query.value)
    if isinstance(query, Negated):
        return None
    parts = map(_sought, query.parts)
    if query.all_of:
        return next((part for part in parts if part is not None), None)
    found: dict[str, list[str]] = {}
    for part in parts:
        if part is None:
            return None
        for field, values in part.items():
            found.setdefault(field, []).extend(values)
    return found


def _asks_time(query: Query) -> bool:
    return isinstance(query, Observable) and query.field in ("since", "until")


def _moments(parts: Sequence[Query], field: str) -> list[datetime]:
    asked = [part for part in parts if isinstance(part, Observable) and part.field == field]
    told = (moment_of(str(part.value), f"{field}:") for part in asked)
    return [moment for moment in told if moment is not None]


def _sought_in(field: str | None, value: Value) -> dict[str, list[str]] | None:
    if not value.is_exact:
        return None
    text = str(value)
    if field in _ADDRESSES_OF:
        every = spellings(bare(text))
        return dict.fromkeys(_ADDRESSES_OF[field], every) if all("@" in one for one in every) else None
    if field == "email_messageid":
        return {field: [without_brackets(text)]}
    if field == "sha256" or (field == "cisco_mid" and is_mid(text)):
        return {field: [text]}
    address = network(text.strip()) if field == "ip" else None
    if isinstance(address, IPv4Network | IPv6Network) and address.num_addresses == 1:
        address = str(address[0])
    return {"ip": [address]} if isinstance(address, str) else None


def named(text: str) -> str:
    """Return a value as an error names it."""
    return repr(text if len(text) <= _LONGEST_NAMED else f"{text[:_LONGEST_NAMED]}…")


def is_mid(text: str) -> bool:
    """Tell whether a text is a MID."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_MID
    return is_number and int(text) <= _LARGEST_MID


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
            f"ip: {named(asked)} is no IP address: write 192.0.2.7, 2001:db8::7, 192.0.2.0/24 or 192.0.2.*"
        ) from None
    is_one = isinstance(found, IPv4Network) and found.num_addresses == 1
    return str(found[0]) if is_one else found
