"""What a search finds in small logs that have everything in them that is hard to ask for."""

from pathlib import Path

import pytest

import midtrail as mt

DAY = "Mon Sep 13"
LOG = r"""
09:00:00 Begin Logfile
09:00:00 Version: 14.0.1-033 SN: 564D00000000000000A1-000000000001
09:00:00 Time offset from UTC: -18000 seconds
09:00:00 New SMTP ICID 1 interface Management (192.0.2.1) address 2001:DB8:0:0::7 reverse dns host mx.example.net verified yes
09:00:01 Start MID 1 ICID 1
09:00:01 MID 1 ICID 1 From: <Alice.O'Hara@Example.net>
09:00:01 MID 1 ICID 1 RID 0 To: <bob@sub.example.com>
09:00:01 MID 1 ICID 1 RID 1 To: <"john doe"@example.com>
09:00:01 MID 1 Message-ID '<Ab.1@mail.example.net>'
09:00:01 MID 1 Subject '100% sure_thing! [EXT] (re: 5*3) "quoted"'
09:00:01 MID 1 attachment 'Invoice (final).pdf'
09:00:01 MID 1 SHA 5d41402abc4b2a76b9719d911017c592aa9f2c9c6f1d1f0b7d3b1a2c4e5f6071 filename Invoice, May.docx queued for possible file analysis upload
09:00:01 MID 1 URL http://user@Shop.example.net:8080/offer?a=(1) has reputation -8.5 matched Condition: URL Reputation Rule
09:00:01 MID 1 AMP file reputation verdict : MALWARE
09:00:01 MID 1 antivirus negative
09:00:01 MID 1 matched all recipients for per-recipient policy Sales Team in the inbound table
09:00:01 MID 1 ready 10 bytes from <Alice.O'Hara@Example.net>
09:00:02 MID 1 queued for delivery
09:00:03 New SMTP DCID 5 interface 192.0.2.1 address 198.51.100.25 port 25
09:00:03 Delivery start DCID 5 MID 1 to RID [0, 1]
09:00:04 Message done DCID 5 MID 1 to RID [0, 1]
09:00:05 Message 1 was initiated for 'Delete' remedial action by 'admin' from source 'CTR' in batch '2b46dcac-9b3d-404c-9327-f114fd5d89c7'.
09:00:06 Message 1 was processed with 'Delete' remedial action for recipient 'bob@sub.example.com' in batch '2b46dcac-9b3d-404c-9327-f114fd5d89c7'. Remediation status: Remediated.
10:00:00 New SMTP ICID 2 interface Management (192.0.2.1) address 192.0.2.77 reverse dns host unknown verified no
10:00:00 Start MID 2 ICID 2
10:00:00 MID 2 ICID 2 From: <>
10:00:00 MID 2 ICID 2 RID 0 To: <root>
10:00:00 MID 2 ICID 2 To: <nobody@example.com> Rejected by RAT
10:00:00 MID 2 Message-ID '<ab.1@MAIL.example.net>'
10:00:00 MID 2 Subject 'it isn\'t \xc3\x9cber \xe2\x98\x83 C:\\temp\\new'
10:00:00 MID 2 attachment 'U\xcc\x88bersicht.pdf'
10:00:00 MID 2 Threat feeds source 'partner_taxii' detected malicious URL: 'https://[2001:db8::9]/x' in: message body
10:00:00 MID 2 AMP file reputation verdict : CLEAN
10:00:00 MID 2 antivirus positive 'EICAR-AV-Test'
10:00:01 MID 2 queued for delivery
11:00:00 Start MID 21 ICID 0
11:00:00 MID 21 was generated for bounce of MID 2
11:00:00 MID 21 ICID 0 From: <'or'1'='1@example.org>
11:00:00 MID 21 ICID 0 RID 0 To: <carol@xn--bcher-kva.example>
11:00:00 MID 21 Subject '=?utf-8?q?=C3=BCber_alles?='
11:00:01 MID 21 Custom Log Entry: shop.example.net was here
"""

