"""The timeline of hand-made members: order, added sentences, own texts, addresses."""

import io
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from midtrail.events import all_kinds
from midtrail.lines import find_sources
from midtrail.parse import batches, read_records
from midtrail.tables import Store, to_arrow
from midtrail.tracking.sentences import hidden_kinds
from midtrail.tracking.timeline import build_timeline

_STAMP = "Mon Sep 13 23:24:4{} 2021 Info: {}\n"
_TABLES = """
CREATE TABLE members AS SELECT 1 AS message, seq FROM spine WHERE coalesce(mid, icid, dcid) IS NOT NULL;
CREATE TABLE messages (message BIGINT, mid BIGINT, direction VARCHAR, sender_group VARCHAR, sender_ip VARCHAR, sbrs VARCHAR);
CREATE TABLE recipients (message BIGINT, recipient VARCHAR, mid BIGINT, rid BIGINT);
"""


def tables_of(source: str | Path) -> DuckDBPyConnection:
    """Return the tables of a log's text or of a folder, whose lines with an id all belong to message 1."""
    store = Store()
    files = find_sources([io.BytesIO(source.encode()) if isinstance(source, str) else source])
    store.add_all(map(to_arrow, batches(read_records(files))))
    store.connection.execute(_TABLES)
    return store.connection


def log_of(*lines: tuple[int, str]) -> str:
    """Return a log of lines with the last digit of their second."""
    return "".join(_STAMP.format(second, body) for second, body in lines)


def timeline_of(connection: DuckDBPyConnection, columns: str = "sentence") -> list[Any]:
    """Build the timeline and return what it says, in order."""
    build_timeline(connection)
    rows = connection.execute(f"SELECT {columns} FROM timeline ORDER BY message, position").fetchall()
    return [row[0] for row in rows] if columns == "sentence" else rows


RECEIVED = log_of(
    (1, "Start MID 9 ICID 3"),
    (1, "MID 9 ICID 3 From: <a@example.com>"),
    (2, "MID 9 ICID 3 RID 0 To: <b@example.com>"),
    (2, "MID 9 ICID 3 RID 1 To: <c@example.com>"),
    (3, "MID 9 ready 10 bytes from <a@example.com>"),
    (3, "MID 9 queued for delivery"),
    (4, "Delivery start DCID 5 MID 9 to RID [0, 1]"),
    (5, "Message finished MID 9 done"),
    (6, "ICID 3 close"),
)


def test_recipients_stand_as_addresses_and_hidden_lines_fall_away() -> None:
    """RIDs become addresses; close and finished are left out; nothing is added that is not known."""
    connection = tables_of(RECEIVED)
    connection.execute("INSERT INTO messages VALUES (1, 9, NULL, NULL, NULL, NULL)")
    assert timeline_of(connection) == [
        "Start message 9 on incoming connection (ICID 3).",
        "Message 9 enqueued on incoming connection (ICID 3) from a@example.com.",
        "Message 9 on incoming connection (ICID 3) added recipient (b@example.com).",
        "Message 9 on incoming connection (ICID 3) added recipient (c@example.com).",
        "Message 9 (10 bytes) from a@example.com ready.",
        "Message 9 queued for delivery.",
        "(DCID 5) Delivery started for message 9 to b@example.com, c@example.com.",
    ]


def test_two_sentences_without_a_line_stand_behind_theirs() -> None:
    """The direction follows the sender and the group follows `ready`, with no line of their own."""
    connection = tables_of(RECEIVED)
    connection.execute("INSERT INTO messages VALUES (1, 9, 'incoming', 'ACCEPTLIST', '192.0.2.7', '3.5')")
    rows = timeline_of(connection, "sentence, kind, seq, source, line_no, position")
    assert rows[2] == ("Message 9 direction: incoming", "direction", None, None, None, 3)
    assert rows[6] == (
        "Message 9 has sender_group: ACCEPTLIST, sender_ip: 192.0.2.7 and sbrs: 3.5",
        "sender_group_summary", None, None, None, 7,
    )  # fmt: skip
    assert rows[5][1] == "message_ready"
    assert rows[7][1] == "queued_for_delivery"


def test_an_event_without_sentence_and_an_unknown_line_show_their_own_text() -> None:
    """What Message Tracking has no words for, and what the grammar does not know, is told as logged."""
    connection = tables_of(
        log_of((1, "Start MID 9 ICID 3"), (2, "MID 9 something {new} 'here'"), (3, "ICID 3 SBRS 4.2"))
    )
    texts = timeline_of(connection)
    assert texts[1:] == ["MID 9 something {new} 'here'", "ICID 3 SBRS 4.2"]


def test_inherited_recipients_are_named() -> None:
    """A rewritten MID has no `To:` lines, and its RIDs are still shown as addresses."""
    connection = tables_of(
        log_of((1, "Delivery start DCID 5 MID 10 to RID [2]"), (2, "MID 10 RID [7] Response 'ok'"))
    )
    connection.execute("INSERT INTO recipients VALUES (1, 'b@example.com', 10, 2)")
    assert timeline_of(connection) == [
        "(DCID 5) Delivery started for message 10 to b@example.com.",
        "Message 10 to RID 7 received remote SMTP response 'ok'.",
    ]


