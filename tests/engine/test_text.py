"""Characters that stand in tables for bytes that are no UTF-8 are not mistaken for such bytes."""

from typing import TYPE_CHECKING

import pytest

from midtrail.text import decoded, restore, storable

if TYPE_CHECKING:
    from tests.engine.conftest import Engines

FIRST, LAST, BEFORE = "\U0010ff80".encode(), "\U0010ffff".encode(), "\U0010ff7f".encode()
RAW = (
    b"\xff",
    FIRST,
    LAST,
    BEFORE,
    b"\xf4\x8f\xbe",
    FIRST + b"\xff",
    "é€😀".encode(),
    b"plain",
    b"\x80" + LAST,
)


@pytest.mark.parametrize("raw", RAW)
def test_bytes_come_back(raw: bytes) -> None:
    """Text to store holds no surrogate, and gives back text and bytes."""
    text = decoded(raw)
    stored = storable(text)
    assert stored.encode()
    assert restore(stored) == text
    assert restore(stored).encode("utf-8", "surrogateescape") == raw


def test_only_they_are_no_characters() -> None:
    """The character before the first of them is one; they are the bytes that write them."""
    assert decoded(BEFORE) == "\U0010ff7f"
    assert decoded(FIRST) == "\udcf4\udc8f\udcbe\udc80"
    assert storable(decoded(FIRST)) == "\U0010fff4\U0010ff8f\U0010ffbe\U0010ff80"


def test_both_engines(engines: "Engines") -> None:
    """In known lines, unknown ones, escaped, without framing, and many of them: the same in both engines."""
    shapes = (
        b"MID 1 Subject '%s'",
        b"unknown %s",
        b"MID 2 Subject '%s",
        b"New SMTP ICID 3 interface %s",
        b"%s",
    )
    lines = [shape % raw for raw in RAW for shape in shapes]
    lines += [b"MID 4 Subject '\\xf4\\x8f\\xbe\\x80'", b"MID 4 Subject '\\xf4\\x8f\\xbd\\xbf'"]
    assert engines.compare_lines(lines * 5) == len(lines) * 5
    log = b"\n".join(part for line in lines for part in (engines.STAMP + line, line))
    assert engines.compare_bytes(log) == 2 * len(lines)
