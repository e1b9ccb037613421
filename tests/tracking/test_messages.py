"""What a message is: sender, subject, direction, connection, lists, verdicts; and which lines it has."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from midtrail.tracking._subjects import decode

Track = Callable[..., Any]

DELIVERED = """
10:00:00 New SMTP ICID 31 interface Data 1 (192.0.2.10) address 198.51.100.59 reverse dns host mail.example.net verified yes
10:00:00 ICID 31 ACCEPT SG ACCEPTLIST match sbrs[0.0:10.0] SBRS 3.5 country Netherlands
10:00:00 ICID 31 TLS success protocol TLSv1.2 cipher AES128-SHA
10:00:01 Start MID 5 ICID 31
10:00:01 MID 5 ICID 31 From: <sender@example.net>
10:00:01 MID 5 ICID 31 RID 0 To: <ann@example.com>
10:00:01 MID 5 ICID 31 To: <nobody@example.com> Rejected by RAT
10:00:01 MID 5 ICID 31 RID 1 To: <ben@example.org>
10:00:02 MID 5 Message-ID '<1@example.net>'
10:00:02 MID 5 Subject '=?utf-8?Q?caf=C3?=\\r\\n\\t=?utf-8?Q?=A9?= open'
10:00:02 MID 5 ready 145 bytes from <sender@example.net>
10:00:02 MID 5 matched all recipients for per-recipient policy Sales Team in the inbound table
10:00:02 MID 5 attachment 'b.pdf'
10:00:02 MID 5 attachment 'a.pdf'
10:00:02 MID 5 attachment 'b.pdf'
10:00:03 MID 5 interim verdict using engine: CASE spam positive
10:00:03 MID 5 using engine: CASE spam negative
10:00:03 MID 5 antivirus negative
10:00:03 MID 5 queued for delivery
10:00:04 New SMTP DCID 6 interface 192.0.2.10 address 203.0.113.25 port 25
10:00:04 DCID 6 TLS success protocol TLSv1.2 cipher AES256
10:00:04 New SMTP DCID 7 interface 192.0.2.10 address 203.0.113.26 port 25
10:00:05 Delivery start DCID 6 MID 5 to RID [0]
10:00:05 Delivery start DCID 7 MID 5 to RID [1]
10:00:06 Message done DCID 6 MID 5 to RID [0]
10:00:06 MID 5 RID [0] Response '2.0.0 queued as A'
10:00:07 Message done DCID 7 MID 5 to RID [1]
10:00:07 Message finished MID 5 done
10:00:08 ICID 31 lost
10:00:08 ICID 31 close
10:00:08 DCID 6 close
10:00:09 DCID 7 close
"""


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return a time of the stories' day."""
    return datetime(2021, 9, 13, hour, minute, second, tzinfo=UTC)


def test_facts_of_a_message(track: Track) -> None:
    """A message knows what its own lines and its connection tell."""
    columns = (
        "mid, mids, icid, direction, last_event_at = '2021-09-13 10:00:07+00', sender, subject, message_id,"
        " size_bytes, sender_group, sender_ip, reverse_dns, reverse_dns_verified, sbrs, country, policy"
    )
    told = [5, [5], 31, "incoming", True, "sender@example.net", "café open", "<1@example.net>", 145]
    connection = ["ACCEPTLIST", "198.51.100.59", "mail.example.net", True, "3.5", "Netherlands", "Sales Team"]
    assert track(DELIVERED).rows(f"select {columns} from messages") == [(*told, *connection)]


def test_lists_are_in_the_logs_own_order(track: Track) -> None:
    """Attachments and rejected recipients stand as logged; what is named twice stands twice."""
    told = track(DELIVERED).rows("select attachments, rejected_recipients from messages")
    assert told == [(["b.pdf", "a.pdf", "b.pdf"], ["nobody@example.com"])]


