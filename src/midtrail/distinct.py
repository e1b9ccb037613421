"""The different numbers of an array, and their places.

`np.unique` gives the same, but takes several times as long, and loads numpy's masked arrays.
"""

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


def places_in(numbers: Any, wanted: Any) -> Any:
    """Return for each wanted number, all of which are there, its place among some, ascending without repeats."""
    if len(numbers) and numbers[-1] - numbers[0] == len(numbers) - 1:
        return wanted - numbers[0]
    return np.searchsorted(numbers, wanted)
