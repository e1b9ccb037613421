"""Chance that falls alike on every machine: everything made up is drawn from here."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from a seed; only `Random.random`, which Python promises to keep, is used."""

    __slots__ = ("_random",)

    def __init__(self, seed: str) -> None:
        """Begin with a seed; the same seed gives the same draws."""
        self._random = Random(seed).random  # noqa: S311 - made-up mail, no secrets

    def chance(self, share: float) -> bool:
        """Return True in `share` of all draws (0 to 1)."""
        return self._random() < share

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[int(self._random() * len(items))]

    def some(self, items: Sequence[T]) -> list[T]:
        """Return at least one of the items, in their order."""
        kept = [item for item in items if self._random() < 0.5]  # noqa: PLR2004 - heads or tails
        return kept or [self.pick(items)]

    def split(self, items: Sequence[T]) -> tuple[list[T], list[T]]:
        """Return some of the items, at least one, and those left over."""
        taken = self.some(items)
        return taken, [item for item in items if item not in taken]

    def hexadecimal(self, digits: int) -> str:
        """Return that many hexadecimal digits."""
        return "".join(self.pick("0123456789abcdef") for _ in range(digits))

    def uuid(self) -> str:
        """Return something that looks like a UUID of version 4."""
        text = self.hexadecimal(30)
        return f"{text[:8]}-{text[8:12]}-4{text[12:15]}-a{text[15:18]}-{text[18:30]}"


def shares(**weights: int) -> tuple[str, ...]:
    """Return each name as often as its weight says, to pick from."""
    return tuple(name for name, weight in weights.items() for _ in range(weight))
