"""The different numbers of an array. `np.unique` gives the same, but loads numpy's masked arrays, which takes longer."""

from typing import Any

import numpy as np


def distinct(numbers: Any) -> Any:
    """Return the different numbers of an array (numpy), ascending."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