def test_order_is_time_then_file_then_line(tmp_path: Path) -> None:
    """Lines of one second keep the order of their file, and files that of their first time, whatever their name."""
    early = [(1, "Start MID 9 ICID 3"), (4, "MID 9 ready 10 bytes from <a@example.com>"), (5, "ICID 3 lost")]
    late = [(4, "MID 9 queued for delivery"), (5, "Message aborted MID 9 Dropped by CASE")]
    (tmp_path / "a.log").write_text(log_of(*late))
    (tmp_path / "b.log").write_text(log_of(*early))
    assert timeline_of(tables_of(tmp_path), "kind, line_no") == [
        ("message_started", 1),
        ("message_ready", 2),
        ("queued_for_delivery", 1),
        ("icid_lost", 3),
        ("dropped_by_engine", 2),
    ]


def test_only_the_messages_asked_for() -> None:
    """A timeline of some messages holds no others, and one of none is empty."""
    connection = tables_of(RECEIVED)
    connection.execute("INSERT INTO members SELECT 2, seq FROM members")
    build_timeline(connection, messages=[2])
    assert connection.execute("SELECT DISTINCT message FROM timeline").fetchall() == [(2,)]
    build_timeline(connection, messages=[])
    assert connection.execute("SELECT count(*) FROM timeline").fetchall() == [(0,)]


def test_every_kind_has_a_text() -> None:
    """The sample of every kind that is not hidden is told, and never as nothing."""
    samples = [kind.sample for kind in all_kinds().values() if kind.ruled]
    connection = tables_of("".join(f"Info: {sample}\n" for sample in samples))
    connection.execute("DELETE FROM members")
    connection.execute("INSERT INTO members SELECT 1, seq FROM spine")
    kinds = {kind for kind, sentence in timeline_of(connection, "kind, sentence") if sentence}
    ruled = {kind for kind, declaration in all_kinds().items() if declaration.ruled}
    assert kinds == ruled - set(hidden_kinds())


