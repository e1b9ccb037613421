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


def test_all_beginnings_of_characters(engines: "Engines") -> None:
    """Whole characters, cut ones, overlong ones, surrogates, too high ones: the same in both engines."""
    seconds, rests = (
        b"\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0",
        (b"", b"\x80", b"\x80\x80", b"\xbf\xbf", b"\xbe\x80"),
    )
    texts = [
        bytes((first, second)) + rest for first in range(0xC0, 0x100) for second in seconds for rest in rests
    ]
    lines = [b"MID 1 Subject '%s'" % text for text in texts] + [b"a " + text for text in texts]
    assert engines.compare_lines(lines) == 2 * len(texts)


@pytest.mark.parametrize("ends", [True, False])
def test_much_that_is_no_text(engines: "Engines", *, ends: bool) -> None:
    """Bytes that tables store four times as long find room, chunk after chunk, framed or not, to the last one."""
    long, known = b"\xff" * (3 << 20), engines.STAMP + b"MID 7 ready 10 bytes from <a@example.com>\n"
    lines = [engines.STAMP + long + b"\n", known, long + b"\n", known * 9] * 2
    data = b"".join(lines) + engines.STAMP + long + (b"\n" if ends else b"")
    assert engines.compare_bytes(data) == 25
