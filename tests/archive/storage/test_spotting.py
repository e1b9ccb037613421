"""Which numbers of a column are wanted, whether they lie near each other or far apart, and in which rows they are."""

import numpy as np
import pyarrow as pa
import pytest

from midtrail.archive.spotting import _Column, _Rows


@pytest.mark.parametrize(
    ("numbers", "wanted", "found"),
    [
        ([7, 9, 8, 9], [9], [False, True, False, True]),
        ([-3, 5], [-3, 0], [True, False]),
        ([1, 1 << 40], [1 << 40], [False, True]),
        ([(1 << 63) - 1, 0], [0, (1 << 63) - 1], [True, True]),
    ],
)
def test_among(numbers: list[int], wanted: list[int], found: list[bool]) -> None:
    """Each number is looked for by itself."""
    column = _Column(_Rows(), np.array(numbers, np.int64), min(numbers), max(numbers))
    assert column.among(np.array(wanted, np.int64)).tolist() == found


def test_rows() -> None:
    """Rows of what is not null are told by their places, and their places by them, over the ends of parts."""
    parts = [(0, pa.array([None, 1, 1, None, 1])), (5, pa.array([1, None])), (9, pa.array([1, 1]))]
    rows = _Rows(parts)
    told = [1, 2, 4, 5, 9, 10]
    assert rows.at(np.arange(6)).tolist() == told
    places, known = rows.places(np.arange(12))
    assert np.flatnonzero(known).tolist() == told
    assert places[known].tolist() == [0, 1, 2, 3, 4, 5]
    assert rows.at(np.array([], np.int64)).tolist() == []
