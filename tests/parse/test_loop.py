"""The one loop: one record a physical line, whatever the line is."""

import io

import pytest

from midtrail import parse
from midtrail.lines import ReadOptions, find_sources
from midtrail.parse import Record, is_other_log

STAMP = b"Mon Sep 13 23:25:07 2021 Info: "


def records_of(data: bytes, **options: object) -> list[Record]:
    """Return the records of some bytes."""
    return list(parse.read_records(find_sources([io.BytesIO(data)]), ReadOptions(**options)))  # type: ignore[arg-type]  # a test's own options


def test_every_physical_line_is_one_record() -> None:
    """Known, blank, continuing, unknown and strange lines are one record each, in order."""
    data = (
        STAMP + b"MID 7 queued for delivery\n"
        b"\n" + STAMP + b"MID 8 says something new\n"
        b"and goes on\r\n"
        + STAMP
        + b"MID 9 Subject '\x00 \xff'\n"
        + b"\t \n"
        + STAMP
        + b"Message finished MID 9 done"
    )
    found = records_of(data)
    assert [record.kind for record in found] == [
        "queued_for_delivery", "blank", "unrecognised", "continuation", "subject_header", "blank", "message_finished",
    ]  # fmt: skip
    assert [record.line.line_no for record in found] == [1, 2, 3, 4, 5, 6, 7]
    assert [record.seq for record in found] == list(range(7))
    assert sum(record.line.size for record in found) == len(data)


def test_unknown_line_tells_what_it_names() -> None:
    """An unknown line is kept whole, with its time, its ids, how far the grammar got, and what is near."""
    record = records_of(STAMP + b"MID 8 ICID 4 RID five To: <user@example.com> CrtMID 99\n", tz="-05:00")[0]
    event = record.event()
    assert event.kind == "unrecognised"
    assert event.values()["mid"] == 8
    assert event.values()["icid"] == 4
    assert event.values()["dcid"] is None
    assert event.values()["nearest"] == "recipient_accepted"
    assert event.values()["reached"] == len("MID 8 ICID 4 RID ")
    assert event.body() == "MID 8 ICID 4 RID five To: <user@example.com> CrtMID 99"
    assert str(event.time) == "2021-09-14 04:25:07+00:00"


def test_status_counter_is_no_mid() -> None:
    """CrtMID is a counter of the appliance, and names no message."""
    record = records_of(STAMP + b"Something: CrtMID 414695 CrtICID 644374\n")[0]
    assert record.event().values()["mid"] is None


def test_a_value_with_a_line_break_hides_no_event() -> None:
    """What follows an open value without framing continues it, even where it reads like an event."""
    data = (
        STAMP
        + b"MID 2 masquerading header 'Cc' from '<a@example.com>,\r\nMID 3 queued for delivery\n    <b@example.com>' to '<c@example.com>'\n"
    )
    found = records_of(data + STAMP + b"MID 4 queued for delivery\n")
    assert [record.kind for record in found] == [
        "header_masqueraded",
        "continuation",
        "continuation",
        "queued_for_delivery",
    ]
    assert [record.values for record in found[1:3]] == [[0], [0]]
    assert found[1].event().body() == "MID 3 queued for delivery"


def test_bodies_without_framing_are_events() -> None:
    """A file of bare bodies is read as well; there, an unknown line is unknown, not a continuation."""
    found = records_of(b"MID 7 queued for delivery\nwhat is this\nMID 8 queued for delivery\n")
    assert [record.kind for record in found] == [
        "queued_for_delivery",
        "continuation",
        "queued_for_delivery",
    ] or [record.kind for record in found] == ["queued_for_delivery", "unrecognised", "queued_for_delivery"]


@pytest.mark.parametrize(
    ("tag", "other"),
    [
        ("mail_logs", False), ("infosec_OutboundMailLogs", False), ("sample_logs", False), ("Syslog-Test", False),
        ("MAIL_SecurityAudit", False), (None, False), ("testmaillog", False),
        ("gui_logs", True), ("ESA_graymail_logs", True), ("amp", True), ("system_logs", True), ("MAR_SecurityAudit", True),
        ("status", True), ("antivirus", True),
    ],
)  # fmt: skip
def test_tags_of_other_logs(tag: str | None, other: bool) -> None:  # noqa: FBT001 - a parametrised expectation
    """A syslog tag that names another log of the appliance is told from any name of a mail log."""
    assert is_other_log(tag) is other


def test_lines_of_other_logs_are_no_events() -> None:
    """A line of another log is not read as mail_logs, even where it looks like one."""
    found = records_of(b"<38>Sep 13 23:25:07 esa1 gui_logs: Info: MID 7 queued for delivery\n", year=2021)
    assert [record.kind for record in found] == ["unrecognised"]
    assert found[0].line.tag == "gui_logs"


def test_a_folded_header_hides_no_event() -> None:
    """An unframed line that begins with white space continues the line before, also where all quotes are closed."""
    data = (
        STAMP
        + b"MID 2 masquerading header 'Cc' from 'a' to 'b'\n MID 3 queued for delivery\n\tMID 4 queued for delivery\n"
    )
    found = records_of(data + b"MID 5 queued for delivery\n")
    assert [record.kind for record in found] == [
        "header_masqueraded",
        "continuation",
        "continuation",
        "queued_for_delivery",
    ]
    assert [record.line.text for record in found[1:3]] == [
        " MID 3 queued for delivery",
        "\tMID 4 queued for delivery",
    ]
