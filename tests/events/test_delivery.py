"""Delivery lines: every wording gives its kind and fields, and prints back as it stood."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from midtrail.events import all_kinds, family_of
from midtrail.grammar import lark_engine

_LINES: list[tuple[str, str, dict[str, Any]]] = [
    ("MID 9 queued for delivery", "queued_for_delivery", {"mid": 9}),
    ("MID 9 queued for delivery ", "queued_for_delivery", {"mid": 9}),
    (
        "New SMTP DCID 30 interface 192.0.2.10 address 203.0.113.31 port 25",
        "dcid_opened",
        {
            "dcid": 30,
            "interface_ip": "192.0.2.10",
            "interface": None,
            "destination_ip": "203.0.113.31",
            "port": 25,
        },
    ),
    (
        "New SMTP DCID 30 interface 2001:db8::a address 2001:db8::b port 587",
        "dcid_opened",
        {
            "dcid": 30,
            "interface_ip": "2001:db8::a",
            "interface": None,
            "destination_ip": "2001:db8::b",
            "port": 587,
        },
    ),
    (
        "New SMTP DCID 8 interface 192.0.2.42 address 203.0.113.25 ",
        "dcid_opened",
        {
            "dcid": 8,
            "interface_ip": "192.0.2.42",
            "interface": None,
            "destination_ip": "203.0.113.25",
            "port": None,
        },
    ),
    (
        "New SMTP DCID 16 interface PublicNet address 203.0.113.113",
        "dcid_opened",
        {
            "dcid": 16,
            "interface_ip": None,
            "interface": "PublicNet",
            "destination_ip": "203.0.113.113",
            "port": None,
        },
    ),
    (
        "New SMTP DCID 16 interface Data 1 address 203.0.113.113 port 25",
        "dcid_opened",
        {
            "dcid": 16,
            "interface_ip": None,
            "interface": "Data 1",
            "destination_ip": "203.0.113.113",
            "port": 25,
        },
    ),
    (
        "New smtp DCID 17 Interface Data 1 (192.0.2.10) address 203.0.113.113 port 25",
        "dcid_opened",
        {
            "dcid": 17,
            "interface_ip": "192.0.2.10",
            "interface": "Data 1",
            "destination_ip": "203.0.113.113",
            "port": 25,
        },
    ),
    (
        "DCID 30 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-SHA384",
        "dcid_tls_success",
        {
            "dcid": 30,
            "tls_protocol": "TLSv1.2",
            "tls_cipher": "ECDHE-RSA-AES256-SHA384",
            "domain": None,
            "common_name": None,
        },
    ),
    (
        "DCID 30 TLS success protocol TLSv1 cipher AES128-SHA ",
        "dcid_tls_success",
        {
            "dcid": 30,
            "tls_protocol": "TLSv1",
            "tls_cipher": "AES128-SHA",
            "domain": None,
            "common_name": None,
        },
    ),
    (
        "DCID 30 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384 None",
        "dcid_tls_success",
        {
            "dcid": 30,
            "tls_protocol": "TLSv1.2",
            "tls_cipher": "ECDHE-RSA-AES256-GCM-SHA384",
            "domain": None,
            "common_name": None,
        },
    ),
    (
        "DCID 112095 TLS success protocol TLSv1 cipher AES128-SHA for partner.example",
        "dcid_tls_success",
        {
            "dcid": 112095,
            "tls_protocol": "TLSv1",
            "tls_cipher": "AES128-SHA",
            "domain": "partner.example",
            "common_name": None,
        },
    ),
    (
        "DCID 112095 TLS success protocol TLSv1 cipher AES128-SHA for partner.example CN=mx.partner.example",
        "dcid_tls_success",
        {
            "dcid": 112095,
            "tls_protocol": "TLSv1",
            "tls_cipher": "AES128-SHA",
            "domain": "partner.example",
            "common_name": "mx.partner.example",
        },
    ),
    (
        "DCID 239490 TLS success protocol TLSv1 cipher RC4-SHA CN=mx.partner.example ",
        "dcid_tls_success",
        {
            "dcid": 239490,
            "tls_protocol": "TLSv1",
            "tls_cipher": "RC4-SHA",
            "domain": None,
            "common_name": "mx.partner.example",
        },
    ),
    (
        "DCID 58744 TLS success CN=mx.partner.example",
        "dcid_tls_success",
        {
            "dcid": 58744,
            "tls_protocol": None,
            "tls_cipher": None,
            "domain": None,
            "common_name": "mx.partner.example",
        },
    ),
    (
        "DCID 12 TLS success CN: <An Appliance's > Demo Cert>",
        "dcid_tls_success",
        {
            "dcid": 12,
            "tls_protocol": None,
            "tls_cipher": None,
            "domain": None,
            "common_name": "An Appliance's > Demo Cert",
        },
    ),
    (
        "DCID 13 TLS success CN: mx.partner.example",
        "dcid_tls_success",
        {
            "dcid": 13,
            "tls_protocol": None,
            "tls_cipher": None,
            "domain": None,
            "common_name": "mx.partner.example",
        },
    ),
    (
        "DCID 14 TLS success",
        "dcid_tls_success",
        {"dcid": 14, "tls_protocol": None, "tls_cipher": None, "domain": None, "common_name": None},
    ),
    (
        "DCID 14 TLS success for partner.example",
        "dcid_tls_success",
        {
            "dcid": 14,
            "tls_protocol": None,
            "tls_cipher": None,
            "domain": "partner.example",
            "common_name": None,
        },
    ),
    (
        "DCID 80167 TLS failed: STARTTLS unexpected response",
        "dcid_tls_failed",
        {"dcid": 80167, "reason": "STARTTLS unexpected response"},
    ),
    (
        "DCID 80167 TLS failed: verify error: hostname mismatch ",
        "dcid_tls_failed",
        {"dcid": 80167, "reason": "verify error: hostname mismatch"},
    ),
    ("DCID 80167 TLS failed", "dcid_tls_failed", {"dcid": 80167, "reason": None}),
    (
        "DCID 80167 STARTTLS command not supported",
        "dcid_tls_failed",
        {"dcid": 80167, "reason": "STARTTLS command not supported"},
    ),
    (
        "DCID 80167 TLS verify error: no certificate from server",
        "dcid_tls_failed",
        {"dcid": 80167, "reason": "verify error: no certificate from server"},
    ),
    (
        "DCID 80167 TLS deferring: verify error: hostname mismatch",
        "dcid_tls_deferred",
        {"dcid": 80167, "reason": "verify error: hostname mismatch"},
    ),
    ("DCID 80167 TLS deferring", "dcid_tls_deferred", {"dcid": 80167, "reason": None}),
    (
        "DCID 8 IP 203.0.113.140 TLS was required but could not be successfully negotiated",
        "dcid_tls_required",
        {"dcid": 8, "destination_ip": "203.0.113.140"},
    ),
    (
        "DCID 8 TLS was required but could not be successfully negotiated",
        "dcid_tls_required",
        {"dcid": 8, "destination_ip": None},
    ),
    ("DCID 4 close", "dcid_closed", {"dcid": 4}),
    ("SMTP client connection killed DCID: 196546347", "dcid_killed", {"dcid": 196546347}),
    (
        "Mail delivery client with DCID 8163315 exited due to the maximum concurrency configuration.",
        "delivery_client_exited",
        {"dcid": 8163315},
    ),
    (
        "Delivery start DCID 126723200 MID 1416566008 to RID [0, 1, 12]",
        "delivery_started",
        {"dcid": 126723200, "mid": 1416566008, "rids": (0, 1, 12), "offbox_quarantine": False},
    ),
    (
        "Delivery start DCID 4901127 MID 10288263 to [0]",
        "delivery_started",
        {"dcid": 4901127, "mid": 10288263, "rids": (0,), "offbox_quarantine": False},
    ),
    (
        "Delivery start DCID 6565554 MID 24611424 to RID [0] to offbox IronPort Spam Quarantine",
        "delivery_started",
        {"dcid": 6565554, "mid": 24611424, "rids": (0,), "offbox_quarantine": True},
    ),
    (
        "Delivery start DCID 6565554 MID 24611424 to [0] to offbox Cisco Spam Quarantine ",
        "delivery_started",
        {"dcid": 6565554, "mid": 24611424, "rids": (0,), "offbox_quarantine": True},
    ),
    (
        "Delivery start DCID 6565554 MID 24611424 to RID [0] to offbox Spam Quarantine",
        "delivery_started",
        {"dcid": 6565554, "mid": 24611424, "rids": (0,), "offbox_quarantine": True},
    ),
    (
        "Message done DCID 6565548 MID 24611465 to RID [0]",
        "delivery_done",
        {"dcid": 6565548, "mid": 24611465, "rids": (0,), "headers": None, "external_quarantine": False},
    ),
    (
        "Message done DCID 6565548 MID 24611465 to RID [0, 3] ",
        "delivery_done",
        {"dcid": 6565548, "mid": 24611465, "rids": (0, 3), "headers": None, "external_quarantine": False},
    ),
    (
        "Message done DCID 3312 MID 4806 to [0]",
        "delivery_done",
        {"dcid": 3312, "mid": 4806, "rids": (0,), "headers": None, "external_quarantine": False},
    ),
    (
        "Message done DCID 6565554 MID 24611414 to RID [0] (external quarantine) ",
        "delivery_done",
        {"dcid": 6565554, "mid": 24611414, "rids": (0,), "headers": None, "external_quarantine": True},
    ),
    (
        "Message done DCID 1 MID 2 to RID [0] (external quarantine) [('x-sbrs', 'None')]",
        "delivery_done",
        {"dcid": 1, "mid": 2, "rids": (0,), "headers": (("x-sbrs", "None"),), "external_quarantine": True},
    ),
    (
        "Message done DCID 1 MID 2 to RID [0] [('x-sbrs', 'None')] (external quarantine)",
        "delivery_done",
        {"dcid": 1, "mid": 2, "rids": (0,), "headers": (("x-sbrs", "None"),), "external_quarantine": True},
    ),
    (
        "Message done DCID 1 MID 2 to RID [0] [('from', '\"A\\'s\" <a@example.com>'), (\"subject\", \"it's ] (external quarantine)\"), ('x', '\\xc3\\xa9\\r\\n\\t')]",
        "delivery_done",
        {
            "dcid": 1,
            "mid": 2,
            "rids": (0,),
            "headers": (
                ("from", '"A\'s" <a@example.com>'),
                ("subject", "it's ] (external quarantine)"),
                ("x", "é\r\n\t"),
            ),
            "external_quarantine": False,
        },
    ),
    (
        "Message done DCID 1 MID 2 to RID [0] [('subject', 'x')] (external quarantine) [(')] ",
        "delivery_done",
        {"dcid": 1, "mid": 2, "rids": (0,), "headers": None, "external_quarantine": False},
    ),
    (
        "Message done DCID 1 MID 2 to RID [0] [('subject', 'cut off he",
        "delivery_done",
        {"dcid": 1, "mid": 2, "rids": (0,), "headers": None, "external_quarantine": False},
    ),
    (
        "Message done DCID 570107 MID 3605203 to [0] [('X-SBRS', 'BadRep -9.4')] ",
        "delivery_done",
        {
            "dcid": 570107,
            "mid": 3605203,
            "rids": (0,),
            "headers": (("X-SBRS", "BadRep -9.4"),),
            "external_quarantine": False,
        },
    ),
    (
        "Message done DCID 570107 MID 3605203 to RID [0] []",
        "delivery_done",
        {"dcid": 570107, "mid": 3605203, "rids": (0,), "headers": (), "external_quarantine": False},
    ),
    (
        "MID 1416566008 RID [0, 1] Response 'CRR09734 Message accepted for delivery'",
        "response_received",
        {"mid": 1416566008, "rids": (0, 1), "response": "CRR09734 Message accepted for delivery"},
    ),
    (
        "MID 9 RID [0] Response '2.6.0 <a@example.com> it\\'s MID 9 RID [0] Response \\xc3\\xa9' ",
        "response_received",
        {"mid": 9, "rids": (0,), "response": "2.6.0 <a@example.com> it's MID 9 RID [0] Response é"},
    ),
    (
        "MID 9 RID [0] Response '2.6.0 it's 'queued''",
        "response_received",
        {"mid": 9, "rids": (0,), "response": "2.6.0 it's 'queued'"},
    ),
    (
        'MID 9 RID [0] Response "it\'s queued"',
        "response_received",
        {"mid": 9, "rids": (0,), "response": "it's queued"},
    ),
    (
        "MID 9 RID [0] Response 2.6.0 <a@example.com> Queued mail for delivery",
        "response_received",
        {"mid": 9, "rids": (0,), "response": "2.6.0 <a@example.com> Queued mail for delivery"},
    ),
    ("MID 9 RID [0] Response ''", "response_received", {"mid": 9, "rids": (0,), "response": ""}),
    ("MID 9 RID [0] Response", "response_received", {"mid": 9, "rids": (0,), "response": None}),
    ("MID 9 RID [0] Response ", "response_received", {"mid": 9, "rids": (0,), "response": None}),
    (
        "Delayed: DCID 5 MID 4 to RID 0 - 4.1.0 - Unknown address error ('466', ['Mailbox temporarily full.'])[]",
        "delivery_delayed",
        {
            "dcid": 5,
            "mid": 4,
            "rid": 0,
            "dsn_code": "4.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "466",
            "response_lines": ("Mailbox temporarily full.",),
            "headers": (),
        },
    ),
    (
        "Delayed: DCID: 4370 Message 10800 to 0 - 4.4.0 - Other network problem ('000', ['[Errno 54] Connection reset by peer']) []",
        "delivery_delayed",
        {
            "dcid": 4370,
            "mid": 10800,
            "rid": 0,
            "dsn_code": "4.4.0",
            "dsn_text": "Other network problem",
            "smtp_code": "000",
            "response_lines": ("[Errno 54] Connection reset by peer",),
            "headers": (),
        },
    ),
    (
        "Delayed: DCID 5 MID 4 to RID 1 - 4.4.7 - Delivery expired (message too old) ('000', ['timeout']) ",
        "delivery_delayed",
        {
            "dcid": 5,
            "mid": 4,
            "rid": 1,
            "dsn_code": "4.4.7",
            "dsn_text": "Delivery expired (message too old)",
            "smtp_code": "000",
            "response_lines": ("timeout",),
            "headers": None,
        },
    ),
    (
        "Delayed: DCID 5 MID 4 to RID 1 - 4.3.2 - Not accepting messages at this time",
        "delivery_delayed",
        {
            "dcid": 5,
            "mid": 4,
            "rid": 1,
            "dsn_code": "4.3.2",
            "dsn_text": "Not accepting messages at this time",
            "smtp_code": None,
            "response_lines": None,
            "headers": None,
        },
    ),
    (
        "Delayed: DCID 5 MID 4 to RID 0 - 4.1.0 - Unknown address error 451-'4.7.1 Try again later'",
        "delivery_delayed",
        {
            "dcid": 5,
            "mid": 4,
            "rid": 0,
            "dsn_code": "4.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "451",
            "response_lines": ("4.7.1 Try again later",),
            "headers": None,
        },
    ),
    (
        "Bounced: DCID 3 MID 4 to RID 12 - 5.1.0 - Unknown address error ('550', ['<bob@example.com>... Relaying denied']) []",
        "delivery_bounced",
        {
            "dcid": 3,
            "mid": 4,
            "rid": 12,
            "dsn_code": "5.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "550",
            "response_lines": ("<bob@example.com>... Relaying denied",),
            "headers": (),
        },
    ),
    (
        "Bounced: DCID 0 MID 8 to RID 0 - 5.1.2 - Bad destination host ('000', ['DNS Hard Error looking up missing.example (MX):  NXDomain'])",
        "delivery_bounced",
        {
            "dcid": 0,
            "mid": 8,
            "rid": 0,
            "dsn_code": "5.1.2",
            "dsn_text": "Bad destination host",
            "smtp_code": "000",
            "response_lines": ("DNS Hard Error looking up missing.example (MX):  NXDomain",),
            "headers": None,
        },
    ),
    (
        "Bounced: DCID: 1911 Message 3993 to 0 - 5.1.0 - Unknown address error ('554', ['Too long line.']) []",
        "delivery_bounced",
        {
            "dcid": 1911,
            "mid": 3993,
            "rid": 0,
            "dsn_code": "5.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "554",
            "response_lines": ("Too long line.",),
            "headers": (),
        },
    ),
    (
        "Bounced: DCID 2 MID 9 to RID 0 - 5.1.0 - Unknown address error ('550', ['5.1.1 No such user.', \"5.1.1 the recipient's address\", '5.1.1']) [('from', 'a@example.com'), ('subject', \"it's ])\")]",
        "delivery_bounced",
        {
            "dcid": 2,
            "mid": 9,
            "rid": 0,
            "dsn_code": "5.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "550",
            "response_lines": ("5.1.1 No such user.", "5.1.1 the recipient's address", "5.1.1"),
            "headers": (
                ("from", "a@example.com"),
                ("subject", "it's ])"),
            ),
        },
    ),
    (
        "Bounced: DCID 2 MID 9 to RID 0 - 5.1.8 - Bad sender's system address ('550', ['x\\']) []', \"('551', ['y']) - 5.1.0 - z\"]) []",
        "delivery_bounced",
        {
            "dcid": 2,
            "mid": 9,
            "rid": 0,
            "dsn_code": "5.1.8",
            "dsn_text": "Bad sender's system address",
            "smtp_code": "550",
            "response_lines": ("x']) []", "('551', ['y']) - 5.1.0 - z"),
            "headers": (),
        },
    ),
    (
        "Bounced: DCID 2 MID 9 to RID 0 - 5.1.0 - Unknown address error ('550', []) []",
        "delivery_bounced",
        {
            "dcid": 2,
            "mid": 9,
            "rid": 0,
            "dsn_code": "5.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "550",
            "response_lines": (),
            "headers": (),
        },
    ),
    (
        "Bounced: DCID 2 MID 9 to RID 0 - 5.1.0 - Unknown address error ('550', ['it's unescaped']) []",
        "delivery_bounced",
        {
            "dcid": 2,
            "mid": 9,
            "rid": 0,
            "dsn_code": "5.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "550",
            "response_lines": ("it's unescaped",),
            "headers": (),
        },
    ),
    (
        "Bounced: DCID 2 MID 9 to RID 0 - 5.1.0 - Unknown address error ('550', ['5.1.1 No such us",
        "delivery_bounced",
        {
            "dcid": 2,
            "mid": 9,
            "rid": 0,
            "dsn_code": "5.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "550",
            "response_lines": ("['5.1.1 No such us",),
            "headers": None,
        },
    ),
    (
        "Bounced: DCID 2 MID 9 to RID 0 - 5.4.7 - Delivery expired (message too old) ",
        "delivery_bounced",
        {
            "dcid": 2,
            "mid": 9,
            "rid": 0,
            "dsn_code": "5.4.7",
            "dsn_text": "Delivery expired (message too old)",
            "smtp_code": None,
            "response_lines": None,
            "headers": None,
        },
    ),
    (
        "Bounced: DCID 2 MID 9 to RID 0 - 5.1.0 - Unknown address error 501-'5.5.4 (\\'550\\', [\\'x\\'])'",
        "delivery_bounced",
        {
            "dcid": 2,
            "mid": 9,
            "rid": 0,
            "dsn_code": "5.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "501",
            "response_lines": ("5.5.4 ('550', ['x'])",),
            "headers": None,
        },
    ),
    (
        "Double bounce: MID 12222130 to 0 - 5.1.0 - Unknown address error 501-'5.5.4 Invalid Address'",
        "double_bounced",
        {
            "mid": 12222130,
            "rid": 0,
            "dsn_code": "5.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "501",
            "response_lines": ("5.5.4 Invalid Address",),
            "headers": None,
        },
    ),
    (
        "Double bounce: Message 8963393 to 0 - 5.1.1 - Bad destination email address",
        "double_bounced",
        {
            "mid": 8963393,
            "rid": 0,
            "dsn_code": "5.1.1",
            "dsn_text": "Bad destination email address",
            "smtp_code": None,
            "response_lines": None,
            "headers": None,
        },
    ),
    (
        "Double bounce: MID 12222131 to RID 0 - 5.1.0 - Unknown address error ('550', ['5.1.1 No such user']) []",
        "double_bounced",
        {
            "mid": 12222131,
            "rid": 0,
            "dsn_code": "5.1.0",
            "dsn_text": "Unknown address error",
            "smtp_code": "550",
            "response_lines": ("5.1.1 No such user",),
            "headers": (),
        },
    ),
    (
        "MID 1232089 to RID [0, 2] pending till Wed May 26 14:58:26 2004",
        "delivery_pending",
        {
            "mid": 1232089,
            "rids": (0, 2),
            "pending_till": datetime(2004, 5, 26, 14, 58, 26, tzinfo=UTC),
            "profile": None,
        },
    ),
    (
        "Message 1232089 to RID [0] pending till Tue Jun  1 04:05:06 2004 ",
        "delivery_pending",
        {
            "mid": 1232089,
            "rids": (0,),
            "pending_till": datetime(2004, 6, 1, 4, 5, 6, tzinfo=UTC),
            "profile": None,
        },
    ),
    (
        "MID 4195162 to [0] pending till Tue Apr 27 13:05:17 2004 [Default]",
        "delivery_pending",
        {
            "mid": 4195162,
            "rids": (0,),
            "pending_till": datetime(2004, 4, 27, 13, 5, 17, tzinfo=UTC),
            "profile": "Default",
        },
    ),
    (
        "Message 4195162 to [0] pending till Tue Apr 27 13:05:17 2004 [My [own] profile]",
        "delivery_pending",
        {
            "mid": 4195162,
            "rids": (0,),
            "pending_till": datetime(2004, 4, 27, 13, 5, 17, tzinfo=UTC),
            "profile": "My [own] profile",
        },
    ),
    ("Deleted: MID 3 to [0]", "recipients_deleted", {"mid": 3, "rids": (0,)}),
    ("Deleted: Message 3 to RID [0, 1]", "recipients_deleted", {"mid": 3, "rids": (0, 1)}),
    (
        "Possible Delivery: DCID: 4641294 MID 8956463 to [0]",
        "possible_delivery",
        {"dcid": 4641294, "mid": 8956463, "rids": (0,)},
    ),
    (
        "Possible Delivery: DCID 4641294 Message 8956463 to RID [0, 1]",
        "possible_delivery",
        {"dcid": 4641294, "mid": 8956463, "rids": (0, 1)},
    ),
    (
        "Connection Error: DCID 63 domain: partner.example IP: 203.0.113.31 port: 25 details: [Errno 0] Error interface: 192.0.2.50 reason: network error",
        "connection_error",
        {
            "dcid": 63,
            "domain": "partner.example",
            "destination_ip": "203.0.113.31",
            "port": 25,
            "port_name": None,
            "detail": "[Errno 0] Error",
            "interface_ip": "192.0.2.50",
            "reason": "network error",
        },
    ),
    (
        "Connection Error: DCID 64 domain: partner.example IP: 203.0.113.31 port: 25 details: 421-'no interface: x reason: y, see <http://example.com/>' interface: 192.0.2.50 reason: unexpected SMTP response",
        "connection_error",
        {
            "dcid": 64,
            "domain": "partner.example",
            "destination_ip": "203.0.113.31",
            "port": 25,
            "port_name": None,
            "detail": "421-'no interface: x reason: y, see <http://example.com/>'",
            "interface_ip": "192.0.2.50",
            "reason": "unexpected SMTP response",
        },
    ),
    (
        "Connection Error: DCID 65 domain: partner.example IP: 203.0.113.31 port: 25 details:  interface: 192.0.2.50 reason: timeout",
        "connection_error",
        {
            "dcid": 65,
            "domain": "partner.example",
            "destination_ip": "203.0.113.31",
            "port": 25,
            "port_name": None,
            "detail": None,
            "interface_ip": "192.0.2.50",
            "reason": "timeout",
        },
    ),
    (
        "Connection Error: DCID 66 domain: partner.example IP: masked port: masked_port details: EOF interface: masked reason: network error",
        "connection_error",
        {
            "dcid": 66,
            "domain": "partner.example",
            "destination_ip": None,
            "port": None,
            "port_name": "masked_port",
            "detail": "EOF",
            "interface_ip": None,
            "reason": "network error",
        },
    ),
    (
        "Connection Error: DCID: 263 IP: 203.0.113.90 details: EOF interface: 192.0.2.246 reason: network error ",
        "connection_error",
        {
            "dcid": 263,
            "domain": None,
            "destination_ip": "203.0.113.90",
            "port": None,
            "port_name": None,
            "detail": "EOF",
            "interface_ip": "192.0.2.246",
            "reason": "network error",
        },
    ),
    (
        "Connection Error: DCID: 263 IP: 203.0.113.90 details: EOF interface: 192.0.2.246",
        "connection_error",
        {
            "dcid": 263,
            "domain": None,
            "destination_ip": "203.0.113.90",
            "port": None,
            "port_name": None,
            "detail": "EOF",
            "interface_ip": "192.0.2.246",
            "reason": None,
        },
    ),
    (
        "Connection Error: connection timed out DCID: 2804 IP: 203.0.113.158 details: timeout interface: 192.0.2.49",
        "connection_error",
        {
            "dcid": 2804,
            "domain": None,
            "destination_ip": "203.0.113.158",
            "port": None,
            "port_name": None,
            "detail": "timeout",
            "interface_ip": "192.0.2.49",
            "reason": "connection timed out",
        },
    ),
    (
        "Deliveries are currently suspended [mx.partner.example]",
        "deliveries_suspended",
        {"domain": "mx.partner.example"},
    ),
    ("Deliveries are currently suspended", "deliveries_suspended", {"domain": None}),
    (
        "Scanning over-the-limit.example with 1 msgs for expiration candidates.",
        "expiry_scan_started",
        {"domain": "over-the-limit.example", "message_count": 1},
    ),
    (
        "Done scanning partner.example,  1 msgs remain in queue.",
        "expiry_scan_done",
        {"domain": "partner.example", "message_count": 1},
    ),
    (
        "Done scanning partner.example, 0 msgs remain in queue.",
        "expiry_scan_done",
        {"domain": "partner.example", "message_count": 0},
    ),
    (
        "DNS Temporary Failure partner.example MX - unable to reach nameserver on any valid IP",
        "dns_temporary_failure",
        {
            "domain": "partner.example",
            "record_type": "MX",
            "reason": "unable to reach nameserver on any valid IP",
        },
    ),
    (
        "DNS Error missing.example A - NXDomain",
        "dns_error",
        {"domain": "missing.example", "record_type": "A", "reason": "NXDomain"},
    ),
    (
        "DNS failure for SMTP route destination mailstore.example.com",
        "smtp_route_dns_failed",
        {"domain": "mailstore.example.com"},
    ),
    (
        "DNS query network error '[Errno 51] Network is unreachable' to '192.0.2.53' looking up ''",
        "dns_query_failed",
        {"dns_error": "[Errno 51] Network is unreachable", "name_server_ip": "192.0.2.53", "looked_up": ""},
    ),
    (
        "Received an invalid DNS Response: '' to IP 192.0.2.53 looking up ns.partner.example",
        "dns_response_invalid",
        {"dns_response": "", "name_server_ip": "192.0.2.53", "looked_up": "ns.partner.example"},
    ),
    (
        "Failed to bootstrap the DNS resolver. Unable to contact root servers.",
        "dns_bootstrap_failed",
        {"detail": "Unable to contact root servers."},
    ),
    ("Failed to bootstrap the DNS resolver.", "dns_bootstrap_failed", {"detail": None}),
    (
        "DCID 2024 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384 the.cpq.host",
        "dcid_tls_success",
        {
            "dcid": 2024,
            "tls_protocol": "TLSv1.2",
            "tls_cipher": "ECDHE-RSA-AES256-GCM-SHA384",
            "domain": "the.cpq.host",
            "common_name": None,
        },
    ),
    (
        "DCID 2024 TLS success protocol TLSv1 cipher RC4-SHA the.euq.queue ",
        "dcid_tls_success",
        {
            "dcid": 2024,
            "tls_protocol": "TLSv1",
            "tls_cipher": "RC4-SHA",
            "domain": "the.euq.queue",
            "common_name": None,
        },
    ),
    (
        "DCID: 5633 IP: 203.0.113.102 SMTP authentication using the profile my profile succeeded.",
        "dcid_auth_succeeded",
        {"dcid": 5633, "destination_ip": "203.0.113.102", "profile": "my profile"},
    ),
    (
        "DCID 5633 IP 203.0.113.102 SMTP authentication using the profile Outbound succeeded ",
        "dcid_auth_succeeded",
        {"dcid": 5633, "destination_ip": "203.0.113.102", "profile": "Outbound"},
    ),
    (
        "DCID: 5640 IP: 2001:db8::9 SMTP authentication using the profile Outbound failed.",
        "dcid_auth_failed",
        {"dcid": 5640, "destination_ip": "2001:db8::9", "profile": "Outbound", "reason": None},
    ),
    (
        "DCID: 5640 IP: 203.0.113.102 SMTP authentication using the profile Outbound failed: 535 no failed: x",
        "dcid_auth_failed",
        {
            "dcid": 5640,
            "destination_ip": "203.0.113.102",
            "profile": "Outbound",
            "reason": "535 no failed: x",
        },
    ),
    (
        "DCID: 5640 IP: 203.0.113.102 SMTP authentication using the profile Outbound failed. 535 no",
        "dcid_auth_failed",
        {"dcid": 5640, "destination_ip": "203.0.113.102", "profile": "Outbound", "reason": "535 no"},
    ),
    (
        "Delivery start DCID 2024 MID 26991 to RID [0, 1] to Centralized Policy Quarantine",
        "quarantine_transfer_started",
        {"dcid": 2024, "mid": 26991, "rids": (0, 1)},
    ),
    (
        "Message done DCID 2024 MID 26991 to RID [0, 1] (centralized policy quarantine) ",
        "quarantine_transfer_done",
        {"dcid": 2024, "mid": 26991, "rids": (0, 1), "headers": None},
    ),
    (
        "Message done DCID 2024 MID 26991 to RID [0] (centralized policy quarantine) [('subject', 'a (centralized policy quarantine)')]",
        "quarantine_transfer_done",
        {
            "dcid": 2024,
            "mid": 26991,
            "rids": (0,),
            "headers": (("subject", "a (centralized policy quarantine)"),),
        },
    ),
    (
        "Message done DCID 2024 MID 26991 to RID [0] [('subject', 'a (external quarantine)')] (centralized policy quarantine)",
        "quarantine_transfer_done",
        {
            "dcid": 2024,
            "mid": 26991,
            "rids": (0,),
            "headers": (("subject", "a (external quarantine)"),),
        },
    ),
]

_OTHERS = [
    "Bounced: DCID 8 MID 19 From: <alice@example.com> To: <bob@example.org> RID 0 - 5.4.7 - Delivery expired (message too old) ('000', ['timeout'])",
    "Bounced: DCID 8 MID 19 From:<alice@example.com> To:<bob@example.org> RID 0 - 5.1.0 - Unknown address error ('550', ['5.1.1 x'])",
    "Delayed: DCID 8 MID 19 From: <alice@example.com> To: <bob@example.org> RID 0 - 4.1.0 - Unknown address error ('450', ['x'])",
    "MID 9 queued for delivery later",
    "Delivery start DCID 4 MID 5 to RID 0",
    "Message done DCID 4 MID 5 to RID []",
    "DCID 5 closed",
    "MID 9 to RID [0] pending till tomorrow",
]

_HOSTILE = [
    "MID 9 RID [0] Response '" + "' " * 50_000 + "x",
    "Bounced: DCID 1 MID 2 to RID 0 - 5.1.0 - x ('550', ['" + "']) [" * 30_000,
    "Bounced: DCID 1 MID 2 to RID 0 - 5.1.0 - x ('550', [" + "'a', " * 30_000 + "'b",
    "Bounced: DCID 1 MID 2 to RID 0 - 5.1.0 - " + " ('550', " * 30_000,
    "Message done DCID 1 MID 2 to RID [0] [('a', '" + "] (external quarantine) " * 20_000 + "x",
    "Connection Error: DCID 1 IP: 192.0.2.1 details: " + " interface: x reason:" * 20_000,
    "Connection Error: " + "x DCID: y" * 20_000,
    "New SMTP DCID 1 interface " + ":" * 100_000 + "x address y z",
]


@pytest.mark.parametrize(("line", "kind", "values"), _LINES)
def test_line_gives_its_kind_and_all_its_fields(line: str, kind: str, values: dict[str, Any]) -> None:
    """A line is its kind, with every field as logged, and its event prints the same line again."""
    parsed = lark_engine.parse(line)
    assert isinstance(parsed, lark_engine.Parsed)
    event = lark_engine.event(parsed)
    assert (event.kind, event.values()) == (kind, values)
    assert event.body() == line


def test_table_holds_every_kind_of_the_family() -> None:
    """No kind of the family goes without a line here."""
    kinds = {kind for kind, declaration in all_kinds().items() if family_of(declaration) == "delivery"}
    assert {kind for _, kind, _ in _LINES} == kinds


@pytest.mark.parametrize("line", _OTHERS)
def test_line_of_another_shape_is_not_recognised(line: str) -> None:
    """A line that only looks alike (of another log, cut off, or with no id) is no event."""
    assert isinstance(lark_engine.parse(line), lark_engine.Unparsed)


@pytest.mark.parametrize("line", _HOSTILE, ids=range(len(_HOSTILE)))
def test_hostile_line_takes_no_long_time(line: str) -> None:
    """A value that repeats what follows it a hundred thousand times is read in linear time."""
    lark_engine.parse(line[:100])
    begun = time.perf_counter()
    lark_engine.parse(line)
    assert time.perf_counter() - begun < 2
