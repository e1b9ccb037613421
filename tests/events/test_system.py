"""The system family: every wording, every field."""

from midtrail.events import Pair
from midtrail.grammar import lark_engine

KEY = 'Warning <System> esa01.example.com: Your "IronPort Email Encryption" key will expire in under 60...'

TRICKY = "Warning with subject 'x': Unrecoverable. MID 7 queued for delivery"

REFERRAL: dict[str, object] = {
    "qname": "w.example.net",
    "ns_name": "dns1.example.net",
    "zone": "example.net",
    "ref_zone": "net",
}

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    ("Begin Logfile", "logfile_begun", {}),
    ("Begin Logfile ", "logfile_begun", {}),
    ("End Logfile", "logfile_ended", {}),
    ("Logfile rolled over", "logfile_rolled_over", {}),
    (
        "Version: 4.0.7-011 SN: 000BDBE64917-C4GYF31",
        "logfile_version",
        {"version": "4.0.7-011", "serial": "000BDBE64917-C4GYF31"},
    ),
    ("Version: 14.0.1-033 SN: LAB-002 ", "logfile_version", {"version": "14.0.1-033", "serial": "LAB-002"}),
    ("Time offset from UTC: -18000 seconds", "logfile_utc_offset", {"offset_seconds": -18000}),
    ("Time offset from UTC: 0 seconds", "logfile_utc_offset", {"offset_seconds": 0}),
    ("Time offset from UTC: +3600 seconds", "logfile_utc_offset", {"offset_seconds": 3600}),
    (
        f'A System/Warning alert was sent to a@example.com with subject "{KEY}".',
        "alert_sent",
        {"alert_class": "System", "alert_severity": "Warning", "recipient": "a@example.com", "subject": KEY},
    ),
    (
        f'An Outbreak Filters/Info alert was sent to a@example.com, b@example.com with subject "{TRICKY}".',
        "alert_sent",
        {
            "alert_class": "Outbreak Filters",
            "alert_severity": "Info",
            "recipient": "a@example.com, b@example.com",
            "subject": TRICKY,
        },
    ),
    (
        "A System/Info alert was sent to a@example.com with subject AutoSupport. from esa01",
        "alert_sent",
        {
            "alert_class": "System",
            "alert_severity": "Info",
            "recipient": "a@example.com",
            "subject": "AutoSupport. from esa01",
        },
    ),
    (
        "An System/Info alert was sent to a@example.com with subject AutoSupport",
        "alert_sent",
        {
            "alert_class": "System",
            "alert_severity": "Info",
            "recipient": "a@example.com",
            "subject": "AutoSupport",
        },
    ),
    (
        f'Error while sending alert: Unable to send System/Warning alert to a@example.com with subject "{KEY}".',
        "alert_failed",
        {"alert_class": "System", "alert_severity": "Warning", "recipient": "a@example.com", "subject": KEY},
    ),
    (
        "Error while sending alert: Unable to send System/Info alert to a@example.com with subject AutoSupport",
        "alert_failed",
        {
            "alert_class": "System",
            "alert_severity": "Info",
            "recipient": "a@example.com",
            "subject": "AutoSupport",
        },
    ),
    (
        "Error while sending alert: Unable to look up example.com in DNS: ServFail",
        "alert_failed",
        {"reason": "Unable to look up example.com in DNS: ServFail"},
    ),
    (
        f"Internal SMTP system successfully sent a message to a@example.com with subject '{KEY}'.",
        "internal_smtp_sent",
        {"recipient": "a@example.com", "subject": KEY},
    ),
    (
        "Internal SMTP system successfully sent a message to a@example.com with subject 'Report' ",
        "internal_smtp_sent",
        {"recipient": "a@example.com", "subject": "Report"},
    ),
    (
        "Internal SMTP system attempting to send a message to a@example.com with subject 'x (attempt #7). y' (attempt #0).",
        "internal_smtp_attempted",
        {"recipient": "a@example.com", "subject": "x (attempt #7). y", "attempt": 0},
    ),
    (
        "Internal SMTP system attempting to send a message to a@example.com with subject 'Report' (attempt #12) ",
        "internal_smtp_attempted",
        {"recipient": "a@example.com", "subject": "Report", "attempt": 12},
    ),
    ("Quarantine: Failed to connect to quarantine", "quarantine_unreachable", {}),
    (
        f"Internal SMTP giving up on message to a@example.com with subject '{TRICKY}': Unrecoverable error.",
        "internal_smtp_given_up",
        {"recipient": "a@example.com", "subject": TRICKY, "reason": "Unrecoverable error."},
    ),
    (
        "Internal SMTP Error: Failed to send message to host 192.0.2.25:2525 for recipient a@example.com: Unexpected: '5.1.8'.",
        "internal_smtp_failed",
        {
            "smtp_host": "192.0.2.25",
            "port": 2525,
            "recipient": "a@example.com",
            "reason": "Unexpected: '5.1.8'.",
        },
    ),
    (
        "Internal SMTP Error: Failed to send message to host mx.example.com for recipient a@example.com: timed out",
        "internal_smtp_failed",
        {"smtp_host": "mx.example.com", "recipient": "a@example.com", "reason": "timed out"},
    ),
    ("Internal SMTP Error: no route to host", "internal_smtp_failed", {"reason": "no route to host"}),
    (
        'Your "IronPort Anti-Spam" key will expire in under 60 day(s). Please contact sales.',
        "feature_key_expiring",
        {"feature": "IronPort Anti-Spam", "days": 60, "advice": "Please contact sales."},
    ),
    (
        'Your "Sophos" key will expire in under 5 day(s).',
        "feature_key_expiring",
        {"feature": "Sophos", "days": 5},
    ),
    (
        'Your "IronPort Anti-Spam" key has expired. Please contact sales.',
        "feature_key_expired",
        {"feature": "IronPort Anti-Spam", "advice": "Please contact sales."},
    ),
    ('Your "Sophos" key has expired. ', "feature_key_expired", {"feature": "Sophos"}),
    ('Your "Sophos" key has expired.', "feature_key_expired", {"feature": "Sophos"}),
    ("URL category definitions have changed.", "url_categories_changed", {}),
    (
        "URL category definitions have changed. Please check",
        "url_categories_changed",
        {"advice": "Please check"},
    ),
    (
        "URL category definitions have changed.; Added new category 'x'.",
        "url_categories_changed",
        {"advice": "Added new category 'x'."},
    ),
    (
        "URL_REP_CLIENT: Configuration changed.",
        "url_reputation_client_noted",
        {"detail": "Configuration changed."},
    ),
    (
        "graymail [CONFIG] Starting graymail configuration handler",
        "graymail_service_noted",
        {"component": "CONFIG", "detail": "Starting graymail configuration handler"},
    ),
    ("GRAYMAIL: shouldn't scan?", "graymail_traced", {"detail": "shouldn't scan?"}),
    (
        "SenderBase upload: 1 hosts totalling 309 bytes",
        "senderbase_uploaded",
        {"hosts": 1, "size_bytes": 309},
    ),
    (
        "SenderBase upload: 12 hosts totaling 4309 bytes",
        "senderbase_uploaded",
        {"hosts": 12, "size_bytes": 4309},
    ),
    (
        "CASE cache status: hits = 1, misses = 2, expires = 0, adds = 3, seconds saved = 6.50, total seconds = 12.5",
        "case_cache_status",
        {"hits": 1, "misses": 2, "expires": 0, "adds": 3, "seconds_saved": 6.5, "total_seconds": 12.5},
    ),
    ("Checkpoint Finished", "checkpoint", {"status": "Finished"}),
    ("lame DNS referral", "lame_dns_referral", {}),
    (
        "lame DNS referral: qname:w.example.net ns_name:dns1.example.net zone:example.net ref_zone:net referrals:[(1L, 0)]",
        "lame_dns_referral",
        {**REFERRAL, "referrals": "[(1L, 0)]"},
    ),
    (
        "lame DNS referral: qname:w.example.net ns_name:dns1.example.net zone:example.net ref_zone:net",
        "lame_dns_referral",
        REFERRAL,
    ),
    ("lame DNS referral: from 192.0.2.53", "lame_dns_referral", {"detail": "from 192.0.2.53"}),
    (
        "Status: CPULd 21 CrtMID 414695 LogAvail 149G ",
        "status",
        {"counters": (Pair("CPULd", "21"), Pair("CrtMID", "414695"), Pair("LogAvail", "149G"))},
    ),
    (
        "Status: CPULd 21 CrtMID 414695 InjBy",
        "status",
        {"counters": (Pair("CPULd", "21"), Pair("CrtMID", "414695"))},
    ),
    (
        "ISQ: out of limit action changed to 'DELETE OLDEST'",
        "spam_quarantine_limit_action_changed",
        {"limit_action": "DELETE OLDEST"},
    ),
    (
        "System is rate limiting Envelope Sender <a@example.com> due to high volume of messages",
        "sender_rate_limited",
        {"sender": "a@example.com"},
    ),
    (
        "System is rate limiting Envelope Sender a@example.com due to high volume of messages.",
        "sender_rate_limited",
        {"sender": "a@example.com"},
    ),
    ("MID 14: Skip AMP Engine check", "engine_check_skipped", {"mid": 14, "engine": "AMP"}),
    ("RPC client _message_loop sleeping", "rpc_client_traced", {"detail": "_message_loop sleeping"}),
    (
        "Data will be sent to ECS client only when there is cloud license",
        "ecs_client_traced",
        {"condition": "there is cloud license"},
    ),
    ("System is coming up.", "system_started", {}),
    ("System is coming up", "system_started", {}),
    ("SMTP server starting", "smtp_server_started", {}),
    ("SMTP server shut down", "smtp_server_stopped", {}),
    (
        "Hostname is successfully changed to esa01.example.com for the product.",
        "hostname_changed",
        {"hostname": "esa01.example.com"},
    ),
    ("Hostname is successfully changed to esa01 for the product", "hostname_changed", {"hostname": "esa01"}),
    (
        "The system time was changed from Sun, 16 Jun 2024 21:00:52 to Sun, 16 Jun 2024 21:00:53 using information from 192.0.2.123.",
        "system_time_changed",
        {
            "time_before": "Sun, 16 Jun 2024 21:00:52",
            "time_after": "Sun, 16 Jun 2024 21:00:53",
            "time_server": "192.0.2.123",
        },
    ),
    (
        "The system time was changed from 1 to 2 using information from time.example.com",
        "system_time_changed",
        {"time_before": "1", "time_after": "2"},
    ),
    ("ISQ: Database over 95% full", "spam_quarantine_filling", {"percent": 95}),
    ("ISQ: database is full", "spam_quarantine_full", {}),
    ("ISQ: Database is full.", "spam_quarantine_full", {}),
    (
        "ISQ: Could not connect to off-box quarantine at sma01.example.com:6025",
        "spam_quarantine_unreachable",
        {"smtp_host": "sma01.example.com", "port": 6025},
    ),
    (
        "ISQ: Could not connect to off-box quarantine at 2001:db8::9:6025",
        "spam_quarantine_unreachable",
        {"smtp_host": "2001:db8::9", "port": 6025},
    ),
    (
        "ISQ: Failed to send notification message: no route to host",
        "spam_quarantine_notification_failed",
        {"reason": "no route to host"},
    ),
    (
        "SLBL: Database watcher updated from snapshot 20240616T210052-slbl.db.",
        "slbl_database_updated",
        {"snapshot": "20240616T210052-slbl.db"},
    ),
    (
        "SLBL: Database watcher updated from snapshot 20240616T210052-slbl.db ",
        "slbl_database_updated",
        {"snapshot": "20240616T210052-slbl.db"},
    ),
    (
        "CPQ listener cpq_listener starting",
        "centralized_quarantine_listener_started",
        {"listener": "cpq_listener"},
    ),
    (
        'Quarantine "File Analysis" is 75% full',
        "quarantine_filling",
        {"quarantine": "File Analysis", "percent": 75},
    ),
    (
        "The quarantine system is unavailable due to a lack of space on the /data partition.",
        "quarantine_disk_full",
        {"partition": "/data"},
    ),
    (
        "work queue paused, 3812 msgs, antispam",
        "work_queue_paused",
        {"message_count": 3812, "reason": "antispam"},
    ),
    ("Work queue paused, 3812 msgs", "work_queue_paused", {"message_count": 3812}),
    ("work queue resumed, 0 msgs", "work_queue_resumed", {"message_count": 0}),
    (
        "This system (hostname: esa01.example.com) has entered a 'resource conservation' mode in order to prevent the rapid depletion of critical system resources.",
        "resource_conservation_started",
        {
            "hostname": "esa01.example.com",
            "detail": "in order to prevent the rapid depletion of critical system resources.",
        },
    ),
    (
        "This system (hostname: esa01.example.com) has exited 'resource conservation' mode as resource utilization has dropped below the conservation threshold.",
        "resource_conservation_ended",
        {
            "hostname": "esa01.example.com",
            "detail": "as resource utilization has dropped below the conservation threshold.",
        },
    ),
]

OTHERS = ["Begin Logfile now", "Status: ok", "System is coming up!", "Version: 14.0.1", "Your key"]


def test_counters_are_no_ids() -> None:
    """A status line names the current MID, ICID and DCID as counters; none becomes the event's own."""
    parsed = lark_engine.parse("Status: CPULd 3 CrtMID 414695 CrtICID 644374 CrtDCID 76943")
    assert isinstance(parsed, lark_engine.Parsed)
    assert not {"mid", "icid", "dcid"} & set(lark_engine.event(parsed).values())