FINDS = [
    ("ip:192.0.2.77", [2]),
    ('ip:"192.0.2.77"', [2]),
    ("ip:192.0.2.7", []),
    ("ip:2001:db8::7", [1]),
    ("ip:2001:0DB8:0000::7", [1]),
    ("ip:198.51.100.25", [1]),
    ("ip:192.0.2.0/24", [2]),
    ("ip:192.0.2.77/24", [2]),
    ("ip:2001:db8::/32", [1]),
    ("ip:198.51.100.*", [1]),
    ("domain:example.net", [1]),
    ("domain:EXAMPLE.com", [1]),
    ("domain:sub.example.com", [1]),
    ("domain:*.example.com", [1]),
    ("domain:mx.example.net", [1]),
    ("domain:shop.example.net", [1]),
    ("domain:xn--bcher-kva.example", [21]),
    ("domain:BÜCHER.example", [21]),
    ("email:carol@bücher.example or email:bücher.example", [21]),
    ("domain:[2001:db8::9]", [2]),
    ("domain:ample.net", []),
    ("email:alice.o'hara@example.NET", [1]),
    ("email:carol@xn--bcher-kva.example", [21]),
    (r'email:"\"john doe\"@example.com"', [1]),
    ("email:root", [2]),
    ("email:example.com", [1]),
    ("email:<bob@sub.example.com>", [1]),
    ("email:*@sub.example.com", [1]),
    ("email:bob", []),
    ("email:nobody@example.com", []),
    ("sender:<>", [2]),
    ('sender:""', [2]),
    ("sender:bob@sub.example.com", []),
    ("sender:example.org", [21]),
    ("sender:*", [1, 2, 21]),
    (r"""sender:"'or'1'='1@example.org" """, [21]),
    ("recipient:bob@sub.example.com", [1]),
    ("recipient:alice.o'hara@example.net", []),
    ("not recipient:bob@sub.example.com", [2, 21]),
    ('email_subject:"100% sure_thing!*"', [1]),
    ('email_subject:"100% sure_thing!"', []),
    ('email_subject:"100*sure!thing*"', []),
    ('email_subject:"100x sure_thing!*"', []),
    ('email_subject:"*5*3*"', [1]),
    (r'email_subject:"*5\*3*"', [1]),
    (r'email_subject:"*100\* sure*"', []),
    ('email_subject:"*[ext]*"', [1]),
    (r'email_subject:"*(re: 5\*3) \"quoted\""', [1]),
    ('email_subject:"it isn\'t über ☃ c:\\temp\\new"', [2]),
    ('email_subject:"it isn\'t über ☃ c:\\\\temp\\\\new"', [2]),
    ('email_subject:"U\u0308BER ALLES"', [21]),
    ("email_subject:*über*", [2, 21]),
    ("email_messageid:<Ab.1@mail.example.net>", [1]),
    ("email_messageid:Ab.1@mail.example.net", [1]),
    ("email_messageid:<Ab*", [1]),
    ("email_messageid:*@MAIL.example.net", [2]),
    ("cisco_mid:1", [1]),
    ("cisco_mid:0021", [21]),
    ("cisco_mid:9223372036854775807", []),
    ('file_name:"invoice (FINAL).pdf"', [1]),
    ('file_name:"Invoice, May.docx"', [1]),
    ("file_name:Übersicht.pdf", [2]),
    ("file_name:Invoice", []),
    ("sha256:5D41402ABC4b2a76b9719d911017c592aa9f2c9c6f1d1f0b7d3b1a2c4e5f6071", [1]),
    ("sha256:5d41*", [1]),
    ('url:"http://user@shop.example.net:8080/offer?a=(1)"', [1]),
    ("url:https://[2001:db8::9]/x", [2]),
    ("url:*SHOP*", [1]),
    ("verdict:malware", [1]),
    ('verdict:"amp malware"', [1]),
    ('verdict:"antivirus malware"', []),
    ("verdict:amp*", [1, 2]),
    ("verdict:antivirus*", [1, 2]),
    ("verdict:posi*", [2]),
    ("state:queued*", [2]),
    ('state:"partially REMEDIATED" or state:nothing', [1]),
    ('policy:"sales team"', [1]),
    ("policy:sales", []),
    ("not policy:*", [2, 21]),
    ("host:564d*", [1, 2, 21]),
    ("host:other", []),
    ("batch:2B46DCAC-9b3d-404c-9327-f114fd5d89c7", [1]),
    ("since:2021-09-13T09:30", [2, 21]),
    ("until:2021-09-13T09:30", [1]),
    ("since:2021-09-13T14:30:00Z until:2021-09-13T10:30", [2]),
    ("über", [2, 21]),
    ("NOBODY@example.com", [2]),
    ("shop.example.net", [1, 21]),
    ("http://user", [1]),
    ("5d41402abc", [1]),
    ('"was generated for bounce"', [21]),
    ("sub.example.com", [1]),
    ("SUB*COM", [1]),
    ("nowhere", []),
    ("nowhere or root or here", [2, 21]),
    ("a.*c", []),
    ("r..t", []),
    ('"|" or "(a|b)" or "[r]oot"', []),
    ("temp\\new or was_here", [2]),
    ('"\' OR true --"', []),
    ('"or"', [1, 2, 21]),
    ("mx.example.net AND not domain:example.org", [1]),
    ("domain:example.org OR\n(email:root file_name:*.pdf)", [2, 21]),
    ("not (domain:example.org or email:root)", [1]),
    ("not not email:root", [2]),
    ("email:root email:example.com", []),
    ("email:root or email:example.com or sender:nobody", [1, 2]),
    ("ip:192.0.2.77 or ip:198.51.100.0/24 or ip:2001:db8::/32", [1, 2]),
    ("cisco_mid:1 or cisco_mid:21 or cisco_mid:5", [1, 21]),
    ("not (verdict:malware or verdict:clean)", [21]),
    ("sender:*example.org or sender:ample*", [21]),
    ("EMAIL:root", [2]),
]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> mt.Log:
    """Return a log with three messages."""
    path = Path(tmp_path_factory.mktemp("search"), "mail.log")
    lines = [line.partition(" ") for line in LOG.strip("\n").split("\n")]
    text = "".join(f"{DAY} {time} 2021 Info: {body}\n" for time, _, body in lines)
    path.write_text(text, encoding="utf-8")
    return mt.read(path, progress=False)


