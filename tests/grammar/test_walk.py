"""The walk through Lark's tables is Lark: the same wording, the same texts, the same place to stop."""

import random

import pytest

from midtrail.events import all_kinds
from midtrail.grammar.walk import Tokens, by_lark, walk

SAMPLES = [text for kind in all_kinds().values() for text in (kind.sample, *kind.also) if text]


@pytest.mark.parametrize("around", [("", ""), ("  ", ""), ("", " "), (" ", "  ")])
def test_samples(around: tuple[str, str]) -> None:
    """Each sample is cut as Lark cuts it, with blanks around it or not."""
    for sample in SAMPLES:
        text = around[0] + sample + around[1]
        assert walk(text) == by_lark(text), text
    assert sum(isinstance(walk(sample), Tokens) for sample in SAMPLES) == len(SAMPLES)


def test_damaged_samples() -> None:
    """A damaged line is cut, or stopped, where Lark stops."""
    dice = random.Random(7)  # noqa: S311 - damage, not secrets
    for _ in range(20_000):
        sample, other = dice.choice(SAMPLES), dice.choice(SAMPLES)
        at, to = dice.randrange(len(sample) + 1), dice.randrange(len(other) + 1)
        text = (
            sample[:at] + dice.choice(("", "'", '"', " ", "<", ">", "[", "5", "x", "\x00", "é")) + other[to:]
        )
        assert walk(text) == by_lark(text), text


@pytest.mark.parametrize(
    "text", ["", " ", "MID", "MID ", "MID 5", "MID 5 ", "Message", "ICID 5 close ", "  x", "x" * 10_000]
)
def test_odd_texts(text: str) -> None:
    """Texts that end too soon, or never begin, stop where Lark stops."""
    assert walk(text) == by_lark(text)