def test_an_attachment_of_parent_and_child_is_one(track: Track) -> None:
    """An attachment that several MIDs of one family name is listed once."""
    log = """
10:00:00 Start MID 5 ICID 31
10:00:00 MID 5 attachment 'a.pdf'
10:00:01 MID 5 rewritten to MID 6 by antispam
10:00:02 MID 6 attachment 'a.pdf'
10:00:02 MID 6 attachment 'c.pdf'
"""
    assert track(log).rows("select attachments from messages") == [(["a.pdf", "c.pdf"],)]


def test_verdicts_are_the_final_ones(track: Track) -> None:
    """Interim verdicts do not count, and an engine that tells nothing has no key."""
    told = track(DELIVERED).rows("select verdicts from messages")
    assert told == [({"antispam": "spam negative", "antivirus": "negative"},)]


def test_deliveries_of_recipients(track: Track) -> None:
    """Each recipient has the response, time and destination of its own delivery."""
    columns = "rid, response, second(delivered_at), dcid, destination_ip"
    assert track(DELIVERED).rows(f"select {columns} from recipients order by rid") == [
        (0, "2.0.0 queued as A", 6, 6, "203.0.113.25"),
        (1, None, 7, 7, "203.0.113.26"),
    ]


def test_connections(track: Track) -> None:
    """A connection is one row, with what its own lines tell, both ways."""
    columns = (
        "direction, id, second(started_at), second(ended_at), head_cut, sender_ip, destination_ip,"
        " interface, port, hat_action, tls_cipher, lost, messages"
    )
    assert track(DELIVERED).rows(f"select {columns} from connections order by connection") == [
        ("incoming", 31, 0, 8, False, "198.51.100.59", None, "Data 1", None, "ACCEPT", "AES128-SHA", True, 1),
        ("outgoing", 6, 4, 8, False, None, "203.0.113.25", None, 25, None, "AES256", False, 1),
        ("outgoing", 7, 4, 9, False, None, "203.0.113.26", None, 25, None, None, False, 1),
    ]


def test_members_are_the_lines_of_message_and_connections(track: Track) -> None:
    """A message has the lines of its MIDs and of its connections, each once, and no other's."""
    other = "10:00:06 Message done DCID 6 MID 9 to RID [0]\n10:00:06 New SMTP DCID 8 interface 192.0.2.10 address 203.0.113.27 port 25\n10:00:06 MID 5 did what no grammar knows"
    tracked = track(DELIVERED + other)
    members = tracked.rows(
        "select count(*), count(distinct seq) from members join messages using (message) where mid = 5"
    )
    assert members == [(len(DELIVERED.strip().splitlines()) + 1,) * 2]


def test_an_unrecognised_line_is_no_event_of_a_message(track: Track) -> None:
    """A line that no grammar knows is shown with its message, but tells no time of its last event."""
    log = "10:00:00 Start MID 5 ICID 31\n10:00:09 MID 5 did what no grammar knows"
    assert track(log).rows("select second(last_event_at) from messages") == [(0,)]


@pytest.mark.parametrize(
    ("lines", "direction"),
    [
        ("10:00:00 ICID 31 RELAY SG RELAYLIST match 192.0.2.0/24 SBRS not enabled", "outgoing"),
        ("10:00:00 ICID 31 ACCEPT SG ALL match ALL SBRS None", "incoming"),
        (
            "10:00:01 MID 5 matched all recipients for per-recipient policy A in the outbound table",
            "outgoing",
        ),
        ("10:00:01 MID 5 matched all recipients for per-recipient policy A in the inbound table", "incoming"),
        ("10:00:01 MID 5 matched all recipients for per-recipient policy A", None),
    ],
)
def test_direction(track: Track, lines: str, direction: str | None) -> None:
    """RELAY or the outbound table: outgoing; ACCEPT or the inbound table: incoming; else null."""
    assert track(f"10:00:00 Start MID 5 ICID 31\n{lines}").rows("select direction from messages") == [
        (direction,)
    ]


def test_policy_is_the_first_mids(track: Track) -> None:
    """A split message has the policy of its first MID, though a child's is logged earlier."""
    log = """
10:00:00 Start MID 5 ICID 31
10:00:00 MID 5 was split creating MID 6 due to a per-recipient policy Child in the inbound table
10:00:00 MID 6 matched all recipients for per-recipient policy Child in the inbound table
10:00:01 MID 5 matched all recipients for per-recipient policy Parent in the inbound table
"""
    assert track(log).rows("select policy from messages") == [("Parent",)]


