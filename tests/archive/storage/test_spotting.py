"""Which numbers of a column are wanted, whether they lie near each other or far apart."""

import numpy as np
import pytest

from midtrail.archive.spotting import _Column


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
    column = _Column(np.arange(len(numbers)), np.array(numbers, np.int64), min(numbers), max(numbers))
    assert column.among(np.array(wanted, np.int64)).tolist() == found
