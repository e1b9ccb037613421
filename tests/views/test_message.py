"""A message as JSON: keys, types, times, bytes."""

import json
from collections.abc import Callable
from typing import Any

from duckdb import DuckDBPyConnection

from midtrail.views import MessageView, message_views, messages_dicts

KEYS = [
    "host",
    "mid",
    "mids",
    "icid",
    "direction",
    "started_at",
    "last_event_at",
    "last_state",
    "open",
    "head_cut",
    "sender",
    "recipients",
    "rejected_recipients",
    "subject",
    "message_id",
    "size_bytes",
    "sender_group",
    "sender_ip",
    "reverse_dns",
    "reverse_dns_verified",
    "sbrs",
    "country",
    "policy",
    "attachments",
    "verdicts",
    "origin_mid",
    "timeline",
]


def test_the_object_has_its_keys_and_types(view: Callable[..., MessageView]) -> None:
    """The object holds exactly the documented keys; what the log does not tell is null or an empty list."""
    found = view().to_dict()
    assert list(found) == KEYS
    assert found["mids"] == [640962]
    assert found["size_bytes"] == 145
    assert found["open"] is False
    assert found["reverse_dns_verified"] is True
    assert found["country"] is None
    assert found["origin_mid"] is None
    assert found["attachments"] == found["rejected_recipients"] == []
    assert found["verdicts"] == {"amp": "SKIPPED"}
    assert json.loads(json.dumps(found)) == found


def test_times_are_utc_with_z(view: Callable[..., MessageView]) -> None:
    """Times are ISO 8601 in UTC with Z, with microseconds only where they are not zero."""
    found = view().to_dict()
    assert found["started_at"] == "2021-09-14T04:24:47Z"
    assert found["last_event_at"] == "2021-09-14T04:38:06.250000Z"
    assert found["timeline"][0]["time"] == "2021-09-14T04:24:44Z"


def test_a_sentence_keeps_its_microseconds(tables: Callable[..., DuckDBPyConnection]) -> None:
    """A line logged with fractions of a second keeps them, and one without a time has null."""
    connection = tables()
    connection.execute("UPDATE timeline SET time = time + INTERVAL 1500 MILLISECOND WHERE position = 1")
    connection.execute("UPDATE timeline SET time = NULL WHERE position = 2")
    (found,) = messages_dicts(connection)
    assert [row["time"] for row in found["timeline"][:2]] == ["2021-09-14T04:24:45.500000Z", None]


def test_a_recipient_carries_evidence_and_remediation(view: Callable[..., MessageView]) -> None:
    """A recipient names the line that decided its state and what was done in the mailbox."""
    (recipient,) = view().to_dict()["recipients"]
    assert recipient == {
        "recipient": "user@example.com",
        "mid": 640962,
        "rid": 0,
        "state": "Remediated",
        "response": "2.6.0 queued",
        "delivered_at": "2021-09-14T04:25:10Z",
        "dcid": 6,
        "destination_ip": "198.51.100.25",
        "evidence": {"source": "<stream>", "line_no": 26, "text": "Message 640962 was processed"},
        "remediation": [
            {
                "batch": "2b46dcac-9b3d-404c-9327-f114fd5d89c7",
                "action": "Forward",
                "source": "CTR",
                "initiated_by": "admin",
                "initiated_at": "2021-09-14T04:38:03Z",
                "processed_at": "2021-09-14T04:38:06Z",
                "status": "Remediated",
                "reason": None,
            }
        ],
    }


def test_no_evidence_and_no_remediation(view: Callable[..., MessageView]) -> None:
    """A state without a deciding line has null evidence, and remediation is then an empty list."""
    none: dict[str, Any] = {"evidence_seq": None, "evidence_source": None, "evidence_line_no": None}
    (recipient,) = view(None, {**none, "evidence_text": None, "remediation": None}).to_dict()["recipients"]
    assert recipient["evidence"] is None
    assert recipient["remediation"] == []


def test_timeline_rows_have_five_keys(view: Callable[..., MessageView]) -> None:
    """Each sentence stands with its time, kind and line; an added one has no line."""
    timeline = view().to_dict()["timeline"]
    assert timeline[2] == {
        "time": "2021-09-14T04:24:47Z",
        "sentence": "Start message 640962 on incoming connection (ICID 31).",
        "kind": "message_started",
        "source": "<stream>",
        "line_no": 6,
    }
    assert [row["line_no"] for row in timeline if row["kind"] == "direction"] == [None]


def test_bytes_that_are_no_utf8_come_back(view: Callable[..., MessageView]) -> None:
    """A byte that stands as a private character in tables is a lone surrogate in the object."""
    found = view({"subject": "caf\U0010ffe9", "attachments": ["\U0010ff80"]}).to_dict()
    assert found["subject"] == "caf\udce9"
    assert found["attachments"] == ["\udc80"]


def test_many_messages_come_in_order_each_with_its_own(tables: Callable[..., DuckDBPyConnection]) -> None:
    """Recipients and timelines are zipped to their own message, and only the wanted messages come."""
    connection = tables()
    connection.execute(
        "INSERT INTO messages BY NAME SELECT * REPLACE (2 AS message, 7 AS mid, [7] AS mids) FROM messages"
    )
    connection.execute(
        "INSERT INTO timeline BY NAME SELECT * REPLACE (2 AS message) FROM timeline WHERE position = 1"
    )
    first, second = messages_dicts(connection)
    assert (first["mid"], len(first["recipients"]), len(first["timeline"])) == (640962, 1, 22)
    assert (second["mid"], second["recipients"], len(second["timeline"])) == (7, [], 1)
    assert [found["mid"] for found in messages_dicts(connection, [2])] == [7]
    assert list(messages_dicts(connection, [])) == []


def test_the_clock_of_a_message_is_that_of_its_file(tables: Callable[..., DuckDBPyConnection]) -> None:
    """The page's clock comes from the header of the file in which the message begins, else it is UTC."""
    connection = tables()
    (found,) = message_views(connection)
    assert (found.clock.utc_offset, found.clock.version) == (-18000, "14.0.1-033")
    connection.execute("DROP TABLE clocks")
    (found,) = message_views(connection)
    assert found.clock.name == "GMT +00:00"


def test_the_timeline_may_be_left_out(tables: Callable[..., DuckDBPyConnection]) -> None:
    """Without its timeline a message says all else, and the table `timeline` is not read."""
    connection = tables()
    (whole,) = messages_dicts(connection)
    connection.execute("DROP TABLE timeline")
    (short,) = messages_dicts(connection, timeline=False)
    assert whole.pop("timeline")
    assert short == whole