def test_first_logged_counts(track: Track) -> None:
    """Sender, subject and size are the first of the family; in one second those of the earlier MID."""
    log = """
10:00:00 Start MID 5 ICID 31
10:00:00 MID 5 ICID 31 From: <first@example.net>
10:00:00 MID 6 ready 99 bytes from <second@example.net>
10:00:00 MID 6 Subject 'b'
10:00:00 MID 5 ready 145 bytes from <first@example.net>
10:00:00 MID 5 Subject 'c'
10:00:00 MID 5 rewritten to MID 6 by antispam
"""
    told = track(log).rows("select sender, size_bytes, subject from messages")
    assert told == [("first@example.net", 145, "c")]


def test_an_icid_that_comes_again(track: Track) -> None:
    """A message takes its host from the life of its ICID, not from another of the same number."""
    log = """
10:00:00 New SMTP ICID 3 interface Data 1 (192.0.2.10) address 198.51.100.1 reverse dns host a.example.net verified yes
10:00:01 Start MID 5 ICID 3
10:00:09 ICID 3 close
+4 10:00:00 New SMTP ICID 3 interface Data 1 (192.0.2.10) address 198.51.100.2 reverse dns host b.example.net verified no
+4 10:00:01 Start MID 6 ICID 3
"""
    told = track(log).rows("select mid, sender_ip, reverse_dns_verified from messages order by mid")
    assert told == [(5, "198.51.100.1", True), (6, "198.51.100.2", False)]


def test_the_icid_is_the_first_mids(track: Track) -> None:
    """A MID that the appliance injected again does not make its message the appliance's own."""
    log = """
10:00:00 MID 5 ICID 3 From: <sender@example.net>
10:00:01 ISQ: Quarantined MID 5
11:00:00 ISQ: Reinjected MID 5 as MID 6
11:00:00 Start MID 6 ICID 0 (ISQ Released Message)
"""
    assert track(log).rows("select mids, icid, started_at from messages") == [([5, 6], 3, None)]


def test_messages_are_numbered_by_host_start_and_mid(track: Track) -> None:
    """The numbers do not depend on the order of files."""
    logs = {
        "esa2/a.log": "10:00:00 Start MID 5 ICID 31",
        "esa1/b.log": "11:00:00 Start MID 6 ICID 31",
        "esa1/c.log": "10:30:00 Start MID 9 ICID 31\n10:30:00 Start MID 8 ICID 31",
    }
    told = track(logs).rows("select host, mid from messages order by message")
    assert told == [("esa1", 8), ("esa1", 9), ("esa1", 6), ("esa2", 5)]


def test_appliances_with_equal_ids_stay_apart(track: Track) -> None:
    """Nothing is ever joined across two appliances, remediation neither."""
    one = "10:00:00 Start MID 5 ICID 31\n10:00:00 MID 5 ICID 31 RID 0 To: <ann@example.com>"
    other = "10:00:00 Start MID 5 ICID 31\n10:00:00 MID 5 ICID 31 RID 0 To: <ben@example.com>\n11:00:00 Message 5 was processed with 'Delete' remedial action for recipient 'ann@example.com' in batch 'b'. Remediation status: Failed."
    tracked = track({"esa1/a.log": one, "esa2/a.log": other})
    assert tracked.told("esa1") == [
        "5: Receiving, open",
        "5/0 ann@example.com: Receiving < Start MID 5 ICID 31",
    ]
    assert [line.split(" <")[0] for line in tracked.told("esa2")] == [
        "5: Partially Delivered, open",
        "5/0 ben@example.com: Receiving",
        "5/? ann@example.com: Remediation Failed",
    ]


