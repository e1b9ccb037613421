"""The tables of tracking joined to one object a message, a chunk of messages at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from midtrail.moments import iso_instant
from midtrail.tables import restore

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHUNK = 5_000

_MESSAGES = """
SELECT message, host, mid, mids, icid, direction, started_at, last_event_at, last_state, open, head_cut,
    sender, coalesce(rejected_recipients, []) AS rejected_recipients, subject, message_id, size_bytes,
    sender_group, sender_ip, reverse_dns, reverse_dns_verified, sbrs, country, policy,
    coalesce(attachments, []) AS attachments, verdicts, origin_mid
FROM messages WHERE message IN (SELECT unnest($messages)) ORDER BY message
"""

_RECIPIENTS = """
SELECT message, recipient, mid, rid, state, response, delivered_at, dcid, destination_ip,
    evidence_source, evidence_line_no, evidence_text, coalesce(remediation, []) AS remediation
FROM recipients WHERE message IN (SELECT unnest($messages))
ORDER BY message, mid NULLS LAST, rid NULLS LAST, recipient
"""

_TIMELINE = """
SELECT message, CASE WHEN epoch_us(time) % 1000000 = 0
        THEN strftime(timezone('UTC', time), '%Y-%m-%dT%H:%M:%SZ')
        ELSE strftime(timezone('UTC', time), '%Y-%m-%dT%H:%M:%S.%fZ') END AS time,
    sentence, kind, source, line_no
FROM timeline WHERE message IN (SELECT unnest($messages)) ORDER BY message, position
"""

Row = dict[str, Any]


def in_chunks(connection: "DuckDBPyConnection", messages: Sequence[int] | None) -> Iterator[list[int]]:
    """Yield the surrogate numbers of the messages that exist, some thousands at a time, in order."""
    if messages is None:
        found = connection.execute("SELECT message FROM messages ORDER BY message").fetchall()
    else:
        wanted = (
            "SELECT message FROM messages WHERE message IN (SELECT unnest($1::BIGINT[])) ORDER BY message"
        )
        found = connection.execute(wanted, [list(messages)]).fetchall()
    numbers = [number for (number,) in found]
    for at in range(0, len(numbers), _CHUNK):
        yield numbers[at : at + _CHUNK]


def rows_by_message(
    connection: "DuckDBPyConnection", chunk: list[int], *, timeline: bool = True
) -> Iterator[Row]:
    """Yield one object a message of `chunk`, in order, with its recipients and, where wanted, its timeline."""
    recipients = _rows(connection, _RECIPIENTS, chunk)
    timelines = _rows(connection, _TIMELINE, chunk) if timeline else None
    yield from objects(_rows(connection, _MESSAGES, chunk), recipients, timelines)


def objects(messages: list[Row], recipients: list[Row], timelines: list[Row] | None) -> Iterator[Row]:
    """Yield one object a message, of rows of the three tables; without a timeline where none is given."""
    own, lines = _grouped(recipients), _grouped(timelines or [])
    for row in messages:
        number = row.pop("message")
        found = _object(row, own.get(number, []))
        if timelines is not None:
            found["timeline"] = _timeline(lines.get(number, []))
        yield found


def _rows(connection: "DuckDBPyConnection", query: str, chunk: list[int]) -> list[Row]:
    rows: list[Row] = connection.sql(query, params={"messages": chunk}).to_arrow_table().to_pylist()
    return rows


def _grouped(rows: list[Row]) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.pop("message"), []).append(row)
    return groups


def _object(message: Row, recipients: list[Row]) -> Row:
    message["verdicts"] = dict(message["verdicts"] or ())
    found: Row = {}
    for name, value in message.items():
        found[name] = plain(value)
        if name == "sender":
            found["recipients"] = [_recipient(row) for row in recipients]
    return found


def _timeline(rows: list[Row]) -> list[Row]:
    for row in rows:  # by far the most rows: their times come as text
        row["sentence"], row["source"] = plain(row["sentence"]), plain(row["source"])
    return rows


def _recipient(row: Row) -> Row:
    remediation = row.pop("remediation")
    source, line_no, text = row.pop("evidence_source"), row.pop("evidence_line_no"), row.pop("evidence_text")
    evidence = None if line_no is None else {"source": source, "line_no": line_no, "text": text}
    found: Row = plain({**row, "evidence": evidence, "remediation": remediation})
    return found


def plain(value: Any) -> Any:
    """Return a value of a table as JSON takes it: instants as ISO 8601 in UTC, bytes as they were."""
    if isinstance(value, str):
        return value if value.isascii() else restore(value)
    if isinstance(value, datetime):
        return iso_instant(value)
    if isinstance(value, dict):
        return {plain(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
