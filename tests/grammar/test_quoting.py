"""Values as the appliance writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from midtrail.grammar import quoting


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("'Hello'", "Hello"),
        ('"it isn\'t"', "it isn't"),
        ("'it isn't'", "it isn't"),
        ("'it isn\\'t'", "it isn't"),
        ('"Testing"', "Testing"),
        ("'a\\r\\n\\tb'", "a\r\n\tb"),
        ("'caf\\xc3\\xa9'", "café"),
        ("'\\xff'", "\udcff"),
        ("'a\\\\b'", "a\\b"),
        ("'a\\qb'", "a\\qb"),
        ("''", ""),
        ("'", "'"),
        ("'x'  ", "x"),
        ("bare text", "bare text"),
        ("Re: a\\r\\n (PTY)", "Re: a\r\n (PTY)"),
        ("'Package delivery notification''", "Package delivery notification'"),
        ("'open", "'open"),
    ],
)
def test_unquote(raw: str, value: str) -> None:
    """A quoted value is what stands between its quotes, unescaped; an unknown escape stays."""
    assert quoting.unquote(raw) == value


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_quote_and_unquote_are_inverse(value: str) -> None:
    """What the printer quotes, the reader gives back."""
    assert quoting.unquote(quoting.quote(value)) == value


@pytest.mark.parametrize(
    ("raw", "is_open"),
    [("'a", True), ("'a'", False), ("'a' ", False), ("\"a'", True), ("a", False), ("'", True), ("", False)],
)
def test_open(raw: str, is_open: bool) -> None:  # noqa: FBT001 - a parametrised expectation
    """A value whose quote is never closed goes on in the next physical line."""
    assert quoting.is_open(raw) is is_open


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("'a', 'b'", ["a", "b"]),
        ("'a, b', \"c'd\"", ["a, b", "c'd"]),
        ("'a' 'b'", None),
        ("'a', b", None),
        ("", []),
    ],
)
def test_items(text: str, values: list[str] | None) -> None:
    """A list of quoted values is read value by value, and nothing else is taken for one."""
    found = quoting.read_items(text)
    assert (None if found is None else list(found)) == values
