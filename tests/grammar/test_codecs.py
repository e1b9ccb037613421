"""Each field type: read from a line, printed back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from midtrail.events import FieldType
from midtrail.grammar.codecs import CODECS, print_time, read_time


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        (FieldType.INTEGER, "640962", 640962),
        (FieldType.FLOAT, "-9.5", -9.5),
        (FieldType.ADDRESS, "<user@example.com>", "user@example.com"),
        (FieldType.ADDRESS, "<>", ""),
        (FieldType.IP, "192.0.2.59", "192.0.2.59"),
        (FieldType.IP, "2001:db8::1", "2001:db8::1"),
        (FieldType.IP, "private", None),
        (FieldType.IP, "999.0.2.1", None),
        (FieldType.IP, "fe80::1%en0", "fe80::1%en0"),
        (FieldType.IP, "fe80::1%<x y>", None),
        (FieldType.IP, "1" * 100_000, None),
        (FieldType.FLOAT, "1e999", None),
        (FieldType.FLOAT, "inf", None),
        (FieldType.FLOAT, "nan", None),
        (FieldType.FLOAT, "1_000", None),
        (FieldType.FLOAT, "\u0661", None),
        (FieldType.FLOAT, "1.2e-05", 1.2e-05),
        (FieldType.FLOAT, ".", None),
        (FieldType.YES_NO, "yes", True),
        (FieldType.YES_NO, "no", False),
        (FieldType.TRUE_FALSE, "False", False),
        (FieldType.TRUE_FALSE, "N/A", None),
        (FieldType.RIDS, "[0, 1, 2]", (0, 1, 2)),
        (FieldType.RIDS, "[7]", (7,)),
        (FieldType.TEXTS, "a@example.com, b@example.com", ("a@example.com", "b@example.com")),
        (FieldType.TEXTS, '"a, b"@example.com, c@example.com', ('"a, b"@example.com', "c@example.com")),
        (FieldType.QUOTED_TEXTS, "'W32/X-A', 'Troj/Y'", ("W32/X-A", "Troj/Y")),
        (FieldType.QUOTED_LIST, "['5.1.1 No such user', \"it's gone\"]", ("5.1.1 No such user", "it's gone")),
        (FieldType.QUOTED_LIST, "[]", ()),
        (
            FieldType.PAIRS,
            "[('from', '\"A\" <a@example.com>'), ('x', 'y\\'z')]",
            (("from", '"A" <a@example.com>'), ("x", "y'z")),
        ),
        (FieldType.PAIRS, "[]", ()),
        (FieldType.PAIRS, "[('from', 'cut o", None),
        (FieldType.COUNTERS, "CPULd 21 LogAvail 149G", (("CPULd", "21"), ("LogAvail", "149G"))),
    ],
)
def test_reads(type_: FieldType, raw: str, value: Any) -> None:
    """A raw text is read as its type says; what the type cannot hold is null, never a guess."""
    assert CODECS[type_].read(raw) == value


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        (FieldType.ADDRESS, "<user@example.com>"),
        (FieldType.RIDS, "[0, 1, 2]"),
        (FieldType.QUOTED, "'caf\\xc3\\xa9 \\r\\n\\t x'"),
        (FieldType.QUOTED, '"it isn\'t"'),
        (FieldType.QUOTED_TEXTS, "'W32/X-A', 'Troj/Y'"),
        (FieldType.QUOTED_LIST, "['5.1.1 No such user', \"it's gone\"]"),
        (FieldType.PAIRS, "[('from', '\"A\" <a@example.com>'), ('to', \"o'b@example.com\")]"),
        (FieldType.FLOAT, "-9.5"),
    ],
)
def test_prints_back(type_: FieldType, raw: str) -> None:
    """A value prints back as the appliance wrote it."""
    codec = CODECS[type_]
    assert codec.print(codec.read(raw)) == raw


def test_time_is_in_the_appliances_clock() -> None:
    """A stamp inside a line is read in the clock of its appliance and printed back in it."""
    instant = read_time("Wed May 26 14:58:26 2004", -18_000)
    assert instant == datetime(2004, 5, 26, 19, 58, 26, tzinfo=UTC)
    assert print_time(instant, -18_000) == "Wed May 26 14:58:26 2004"
    assert read_time("Wed May 32 14:58:26 2004", 0) is None
    assert read_time("soon", 0) is None
