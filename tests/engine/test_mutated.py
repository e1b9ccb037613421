"""Damaged lines, and bytes without any sense, read the same in both engines."""

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.engine.conftest import Engines

MUTATED = 100_000
AT_ONCE = 100_000
HEADS = (
    *[b"Mon Sep 13 23:25:07 2021 Info: "] * 4,
    b"<22>Sep 13 23:25:07 esa01 mail_logs: Info: ",
    b"<22>Sep 13 1:2:3 esa amp: Info: ",
    b"Info: ",
    b"",
)
PIECES = (
    *(b"'", b'"', b"<", b">", b"\\", b"\\x41", b"\\xe9", b"\r", b"\0", b"\xff", b"\xc3", "é€😀".encode()),
    *(b" ", b"  ", b"\t", b". ", b", ", b"]", b")", b"MID 1 ", b"\xc2\x85", b"\xe2\x80\xa8"),
)
"""What is thrown into a line; the last two are line ends to Unicode, not to a log."""


def test_mutated_lines(engines: "Engines") -> None:
    """Lines of all kinds with bytes flipped, cut, doubled, swapped: as many as MIDTRAIL_MUTATED says, else 100,000."""
    dice = random.Random(640962)  # noqa: S311 - damage, not secrets
    lines = engines.samples()
    todo = engines.times("MIDTRAIL_MUTATED", MUTATED)
    while todo:
        count = min(todo, AT_ONCE)
        made = (
            damaged(dice, dice.choice(HEADS) + dice.choice(lines), dice.choice(lines)) for _ in range(count)
        )
        assert engines.compare_bytes(b"".join(line + dice.choice((b"\n", b"\r\n")) for line in made)) == count
        todo -= count


def damaged(dice: random.Random, line: bytes, other: bytes) -> bytes:
    """Return a line with at most two damages."""
    for _ in range(dice.randint(0, 2)):
        at, to = sorted((dice.randrange(len(line) + 1), dice.randrange(len(line) + 1)))
        line = dice.choice(
            (
                line[:at] + bytes((dice.randrange(256),)) + line[at + 1 :],
                line[:at] + line[to:],
                line[:to] + line[at:to] + line[to:],
                line[:at] + line[to:] + line[at:to],
                line[:at] + other[dice.randrange(len(other)) :],
                line[:at] + dice.choice(PIECES) + line[at:],
            )
        )
    return line.replace(b"\n", b" ")


def test_random_bytes(engines: "Engines") -> None:
    """Bytes without any sense, and lines that begin well and end so."""
    dice = random.Random(7)  # noqa: S311 - noise, not secrets
    assert engines.compare_bytes(dice.randbytes(300_000)) > 1000
    samples = engines.samples()
    lines = [dice.choice(samples)[: dice.randrange(60)] + dice.randbytes(40) for _ in range(3000)]
    assert engines.compare_lines(lines) >= len(lines)