WORDING = (
    (
        "New SMTP ICID 10821 interface Data 1 (192.0.2.2) address 198.51.100.7 reverse dns host test.example.net verified yes",
        "Protocol SMTP interface Data 1 (IP 192.0.2.2) on incoming connection (ICID 10821) from sender IP 198.51.100.7. Reverse DNS host test.example.net verified yes.",
    ),
    (
        "ICID 10821 ACCEPT SG ACCEPTLIST match sbrs[0.0:10.0] SBRS 3.5 country Netherlands",
        "(ICID 10821) ACCEPT sender group ACCEPTLIST match sbrs[0.0:10.0] SBRS 3.5 country Netherlands",
    ),
    (
        "ICID 10821 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384",
        "Incoming connection (ICID 10821) successfully accepted TLS protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384.",
    ),
    ("Start MID 322 ICID 10821", "Start message 322 on incoming connection (ICID 10821)."),
    (
        "MID 322 ICID 10821 From: <a@example.com>",
        "Message 322 enqueued on incoming connection (ICID 10821) from a@example.com.",
    ),
    (
        "MID 322 SDR: Domains for which SDR is requested: reverse DNS host: h.example.net, helo: h.example.net, env-from: example.com, header-from: Not Present, reply-to: Not Present",
        "Message 322 Domains for which SDR is requested: reverse DNS host: h.example.net, helo: h.example.net, env-from: example.com, header_from: Not Present, reply_to: Not Present",
    ),
    (
        "MID 322 SDR: Consolidated Sender Threat Level: Neutral, Threat Category: N/A, Suspected Domain(s) : N/A (other reasons for verdict). Sender Maturity: 30 days (or greater) for domain: h.example.net",
        "Message 322 Consolidated Sender Threat Level: Neutral, Threat Category: N/A, Suspected Domain(s) : N/A (other reasons for verdict). Sender Maturity: 30 days (or greater) for domain: h.example.net",
    ),
    (
        "MID 322 ICID 10821 RID 0 To: <t2@example.com>",
        "Message 322 on incoming connection (ICID 10821) added recipient (t2@example.com).",
    ),
    (
        "MID 322 SPF: mailfrom identity a@example.com Pass (v=spf1)",
        "Message 322 SPF: mailfrom identity a@example.com Pass",
    ),
    (
        "MID 322 DKIM: pass signature verified (d=example.com s=s1024 i=d@example.com)",
        "Message 322 DKIM: pass signature verified (d=example.com s=s1024 i=d@example.com)",
    ),
    (
        "MID 322 DMARC: Message from domain example.com, DMARC pass (SPF aligned True, DKIM aligned True)",
        "Message 322: DMARC Message from domain example.com, DMARC pass (SPF aligned True, DKIM aligned True),",
    ),
    ("MID 322 DMARC: Verification passed", "Message 322: DMARC verification passed."),
    ("MID 322 Message-ID '<id@example.com>'", "Message 322 contains message ID header '<id@example.com>'."),
    ("MID 322 Subject 'It is here'", "Message 322 original subject on injection: It is here"),
    ("MID 322 ready 71983 bytes from <a@example.com>", "Message 322 (71983 bytes) from a@example.com ready."),
    (
        "MID 322 matched all recipients for per-recipient policy DEFAULT in the inbound table",
        "Message 322 matched per-recipient policy DEFAULT for inbound mail policies.",
    ),
    ("ICID 10821 lost", "Incoming connection (ICID 10821) lost."),
    (
        "MID 322 interim verdict using engine: CASE spam negative",
        "Message 322 scanned by Anti-Spam engine: CASE. Interim verdict: Negative",
    ),
    (
        "MID 322 using engine: CASE spam negative",
        "Message 322 scanned by Anti-Spam engine: CASE. Final verdict: Negative",
    ),
    (
        "MID 322 using engine: CASE spam suspect",
        "Message 322 scanned by Anti-Spam engine: CASE. Final verdict: Suspect",
    ),
    (
        "MID 322 interim AV verdict using McAfee CLEAN",
        "Message 322 scanned by Anti-Virus engine McAfee. Interim verdict: CLEAN",
    ),
    ("MID 322 antivirus negative", "Message 322 scanned by Anti-Virus engine. Final verdict: Negative "),
    (
        "MID 322 AMP file reputation verdict : SKIPPED (no attachment in message)",
        "Message 322 scanned by Advanced Malware Protection engine. Final verdict: SKIPPED(no attachment in message)",
    ),
    (
        "MID 322 AMP file reputation verdict : UNKNOWN",
        "Message 322 scanned by Advanced Malware Protection engine. Final verdict: UNKNOWN",
    ),
    (
        "MID 322 Outbreak Filters: verdict negative",
        "Message 322 scanned by Outbreak Filters. Verdict: Negative",
    ),
    ("MID 322 queued for delivery", "Message 322 queued for delivery."),
    (
        "New SMTP DCID 4368 interface 192.0.2.2 address 198.51.100.1 port 25",
        "SMTP delivery connection (DCID 4368) opened from Cisco IronPort interface 192.0.2.2 to IP address 198.51.100.1 on port 25.",
    ),
    (
        "DCID 4368 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384",
        "Delivery connection (DCID 4368) successfully accepted TLS protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384 None.",
    ),
    (
        "Delivery start DCID 4368 MID 322 to RID [0]",
        "(DCID 4368) Delivery started for message 322 to t2@example.com.",
    ),
    (
        "Message done DCID 4368 MID 322 to RID [0] [('from', 'A B <a@example.com>'), ('to', 't2@example.com')]",
        "(DCID 4368) Delivery details: Message 322 sent to t2@example.com [('from', 'A B <a@example.com>'), ('to', 't2@example.com')]",
    ),
    (
        "MID 322 RID [0] Response '2.6.0 Queued mail for delivery'",
        "Message 322 to t2@example.com received remote SMTP response '2.6.0 Queued mail for delivery'.",
    ),
    (
        "RPC Delivery start RCID 1 MID 322 to local IronPort Spam Quarantine",
        "Remote procedure call connection (RCID 1) started for message 322 to local Spam Quarantine.",
    ),
    ("ISQ: Quarantined MID 322", "Message 322 quarantined in Spam Quarantine."),
    (
        "MID 322 URL http://198.51.100.9:8080/ has reputation -6.8 matched Condition: URL Reputation Rule",
        "Message 322 URL: http://198.51.100.9:8080/ , URL reputation: -6.8, Condition: URL Reputation Rule.",
    ),
    (
        "MID 322 rewritten URL u'http://198.51.100.1:8080'",
        "Message 322 rewritten URL u'http://198.51.100.1:8080'.",
    ),
    ("Message aborted MID 322 Dropped by DLP", "Message 322 aborted: Dropped by DLP"),
    (
        "Message 322 was initiated for 'Forward' remedial action by 'admin' from source 'CTR' in batch 'b-1'.",
        "Message 322 was initiated for 'Forward' remedial action by 'admin' from source 'CTR' in batch 'b-1'.",
    ),
    (
        "Message 322 was processed with 'Delete' remedial action for recipient 't2@example.com' in batch 'b-1'. Remediation status: Failed. Reason: No profiles mapped for domain",
        "Message 322 was processed with 'Delete' remedial action for recipient 't2@example.com' in batch 'b-1'. Remediation status: Failed. Reason: No profiles mapped for domain",
    ),
)
"""Lines and what Message Tracking makes of them. Source: answers of the appliance's API, AsyncOS 12 to 15."""


def test_the_wording_is_the_appliances() -> None:
    """Each line is told in the very words of Message Tracking."""
    connection = tables_of("".join(f"Info: {line}\n" for line, _ in WORDING))
    told = dict(timeline_of(connection, "line_no, sentence"))
    assert [told.get(number) for number in range(1, len(WORDING) + 1)] == [
        sentence for _, sentence in WORDING
    ]
