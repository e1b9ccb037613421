"""Damaged lines: bytes flipped, cut, doubled, swapped."""

import io
import random

from midtrail.events import all_kinds
from midtrail.lines import ReadOptions, find_sources
from midtrail.parse import batches, read_records

LINES = 100_000


def mutated(count: int, seed: int) -> bytes:
    """Return `count` lines, each a sample with some damage; none holds a line end of its own."""
    dice = random.Random(seed)  # noqa: S311 - damage, not secrets
    samples = [
        sample.encode() for kind in all_kinds().values() for sample in (kind.sample, *kind.also) if sample
    ]
    framed = [b"Mon Sep 13 23:25:07 2021 Info: " + sample for sample in samples] + samples
    return b"".join(damaged(dice, dice.choice(framed)).replace(b"\n", b" ") + b"\n" for _ in range(count))


def damaged(dice: random.Random, line: bytes) -> bytes:
    """Return a line with one to three damages."""
    for _ in range(dice.randint(1, 3)):
        at, other = sorted((dice.randrange(len(line) + 1), dice.randrange(len(line) + 1)))
        piece = line[at:other]
        line = dice.choice(
            (
                line[:at] + bytes((dice.randrange(256),)) + line[at + 1 :],
                line[:at] + line[other:],
                line[:other] + piece + line[other:],
                line[:at] + piece[::-1] + line[other:],
                line[:at],
                line[:at]
                + dice.choice((b"'", b'"', b"<", b">", b"\\", b"\r", b"\x00", b"\xff\xfe", b" MID 1 ", b"]"))
                + line[at:],
            )
        )
    return line


def test_damage_never_raises_and_loses_nothing() -> None:
    """100,000 damaged lines are exactly 100,000 records, in order, and every text is still there."""
    data = mutated(LINES, seed=640962)
    found = 0
    kinds: dict[str, int] = {}
    rows = iter(data.split(b"\n"))
    for batch in batches(read_records(find_sources([io.BytesIO(data)]), ReadOptions())):
        for text, kind, line_no in zip(batch.spine[11], batch.spine[7], batch.spine[2], strict=True):
            found += 1
            kinds[kind] = kinds.get(kind, 0) + 1
            assert line_no == found
            row = next(rows)
            assert row.removesuffix(b"\r").endswith(text.encode("utf-8", "surrogateescape")), row
    assert found == LINES
    assert sum(kinds.values()) == LINES
    assert kinds["unrecognised"] > LINES // 10


def test_what_is_recognised_prints_back() -> None:
    """A damaged line that is recognised all the same prints back byte for byte."""
    data = mutated(5_000, seed=31)
    for record in read_records(find_sources([io.BytesIO(data)]), ReadOptions()):
        assert record.event().body() == record.line.text, record
