"""The comparison: what differs is counted by cause, what is only gone is not where the log was cut."""

import copy
from typing import Any

import pytest

from midtrail.simulate import FACTS, compare

Row = dict[str, Any]
RECIPIENT: Row = {
    "recipient": "bob@example.com",
    "mid": 7,
    "rid": 0,
    "state": "Delivered",
    "response": "ok",
    "delivered_at": "2021-09-13T12:00:05Z",
    "dcid": 3,
    "destination_ip": "203.0.113.9",
    "evidence": {
        "source": "mail_logs/esa/mail.s",
        "line_no": 4,
        "text": "Message done DCID 3 MID 7 to RID [0]",
    },
    "remediation": [],
}
MESSAGE: Row = {
    **dict.fromkeys(FACTS),
    "host": "esa",
    "mid": 7,
    "mids": [7, 8],
    "started_at": "2021-09-13T12:00:00Z",
    "last_event_at": "2021-09-13T12:00:09Z",
    "last_state": "Delivered",
    "open": False,
    "head_cut": False,
    "attachments": ["a", "b"],
    "rejected_recipients": [],
    "verdicts": {"antivirus": "negative"},
    "sender": "alice@example.net",
    "recipients": [RECIPIENT],
}


def changed(**facts: Any) -> Row:
    """Return the message with other facts."""
    return {**copy.deepcopy(MESSAGE), **facts}


def recipient(**facts: Any) -> Row:
    """Return the message with other facts of its recipient."""
    return changed(recipients=[{**copy.deepcopy(RECIPIENT), **facts}])


def causes(found: Row, **options: bool) -> list[str]:
    """Return the causes of a comparison with the message."""
    return list(compare([found], [MESSAGE], **options).causes)


def test_equal_messages() -> None:
    """What is equal is counted and nothing else."""
    done = compare([changed()], [MESSAGE])
    assert list(done.lines()) == [f"1 messages, 0 mismatches in {done.facts} facts"]
    assert done.facts == len(FACTS) + 8


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        (changed(sender=None), "sender"),
        (changed(last_state="Mixed"), "last_state: expected 'Delivered', found 'Mixed'"),
        (changed(attachments=["b", "a"]), "attachments"),
        (changed(recipients=[]), "recipient not found"),
        (changed(recipients=[RECIPIENT, RECIPIENT]), "recipient that is none"),
        (recipient(rid=1), "recipient that is none"),
        (recipient(state="Aborted"), "state: expected 'Delivered', found 'Aborted'"),
        (recipient(evidence={**RECIPIENT["evidence"], "line_no": 5}), "evidence"),
        (recipient(evidence=None), "evidence"),
    ],
)
def test_mismatches_by_cause(found: Row, cause: str) -> None:
    """A fact that differs is a mismatch, named by its cause, with an example of what was expected and found."""
    done = compare([found], [MESSAGE])
    assert cause in done.causes
    assert done.mismatches >= 1
    assert any("expected" in line and "MID 7" in line for line in done.lines())


def test_message_not_found_and_none() -> None:
    """A message of another second is none of the true ones, and those not found are told."""
    assert causes(changed(started_at="2021-09-13T12:00:01Z")) == ["message that is none", "message not found"]
    assert list(compare([MESSAGE, MESSAGE], [MESSAGE]).causes) == ["message that is none"]


def test_moved_lines() -> None:
    """Where lines were moved, only the text of the evidence counts, and no order of lists."""
    moved = recipient(evidence={"source": "other", "line_no": 99, "text": RECIPIENT["evidence"]["text"]})
    assert causes(moved, places=False) == []
    assert causes(changed(attachments=["b", "a"]), places=False) == []
    assert causes(moved) == ["evidence"]


def test_source_may_have_a_longer_path() -> None:
    """The archive may be read from any folder."""
    longer = {**RECIPIENT["evidence"], "source": "/somewhere/mail_logs/esa/mail.s"}
    assert causes(recipient(evidence=longer)) == []


def test_cut_log() -> None:
    """Of a log whose head is gone, facts may be null; a fact that is told must be true."""
    cut = {"places": False, "cut": True}
    assert causes(changed(head_cut=True, started_at=None, mid=8, mids=[8], sender=None), **cut) == []
    assert causes(recipient(recipient=None, response=None), **cut) == []
    assert causes(changed(head_cut=True, started_at=None, sender="mallory@example.net"), **cut) == ["sender"]
    assert causes(recipient(dcid=4), **cut) == ["dcid"]
