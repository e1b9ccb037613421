"""Splitting: chunks cut anywhere give the same lines."""

from __future__ import annotations

import pytest

from midtrail.lines.raw import DamageError
from midtrail.lines.splitting import Block, spans, whole_lines

DATA = b"one\n\ntwo\nthree"


@pytest.mark.parametrize("size", range(1, len(DATA) + 1))
def test_chunks_of_any_size(size: int) -> None:
    """However the data are cut, blocks begin at line starts and add up to the data."""
    blocks = list(whole_lines(DATA[at : at + size] for at in range(0, len(DATA), size)))
    assert b"".join(block.data for block in blocks) == DATA
    assert all(block.data.endswith(b"\n") for block in blocks[:-1])
    assert [block.offset for block in blocks] == [
        sum(len(block.data) for block in blocks[:at]) for at in range(len(blocks))
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_line_that_is_too_long_is_cut(size: int) -> None:
    """Of a line beyond the limit the beginning is kept, the rest counted, and the next line is whole."""
    data = b"a\n" + b"b" * 20 + b"\nc\n"
    blocks = list(whole_lines((data[at : at + size] for at in range(0, len(data), size)), longest=8))
    assert Block(2, b"b" * 8, 13) in blocks
    assert blocks[-1] == Block(23, b"c\n")


def test_damage_comes_behind_the_good_bytes() -> None:
    """What stands before damage is given first, a half line too."""

    def damaged() -> object:
        yield b"one\ntw"
        raise DamageError("ends")

    blocks = whole_lines(damaged())  # type: ignore[arg-type]
    assert [next(blocks), next(blocks)] == [Block(0, b"one\n"), Block(4, b"tw")]
    with pytest.raises(DamageError):
        next(blocks)


@pytest.mark.parametrize("size", range(1, len(DATA) + 1))
def test_spans_are_the_same_blocks(size: int) -> None:
    """Spans lie in the chunks, but for lines that a border cuts, and say the same as blocks."""
    chunks = [DATA[at : at + size] for at in range(0, len(DATA), size)]
    found = list(spans(chunks))
    assert [Block(span.offset, span.data[span.begin : span.end], span.lost) for span in found] == list(
        whole_lines(chunks)
    )
    assert b"".join(span.data[span.begin : span.end] for span in found) == DATA
    uncut = [span for span in found if span.size > 1 and any(span.data is chunk for chunk in chunks)]
    assert bool(uncut) == (size >= len(b"one\n"))
