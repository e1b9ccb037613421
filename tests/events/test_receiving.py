"""The receiving family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    ("Start MID 26983 ICID 824108", "message_started", {"mid": 26983, "icid": 824108}),
    (
        "Start MID 9 ICID 0 (ISQ Notification)",
        "message_started",
        {"mid": 9, "icid": 0, "note": "ISQ Notification"},
    ),
    (
        "Start MID 10 ICID 0 (ISQ (x) Message)",
        "message_started",
        {"mid": 10, "icid": 0, "note": "ISQ (x) Message"},
    ),
    (
        "MID 7 ICID 8 From: <alice@example.com>",
        "sender_received",
        {"mid": 7, "icid": 8, "sender": "alice@example.com"},
    ),
    (
        "MID 7 ICID 8 From: alice@example.com",
        "sender_received",
        {"mid": 7, "icid": 8, "sender": "alice@example.com"},
    ),
    ("MID 7 ICID 8 From: <example.com>", "sender_received", {"mid": 7, "icid": 8, "sender": "example.com"}),
    ("MID 7 ICID 0 From: <>", "sender_received", {"mid": 7, "icid": 0, "sender": ""}),
    (
        'MID 7 ICID 8 From: <"a> To: <b> RID 0"@example.com>',
        "sender_received",
        {"mid": 7, "icid": 8, "sender": '"a> To: <b> RID 0"@example.com'},
    ),
    (
        "MID 7 ICID 8 RID 12 To: <bob@example.com>",
        "recipient_accepted",
        {"mid": 7, "icid": 8, "rid": 12, "recipient": "bob@example.com"},
    ),
    (
        "MID 7 ICID 8 RID 0 To: ***@example.com",
        "recipient_accepted",
        {"mid": 7, "icid": 8, "rid": 0, "recipient": "***@example.com"},
    ),
    (
        "MID 7 ICID 8 RID 0 To: <a> Rejected by RAT@example.com>",
        "recipient_accepted",
        {"mid": 7, "icid": 8, "rid": 0, "recipient": "a> Rejected by RAT@example.com"},
    ),
    (
        "MID 1 ICID 2 To: <x@example.com> Rejected by RAT",
        "recipient_rejected",
        {"mid": 1, "icid": 2, "recipient": "x@example.com", "rejected_by": "RAT"},
    ),
    (
        "MID 1 ICID 2 To: x@example.com Rejected by Receiving Control",
        "recipient_rejected",
        {"mid": 1, "icid": 2, "recipient": "x@example.com", "rejected_by": "Receiving Control"},
    ),
    (
        'MID 1 ICID 2 To: <" Rejected by me"@example.com> Rejected by LDAPACCEPT',
        "recipient_rejected",
        {"mid": 1, "icid": 2, "recipient": '" Rejected by me"@example.com', "rejected_by": "LDAPACCEPT"},
    ),
    (
        "MID 1 ICID 2 invalid bounce, rcpt address <x@example.com> rejected by bounce verification.",
        "invalid_bounce_rejected",
        {"mid": 1, "icid": 2, "recipient": "x@example.com"},
    ),
    ("MID 1 ICID 2 invalid bounce, tagging", "invalid_bounce_tagged", {"mid": 1, "icid": 2}),
    (
        "MID 5 Message-ID '<1.2@example.com>'",
        "message_id_header",
        {"mid": 5, "message_id": "<1.2@example.com>"},
    ),
    (
        """MID 5 Message-ID "<o'hara@example.com>\"""",
        "message_id_header",
        {"mid": 5, "message_id": "<o'hara@example.com>"},
    ),
    ("MID 5 Message-ID '1.2@example.com'", "message_id_header", {"mid": 5, "message_id": "1.2@example.com"}),
    (
        "MID 1 Message-ID Message-ID-Content",
        "message_id_header",
        {"mid": 1, "message_id": "Message-ID-Content"},
    ),
    ("MID 5 Subject 'Invoice'", "subject_header", {"mid": 5, "subject": "Invoice"}),
    ('MID 5 Subject "Testing"', "subject_header", {"mid": 5, "subject": "Testing"}),
    ("MID 5 Subject ''", "subject_header", {"mid": 5, "subject": ""}),
    ("MID 5 Subject", "subject_header", {"mid": 5}),
    ("MID 5 Subject ", "subject_header", {"mid": 5}),
    ("MID 5 Subject 'it isn't'", "subject_header", {"mid": 5, "subject": "it isn't"}),
    ("MID 5 Subject 'Package''", "subject_header", {"mid": 5, "subject": "Package'"}),
    (r"MID 5 Subject 'gr\xc3\xbcn \\ it\'s'", "subject_header", {"mid": 5, "subject": "grün \\ it's"}),
    (
        r"MID 5 Subject '=?utf-8?B?YQ==?=\r\n\t=?utf-8?B?Yg==?='",
        "subject_header",
        {"mid": 5, "subject": "=?utf-8?B?YQ==?=\r\n\t=?utf-8?B?Yg==?="},
    ),
    (
        r"MID 5 Subject Re: [case: #1] FW\r\n x",
        "subject_header",
        {"mid": 5, "subject": "Re: [case: #1] FW\r\n x"},
    ),
    (
        "MID 5 Subject '' ready 5 bytes from <x>'",
        "subject_header",
        {"mid": 5, "subject": "' ready 5 bytes from <x>"},
    ),
    (
        "MID 5 Subject 'Message finished MID 5 done] >\"'",
        "subject_header",
        {"mid": 5, "subject": 'Message finished MID 5 done] >"'},
    ),
    (
        "MID 5 ready 14453 bytes from <alice@example.com>",
        "message_ready",
        {"mid": 5, "size_bytes": 14453, "sender": "alice@example.com"},
    ),
    (
        "MID 5 ready 53 bytes from al@example.com",
        "message_ready",
        {"mid": 5, "size_bytes": 53, "sender": "al@example.com"},
    ),
    ("MID 5 ready 0 bytes from <>", "message_ready", {"mid": 5, "size_bytes": 0, "sender": ""}),
    (
        "MID 5 From: <> To: <bob@example.com>, ... 12 total recipients",
        "envelope_summary",
        {"mid": 5, "sender": "", "recipient": "bob@example.com", "recipient_count": 12},
    ),
    (
        "MID 5 From: <a@example.com> To: <b, ... 3 total recipients@example.com>, ... 1 total recipients",
        "envelope_summary",
        {
            "mid": 5,
            "sender": "a@example.com",
            "recipient": "b, ... 3 total recipients@example.com",
            "recipient_count": 1,
        },
    ),
    (
        "MID 5 IncomingRelay(relay one): Header Received found, IP 192.0.2.1 being used, SBRS -4.6",
        "incoming_relay_found",
        {
            "mid": 5,
            "relay": "relay one",
            "relay_header": "Received",
            "sender_ip": "192.0.2.1",
            "sbrs": "-4.6",
        },
    ),
    (
        "MID 5 IncomingRelay(mx): Header Received found, ip 2001:db8::1 being used",
        "incoming_relay_found",
        {"mid": 5, "relay": "mx", "relay_header": "Received", "sender_ip": "2001:db8::1"},
    ),
    (
        "MID 5 IncomingRelay(mx): Header X-IP found, IP unknown being used, SBRS not enabled country United States",
        "incoming_relay_found",
        {"mid": 5, "relay": "mx", "relay_header": "X-IP", "sbrs": "not enabled", "country": "United States"},
    ),
    (
        "MID 5 IncomingRelay(mx): Header X-IP not found",
        "incoming_relay_header_missing",
        {"mid": 5, "relay": "mx", "relay_header": "X-IP"},
    ),
    (
        "MID 5 IncomingRelay(mx): Could not find valid IP address in header",
        "incoming_relay_address_missing",
        {"mid": 5, "relay": "mx"},
    ),
    (
        "MID 5 Could not convert character set: 136",
        "character_set_unknown",
        {"mid": 5, "character_set": "136"},
    ),
    (
        "Message aborted MID 5 Receiving aborted",
        "receiving_aborted",
        {"mid": 5, "reason": "Receiving aborted"},
    ),
    (
        "Message aborted MID 5 Receiving aborted by sender",
        "receiving_aborted",
        {"mid": 5, "reason": "Receiving aborted by sender"},
    ),
    (
        "Message aborted MID 5 Injection aborted",
        "receiving_aborted",
        {"mid": 5, "reason": "Injection aborted"},
    ),
    (
        "Message aborted MID 5 Receiving timed out",
        "receiving_aborted",
        {"mid": 5, "reason": "Receiving timed out"},
    ),
    ("Message finished MID 5 done", "message_finished", {"mid": 5, "outcome": "done"}),
    ("Message finished MID 5 aborted", "message_finished", {"mid": 5, "outcome": "aborted"}),
]