BATCHES = """
10:00:00 Start MID 5 ICID 31
10:00:00 MID 5 ICID 31 RID 0 To: <ann@example.com>
10:00:00 MID 5 ICID 31 RID 1 To: <ben@example.com>
10:00:01 Message done DCID 6 MID 5 to RID [0, 1]
10:00:01 Message finished MID 5 done
11:00:00 Message 5 was initiated for 'Delete' remedial action by 'admin' from source 'CTR' in batch 'b1'.
11:00:03 Message 5 was processed with 'Delete' remedial action for recipient 'ann@example.com' in batch 'b1'. Remediation status: Remediated.
12:00:00 Message 5 was processed with 'Forward' remedial action for recipient 'ben@example.com' in batch 'b2'. Remediation status: Failed. Reason: No profiles mapped for domain
"""


def test_batches(track: Track) -> None:
    """Each batch is one row, and what it did adds up."""
    columns = (
        "batch, action, source, initiated_by, initiated_at, messages, recipients, remediated, failed, pending,"
        " last_outcome_at"
    )
    assert track(BATCHES).rows(f"select {columns} from remediations") == [
        ("b1", "Delete", "CTR", "admin", at(11), 1, 2, 1, 0, 1, at(11, 0, 3)),
        ("b2", "Forward", None, None, None, 1, 1, 0, 1, 0, at(12)),
    ]


def test_every_batch_is_kept_with_each_recipient(track: Track) -> None:
    """A recipient has its batches, oldest first, with outcome and reason."""
    told = track(BATCHES).rows("select rid, remediation from recipients order by rid")
    brief = [
        [(b["batch"], b["status"], b["reason"], b["initiated_by"]) for b in batches] for _, batches in told
    ]
    assert brief == [
        [("b1", "Remediated", None, "admin")],
        [("b1", None, None, "admin"), ("b2", "Failed", "No profiles mapped for domain", None)],
    ]


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        (at(9), []),
        (at(10), [("Receiving",)]),
        (at(10, 0, 1), [("Delivered",)]),
        (at(11), [("Remediation Initiated",)]),
        (at(11, 30), [("Partially Remediated",)]),
        (None, [("Partially Remediated",)]),
    ],
)
def test_as_of(track: Track, as_of: datetime | None, state: list[Any]) -> None:
    """As of a time, states are as they were known then."""
    assert track(BATCHES, as_of=as_of).rows("select last_state from messages") == state


def test_evidence_names_source_and_line(track: Track) -> None:
    """The deciding line is named by file and line number."""
    told = track(BATCHES).rows("select evidence_source, evidence_line_no from recipients order by rid")
    assert [(source.rpartition("/")[2], line_no) for source, line_no in told] == [
        ("mail.log", 7),
        ("mail.log", 8),
    ]


@pytest.mark.parametrize(
    ("logged", "shown"),
    [
        ("plain", "plain"),
        ("=?utf-8?B?Y2Fmw6k=?=", "café"),
        ("=?UTF-8?q?a_b?= =?utf-8?b?IGM=?=", "a b c"),
        ("=?utf-8?Q?a?=\r\n\t=?utf-8?Q?b?=\r\n\tc", "ab\r\n\tc"),
        ("Re: =?iso-8859-1?Q?caf=E9?= =?utf-8?Q?=E2=82=AC?= x", "Re: café€ x"),
        ("=?iso-8859-1*en?Q?caf=E9?=", "café"),
        ("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),
        ("=?nocharset?Q?a?=", "=?nocharset?Q?a?="),
        ("=?utf-8?B?!!?=", "=?utf-8?B?!!?="),
        ("=?utf-8?X?a?= =?", "=?utf-8?X?a?= =?"),
        ("=?utf-8?Q?a b=ZZ?=", "a b=ZZ"),
        ("=?utf-8?Q?=FF?=", "\ufffd"),
        ("=?utf-8?Q??=", ""),
        ("=?hex?Q?61?= =?rot13?Q?n?=", "=?hex?Q?61?= =?rot13?Q?n?="),
        ("=?utf-7?Q?+2AA-?=", "=?utf-7?Q?+2AA-?="),
    ],
)
def test_subjects(logged: str, shown: str) -> None:
    """Encoded words are read, blanks between two vanish, other folds and what is no word stay."""
    assert decode(logged) == shown
