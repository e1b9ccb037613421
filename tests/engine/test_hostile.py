"""Lines made to be slow or odd read the same in both engines, and come to an end."""

from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Writer
    from tests.engine.conftest import Engines

OFTEN = 10_000
SELDOM = 20
LONG = 1_000_000
AT_ONCE = 30_000_000


def endless(writer: "Writer", times: int) -> Iterator[bytes]:
    """Yield lines of each wording with one of its parts again and again, broken off there or gone on with."""
    ends = cycle((False, True, True, False))
    for wording in writer.wordings():
        texts = [writer.shown(part)[0] for part in wording.parts]
        for place, text in enumerate(texts):
            begun = "".join(texts[:place]) + text * times
            rest = "".join(texts[place + 1 :]) if next(ends) else ""
            yield begun.encode()[:LONG] + rest.encode()


def in_files(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield lines by as many as one file should hold."""
    held, size = [], 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size > AT_ONCE:
            yield held
            held, size = [], 0
    yield held


def test_any_part_again_and_again(writer: "Writer", engines: "Engines") -> None:
    """Each literal and each value of every wording, 20 times, or as often as MIDTRAIL_REPEATED says."""
    for lines in in_files(endless(writer, engines.times("MIDTRAIL_REPEATED", SELDOM))):
        assert engines.compare_lines(lines) == len(lines)


@pytest.mark.parametrize("first", [0, 1])
def test_ten_thousand_times(first: int, writer: "Writer", engines: "Engines") -> None:
    """Some of them 10,000 times: what takes the square of that would never end."""
    assert engines.compare_lines(islice(endless(writer, OFTEN), first, None, 151)) > 20


@pytest.mark.parametrize(
    "piece",
    ["'", '"', "<", "[", "(", " ", ", ", "\\'", "\\x41", "é", "To: <", "', filename: ", " to ", ". Reason: "],
)
def test_behind_each_beginning(piece: str, engines: "Engines") -> None:
    """What some terminal waits for, again and again, behind the beginnings of all kinds."""
    beginnings = {
        line[: at + 1]
        for line in engines.samples()
        for at in range(8, min(len(line), 80))
        if line[at : at + 1] in b" '\"<"
    }
    again = piece.encode() * 40
    some = [begun + again for begun in sorted(beginnings)[::11]]
    long = [b"MID 1 Subject '" + again * (LONG // len(again)), again * (OFTEN // 40)]
    assert engines.compare_lines([*some, *long]) == len(some) + 2


def test_lines_of_a_megabyte(engines: "Engines") -> None:
    """A long value of each sort, a long line that is none, a line longer than any buffer."""
    values = (b"x", b"\\xc3\\xa9", "é".encode(), b"\xff", b"\0", b"\r", b"1, ")
    shapes = (
        b"MID 1 Subject '%s'",
        b"MID 1 Subject %s",
        b"MID 1 ICID 2 From: <%s>",
        b"MID 1 RID [0] Response '%s'",
        b"Message done DCID 1 MID 2 to RID [%s0]",
        b"MID %s queued for delivery",
        b"%s",
    )
    lines = [shape % (value * 10_000) for shape in shapes for value in values]
    lines += [shape % (value * (LONG // len(value))) for shape, value in zip(shapes, values, strict=True)]
    assert engines.compare_lines(lines) == len(lines)
    assert engines.compare_lines([b"MID 1 Subject '" + b"x" * 14 * LONG + b"'", b"MID 1 ready"]) == 2


def test_odd_lines(engines: "Engines") -> None:
    """Blank lines, continuations, NULs, lone CRs, a byte order mark, ids that overflow, no line end at the last."""
    stamp = engines.STAMP
    framed = (
        b"MID 2 Subject 'open", b"", b"no such line", b"MID 999999999999999999 queued for delivery",
        b"MID 9223372036854775808 queued for delivery", b"MID 9999999999999999999 queued for delivery",
        b"MID 000000000000000007 queued for delivery", b"   MID 4 queued for delivery   ", b"\tMID 4 queued for delivery\t",
        b"MID 5\0queued", b"\0", b"MID 6 queued\rfor delivery", b"MID 6 queued for delivery\r", b"MID 6 queued for delivery\r\r",
        b"MID 7 Subject '\\xc3\\xa9 \\xff'", b"MID 8 Subject 'it isn't'", b'MID 9 Subject ""', b"MID 9 Subject ''", b"MID 9 Subject ",
        b"MID 10 ICID 1 From: <>", "MID 11 Subject 'é😀\U0010ff80'".encode(), b"MID 12 Subject '\xe9'", b"MID 12 Subject '\xed\xa0\x80'",
        b"MID 13 Subject 'a\x0bb\x0cc\xc2\x85d\xe2\x80\xa8e'", "MID \u0661 queued for delivery".encode(), "MID 1\u00a0queued for delivery".encode(),
    )  # fmt: skip
    bare = (
        b"", b"   ", b"\x0b", b" rest'", b"MID 3 queued for delivery", b"goes on", b"", b"and on", b"\r", b"\0", b"\xff",
        stamp.rstrip(), stamp[:-3], stamp[:10],
    )  # fmt: skip
    odd = [b"\xef\xbb\xbf" + stamp + b"MID 1 queued for delivery"]
    odd += [line for one in framed for other in bare for line in (stamp + one, other)]
    assert engines.compare_bytes(b"\n".join(odd)) == len(odd)
    assert engines.compare_bytes(b"\r\n".join(odd) + b"\r\n") == len(odd)
    assert engines.compare_bytes(b"") == 0
    assert engines.compare_bytes(b"\n") == 1
