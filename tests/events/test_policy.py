"""The policy family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 5 matched all recipients for per-recipient policy DEFAULT in the inbound table",
        "policy_matched",
        {"mid": 5, "policy": "DEFAULT", "table": "inbound"},
    ),
    (
        "MID 5 matched all recipients for per-recipient policy in the x table in the outbound table",
        "policy_matched",
        {"mid": 5, "policy": "in the x table", "table": "outbound"},
    ),
    (
        "MID 5 matched all recipients for per-recipient policy DEFAULT",
        "policy_matched",
        {"mid": 5, "policy": "DEFAULT"},
    ),
    (
        "MID 5 was split creating MID 6 due to a per-recipient policy Sales Team in the inbound table",
        "split_by_policy",
        {"mid": 5, "new_mid": 6, "policy": "Sales Team", "table": "inbound"},
    ),
    (
        "MID 5 was split creating MID 6 due to a per-recipient policy Sales-Team",
        "split_by_policy",
        {"mid": 5, "new_mid": 6, "policy": "Sales-Team"},
    ),
    (
        "MID 5 was split creating MID 6 due to a SL/BL configuration for following recipients: a@example.com",
        "split_by_slbl",
        {"mid": 5, "new_mid": 6, "recipients": ("a@example.com",)},
    ),
    (
        "MID 5 was split creating MID 6 due to a SL/BL configuration for following recipients: a@example.com, b@example.org",
        "split_by_slbl",
        {"mid": 5, "new_mid": 6, "recipients": ("a@example.com", "b@example.org")},
    ),
    (
        "MID 5 was split creating MID 6 due to other things",
        "message_split",
        {"mid": 5, "new_mid": 6, "reason": "other things"},
    ),
    ("MID 5 could not be split", "message_not_split", {"mid": 5}),
    (
        "MID 5 was dropped by policy Sales Team in the inbound table",
        "dropped_by_policy",
        {"mid": 5, "policy": "Sales Team", "table": "inbound"},
    ),
    (
        "MID 5 was bounced by policy Sales Team in the outbound table",
        "bounced_by_policy",
        {"mid": 5, "policy": "Sales Team", "table": "outbound"},
    ),
    (
        "MID 5 rewritten to 6 by antispam",
        "message_rewritten",
        {"mid": 5, "new_mid": 6, "rewritten_by": "antispam"},
    ),
    (
        "MID 5 rewritten to MID 6 by LDAP rewrite",
        "message_rewritten",
        {"mid": 5, "new_mid": 6, "rewritten_by": "LDAP rewrite"},
    ),
    (
        "MID 5 was rewritten to MID 6 by LDAP rewrite",
        "message_rewritten",
        {"mid": 5, "new_mid": 6, "rewritten_by": "LDAP rewrite"},
    ),
    (
        "MID 5 rewritten to 6 by Policy Quarantine",
        "message_rewritten",
        {"mid": 5, "new_mid": 6, "rewritten_by": "Policy Quarantine"},
    ),
    (
        "MID 5 rewritten to 6 by antivirus(unsafe alt-rcpt-to) filter 'unknown'",
        "message_rewritten",
        {"mid": 5, "new_mid": 6, "rewritten_by": "antivirus(unsafe alt-rcpt-to)", "filter": "unknown"},
    ),
    (
        "MID 5 rewritten to MID 6 by antispam (alt-rcpt-to) filter 'unknown'",
        "message_rewritten",
        {"mid": 5, "new_mid": 6, "rewritten_by": "antispam (alt-rcpt-to)", "filter": "unknown"},
    ),
    (
        "MID 5 rewritten to MID 6 by url-reputation-defang-action filter 'Bad links'",
        "message_rewritten",
        {"mid": 5, "new_mid": 6, "rewritten_by": "url-reputation-defang-action", "filter": "Bad links"},
    ),
    (
        "MID 5 rewritten to MID 6 by add-footer filter 'x' by y filter 'z'",
        "message_rewritten",
        {"mid": 5, "new_mid": 6, "rewritten_by": "add-footer", "filter": "x' by y filter 'z"},
    ),
    (
        'MID 5 rewritten to MID 6 by add-footer filter "Bob\'s"',
        "message_rewritten",
        {"mid": 5, "new_mid": 6, "rewritten_by": "add-footer", "filter": "Bob's"},
    ),
    (
        "MID 9 was generated based on MID 5 by bcc filter 'Journal_BCC'",
        "copy_generated",
        {"mid": 9, "origin_mid": 5, "generated_by": "bcc", "filter": "Journal_BCC"},
    ),
    (
        "MID 9 generated based on MID 5 by bcc-scan filter 'scan it'",
        "copy_generated",
        {"mid": 9, "origin_mid": 5, "generated_by": "bcc-scan", "filter": "scan it"},
    ),
    (
        "MID 9 generated based on MID 5 by notify filter 'x'",
        "copy_generated",
        {"mid": 9, "origin_mid": 5, "generated_by": "notify", "filter": "x"},
    ),
    (
        "MID 9 was generated based on MID 5 by antivirus",
        "copy_generated",
        {"mid": 9, "origin_mid": 5, "generated_by": "antivirus"},
    ),
    ("MID 9 was generated for bounce of MID 5", "bounce_generated", {"mid": 9, "origin_mid": 5}),
    ("MID 9 generated for bounce of MID 5", "bounce_generated", {"mid": 9, "origin_mid": 5}),
]
