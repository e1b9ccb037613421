"""One message's tables, made by hand as tracking makes them, from the lines of a small log."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from midtrail.lines import find_sources
from midtrail.parse import batches, read_records
from midtrail.tables import Store
from midtrail.tracking.timeline import build_timeline

SERIAL = "564D2E7A4C1B9F03D6A8-7C51E2B0F9D4"
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

Rows = dict[str, Any]


@pytest.fixture
def remediated() -> str:
    """Give the log of message 640962."""
    return Path(__file__).with_name("remediated.log").read_text("utf-8")


@pytest.fixture
def told() -> Callable[..., DuckDBPyConnection]:
    """Give what builds the tables of one message from a log and a few values."""
    return tables_of


def tables_of(log: str, message: Rows, *recipients: Rows) -> DuckDBPyConnection:
    """Return the tables of a log whose lines with an id all belong to message 1."""
    files = find_sources([io.BytesIO(log.encode("utf-8", "surrogateescape"))])
    connection = Store().add_all(batches(read_records(files))).connection
    connection.execute(_TABLES)
    connection.execute(
        "INSERT INTO clocks SELECT DISTINCT source, $1, $1, '14.0.1-033', -18000, NULL FROM spine", [SERIAL]
    )
    connection.execute(
        "INSERT INTO members SELECT 1, seq FROM spine WHERE coalesce(mid, icid, dcid) IS NOT NULL"
    )
    _insert(connection, "messages", {"message": 1, "open": False, "head_cut": False, **message})
    for recipient in recipients:
        _insert(connection, "recipients", {"message": 1, **recipient})
    build_timeline(connection)
    return connection


def _insert(connection: DuckDBPyConnection, table: str, row: Rows) -> None:
    places = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values()))
