"""Lists of values as Arrow: what pyarrow makes of them, without what it loads for that."""

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from midtrail.events import FieldType
from midtrail.tables import ARROW_TYPES, SPINE_SCHEMA
from midtrail.tables.columns import column_of

_TEXTS = ["", "b", None, "é\U0001f600", "b", "\0"]
_PAIRS = [(("a", None), ("é", "b")), (), None]
_VALUES: dict[FieldType, list[Any]] = {
    FieldType.INTEGER: [0, None, -1, (1 << 63) - 1],
    FieldType.FLOAT: [0.5, None, -1.0, 7],
    FieldType.YES_NO: [True, None, False],
    FieldType.TRUE_FALSE: [True, False],
    FieldType.FLAG: [*[False] * 9, True],
    FieldType.TIME: [0, None, 1631593507000000],
    FieldType.RIDS: [[0, 1], None, [], [7]],
    FieldType.TEXTS: [["", "é"], None, []],
    FieldType.QUOTED_TEXTS: [["a", None]],
    FieldType.QUOTED_LIST: [None],
    FieldType.PAIRS: _PAIRS,
    FieldType.COUNTERS: _PAIRS,
}


@pytest.mark.parametrize("type_", FieldType)
def test_each_type(type_: FieldType) -> None:
    """Values of each type, told or not, none, and none told, are the array that pyarrow makes."""
    kind, values = ARROW_TYPES[type_], _VALUES.get(type_, _TEXTS)
    for some in (values, [], [None, None], values[::-1]):
        found = column_of(some, kind)
        found.validate(full=True)
        assert found.type == kind
        assert found.to_pylist() == pa.array(some, kind).to_pylist()
        assert found.null_count == some.count(None)


def test_instants_of_python() -> None:
    """An instant may be one of Python's."""
    at = datetime(2021, 9, 13, tzinfo=UTC)
    assert column_of([at, None], SPINE_SCHEMA.field("time").type).to_pylist() == [at, None]


def test_surrogates() -> None:
    """What is no UTF-8 raises, wherever it stands."""
    for values, kind in ((["\udce9"], pa.string()), ([["\udce9"]], pa.list_(pa.string()))):
        with pytest.raises(UnicodeEncodeError):
            column_of(values, kind)


def test_pandas_is_not_loaded() -> None:
    """Neither reading lines to batches nor an array of a list loads pandas."""
    code = (
        "import io, sys, midtrail\n"
        "lines = io.BytesIO(b'Mon Sep 13 23:25:07 2021 Info: MID 7 ready 5 bytes from <a@example.com>\\nodd\\n')\n"
        "print(sum(batch['spine'].num_rows for batch in midtrail.read_batches(lines)), 'pandas' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["2", "False"]
