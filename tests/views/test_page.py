"""The Message Tracking page as text and as HTML: what it says, and that values stay values."""

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from rich.console import Console

from midtrail.views import MessageView

WANTED = """\
23:24:47 Start message 640962 on incoming connection (ICID 31).
23:24:47 Message 640962 enqueued on incoming connection (ICID 31) from sender@example.com.
23:24:47 Message 640962 direction: incoming
23:24:48 Message 640962 on incoming connection (ICID 31) added recipient (user@example.com).
23:25:07 Message 640962 original subject on injection: remediation test
23:25:07 Message 640962 not evaluated for Sender Domain Reputation. Reason: Disabled at Mail Flow Policy
23:25:07 Message 640962 (145 bytes) from sender@example.com ready.
23:25:07 Message 640962 has sender_group: whitelist, sender_ip: 192.0.2.59 and sbrs: None
23:25:07 Message 640962 matched per-recipient policy ee for inbound mail policies.
23:25:07 Message 640962 scanned by Advanced Malware Protection engine. Final verdict: SKIPPED(no attachment in message)
23:25:07 Message 640962 scanned by Outbreak Filters. Verdict: Negative
23:25:07 Message 640962 contains message ID header '<18fb395$ju2@mail.example.com>'.
23:25:07 Message 640962 queued for delivery.
23:25:08 (DCID 6) Delivery started for message 640962 to user@example.com.
23:25:10 (DCID 6) Delivery details: Message 640962 sent to user@example.com
23:29:10 Message 640962 to user@example.com received remote SMTP response '2.6.0 <18fb395$ju2@mail.example.com> [InternalId:12781614170116] 8351 bytes in 0.165, 49.369 KB/sec Queued mail for delivery'.
23:29:50 Incoming connection (ICID 31) lost.
23:38:03 Message 640962 was initiated for 'Forward' remedial action by 'admin' from source 'CTR' in batch '2b46dcac-9b3d-404c-9327-f114fd5d89c7'.
23:38:06 Message 640962 was processed with 'Forward' remedial action for recipient 'user@example.com' in batch '2b46dcac-9b3d-404c-9327-f114fd5d89c7'. Remediation status: Remediated.
"""
FACTS = """\
Last State ● Remediated
Message Direction Incoming
MID 640962
Time 13 Sep 2021 23:24:47 (GMT -05:00)
Sender sender@example.com
Recipient user@example.com
Subject remediation test
Sender Group whitelist
Cisco Hostname SN 564D2E7A4C1B9F03D6A8-7C51E2B0F9D4
Policy Match ee
Message Size 145 (Bytes)
Attachments —
Reverse DNS Hostname mail.example.com (verified)
IP Address 192.0.2.59
SBRS Score None
"""
HOSTILE = "<script>alert('x')</script> & \x1b[31mred\x1b[0m [red]x[/red] \u202eexe.fdp\r\n\x07"
MADE_VISIBLE = r"<script>alert('x')</script> & \x1b[31mred\x1b[0m [red]x[/red] \u202eexe.fdp\r\n\x07"


def text_of(html: str) -> str:
    """Return what a browser would show of the page, one block a line."""
    without_style = re.sub(r"<(style|title)>.*?</\1>", "", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", without_style))


def assert_in_order(text: str, wanted: str) -> None:
    """Assert that each line of `wanted` stands in the text, each behind the one before."""
    at = 0
    for line in wanted.splitlines():
        assert line in text[at:], line
        at = text.index(line, at) + len(line)


def test_the_page_tells_the_whole_story_in_order(view: Callable[..., MessageView]) -> None:
    """Every sentence of message 640962 stands in Processing Details, in the appliance's clock."""
    found = view()
    assert_in_order(found.page_text(None), WANTED)
    assert_in_order(text_of(found.page_html()), WANTED)
    assert "ICID 31 close" not in found.page_text(None)
    assert "Message finished" not in found.page_text(None)


def test_the_page_sums_up_envelope_and_host(view: Callable[..., MessageView]) -> None:
    """Envelope and Header Summary and Sending Host Summary hold Cisco's labels and the message's values."""
    text = re.sub(r" {2,}", " ", view().page_text(80))
    assert_in_order(text, FACTS)
    html = text_of(view().page_html())
    assert "Time13 Sep 2021 23:24:47 (GMT -05:00)" in html
    assert "Reverse DNS Hostnamemail.example.com (verified)" in html


def test_the_deciding_line_is_marked(view: Callable[..., MessageView]) -> None:
    """The line that decided the Last State is marked, and no other is."""
    lines = view().page_text(None).splitlines()
    marked = [line for line in lines if line.startswith("● ")]
    assert len(marked) == 1
    assert marked[0].endswith("Remediation status: Remediated. ← Last State: Remediated")
    assert view().page_html().count('<li class="mt-decides mt-good">') == 1


def test_the_page_fits_a_terminal(view: Callable[..., MessageView]) -> None:
    """At 80 columns no line is longer, and no line ends in blanks."""
    long = "x" * 300
    lines = view({"subject": long, "sender": f"{long}@example.com"}).page_text(80).splitlines()
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line.endswith(" ")]


