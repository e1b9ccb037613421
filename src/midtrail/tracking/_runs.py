"""Arrays of rows in order: where runs of equal rows begin, and what the rows of each tell together."""

from typing import Any

import numpy as np

NEVER = np.iinfo(np.int64).max
"""Instead of a second, or an instant, that is not told: later than all."""


def first_of_runs(*columns: Any) -> Any:
    """Return for rows in order whether each differs from the one before; the first does."""
    differs = np.ones(len(columns[0]), np.bool_)
    if len(differs):
        differs[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return differs


def turns(begins: Any) -> Any:
    """Return for rows in order the place of each in its run, from 1 on; `begins` are the rows with which runs begin."""
    row = np.arange(len(begins))
    return row - np.maximum.accumulate(np.where(begins, row, 0)) + 1


def one_before(values: Any) -> Any:
    """Return of each row the value of the row before; of the first its own."""
    return values[np.maximum(np.arange(len(values)) - 1, 0)]


def of_runs(how: np.ufunc, values: Any, begins: Any) -> Any:
    """Return what the values of each run make together; `begins` are the places where runs begin."""
    return how.reduceat(values, begins) if len(begins) else values[:0]
