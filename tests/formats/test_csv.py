"""CSV that a spreadsheet may open."""

import csv
import io

import pytest

from midtrail.formats import rows_to_csv, safe_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("plain", "plain"),
        (-9.5, -9.5),
        (None, None),
        (["=1"], '["=1"]'),
        ("\udcff", "\\xff"),
    ],
)
def test_formula_cells_are_harmless(value: object, cell: object) -> None:
    """A text that a spreadsheet would run gets an apostrophe; numbers stay numbers."""
    assert safe_cell(value) == cell


def test_rows() -> None:
    """Rows become RFC 4180: a header, quotes where they are needed, CRLF."""
    text = "".join(rows_to_csv([{"a": 'x"y', "b": 1}, {"a": "c,d"}], ("a", "b")))
    assert text == 'a,b\r\n"x""y",1\r\n"c,d",\r\n'
    assert list(csv.reader(io.StringIO(text)))[1] == ['x"y', "1"]