def test_several_recipients_have_a_table_of_their_own(view: Callable[..., MessageView]) -> None:
    """Each of several recipients shows its own state, also where one line decided for two."""
    second = {
        "recipient": "b@example.com",
        "rid": 1,
        "state": "Hard Bounced",
        "evidence_line_no": 20,
        "remediation": [],
    }
    third = {**second, "recipient": None, "rid": 2, "state": "Quarantined by Anti-Spam/Graymail"}
    found = view({"last_state": "Partially Remediated"}, {}, second, third)
    text = found.page_text(None)
    assert "Recipients         user@example.com  ● Remediated\n" in text
    assert "  b@example.com  ● Hard Bounced\n    in message 640962, delivered 13 Sep 2021 23:25:10" in text
    assert "  RID 2  ● Quarantined by Anti-Spam/Graymail\n" in text
    assert " ← Hard Bounced ← Quarantined by Anti-Spam/Graymail\n" in text
    assert found.page_html().count("<tr><td>") == 3


def test_a_batch_shows_each_outcome(view: Callable[..., MessageView]) -> None:
    """Remediation batches stand with who asked, and each recipient's outcome and reason; none yet is Pending."""
    outcome = {"batch": "b-1", "action": "Delete", "source": "CTR", "initiated_by": "admin"}
    outcome = {**outcome, "initiated_at": "2021-09-14T04:38:03Z", "processed_at": "2021-09-14T04:39:00Z"}
    failed = {"remediation": [{**outcome, "status": "Failed", "reason": "No profiles mapped for domain"}]}
    waits = {
        "recipient": "b@example.com",
        "remediation": [{**outcome, "processed_at": None, "status": None, "reason": None}],
    }
    text = view(None, failed, waits).page_text(None)
    assert "  Delete by admin from CTR, 13 Sep 2021 23:38:03\n  batch b-1\n" in text
    assert "  user@example.com  ● Failed  13 Sep 2021 23:39:00: No profiles mapped for domain\n" in text
    assert "  b@example.com  ● Pending\n" in text


@pytest.mark.parametrize(
    "field", ["subject", "sender", "sender_group", "policy", "message_id", "sbrs", "host", "country"]
)
def test_hostile_values_stay_values(view: Callable[..., MessageView], field: str) -> None:
    """Markup, terminal escapes and marks that turn the writing are shown, not obeyed, wherever they stand."""
    found = view({field: HOSTILE})
    html, text = found.page_html(), found.page_text(None)
    assert "<script" not in html
    assert not set(html + text) & {"\x1b", "\u202e", "\r", "\x07"}
    assert MADE_VISIBLE in text_of(html) or field == "host"
    assert MADE_VISIBLE in text or field == "host"


def test_rich_colours_the_page_and_obeys_no_value(view: Callable[..., MessageView]) -> None:
    """In a terminal the only escapes are rich's own, and markup in a value is text."""
    console = Console(
        force_terminal=True, color_system="standard", width=200, record=True, file=io.StringIO()
    )
    console.print(view({"subject": HOSTILE}))
    assert MADE_VISIBLE in console.export_text()


def test_the_document_loads_and_runs_nothing(view: Callable[..., MessageView]) -> None:
    """The HTML is one whole document with no script, link, image or address to load."""
    html = view(
        {"subject": 'x" onmouseover="alert(1)', "attachments": ["https://example.com/x.png"]}
    ).page_html()
    assert html.startswith("<!DOCTYPE html>")
    assert not re.search(r"<(script|link|img|iframe|object|a)\b|\bsrc=|\bhref=|url\(|@import", html)
    assert ' onmouseover="' not in html
    assert view()._repr_html_() in view().page_html()


def test_missing_values_are_said_to_be_missing(view: Callable[..., MessageView]) -> None:
    """What the log does not tell is a dash or Cisco's own words, and the notes say what is out of sight."""
    names = ("sender", "subject", "message_id", "size_bytes", "reverse_dns", "direction", "started_at")
    text = view({**dict.fromkeys(names), "head_cut": True, "open": True, "origin_mid": 12}).page_text(80)
    assert "Subject            (No Subject)\n" in text
    assert "Message Size       —\n" in text
    assert "Reverse DNS Hostname  —\n" in text
    assert "Time               13 Sep 2021 23:24:44 (GMT -05:00)\n" in text
    assert "its first lines are missing" in text
    assert "ends before this message was finished" in text
    assert "made this message from message 12" in text


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 (Bytes)"), (1023, "1023 (Bytes)"), (71823, "70.14 (KB)"), (5 << 20, "5.00 (MB)")],
)
def test_sizes_read_as_message_tracking_writes_them(
    view: Callable[..., MessageView], size: int, shown: str
) -> None:
    """Sizes are told in bytes, KB or MB."""
    assert f"Message Size       {shown}\n" in view({"size_bytes": size}).page_text(80)


def test_a_view_shows_itself(view: Callable[..., MessageView]) -> None:
    """A plain Python shell and `print` show the page too."""
    assert str(view()) == repr(view()) == view().page_text(80)


def test_a_huge_value_is_cut_on_the_page_only(view: Callable[..., MessageView]) -> None:
    """A value of a megabyte does not make a page of a megabyte, and the object keeps it whole."""
    found = view({"subject": "x" * 1_000_000})
    assert len(found.page_html()) < 50_000
    assert "… (1,000,000 characters)" in found.page_html()
    assert len(found.to_dict()["subject"]) == 1_000_000
