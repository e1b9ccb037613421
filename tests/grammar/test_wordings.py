"""Lines written from every wording with many values: no other rule takes them, and no value is misread.

Lark chooses the next terminal by priority, length and order, and never goes back; so a value that reads like
the beginning of another wording is what could make a line unrecognised.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from midtrail.events import FieldType, Pair, all_kinds
from midtrail.grammar import binding, lark_engine
from midtrail.grammar.binding import Part, Wording
from midtrail.grammar.codecs import CODECS

if TYPE_CHECKING:
    from tests.conftest import Writer

ROUNDS = 60
WORDS = ("word", "None", "unknown", "by", "a-b", "a.b", "x/y", "POSITIVE", "yes", "to", "7", "MID", "N/A")
TEXTS = (
    *WORDS,
    "two words",
    "MID 5",
    "a - b",
    "Default Policy",
    "a, b",
    "RID 0",
    "DCID 4",
    "for",
    "50%",
    "éü",
)
ADDRESSES = (
    "a@example.com",
    "",
    "first.last+tag@sub.example.com",
    "x@[192.0.2.1]",
    "o'brien@example.com",
    "by",
)
QUOTED = (
    "subject", "", "None", "MID 5", "by", "it's", 'say "hi"', "both ' and \"", "' ready 5 bytes from <x>", "a\\b",
    "line\r\nbreak", "tab\t", "é", "\udcff", "  blanks  ", "x, y", "[x]", "<id@example.com>", "a\x00b", "\x1b[31m",
    "\u202egnp.exe", "x in the inbound table", "x' Rejected by y", "=?utf-8?q?a_b?=", "filter 'x'", "'", "\\'",
)  # fmt: skip
VALUES: Mapping[FieldType, tuple[Any, ...]] = {
    FieldType.INTEGER: (0, 7, 640962, 123456789012345678),
    FieldType.FLOAT: (0.5, -6.8, 3.0),
    FieldType.TEXT: TEXTS,
    FieldType.WORD: WORDS,
    FieldType.QUOTED: QUOTED,
    FieldType.ADDRESS: ADDRESSES,
    FieldType.IP: ("192.0.2.7", "2001:db8::7", "::1"),
    FieldType.YES_NO: (True, False),
    FieldType.TRUE_FALSE: (True, False),
    FieldType.TIME: (datetime(2004, 5, 26, 14, 58, 26, tzinfo=UTC),),
    FieldType.RIDS: ((0,), (0, 1, 2)),
    FieldType.TEXTS: (("a@example.com", "b@example.com"), ("a",)),
    FieldType.QUOTED_TEXTS: (("a", "b"), ("it's",)),
    FieldType.QUOTED_LIST: (("ok", 'it\'s "x"'), (), ("x'], 'y",)),
    FieldType.PAIRS: ((Pair("from", "a@example.com"),), (Pair("subject", "it's [x]"), Pair("to", "None"))),
    FieldType.COUNTERS: ((Pair("CPULd", "21"), Pair("DskIO", "0")),),
}
ONLY: Mapping[str, tuple[str, ...]] = {
    "antispam__VERDICT": ("negative", "spam positive", "suspect"),
    "authentication__DETAIL__TAGS": ("None", "x=1"),
    "authentication__PRA_HEADER": ("from", "resent-sender"),
    "authentication__SIGNING_IDENTITY": ("@example.com", "a@example.com", "None"),
    "connection__HAT_ACTION": ("ACCEPT", "RELAY", "REJECT", "TCPREFUSE", "None"),
    "connection__SENDER_GROUP": ("Policy", "MID", "None", "by", "a-b", "GROUP_1", "match"),
    "delivery__REASON__FIRST": ("timeout", "[Errno 61] Connection refused", "by", "None"),
    "delivery__RESPONSE_LINES__OLD": ("'4.7.1 Try again'", '"it\'s"', "'a', 'b'"),
    "delivery__SMTP_CODE": ("421", "550"),
    "directory__ROUTES": ("[('a@example.com', 'mail.example.com')]",),
}
"""What some terminals hold as it stands in a line, where it is narrower than their type, or written otherwise."""
WORDINGS = [wording for of_kind in binding.load().wordings.values() for wording in of_kind]


def value_of(writer: "Writer", wording: Wording, part: Part, dice: random.Random) -> tuple[Any, str]:
    """Return a value for a part and how it stands in the line; by a sample, where no made-up value fits."""
    types = {field.name: field.type for field in all_kinds()[wording.kind].declared()}
    assert part.codec is not None
    assert part.field is not None
    made = [(value, part.codec.print(value)) for value in VALUES[types[part.field]]]
    fit = [(value, raw) for value, raw in made if writer.takes(part, raw) and part.codec.read(raw) == value]
    written = [(part.codec.read(raw), raw) for raw in ONLY.get(part.terminal) or writer.shown(part)]
    return dice.choice(written if part.terminal in ONLY else fit or written)


def lines_of(writer: "Writer", wording: Wording) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield lines in a wording, and the fields from which each is written."""
    dice = random.Random(f"{wording.kind} {wording.variant}")  # noqa: S311 - values, not secrets
    for _ in range(ROUNDS):
        line, fields = "", {}
        for part in wording.parts:
            if part.literal is None:
                fields[part.field or ""], raw = value_of(writer, wording, part, dice)
                line += raw
            else:
                line += part.literal
                if part.field is not None:
                    fields[part.field] = True
        behind = "" if wording.parts[-1].pattern == ".+" else dice.choice(("", "", " ", "   "))
        yield dice.choice(("", "", "  ")) + line + behind, fields


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: f"{wording.kind}-{wording.variant}")
def test_a_line_gives_the_fields_it_is_written_from(writer: "Writer", wording: Wording) -> None:
    """A line that is written from fields is read as the same kind with the same fields, and prints back."""
    for line, fields in lines_of(writer, wording):
        parsed = lark_engine.parse(line)
        assert isinstance(parsed, lark_engine.Parsed), f"stops at {parsed.reached}: {line!r}"
        event = lark_engine.event(parsed)
        assert event.kind == wording.kind, line
        told = {name: value for name, value in event.values().items() if value not in (None, False)}
        assert told == {name: value for name, value in fields.items() if value not in (None, False)}, line
        assert event.body() == line


LAST_QUOTED = [
    (wording, mark)
    for wording in WORDINGS
    for mark in "'\""
    if (last := wording.parts[-1]).codec is CODECS[FieldType.QUOTED]
    and f"{mark}.*{mark}" in (last.pattern or "")
]


@pytest.mark.parametrize(("wording", "mark"), LAST_QUOTED)
def test_a_quoted_value_ends_where_the_line_does(writer: "Writer", wording: Wording, mark: str) -> None:
    """What an old build quotes without escaping ends at the last quote, whatever quotes the value holds."""
    *before, last = wording.parts
    beginning = "".join(writer.shown(part)[0] for part in before)
    for value in (value for value in QUOTED if value.isprintable() and "\\" not in value):
        line = f"{beginning}{mark}{value}{mark} "
        parsed = lark_engine.parse(line)
        assert isinstance(parsed, lark_engine.Parsed), line
        event = lark_engine.event(parsed)
        assert (event.kind, event.values()[last.field or ""]) == (wording.kind, value), line
        assert event.body() == line
