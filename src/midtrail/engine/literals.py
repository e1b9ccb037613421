"""The literals of the parser's states as the kernel finds them: a look tells which may stand, then one is compared.

Where several literals can stand, up to 8 bytes in which they differ are multiplied into a number that says
which of them may; where two share a number, it is looked once more. What is left in the end is compared whole,
so it does not matter what is said of a text that is none of them.
"""

import random
import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

Row = tuple[int, ...]
"""A choice, as `choice_t` in the kernel."""

_NO_LOOK = -1
_NOTHING: Row = (_NO_LOOK, 0, 2**31 - 1, 0, 0, 0, 0, 0)
"""The literal that never stands anywhere, as it is longer than any line."""
_WORD = 8
_FARTHEST = 56  # byte of a literal at which to look: with a word behind it, the kernel's SLACK is enough
_MOST_SHORT = 2  # literals that may stand whatever the number is, as they are too short to look at
_TRIES = 64
_FEW = 4  # literals that are told apart by as many numbers


class Literal(NamedTuple):
    """A literal in one state: its text, its rank among the terminals that Lark tries, where it leads."""

    text: bytes
    rank: int
    target: int


class Look(NamedTuple):
    """Where to look at a text, and how a number of so many bits is made of it."""

    offset: int
    size: int
    factor: int
    bits: int
    short: int
    """How many of the literals, the shortest, may stand whatever the number is."""

    def number(self, text: bytes) -> int:
        """Return the number of a text."""
        looked_at = text[self.offset : self.offset + self.size].ljust(_WORD, b"\0")
        word: int = struct.unpack("=Q", looked_at)[0]
        return (word * self.factor & (1 << 64) - 1) >> (64 - self.bits)


class Literals:
    """Gathers the literals of all states, one choice behind the other."""

    def __init__(self, label: Callable[[bytes], int]) -> None:
        """Begin with none; `label` keeps a text and returns where it lies."""
        self.rows: list[Row] = [_NOTHING]
        self._label = label
        self._looks: dict[tuple[bytes, ...], Look | None] = {}

    def choice(self, found: Sequence[Literal], short: Sequence[Literal] = ()) -> Row:
        """Return the choice from which one of these literals is found; `short` ones were not told apart."""
        by_size = sorted(found, key=lambda literal: (len(literal.text), literal.text))
        texts = tuple(literal.text for literal in by_size)
        if texts not in self._looks:
            self._looks[texts] = _best_look(texts)
        look = self._looks[texts]
        if look is None:
            return self._one_of(sorted([*found, *short], key=lambda literal: literal.rank))
        first = len(self.rows)
        short = [*short, *by_size[: look.short]]
        groups: list[list[Literal]] = [[] for _ in range(1 << look.bits)]
        for literal in by_size[look.short :]:
            groups[look.number(literal.text)].append(literal)
        self.rows += [()] * len(groups)
        for at, group in enumerate(groups, first):
            self.rows[at] = self.choice(group, short)
        factor = struct.unpack("=2i", struct.pack("=Q", look.factor))
        mask = struct.unpack("=2i", (b"\xff" * look.size).ljust(_WORD, b"\0"))
        return look.offset, first, 64 - look.bits, 0, *factor, *mask

    def _one_of(self, ranked: list[Literal]) -> Row:
        """Return the choice where nothing is left but to compare, in the order in which Lark tries."""
        if not ranked:
            return _NOTHING
        (text, rank, target), rest = ranked[0], 0
        if ranked[1:]:
            rest = len(self.rows)
            self.rows.append(())
            self.rows[rest] = self._one_of(ranked[1:])
        begins = struct.unpack("=2i", text[:_WORD].ljust(_WORD, b"\0"))
        return _NO_LOOK, self._label(text), len(text), target, *begins, rank, rest


def _best_look(texts: tuple[bytes, ...]) -> Look | None:
    """Return how to tell texts, the shortest first, apart; None where there is nothing to tell apart."""
    best = (1, 0, 0, 0)
    for short in range(min(_MOST_SHORT + 1, len(texts))):
        shortest = len(texts[short])
        for offset in range(min(shortest, _FARTHEST)):
            size = min(_WORD, shortest - offset)
            told = len({text[offset : offset + size] for text in texts[short:]})
            best = max(best, (told, -short, -offset, size))
    told, short, offset, size = best
    return _numbered(texts[-short:], told, Look(-offset, size, 0, 0, -short)) if told > 1 else None


def _numbered(texts: tuple[bytes, ...], told: int, look: Look) -> Look:
    """Return a look at texts with the factor by which the fewest of them share a number."""
    dice = random.Random(told)  # noqa: S311 - any factors will do, the same ones each time
    bits = (told - 1).bit_length() + 2 * (told > _FEW)
    most, best = 0, look
    for _ in range(_TRIES):
        tried = look._replace(factor=dice.getrandbits(64) | 1, bits=bits)
        numbers = len({tried.number(text) for text in texts})
        if numbers > most:
            most, best = numbers, tried
        if numbers == told:
            break
    return best
