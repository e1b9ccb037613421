"""One message's tables, made by hand as tracking makes them, from the lines of a small log."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from midtrail.lines import find_sources
from midtrail.parse import batches, read_records
from midtrail.tables import Store, to_arrow
from midtrail.tracking.timeline import build_timeline
from midtrail.views import MessageView, message_views

SERIAL = "564D2E7A4C1B9F03D6A8-7C51E2B0F9D4"
SOURCE = "<stream>"
BATCH = "2b46dcac-9b3d-404c-9327-f114fd5d89c7"

_TABLES = """
CREATE TABLE members (message BIGINT, seq BIGINT);
CREATE TABLE messages (message BIGINT, host VARCHAR, mid BIGINT, mids BIGINT[], icid BIGINT,
    direction VARCHAR, started_at TIMESTAMPTZ, last_event_at TIMESTAMPTZ, last_state VARCHAR, open BOOLEAN,
    head_cut BOOLEAN, sender VARCHAR, subject VARCHAR, message_id VARCHAR, size_bytes BIGINT,
    sender_group VARCHAR, sender_ip VARCHAR, reverse_dns VARCHAR, reverse_dns_verified BOOLEAN, sbrs VARCHAR,
    country VARCHAR, policy VARCHAR, attachments VARCHAR[], verdicts MAP(VARCHAR, VARCHAR), origin_mid BIGINT,
    rejected_recipients VARCHAR[]);
CREATE TABLE recipients (message BIGINT, host VARCHAR, recipient VARCHAR, mid BIGINT, rid BIGINT,
    state VARCHAR, response VARCHAR, delivered_at TIMESTAMPTZ, dcid BIGINT, destination_ip VARCHAR,
    evidence_seq BIGINT, evidence_source VARCHAR, evidence_line_no BIGINT, evidence_text VARCHAR,
    remediation STRUCT(batch VARCHAR, action VARCHAR, source VARCHAR, initiated_by VARCHAR,
        initiated_at TIMESTAMPTZ, processed_at TIMESTAMPTZ, status VARCHAR, reason VARCHAR)[]);
"""

MESSAGE = {
    "host": SERIAL,
    "mid": 640962,
    "mids": [640962],
    "icid": 31,
    "direction": "incoming",
    "started_at": "2021-09-14T04:24:47Z",
    "last_event_at": "2021-09-14T04:38:06.250Z",
    "last_state": "Remediated",
    "sender": "sender@example.com",
    "subject": "remediation test",
    "message_id": "<18fb395$ju2@mail.example.com>",
    "size_bytes": 145,
    "sender_group": "whitelist",
    "sender_ip": "192.0.2.59",
    "reverse_dns": "mail.example.com",
    "reverse_dns_verified": True,
    "sbrs": "None",
    "policy": "ee",
    "verdicts": {"amp": "SKIPPED"},
}
OUTCOME = {
    "batch": BATCH,
    "action": "Forward",
    "source": "CTR",
    "initiated_by": "admin",
    "initiated_at": "2021-09-14T04:38:03Z",
    "processed_at": "2021-09-14T04:38:06Z",
    "status": "Remediated",
    "reason": None,
}
RECIPIENT = {
    "recipient": "user@example.com",
    "mid": 640962,
    "rid": 0,
    "state": "Remediated",
    "response": "2.6.0 queued",
    "delivered_at": "2021-09-14T04:25:10Z",
    "dcid": 6,
    "destination_ip": "198.51.100.25",
    "evidence_seq": 25,
    "evidence_source": SOURCE,
    "evidence_line_no": 26,
    "evidence_text": "Message 640962 was processed",
    "remediation": [OUTCOME],
}

Rows = dict[str, Any]
Viewer = Callable[..., MessageView]
Tables = Callable[..., DuckDBPyConnection]


@pytest.fixture
def tables() -> Tables:
    """Give what builds the tables of message 640962, with other values where a test wants them."""
    return tables_of


@pytest.fixture
def view() -> Viewer:
    """Give what builds the view of message 640962, with other values where a test wants them."""

    def build(message: Rows | None = None, *recipients: Rows) -> MessageView:
        return next(message_views(tables_of(message, *recipients)))

    return build


def tables_of(message: Rows | None = None, *recipients: Rows) -> DuckDBPyConnection:
    """Return the tables of the log, whose lines with an id all belong to message 1."""
    log = Path(__file__).with_name("remediated.log").read_bytes()
    connection = (
        Store().add_all(map(to_arrow, batches(read_records(find_sources([io.BytesIO(log)]))))).connection
    )
    connection.execute(_TABLES)
    connection.execute("DELETE FROM clocks")
    connection.execute(
        "INSERT INTO clocks VALUES (?, ?, ?, '14.0.1-033', -18000, NULL)", [SOURCE, SERIAL, SERIAL]
    )
    connection.execute(
        "INSERT INTO members SELECT 1, seq FROM spine WHERE coalesce(mid, icid, dcid) IS NOT NULL"
    )
    _insert(
        connection, "messages", {"message": 1, "open": False, "head_cut": False, **MESSAGE, **(message or {})}
    )
    for recipient in recipients or ({},):
        _insert(connection, "recipients", {"message": 1, **RECIPIENT, **recipient})
    build_timeline(connection)
    return connection


def _insert(connection: DuckDBPyConnection, table: str, row: Rows) -> None:
    places = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values()))