@pytest.mark.parametrize(("query", "mids"), FINDS)
def test_found(log: mt.Log, query: str, mids: list[int]) -> None:
    """A value must be the whole value, `*` stands for anything, and nothing else in it means anything."""
    assert log.search(query)["mid"].to_pylist() == mids


def test_the_table_is_that_of_messages(log: mt.Log) -> None:
    """What is found has the columns and the order of `messages`, and can be narrowed and dated as these."""
    assert log.search("example").equals(log.messages())
    assert log.search("*", since="2021-09-13T09:30", sender="<>")["mid"].to_pylist() == [2]
    found = log.search("cisco_mid:1 state:delivered", as_of="2021-09-13T09:00:04")
    assert found["last_state"].to_pylist() == ["Delivered"]
    assert log.search("cisco_mid:1 state:delivered").num_rows == 0
    with pytest.raises(mt.UsageError, match="cannot be chosen by 'sendr'"):
        log.search("example", sendr="x")


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    """A byte that is no UTF-8 is found as the command line gives it, and half a surrogate pair finds nothing."""
    path = tmp_path / "mail.log"
    path.write_bytes(
        b"Mon Sep 13 09:00:00 2021 Info: Start MID 7 ICID 1\n" * 1 + b"Info: MID 7 Subject 'Caf\xe9'\n"
    )
    log = mt.read(path, progress=False)
    assert log.search("email_subject:Caf\udce9")["mid"].to_pylist() == [7]
    assert log.search("email_subject:Caf\ud8e9").num_rows == 0
    assert log.search("email_subject:Caf?").num_rows == 0


def test_a_search_by_sender_reads_no_lines(log: mt.Log) -> None:
    """Fields of messages and recipients are looked up without the lines, which an archive then need not read."""
    connection = log._tables.tracked(None).connection
    connection.execute("ALTER TABLE spine RENAME TO hidden")
    try:
        for query in (
            "sender:root",
            "email:root",
            "ip:192.0.2.77",
            "state:x",
            "verdict:x",
            "cisco_mid:2",
            "not policy:x",
        ):
            assert log.search(query).num_columns > 20
        with pytest.raises(Exception, match="spine"):
            log.search("anywhere")
    finally:
        connection.execute("ALTER TABLE hidden RENAME TO spine")
