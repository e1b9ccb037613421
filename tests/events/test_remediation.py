"""Remediation: each kind, each wording, each field."""

from typing import Any

import pytest

from midtrail.grammar import lark_engine

BATCH = "2b46dcac-9b3d-404c-9327-f114fd5d89c7"
INITIATED = "Message {mid} was initiated for '{action}' remedial action by '{by}' from source '{source}' in batch '{batch}'."
PROCESSED = "Message {mid} was processed with '{action}' remedial action for recipient '{to}' in batch '{batch}'. Remediation status: {end}"


def fields(line: str) -> tuple[str, dict[str, Any]]:
    """Return a line's kind and fields; it must print back byte for byte."""
    event = lark_engine.event(lark_engine.parse(line))  # type: ignore[arg-type]  # a line that is not recognised fails here
    assert event.body() == line
    return event.kind, event.values()


@pytest.mark.parametrize(
    ("action", "by", "source"),
    [
        ("Forward", "admin", "CTR"),
        ("Delete", "o'brien", "Tracking"),
        ("Forward and Delete", "a' from source 'b", "ESA 117"),
    ],
)
def test_initiated(action: str, by: str, source: str) -> None:
    """The line that asks for an action tells who asked, from where, in which batch."""
    line = INITIATED.format(mid=640962, action=action, by=by, source=source, batch=BATCH)
    told = {"mid": 640962, "action": action, "initiated_by": by, "remediation_source": source, "batch": BATCH}
    assert fields(line) == ("remediation_initiated", told)


@pytest.mark.parametrize(
    ("to", "end", "status", "reason"),
    [
        ("user@example.com", "Remediated.", "Remediated", None),
        (
            "user@example.com",
            "Failed. Reason: Message not found in user mailbox",
            "Failed",
            "Message not found in user mailbox",
        ),
        (
            "user@example.com",
            "Failed. Reason: No profiles mapped for domain",
            "Failed",
            "No profiles mapped for domain",
        ),
        (
            "o'brien@example.com",
            "Partly done. Reason: x. Remediation status: Remediated.",
            "Partly done",
            "x. Remediation status: Remediated.",
        ),
        ("a' in batch 'b'. Remediation status: Remediated. @example.com", "Failed.", "Failed", None),
    ],
)
def test_processed(to: str, end: str, status: str, reason: str | None) -> None:
    """The outcome names one recipient, its status, and the reason where there is one."""
    line = PROCESSED.format(mid=7, action="Delete", to=to, batch=BATCH, end=end)
    told = {"mid": 7, "action": "Delete", "recipient": to, "batch": BATCH, "status": status, "reason": reason}
    assert fields(line) == ("remediation_processed", told)
