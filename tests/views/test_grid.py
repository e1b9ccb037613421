"""Any rows as a table for a terminal."""

import io

from rich.console import Console

from midtrail.views.grid import Heading, grid_lines

HEADINGS = (Heading("mid", whole=True, right=True), Heading("sender"), Heading("subject"))


def drawn(
    headings: tuple[Heading, ...], rows: list[list[str | None]], width: int | None, left_out: int = 0
) -> list[str]:
    """Return the lines as a terminal of `width` columns shows them."""
    file = io.StringIO()
    console = Console(file=file, width=width or 1_000, color_system=None, highlight=False)
    for line in grid_lines(headings, rows, left_out, width):
        console.print(line, soft_wrap=True)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_columns_as_wide_as_their_cells() -> None:
    """Numbers stand to the right, texts to the left; a null is a dash and an empty text nothing."""
    assert drawn(HEADINGS, [["7", "a@example.com", ""], ["640962", "", None]], 80) == [
        "   mid  sender         subject",
        "     7  a@example.com",
        "640962                 —",
        "",
        "2 rows",
    ]


def test_texts_are_cut_and_numbers_are_not() -> None:
    """Where the terminal is narrow the longest texts are cut, wide characters counted twice; short ones stay."""
    lines = drawn(HEADINGS, [["123456789012", "bo@example.com", "日本" * 30]], 48, left_out=1_234)
    assert lines[1] == "123456789012  bo@example.com  日本日本日本日本…"
    assert lines[-1] == "1 of 1,235 rows; 1,234 left out: --rows N shows more, --format csv all"
    assert drawn(HEADINGS, [["1", "x" * 300, "y" * 300]], None)[1] == f"  1  {'x' * 300}  {'y' * 300}"


def test_too_many_columns_become_a_list() -> None:
    """Where texts would get no room, each row is a list of names and values, which are whole."""
    headings = tuple(Heading(f"column_{number}") for number in range(12))
    lines = drawn(headings, [[f"value {number} is long" for number in range(12)]], 60)
    assert lines[:3] == ["row 1", "column_0   value 0 is long", "column_1   value 1 is long"]
    assert lines[-1] == "1 row"


def test_hostile_values_are_shown() -> None:
    """A value or a column's name cannot command the terminal."""
    text = "\n".join(drawn((Heading("a\x1b[2J"),), [["x\x1b[31m\u202e\n\r"]], 80))
    assert "\x1b" not in text
    assert "x\\x1b[31m\\u202e\\n\\r" in text


def test_no_columns_and_no_rows() -> None:
    """An answer without rows shows its columns."""
    assert drawn(HEADINGS, [], 80) == ["mid  sender  subject", "", "0 rows"]
