"""The different numbers of an array. `np.unique` gives the same, but loads numpy's masked arrays, which takes longer."""

from typing import Any

import numpy as np


def distinct(numbers: Any) -> Any:
    """Return the different numbers of an array (numpy), ascending."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def numbered(numbers: Any) -> tuple[Any, Any]:
    """Return for each number of an array its place among the different ones, ascending, and of each of these a place."""
    order = np.argsort(numbers, kind="stable")
    first = np.ones(len(order), bool)
    np.not_equal(numbers[order[1:]], numbers[order[:-1]], out=first[1:])
    places = np.empty(len(order), np.int64)
    places[order] = np.cumsum(first) - 1
    return places, order[first]
