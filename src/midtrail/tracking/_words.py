"""Words as numbers: states are few, and their lines are many."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa


class Words:
    """Words that have numbers from 0 on."""

    def __init__(self) -> None:
        """Know no word."""
        self._numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        """Return the number of a word."""
        return self._numbers.setdefault(word, len(self._numbers))

    def numbers(self, values: pa.Array, said: Callable[[str], str]) -> Any:
        """Return for texts, none of which is null, the numbers of what is said of them."""
        coded = values.dictionary_encode()
        known = np.array([self.number(said(word)) for word in coded.dictionary.to_pylist()] or [0], np.int64)
        return known[coded.indices.to_numpy()]

    def texts(self) -> pa.Array:
        """Return all words, in the order of their numbers."""
        return pa.array(list(self._numbers), pa.string())
