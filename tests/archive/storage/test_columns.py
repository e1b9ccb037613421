"""Columns of a Parquet file are read by row groups, also by several threads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from midtrail.archive.columns import Columns

_ROWS, _GROUP = 2_000, 100
_NAMES = [f"column_{number}" for number in range(20)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of twenty row groups, sorted by its first column."""
    numbers = np.arange(_ROWS)
    columns = {name: pa.array(numbers * (at + 1)) for at, name in enumerate(_NAMES)}
    pq.write_table(
        pa.table({**columns, "nothing": pa.nulls(_ROWS, pa.int64())}),
        tmp_path / "some.parquet",
        row_group_size=_GROUP,
    )
    return tmp_path / "some.parquet"


def test_what_threads_read_of_one_file(file: Path) -> None:
    """Beside each other they get what each asked for."""
    columns = Columns(file, ())

    def read(number: int) -> list[list[int]]:
        rows = np.arange(number, _ROWS, 97)
        found = columns.rows(_NAMES, rows)
        return [found[name].to_pylist() for name in _NAMES]

    with ThreadPoolExecutor(4) as pool:
        for number, found in enumerate(pool.map(read, range(64))):
            rows = range(number, _ROWS, 97)
            assert found == [[row * (at + 1) for row in rows] for at in range(len(_NAMES))]


def test_row_groups_that_may_hold_a_value(file: Path) -> None:
    """They are told by the least and the greatest value; where these are not told, all may."""
    columns = Columns(file, ())
    assert list(columns.holding("column_0", 250)) == [(2, 200)]
    assert list(columns.holding("column_0", _ROWS)) == []
    assert len(list(columns.holding("nothing", 1))) == _ROWS // _GROUP


def test_row_groups_that_have_any_value(file: Path) -> None:
    """Those are left out that tell of nothing but null; where it is not told, none is."""
    columns = Columns(file, ())
    found = [(first, part.to_pylist()) for first, part in columns.filled("column_2")]
    assert found == [
        (first, [row * 3 for row in range(first, first + _GROUP)]) for first in range(0, _ROWS, _GROUP)
    ]
    assert list(columns.filled("nothing")) == []
    pq.write_table(pq.read_table(file), file, row_group_size=_GROUP, write_statistics=["column_0"])
    untold = [(first, part.null_count) for first, part in Columns(file, ()).filled("nothing")]
    assert untold == [(first, _GROUP) for first in range(0, _ROWS, _GROUP)]


def test_numbers_of_rows(file: Path) -> None:
    """Rows of any order and row group; what was read is kept."""
    columns = Columns(file, ())
    rows = np.array([1_999, 0, 350, 351])
    assert columns.numbers("column_1", rows).tolist() == [3_998, 0, 700, 702]
    assert columns.rows(["column_1", "column_0"], np.array([350, 360])).to_pydict() == {
        "column_1": [700, 720],
        "column_0": [350, 360],
    }
