"""Connection lines: every wording gives its kind and fields, and prints back as it stood."""

import time
from typing import Any

import pytest

from midtrail.events import all_kinds, family_of
from midtrail.grammar import lark_engine

_LINES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "New SMTP ICID 824108 interface Data 1 (192.0.2.10) address 198.51.100.59 reverse dns host mail.example.com verified yes",
        "icid_opened",
        {
            "icid": 824108,
            "interface": "Data 1",
            "interface_ip": "192.0.2.10",
            "sender_ip": "198.51.100.59",
            "reverse_dns": "mail.example.com",
            "reverse_dns_verified": True,
        },
    ),
    (
        "New smtp ICID 5 interface Management (192.0.2.1) address 2001:db8::1 reverse dns host unknown verified no",
        "icid_opened",
        {
            "icid": 5,
            "interface": "Management",
            "interface_ip": "192.0.2.1",
            "sender_ip": "2001:db8::1",
            "reverse_dns": "unknown",
            "reverse_dns_verified": False,
        },
    ),
    (
        "New SMTP ICID 5 Interface Management (2001:db8::2) address 198.51.100.1 reverse dns host unknown verified no ",
        "icid_opened",
        {
            "icid": 5,
            "interface": "Management",
            "interface_ip": "2001:db8::2",
            "sender_ip": "198.51.100.1",
            "reverse_dns": "unknown",
            "reverse_dns_verified": False,
        },
    ),
    (
        "New SMTP ICID 27389415 interface Marsh (192.0.2.20) address 198.51.100.192 reverse dns host  server.example.com verified no",
        "icid_opened",
        {
            "icid": 27389415,
            "interface": "Marsh",
            "interface_ip": "192.0.2.20",
            "sender_ip": "198.51.100.192",
            "reverse_dns": "server.example.com",
            "reverse_dns_verified": False,
        },
    ),
    (
        "New SMTP ICID 6 interface Data 2 (192.0.2.20) address 198.51.100.192 reverse dns host  verified no",
        "icid_opened",
        {
            "icid": 6,
            "interface": "Data 2",
            "interface_ip": "192.0.2.20",
            "sender_ip": "198.51.100.192",
            "reverse_dns": None,
            "reverse_dns_verified": False,
        },
    ),
    (
        "New SMTP ICID 7 interface Data 2 (192.0.2.20) address 198.51.100.192",
        "icid_opened",
        {
            "icid": 7,
            "interface": "Data 2",
            "interface_ip": "192.0.2.20",
            "sender_ip": "198.51.100.192",
            "reverse_dns": None,
            "reverse_dns_verified": None,
        },
    ),
    (
        "New SMTP ICID 8 interface IP-In (192.0.2.20) address 198.51.100.192 reverse dns host x (192.0.2.9) address 203.0.113.1 reverse dns host y verified yes verified no",
        "icid_opened",
        {
            "icid": 8,
            "interface": "IP-In",
            "interface_ip": "192.0.2.20",
            "sender_ip": "198.51.100.192",
            "reverse_dns": "x (192.0.2.9) address 203.0.113.1 reverse dns host y verified yes",
            "reverse_dns_verified": False,
        },
    ),
    (
        "New SMTP ICID 10292815 interface private address 198.51.100.69",
        "icid_opened",
        {
            "icid": 10292815,
            "interface": "private",
            "interface_ip": None,
            "sender_ip": "198.51.100.69",
            "reverse_dns": None,
            "reverse_dns_verified": None,
        },
    ),
    (
        "New SMTP ICID 10292816 interface private address 198.51.100.69 reverse dns host mx.example.org verified yes",
        "icid_opened",
        {
            "icid": 10292816,
            "interface": "private",
            "interface_ip": None,
            "sender_ip": "198.51.100.69",
            "reverse_dns": "mx.example.org",
            "reverse_dns_verified": True,
        },
    ),
    (
        "New SMTP ICID 9 interface Data 1 (masked) address masked reverse dns host mail.example.com verified yes",
        "icid_opened",
        {
            "icid": 9,
            "interface": "Data 1",
            "interface_ip": None,
            "sender_ip": None,
            "reverse_dns": "mail.example.com",
            "reverse_dns_verified": True,
        },
    ),
    (
        "ICID 824108 ACCEPT SG ACCEPTLIST match sbrs[0.0:10.0] SBRS 3.4 country United States",
        "sender_group_matched",
        {
            "icid": 824108,
            "hat_action": "ACCEPT",
            "sender_group": "ACCEPTLIST",
            "match": "sbrs[0.0:10.0]",
            "sbrs": "3.4",
            "ip_reputation": None,
            "country": "United States",
        },
    ),
    (
        "ICID 60140291 REJECT SG BLACKLIST match sbrs[-10.0:-2.5] SBRS -9.5",
        "sender_group_matched",
        {
            "icid": 60140291,
            "hat_action": "REJECT",
            "sender_group": "BLACKLIST",
            "match": "sbrs[-10.0:-2.5]",
            "sbrs": "-9.5",
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 0 TCPREFUSE SG RBL-List match dnslist[bl.example.org] SBRS None ",
        "sender_group_matched",
        {
            "icid": 0,
            "hat_action": "TCPREFUSE",
            "sender_group": "RBL-List",
            "match": "dnslist[bl.example.org]",
            "sbrs": "None",
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 10152 RELAY SG RELAY_SG match 192.0.2.122 SBRS not enabled",
        "sender_group_matched",
        {
            "icid": 10152,
            "hat_action": "RELAY",
            "sender_group": "RELAY_SG",
            "match": "192.0.2.122",
            "sbrs": "not enabled",
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 3160 ACCEPT SG None match ALL SBRS not enabled country not enabled",
        "sender_group_matched",
        {
            "icid": 3160,
            "hat_action": "ACCEPT",
            "sender_group": "None",
            "match": "ALL",
            "sbrs": "not enabled",
            "ip_reputation": None,
            "country": "not enabled",
        },
    ),
    (
        "ICID 3 ACCEPT SG UNKNOWNLIST match ipr[none] ipr not enabled country not enabled",
        "sender_group_matched",
        {
            "icid": 3,
            "hat_action": "ACCEPT",
            "sender_group": "UNKNOWNLIST",
            "match": "ipr[none]",
            "sbrs": None,
            "ip_reputation": "not enabled",
            "country": "not enabled",
        },
    ),
    (
        "ICID 3 ACCEPT SG UNKNOWNLIST match ipr[-1.0:10.0] IPR 2.5",
        "sender_group_matched",
        {
            "icid": 3,
            "hat_action": "ACCEPT",
            "sender_group": "UNKNOWNLIST",
            "match": "ipr[-1.0:10.0]",
            "sbrs": None,
            "ip_reputation": "2.5",
            "country": None,
        },
    ),
    (
        "ICID 3 ACCEPT SG UNKNOWNLIST match nx.domain  ipr None",
        "sender_group_matched",
        {
            "icid": 3,
            "hat_action": "ACCEPT",
            "sender_group": "UNKNOWNLIST",
            "match": "nx.domain",
            "sbrs": None,
            "ip_reputation": "None",
            "country": None,
        },
    ),
    (
        "ICID 3 ACCEPT SG UNKNOWNLIST ipr None country Bosnia and Herzegovina",
        "sender_group_matched",
        {
            "icid": 3,
            "hat_action": "ACCEPT",
            "sender_group": "UNKNOWNLIST",
            "match": None,
            "sbrs": None,
            "ip_reputation": "None",
            "country": "Bosnia and Herzegovina",
        },
    ),
    (
        "ICID 3 CONTINUE SG GEO match country[Côte d'Ivoire] SBRS 1.0 country Côte d'Ivoire",
        "sender_group_matched",
        {
            "icid": 3,
            "hat_action": "CONTINUE",
            "sender_group": "GEO",
            "match": "country[Côte d'Ivoire]",
            "sbrs": "1.0",
            "ip_reputation": None,
            "country": "Côte d'Ivoire",
        },
    ),
    (
        "ICID 4 REJECT SG GEO match country[Aland Islands] country Aland Islands",
        "sender_group_matched",
        {
            "icid": 4,
            "hat_action": "REJECT",
            "sender_group": "GEO",
            "match": "country[Aland Islands]",
            "sbrs": None,
            "ip_reputation": None,
            "country": "Aland Islands",
        },
    ),
    (
        "ICID 21591 ACCEPT SG None match  SBRS unable to retrieve",
        "sender_group_matched",
        {
            "icid": 21591,
            "hat_action": "ACCEPT",
            "sender_group": "None",
            "match": None,
            "sbrs": "unable to retrieve",
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 21591 ACCEPT SG None match SBRS None",
        "sender_group_matched",
        {
            "icid": 21591,
            "hat_action": "ACCEPT",
            "sender_group": "None",
            "match": None,
            "sbrs": "None",
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 3 ACCEPT SG None SBRS rfc1918",
        "sender_group_matched",
        {
            "icid": 3,
            "hat_action": "ACCEPT",
            "sender_group": "None",
            "match": None,
            "sbrs": "rfc1918",
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 210158 ACCEPT SG UNKNOWNLIST match nx.domain  SBRS rfc1918",
        "sender_group_matched",
        {
            "icid": 210158,
            "hat_action": "ACCEPT",
            "sender_group": "UNKNOWNLIST",
            "match": "nx.domain",
            "sbrs": "rfc1918",
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 27 ACCEPT SG Internal_Non-IronPort match .example.com SBRS rfc1918",
        "sender_group_matched",
        {
            "icid": 27,
            "hat_action": "ACCEPT",
            "sender_group": "Internal_Non-IronPort",
            "match": ".example.com",
            "sbrs": "rfc1918",
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 2106327026 ACCEPT SG GOOD match 198.51.100.0/24",
        "sender_group_matched",
        {
            "icid": 2106327026,
            "hat_action": "ACCEPT",
            "sender_group": "GOOD",
            "match": "198.51.100.0/24",
            "sbrs": None,
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 2106327027 REJECT SG TCP-REFUSE match",
        "sender_group_matched",
        {
            "icid": 2106327027,
            "hat_action": "REJECT",
            "sender_group": "TCP-REFUSE",
            "match": None,
            "sbrs": None,
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 2106327027 REJECT SG TCP-REFUSE match ",
        "sender_group_matched",
        {
            "icid": 2106327027,
            "hat_action": "REJECT",
            "sender_group": "TCP-REFUSE",
            "match": None,
            "sbrs": None,
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 12 ACCEPT SG Trusted Partners match 198.51.100.1-20 SBRS 4.0",
        "sender_group_matched",
        {
            "icid": 12,
            "hat_action": "ACCEPT",
            "sender_group": "Trusted Partners",
            "match": "198.51.100.1-20",
            "sbrs": "4.0",
            "ip_reputation": None,
            "country": None,
        },
    ),
    (
        "ICID 13 ACCEPT SG None",
        "sender_group_matched",
        {
            "icid": 13,
            "hat_action": "ACCEPT",
            "sender_group": "None",
            "match": None,
            "sbrs": None,
            "ip_reputation": None,
            "country": None,
        },
    ),
    ("ICID 9461571 SBRS None", "icid_sbrs", {"icid": 9461571, "sbrs": "None"}),
    ("ICID 9461571 SBRS -2.1 ", "icid_sbrs", {"icid": 9461571, "sbrs": "-2.1"}),
    (
        "ICID 824107 Delayed HAT REJECT continuing session for recipient logging (203.0.113.135)",
        "delayed_hat_reject",
        {"icid": 824107, "sender_ip": "203.0.113.135"},
    ),
    (
        "ICID 824108 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384 ",
        "icid_tls_success",
        {"icid": 824108, "tls_protocol": "TLSv1.2", "tls_cipher": "ECDHE-RSA-AES256-GCM-SHA384"},
    ),
    (
        "ICID 623143 TLS success protocol TLSv1/SSLv3 cipher DHE-RSA-AES256-SHA",
        "icid_tls_success",
        {"icid": 623143, "tls_protocol": "TLSv1/SSLv3", "tls_cipher": "DHE-RSA-AES256-SHA"},
    ),
    (
        "ICID 10304570 TLS success",
        "icid_tls_success",
        {"icid": 10304570, "tls_protocol": None, "tls_cipher": None},
    ),
    (
        "ICID 4 TLS failed: [Errno 54] Connection reset by peer",
        "icid_tls_failed",
        {"icid": 4, "reason": "[Errno 54] Connection reset by peer"},
    ),
    (
        "ICID 4 TLS failed: (336151574, 'error:14094416:SSL routines:SSL3_READ_BYTES:sslv3 alert certificate unknown')",
        "icid_tls_failed",
        {
            "icid": 4,
            "reason": "(336151574, 'error:14094416:SSL routines:SSL3_READ_BYTES:sslv3 alert certificate unknown')",
        },
    ),
    ("ICID 10304580 TLS failed", "icid_tls_failed", {"icid": 10304580, "reason": None}),
    ("ICID 8 TLS was required but remote host did not initiate it", "icid_tls_required", {"icid": 8}),
    ("ICID 824107 lost", "icid_lost", {"icid": 824107}),
    (
        "ICID 30308138 Connection from 198.51.100.138 on interface PublicNet (192.0.2.25) lost after 139 seconds (DNS query took 139 seconds), before any commands were received",
        "icid_lost_before_commands",
        {
            "icid": 30308138,
            "sender_ip": "198.51.100.138",
            "interface": "PublicNet",
            "interface_ip": "192.0.2.25",
            "lost_after_seconds": 139,
            "dns_seconds": 139,
        },
    ),
    (
        "ICID 30308139 Connection from 198.51.100.138 on interface Data 1 (192.0.2.25) lost after 12 seconds, before any commands were received",
        "icid_lost_before_commands",
        {
            "icid": 30308139,
            "sender_ip": "198.51.100.138",
            "interface": "Data 1",
            "interface_ip": "192.0.2.25",
            "lost_after_seconds": 12,
            "dns_seconds": None,
        },
    ),
    (
        "ICID 3 disconnected address 203.0.113.101, no messages injected within timeout period",
        "icid_disconnected",
        {"icid": 3, "sender_ip": "203.0.113.101", "reason": "no messages injected within timeout period"},
    ),
    (
        "ICID 3 disconnected address 203.0.113.101, exceeded allowable connection time",
        "icid_disconnected",
        {"icid": 3, "sender_ip": "203.0.113.101", "reason": "exceeded allowable connection time"},
    ),
    (
        "ICID 440090 Receiving Failed: Message size exceeds limit",
        "icid_receiving_failed",
        {"icid": 440090, "reason": "Message size exceeds limit"},
    ),
    (
        "ICID 146090719 Receiving Failed: Too Many Recipients",
        "icid_receiving_failed",
        {"icid": 146090719, "reason": "Too Many Recipients"},
    ),
    (
        "ICID 11723972 Injection Failed: Message loop",
        "icid_receiving_failed",
        {"icid": 11723972, "reason": "Message loop"},
    ),
    ("SMTP server connection killed ICID: 629531", "icid_killed", {"icid": 629531}),
    ("ICID 824107 close", "icid_closed", {"icid": 824107}),
    ("ICID 824107 close ", "icid_closed", {"icid": 824107}),
    (
        "ICID 9 Address: <nobody@missing.example> sender rejected, envelope sender domain could not be resolved",
        "sender_rejected",
        {
            "icid": 9,
            "sender": "nobody@missing.example",
            "reason": "envelope sender domain could not be resolved",
        },
    ),
    (
        'ICID 9 Address: <"x> sender allowed, y"@missing.example> sender rejected, envelope sender domain does not exist',
        "sender_rejected",
        {
            "icid": 9,
            "sender": '"x> sender allowed, y"@missing.example',
            "reason": "envelope sender domain does not exist",
        },
    ),
    (
        "ICID 9 Address: nobody@missing.example sender rejected",
        "sender_rejected",
        {"icid": 9, "sender": "nobody@missing.example", "reason": None},
    ),
    (
        "ICID 9 Address: <alice@partner.example> sender allowed, envelope sender matched domain exception",
        "sender_allowed",
        {"icid": 9, "sender": "alice@partner.example", "reason": "envelope sender matched domain exception"},
    ),
    ("ICID 9 Address: <> sender allowed", "sender_allowed", {"icid": 9, "sender": "", "reason": None}),
    (
        "ICID 493829828 Invalid sender address: Unsupported domain literal: '[]'",
        "invalid_sender_address",
        {"icid": 493829828, "reason": "Unsupported domain literal", "offending": "[]"},
    ),
    (
        "ICID 493829828 Invalid sender address:  'MAIL FROM:<it\\'s>'",
        "invalid_sender_address",
        {"icid": 493829828, "reason": None, "offending": "MAIL FROM:<it's>"},
    ),
    (
        "ICID 493829828 Invalid sender address: Missing domain",
        "invalid_sender_address",
        {"icid": 493829828, "reason": "Missing domain", "offending": None},
    ),
    (
        "ICID 3 MID 1 Invalid recipient address: Invalid character in address: '!'",
        "invalid_recipient_address",
        {"icid": 3, "mid": 1, "reason": "Invalid character in address", "offending": "!"},
    ),
    (
        'ICID 3 MID 1 Invalid recipient address: Invalid character in address: ": \'x"',
        "invalid_recipient_address",
        {"icid": 3, "mid": 1, "reason": "Invalid character in address", "offending": ": 'x"},
    ),
    (
        "ICID 6 MID 9 Invalid recipient address:  'RCPT TO:<>'",
        "invalid_recipient_address",
        {"icid": 6, "mid": 9, "reason": None, "offending": "RCPT TO:<>"},
    ),
    (
        "ICID 6 MID 9 Invalid recipient address:  \"RCPT TO: <Bob (bob@example.com) <bob@example.com>; 'it's' ICID 3 close>\" ",
        "invalid_recipient_address",
        {
            "icid": 6,
            "mid": 9,
            "reason": None,
            "offending": "RCPT TO: <Bob (bob@example.com) <bob@example.com>; 'it's' ICID 3 close>",
        },
    ),
    (
        "ICID 6 MID 9 Invalid recipient address: Missing domain",
        "invalid_recipient_address",
        {"icid": 6, "mid": 9, "reason": "Missing domain", "offending": None},
    ),
    (
        "ICID 6 Invalid recipient address: Illegal address: 'bob'",
        "invalid_recipient_address",
        {"icid": 6, "mid": None, "reason": "Illegal address", "offending": "bob"},
    ),
    (
        "ICID 6 Invalid recipient address:  'RCPT TO:<>'",
        "invalid_recipient_address",
        {"icid": 6, "mid": None, "reason": None, "offending": "RCPT TO:<>"},
    ),
    (
        "ICID 6 Invalid recipient address: Missing domain",
        "invalid_recipient_address",
        {"icid": 6, "mid": None, "reason": "Missing domain", "offending": None},
    ),
    (
        "Dropping connection due to potential Directory Harvest Attack from host=('198.51.100.10', 'bulk.example.org'), dhap_limit=20, sender_group=UNKNOWNLIST, listener=IncomingMail, reverse_dns=bulk, ICID 5.example.org, ICID 139900202",
        "directory_harvest_attack",
        {
            "icid": 139900202,
            "sender_ip": "198.51.100.10",
            "sender_host": "bulk.example.org",
            "dhap_limit": 20,
            "sender_group": "UNKNOWNLIST",
            "listener": "IncomingMail",
            "reverse_dns": "bulk, ICID 5.example.org",
        },
    ),
    (
        "LDAP: Dropping connection due to potential Directory Harvest Attack from host=('198.51.100.10', None), dhap_limit=4, sender_group=SUSPECTLIST",
        "directory_harvest_attack",
        {
            "icid": None,
            "sender_ip": "198.51.100.10",
            "sender_host": None,
            "dhap_limit": 4,
            "sender_group": "SUSPECTLIST",
            "listener": None,
            "reverse_dns": None,
        },
    ),
    (
        "LDAP: Dropping connection due to potential Directory Harvest Attack from host=(198.51.100.10', None), dhap_limit=4, sender_group=SUSPECTLIST ",
        "directory_harvest_attack",
        {
            "icid": None,
            "sender_ip": "198.51.100.10",
            "sender_host": None,
            "dhap_limit": 4,
            "sender_group": "SUSPECTLIST",
            "listener": None,
            "reverse_dns": None,
        },
    ),
    (
        "LDAP: Dropping connection due to potential Directory Harvest Attack from host=('198.51.100.10', None), dhap_limit=4, sender_group=SUSPECTLIST, listener=In, reverse_dns=unknown",
        "directory_harvest_attack",
        {
            "icid": None,
            "sender_ip": "198.51.100.10",
            "sender_host": None,
            "dhap_limit": 4,
            "sender_group": "SUSPECTLIST",
            "listener": "In",
            "reverse_dns": "unknown",
        },
    ),
    (
        "SMTP Auth: (ICID 30) succeeded for user: alice using AUTH mechanism: LOGIN with profile: ldap_smtp",
        "smtp_auth_succeeded",
        {"icid": 30, "smtp_user": "alice", "mechanism": "LOGIN", "profile": "ldap_smtp"},
    ),
    (
        "SMTP Auth (ICID 30) succeeded for user: a using AUTH mechanism: b using AUTH mechanism: PLAIN",
        "smtp_auth_succeeded",
        {"icid": 30, "smtp_user": "a using AUTH mechanism: b", "mechanism": "PLAIN", "profile": None},
    ),
    (
        "SMTP Auth: (ICID 31) failed for user: alice@example.com using AUTH mechanism: LOGIN with profile: my profile ",
        "smtp_auth_failed",
        {"icid": 31, "smtp_user": "alice@example.com", "mechanism": "LOGIN", "profile": "my profile"},
    ),
    (
        "SMTP AUTH: (ICID 31) failed for user: alice using AUTH mechanism: PLAIN",
        "smtp_auth_failed",
        {"icid": 31, "smtp_user": "alice", "mechanism": "PLAIN", "profile": None},
    ),
    (
        "MID 14 ICID 15 TLS read 126 bytes (0.5 seconds)",
        "tls_read",
        {"mid": 14, "icid": 15, "read_bytes": 126, "read_seconds": 0.5},
    ),
    (
        "New SMTP ICID 5 interface Data 1 (192.0.2.10) address 198.51.100.59 reverse DNS host mail.example.com verified yes",
        "icid_opened",
        {
            "icid": 5,
            "interface": "Data 1",
            "interface_ip": "192.0.2.10",
            "sender_ip": "198.51.100.59",
            "reverse_dns": "mail.example.com",
            "reverse_dns_verified": True,
        },
    ),
    (
        "New SMTP ICID 5 interface Data 1 address 198.51.100.59 reverse DNS host  mail.example.com verified no",
        "icid_opened",
        {
            "icid": 5,
            "interface": "Data 1",
            "interface_ip": None,
            "sender_ip": "198.51.100.59",
            "reverse_dns": "mail.example.com",
            "reverse_dns_verified": False,
        },
    ),
    (
        "SMTP Auth: could not reach forwarding server 192.0.2.25 with reason: refused with reason: x",
        "smtp_auth_server_unreachable",
        {"server": "192.0.2.25", "reason": "refused with reason: x"},
    ),
    (
        "SMTP Auth: LDAP query failed, see LDAP debug logs for details.",
        "smtp_auth_query_failed",
        {"detail": "see LDAP debug logs for details."},
    ),
    ("SMTP Auth: LDAP query failed ", "smtp_auth_query_failed", {"detail": None}),
]

_OTHERS = [
    "ICID 5 closed",
    "ICID 5 ACCEPT",
    "ICID x close",
    "MID 5 ICID 6 lost",
    "New SMTP ICID 5 interface Management",
]

_HOSTILE = [
    "New SMTP ICID 1 interface " + "a (b) address " * 20_000,
    "New SMTP ICID 1 interface A (192.0.2.1) address 192.0.2.2 reverse dns host "
    + "x verified yes " * 20_000,
    "ICID 1 ACCEPT SG " + "a match " * 20_000,
    "ICID 1 ACCEPT SG A match " + "x  SBRS" * 20_000,
    "ICID 1 Address: <" + "> sender rejected,, " * 20_000,
    "ICID 1 MID 2 Invalid recipient address:  '" + "' " * 50_000 + "x",
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
    kinds = {kind for kind, declaration in all_kinds().items() if family_of(declaration) == "connection"}
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
