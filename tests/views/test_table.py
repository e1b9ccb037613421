"""The table of messages: columns, cuts, counts, hostile values."""

import io
from typing import Any

import pytest
from rich.cells import cell_len

from midtrail.views import Clock, print_table, table_lines


def message(**values: Any) -> dict[str, Any]:
    """Return a message object with other values where a test wants them."""
    return {
        "host": "esa01",
        "mid": 9,
        "started_at": "2021-09-14T04:24:47Z",
        "last_event_at": None,
        "last_state": "Delivered",
        "sender": "a@example.com",
        "subject": "hello",
        "recipients": [{"recipient": "b@example.com"}],
        **values,
    }


def lines_of(*messages: dict[str, Any], width: int | None = 80) -> list[str]:
    """Return the table's lines as text."""
    return [line.plain for line in table_lines(messages, width, Clock(-18000))]


def test_messages_stand_by_day_with_the_counts_below() -> None:
    """One heading an appliance and day, one line a message, then how many have which Last State."""
    lines = lines_of(
        message(),
        message(mid=10),
        message(mid=11, last_state="Hard Bounced", started_at="2021-09-14T05:00:00Z"),
    )
    assert lines == [
        "Time      MID       Sender       Recipients   Subject    Last State",
        "esa01, 13 Sep 2021 (GMT -05:00)",
        "23:24:47  9         a@example.…  b@example.…  hello      Delivered",
        "23:24:47  10        a@example.…  b@example.…  hello      Delivered",
        "esa01, 14 Sep 2021 (GMT -05:00)",
        "00:00:00  11        a@example.…  b@example.…  hello      Hard Bounced",
        "",
        "3 messages",
        "        2  Delivered",
        "        1  Hard Bounced",
    ]


@pytest.mark.parametrize("value", ["x" * 500, "漢" * 300, "\x1b[31m" * 50, "\u202e" * 80])
def test_no_line_is_wider_than_the_terminal(value: str) -> None:
    """Long values are cut with an ellipsis, also where a character is two columns wide."""
    row = message(
        subject=value, sender=value, recipients=[{"recipient": value}, {"recipient": value}], last_state=value
    )
    assert max(map(cell_len, lines_of(row)[1:3])) <= 80
    assert "…" in lines_of(row)[2]


def test_nothing_is_cut_where_no_terminal_is() -> None:
    """A file gets every value whole, with controls shown as escapes and without colours."""
    file = io.StringIO()
    print_table([message(subject="[red]a[/red] :smile: \x1b]0;x\x07" + "y" * 200)], file)
    text = file.getvalue()
    assert r"[red]a[/red] :smile: \x1b]0;x\x07" + "y" * 200 in text
    assert "\x1b" not in text
    assert "04:24:47" in text


def test_what_is_missing_is_a_dash() -> None:
    """A message with no sender, subject, recipients or time still has its line."""
    row = message(sender=None, subject=None, recipients=[], started_at=None, last_state="Processing")
    assert lines_of(row)[1:3] == [
        "esa01, — (GMT -05:00)",
        "—         9         —            —            (No Subj…  Processing",
    ]


def test_an_empty_log_has_an_empty_table() -> None:
    """No messages is a heading and a count of zero."""
    assert lines_of()[1:] == ["", "0 messages"]
