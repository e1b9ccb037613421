"""A message's story in sentences: true, safe, and nothing invented."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from midtrail.views import Clock, MessageView
from midtrail.views._prose import Teller, counted, listed, named, quoted, sized, some, times
from midtrail.views.story import wrapped

NOTHING: dict[str, Any] = {
    "host": None, "mid": 7, "mids": [7], "icid": None, "direction": None, "started_at": None, "last_event_at": None,
    "last_state": None, "open": False, "head_cut": False, "sender": None, "recipients": [], "rejected_recipients": [],
    "subject": None, "message_id": None, "size_bytes": None, "sender_group": None, "sender_ip": None, "reverse_dns": None,
    "reverse_dns_verified": None, "sbrs": None, "country": None, "policy": None, "attachments": [], "verdicts": {},
    "origin_mid": None, "timeline": [],
}  # fmt: skip


def recipient(address: str | None, state: str | None, **facts: Any) -> dict[str, Any]:
    """Return a recipient as `track --format json` tells it."""
    unknown = {"response": None, "delivered_at": None, "dcid": None, "destination_ip": None, "evidence": None}
    return {"recipient": address, "mid": 7, "rid": 0, "state": state, "remediation": [], **unknown, **facts}


def told(**facts: Any) -> str:
    """Return the story of a message of which only these facts are known, in one line."""
    return MessageView({**NOTHING, **facts}, Clock(utc_offset=-18_000)).explain(None)


def line(kind: str, text: str, time: str | None = "2021-09-14T04:25:07Z", number: int = 1) -> dict[str, Any]:
    """Return a line of the timeline as it stands in the log."""
    return {"time": time, "sentence": text, "kind": kind, "source": "mail.log", "line_no": number}


def test_what_the_log_does_not_tell_is_left_out() -> None:
    """Of a message of which nothing is known but its MID, nothing else is said."""
    assert told() == "Message 7 arrived.\n"
    assert told(head_cut=True, sender="a@example.com") == (
        "The beginning of message 7 is not in these logs. It was sent from a@example.com.\n"
    )
    assert told(icid=0, sender="") == "Message 7 was made by the appliance itself from the empty sender.\n"


def test_times_are_in_the_appliances_clock() -> None:
    """The day is told where it changes, the offset once; of several times the first and the last."""
    rows = [
        recipient(f"{name}@example.com", "Delivered", delivered_at=f"2021-09-14T0{hour}:59:59Z")
        for name, hour in (("a", 4), ("b", 5))
    ]
    assert told(started_at="2021-09-14T04:25:07Z", recipients=rows) == (
        "Message 7 arrived on 13 Sep 2021 at 23:25:07 (GMT -05:00) to a@example.com and b@example.com. "
        "It was delivered to both recipients from 23:59:59 to 14 Sep 2021 at 00:59:59.\n"
    )


def test_recipients_with_one_fate_are_told_together() -> None:
    """Recipients of one state and reason share a sentence; of many, a few are named and all are counted."""
    text = "Bounced: DCID 3 MID 7 to RID 0 - 5.1.0 - Unknown address error ('550', ['no such user']) []"
    evidence = {"source": "mail.log", "line_no": 1, "text": text}
    rows = [
        recipient(f"gone{number}@example.com", "Hard Bounced", evidence=evidence) for number in range(1200)
    ]
    rows.append(recipient(None, None, rid=4))
    timeline = [line("delivery_bounced", "(DCID 3) Message 7 to gone0@example.com bounced")]
    assert told(recipients=rows, timeline=timeline, started_at="2021-09-14T04:25:06Z") == (
        "Message 7 arrived on 13 Sep 2021 at 23:25:06 (GMT -05:00) to 1,200 recipients (gone0@example.com, "
        "gone1@example.com, gone2@example.com and 1,197 more). It bounced for 1,200 recipients (gone0@example.com, "
        "gone1@example.com, gone2@example.com and 1,197 more) at 23:25:07: 5.1.0 Unknown address error "
        '("no such user"). What became of it for RID 4 (address not in these logs) is not told.\n'
    )


def test_remediation_by_batch() -> None:
    """Each batch says who asked for what, and how it ended for whom; one without its beginning says nothing of that."""
    batch = {"batch": "b1", "action": "Delete", "source": "CTR", "initiated_by": "admin",
             "initiated_at": "2021-09-15T10:00:00Z", "processed_at": "2021-09-15T10:00:03Z"}  # fmt: skip
    unseen = {**batch, "batch": "b2", "source": None, "initiated_by": None, "initiated_at": None}
    rows = [
        recipient("a@example.com", "Remediated", delivered_at="2021-09-14T04:25:07Z",
                  remediation=[{**batch, "status": "Remediated", "reason": None}]),
        recipient("b@example.com", "Remediation Failed", delivered_at="2021-09-14T04:25:07Z",
                  remediation=[{**batch, "status": "Failed", "reason": "Message not found"},
                               {**unseen, "status": None, "reason": None, "processed_at": None}]),
    ]  # fmt: skip
    assert told(recipients=rows, sender="s@example.com").partition("at 23:25:07 (GMT -05:00). ")[2] == (
        'Later, on 15 Sep 2021 at 05:00:00, admin asked from CTR for the remedial action "Delete" (batch b1): it '
        'succeeded for a@example.com at 05:00:03; it failed for b@example.com at 05:00:03 ("Message not found"). Later '
        'the remedial action "Delete" was taken (batch b2): how it ended for b@example.com is not in these logs.\n'
    )


def test_the_way_through_quarantines() -> None:
    """Quarantines are told with their reasons, and under which MID the message went on."""
    rows = [
        line("quarantined", 'MID 7 quarantined to "Policy" (content filter:zips)', number=1),
        line("quarantined", 'MID 7 quarantined to "Outbreak"', number=2),
        line(
            "released_from_quarantine",
            'MID 7 released from quarantine "Policy" (manual)',
            "2021-09-14T05:00:00Z",
        ),
        line("released_from_all_quarantines", "MID 7 released from all quarantines", "2021-09-14T05:00:00Z"),
        line("message_rewritten", "MID 7 rewritten to MID 9 by Policy Quarantine", None),
        line("quarantined", "a line that cannot be read"),
    ]
    assert told(timeline=rows, mids=[7, 9], started_at="2021-09-14T04:25:00Z").partition("-05:00). ")[2] == (
        'It was put into quarantines "Policy" (content filter:zips) and "Outbreak" at 23:25:07. The quarantine "Policy" '
        "(manual) let it go on 14 Sep 2021 at 00:00:00. It was rewritten by Policy Quarantine, and went on as message 9.\n"
    )


def test_values_cannot_pass_for_sentences() -> None:
    """Whatever stands in a subject, an address or an answer is quoted, escaped and cut, on one line."""
    hostile = 'x". It was delivered.\x1b[2J\u202e\n' + "y" * 500
    row = recipient(hostile, "Delivered", response=hostile)
    story = told(subject=hostile, sender=hostile, recipients=[row], attachments=[hostile], policy=hostile,
                 verdicts={"spf": hostile}, reverse_dns=hostile, last_state="Delivered")  # fmt: skip
    assert story.count("\n") == 1
    assert "\x1b" not in story
    assert "\u202e" not in story
    assert story.count('"x\\". It was delivered.\\x1b[2J\\u202e\\n') == story.count('x\\". It') == 9
    assert len(story) < 9 * 200


def test_wrapped_at_the_width() -> None:
    """No line is wider than asked, wide characters counted twice, and no word is lost."""
    view = MessageView({**NOTHING, "subject": "日本語 " * 20, "sender": "a@example.com"})
    lines = view.explain(30).splitlines()
    assert max(sum(2 if character >= "\u2e80" else 1 for character in text) for text in lines) <= 30
    assert " ".join(lines).split() == view.explain(None).split()


@given(st.text("aé<Жλ日  \n.", max_size=200), st.integers(4, 60))
def test_wrapped_as_rich_breaks_lines(text: str, width: int) -> None:
    """Lines of words that are narrow are broken where rich breaks them, which is not loaded for that."""
    lines = Text(text).wrap(Console(width=width, color_system=None), width)
    assert wrapped(text, width) == "".join(f"{str(line).rstrip()}\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (counted(1, "byte"), "1 byte"),
        (counted(2, "copy", "copies"), "2 copies"),
        (times(1), "once"),
        (times(1_000), "1,000 times"),
        (listed(["a"]), "a"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (some(list("abcd"), "host"), "4 hosts (a, b, c and 1 more)"),
        (sized(145), "145 bytes"),
        (sized(71_987), "70.3 KB"),
        (sized(1_572_864), "1.5 MB"),
        (named("a.b+c@example.com"), "a.b+c@example.com"),
        (named("a b@example.com"), '"a b@example.com"'),
        (named(""), "<>"),
        (quoted('say "x"'), '"say \\"x\\""'),
        (Teller(Clock()).at(None), ""),
        (Teller(Clock()).at("2021-09-13T10:00:00Z"), " on 13 Sep 2021 at 10:00:00 (GMT +00:00)"),
    ],
)
def test_the_parts_of_sentences(text: str, expected: str) -> None:
    """Numbers have their nouns, lists their `and`, sizes their unit, odd names their quotes."""
    assert text == expected
