"""One line at a time: what is given is a line of text, whatever it looks like."""

import pytest

from midtrail.errors import UsageError
from midtrail.parse import parse_line

QUEUED = "Mon Sep 13 23:25:07 2021 Info: MID 7 queued for delivery"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("line", [QUEUED, QUEUED.encode()])
def test_a_line_may_have_its_end(line: str | bytes, end: str) -> None:
    """A line's end is no part of its text, in text and in bytes."""
    event = parse_line(line + end if isinstance(line, str) else line + end.encode())
    assert (event.kind, event.values(), event.body()) == (
        "queued_for_delivery",
        {"mid": 7},
        "MID 7 queued for delivery",
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("BZh91AY&SY", "BZh91AY&SY"),
        ("PK\x03\x04 x", "PK\x03\x04 x"),
        (b"\x1f\x8b\x08 x", "\x1f\udc8b\x08 x"),
        (b"\xfd7zXZ\x00 x", "\udcfd7zXZ\x00 x"),
        (b"(\xb5/\xfd x", "(\udcb5/\udcfd x"),
        ("x\x00\x1b[31m\u202e\r\r", "x\x00\x1b[31m\u202e\r\r"),
        ("\ud800 x", "\udced\udca0\udc80 x"),
        ("a" * 600 + "ustar", "a" * 600 + "ustar"),
    ],
)
def test_no_text_is_taken_for_packed_data(line: str | bytes, text: str) -> None:
    """A line that begins as packed data does is an unknown line, kept byte for byte, and never an error."""
    event = parse_line(line)
    assert (event.kind, event.body()) == ("unrecognised", text)


@pytest.mark.parametrize(("line", "text"), [("", ""), ("\n", ""), (b"", ""), (" \t", " \t")])
def test_an_empty_line_is_blank(line: str | bytes, text: str) -> None:
    """Nothing is a blank line."""
    event = parse_line(line)
    assert (event.kind, event.body()) == ("blank", text)


def test_two_lines_are_refused() -> None:
    """Text of several lines is a mistake of the caller, who is told what to use."""
    with pytest.raises(UsageError, match=r"this text has 2.*midtrail\.read"):
        parse_line(QUEUED + "\n" + QUEUED)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "Message 5 was processed with 'Delete' remedial action for recipient 'a' in batch 'x'. Remediation status: Failed.@example.com' in batch 'b-1'. Remediation status: Remediated. Reason: mail 'x' in batch 'y' gone ",
            {
                "mid": 5,
                "action": "Delete",
                "recipient": "a' in batch 'x'. Remediation status: Failed.@example.com",
                "batch": "b-1",
                "status": "Remediated",
                "reason": "mail 'x' in batch 'y' gone",
            },
        ),
        (
            "Message 5 was initiated for 'Forward' remedial action by 'o'neil' from source 'x' from source 'CTR' in batch 'b-1'.",
            {
                "mid": 5,
                "action": "Forward",
                "initiated_by": "o'neil' from source 'x",
                "remediation_source": "CTR",
                "batch": "b-1",
            },
        ),
        (
            "MID 5 reputation query failed for attachment 'it's. A'. Extraction has failed",
            {"mid": 5, "attachment": "it's. A", "reason": "Extraction has failed"},
        ),
        (
            "MID 5 masquerading header 'To' from 'a' to ' to '",
            {"mid": 5, "header": "To", "old_value": "a", "new_value": " to "},
        ),
        (
            "SMTP Auth: (ICID 31) failed for user:  using AUTH mechanism: LOGIN",
            {"icid": 31, "smtp_user": None, "mechanism": "LOGIN", "profile": None},
        ),
        (
            "MID 5 Threat feeds source 'f' detected malicious URL: 'http://example.com/a', filename: 'x.pdf'. Condition: c",
            {
                "mid": 5,
                "feed": "f",
                "indicator_type": "URL",
                "indicator": "http://example.com/a",
                "found_in": None,
                "attachment": "x.pdf",
                "condition": "c",
                "url_action": None,
            },
        ),
        ("Internal SMTP Error: x  ", {"recipient": None, "smtp_host": None, "port": None, "reason": "x"}),
    ],
)
def test_values_that_hold_what_follows_them(line: str, told: dict[str, object]) -> None:
    """A value ends at the last place where what follows still matches; the blanks behind the line are none of it."""
    event = parse_line(line)
    assert event.values() == told
    assert event.body() == line
