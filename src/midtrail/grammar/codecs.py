"""How each field type is read from the text that stands in a line, and printed back.

`CODECS[type].read(raw)` never raises on data: what the type cannot hold is null. What `print` would not give
back byte for byte is kept beside the event, so nothing is lost.
"""

import calendar
import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from midtrail.events import FieldType, Pair
from midtrail.grammar import quoting

_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = tuple(calendar.day_abbr)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?")
_ADDRESS = re.compile(r"[0-9A-Fa-f.:]{2,45}(?:%[0-9A-Za-z._-]{1,32})?")
_TRUTH = {"True": True, "False": False}
_LISTED = re.compile(r'(?: *"(?:[^"\\]|\\.)*"[^,]*|[^,]+)')
_ASCTIME = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}([0-9]{1,2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([0-9]{4})"
)


class Codec(NamedTuple):
    """How a value is read from its raw text and printed back."""

    read: Callable[[str], Any]
    print: Callable[[Any], str]


def _integer(raw: str) -> int:
    return int(raw)


def _float(raw: str) -> float | None:
    value = float(raw) if _DECIMAL.fullmatch(raw) else math.inf
    return value if math.isfinite(value) else None


def _address(raw: str) -> str:
    return raw[1:-1] if raw[:1] == "<" and raw[-1:] == ">" else raw


def _ip(raw: str) -> str | None:
    return _known_ip(raw) if _ADDRESS.fullmatch(raw) else None


@lru_cache(maxsize=65_536)
def _known_ip(raw: str) -> str | None:
    try:
        ipaddress.ip_address(raw)
    except ValueError:
        return None
    return raw


def read_time(raw: str, utc_offset: int) -> datetime | None:
    """Return the instant that a stamp such as `Wed May 26 14:58:26 2004` names, in UTC.

    `utc_offset`: seconds east of Greenwich of the appliance's clock. None where there is no such time.
    """
    match = _ASCTIME.fullmatch(raw)
    month = _MONTHS.get(match[1]) if match else None
    if match is None or month is None:
        return None
    day, hour, minute, second, year = (int(part) for part in match.groups()[1:])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - timedelta(seconds=utc_offset)
    except (ValueError, OverflowError):
        return None


def print_time(value: datetime, utc_offset: int) -> str:
    """Return the stamp of an instant in the appliance's clock; the inverse of `read_time`."""
    local = value + timedelta(seconds=utc_offset)
    month = calendar.month_abbr[local.month]
    return f"{_DAYS[local.weekday()]} {month} {local.day:2} {local:%H:%M:%S} {local.year}"


def _rids(raw: str) -> tuple[int, ...]:
    return tuple(int(part) for part in raw.strip("[]").split(","))


def _texts(raw: str) -> tuple[str, ...]:
    return tuple(part.strip(" ") for part in _LISTED.findall(raw))


def _quoted_texts(raw: str) -> tuple[str, ...]:
    items = quoting.read_items(raw.rstrip(" "))
    return (quoting.unquote(raw),) if items is None else tuple(items)


def _print_quoted_texts(values: tuple[str, ...]) -> str:
    return ", ".join(quoting.quote(value) for value in values)


def _quoted_list(raw: str) -> tuple[str, ...]:
    inner = raw[1:-1] if raw[:1] == "[" and raw[-1:] == "]" else raw
    return _quoted_texts(inner) if inner else ()


def _pairs(raw: str) -> tuple[Pair, ...] | None:
    inner = raw.strip(" ")[1:-1]
    pairs: list[Pair] = []
    at = 0
    while at < len(inner):
        pair = _pair_at(inner, at)
        if pair is None:
            return None
        pairs.append(pair[0])
        at = pair[1]
        at += 2 if inner.startswith(", ", at) else 0
    return tuple(pairs)


def _pair_at(text: str, at: int) -> tuple[Pair, int] | None:
    name = quoting.quoted_at(text, at + 1) if text.startswith("(", at) else None
    value = quoting.quoted_at(text, name[1] + 2) if name and text.startswith(", ", name[1]) else None
    if name is None or value is None or not text.startswith(")", value[1]):
        return None
    return Pair(name[0], value[0]), value[1] + 1


def _print_pairs(pairs: tuple[Pair, ...]) -> str:
    inner = ", ".join(f"({quoting.quote(name)}, {quoting.quote(value)})" for name, value in pairs)
    return f"[{inner}]"


def _counters(raw: str) -> tuple[Pair, ...]:
    words = raw.split()
    return tuple(Pair(name, value) for name, value in zip(words[::2], words[1::2], strict=False))


def _print_counters(pairs: tuple[Pair, ...]) -> str:
    return " ".join(f"{name} {value}" for name, value in pairs)


def _print_quoted_list(values: tuple[str, ...]) -> str:
    return f"[{_print_quoted_texts(values)}]"


def _print_rids(value: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, value))}]"


_PLAIN = Codec(str, str)

CODECS: Mapping[FieldType, Codec] = {
    FieldType.INTEGER: Codec(_integer, str),
    FieldType.FLOAT: Codec(_float, repr),
    FieldType.TEXT: _PLAIN,
    FieldType.WORD: _PLAIN,
    FieldType.QUOTED: Codec(quoting.unquote, quoting.quote),
    FieldType.ADDRESS: Codec(_address, lambda value: f"<{value}>"),
    FieldType.IP: Codec(_ip, str),
    FieldType.YES_NO: Codec(lambda raw: raw == "yes", lambda value: "yes" if value else "no"),
    FieldType.TRUE_FALSE: Codec(_TRUTH.get, str),
    FieldType.FLAG: Codec(lambda _raw: True, str),
    FieldType.TIME: Codec(lambda raw: read_time(raw, 0), lambda value: print_time(value, 0)),
    FieldType.RIDS: Codec(_rids, _print_rids),
    FieldType.TEXTS: Codec(_texts, ", ".join),
    FieldType.QUOTED_TEXTS: Codec(_quoted_texts, _print_quoted_texts),
    FieldType.QUOTED_LIST: Codec(_quoted_list, _print_quoted_list),
    FieldType.PAIRS: Codec(_pairs, _print_pairs),
    FieldType.COUNTERS: Codec(_counters, _print_counters),
}
"""Every field type and its codec."""

BARE: Mapping[FieldType, Codec] = {
    FieldType.ADDRESS: Codec(_address, str),
    FieldType.QUOTED: Codec(quoting.unquote, str),
}
"""The codecs of fields whose terminal ends in `__BARE`: the usual form there has no brackets or quotes."""
