"""Rows of any query as JSON takes them."""

from typing import Any

import duckdb
import pyarrow as pa
import pytest

from midtrail.errors import UsageError
from midtrail.formats.cells import rows_of


def rows(query: str) -> list[dict[str, Any]]:
    """Return what a query gives, as JSON takes it."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    table = connection.sql(query).to_arrow_table()
    return [row for batch in table.to_batches() for row in rows_of(batch)]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("sum(1)", 1),
        ("1.5::decimal(4, 2)", 1.5),
        ("12345678901234567890123", 12345678901234567890123),
        ("'nan'::double", "NaN"),
        ("'-inf'::float", "-Infinity"),
        ("2.5::double", 2.5),
        ("true", True),
        ("null", None),
        ("'a'::enum('a', 'b')", "a"),
        ("timestamptz '2021-09-13 23:24:47-05'", "2021-09-14T04:24:47Z"),
        ("timestamp '2021-09-13 23:24:47'", "2021-09-13T23:24:47"),
        ("date '2021-09-13'", "2021-09-13"),
        ("time '23:24:47'", "23:24:47"),
        ("interval '1 month 2 days 3500 milliseconds'", "P1M2DT3.5S"),
        ("'\\xFF\\x00'::blob", "ff00"),
        ("map {'spf': 'Pass', 'dkim': null}", {"spf": "Pass", "dkim": None}),
        ("[map {1: [date '2021-09-13']}]", [{"1": ["2021-09-13"]}]),
        ("{'a': 1, 'b': [2, null]}", {"a": 1, "b": [2, None]}),
        ("uuid()::varchar is null", False),
        ("chr(1114111 - 255 + 254)", "\udcfe"),
    ],
)
def test_each_type(expression: str, value: object) -> None:
    """Each type of DuckDB has one form in JSON: numbers numbers, times ISO 8601, maps objects."""
    assert rows(f"SELECT {expression} AS x") == [{"x": value}]


def test_a_time_beyond_the_calendar() -> None:
    """A time that Python has no date for is an error that names the column."""
    with pytest.raises(UsageError, match="'late' holds a time beyond the calendar"):
        rows("SELECT 'infinity'::timestamptz AS late")


def test_dictionaries_are_values() -> None:
    """A dictionary-encoded column gives its values."""
    batch = pa.record_batch({"kind": pa.array(["a", None, "a"]).dictionary_encode()})
    assert list(rows_of(batch)) == [{"kind": "a"}, {"kind": None}, {"kind": "a"}]
