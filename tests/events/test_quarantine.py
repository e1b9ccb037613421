"""The quarantine family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    ('MID 5 quarantined to "Policy"', "quarantined", {"mid": 5, "quarantine": "Policy"}),
    (
        'MID 5 quarantined to "File Analysis" (message filter:a (b) "c" t=1)',
        "quarantined",
        {"mid": 5, "quarantine": "File Analysis", "reason": 'message filter:a (b) "c" t=1'},
    ),
    (
        'MID 5 enqueued for transfer to centralized quarantine "Virus" (a/v verdict VIRAL)',
        "quarantine_enqueued",
        {"mid": 5, "quarantine": "Virus", "reason": "a/v verdict VIRAL"},
    ),
    (
        'MID 5 enqueued for transfer to centralized quarantine "Virus"',
        "quarantine_enqueued",
        {"mid": 5, "quarantine": "Virus"},
    ),
    (
        'MID 5 quarantine "Outbreak" new reason (VOF rule:OUTBREAK_0000231)',
        "quarantine_reason_added",
        {"mid": 5, "quarantine": "Outbreak", "reason": "VOF rule:OUTBREAK_0000231"},
    ),
    (
        'MID 5 released from quarantine "Policy" (queue full)',
        "released_from_quarantine",
        {"mid": 5, "quarantine": "Policy", "reason": "queue full", "attachments_stripped": False},
    ),
    (
        'MID 5 released from quarantine "Outbreak" (expired) t=3238',
        "released_from_quarantine",
        {
            "mid": 5,
            "quarantine": "Outbreak",
            "reason": "expired",
            "held_seconds": 3238,
            "attachments_stripped": False,
        },
    ),
    (
        'MID 5 released (attachments stripped) from quarantine "Outbreak" (a) t=1 (b) t=190',
        "released_from_quarantine",
        {
            "mid": 5,
            "quarantine": "Outbreak",
            "reason": "a) t=1 (b",
            "held_seconds": 190,
            "attachments_stripped": True,
        },
    ),
    (
        'MID 5 released from quarantine "Policy"',
        "released_from_quarantine",
        {"mid": 5, "quarantine": "Policy", "attachments_stripped": False},
    ),
    (
        "MID 5 released from all quarantines",
        "released_from_all_quarantines",
        {"mid": 5, "attachments_stripped": False},
    ),
    (
        "MID 5 released (attachments stripped) from all quarantines",
        "released_from_all_quarantines",
        {"mid": 5, "attachments_stripped": True},
    ),
    (
        'MID 5 deleted from quarantine "Policy" (manual)',
        "deleted_from_quarantine",
        {"mid": 5, "quarantine": "Policy", "reason": "manual"},
    ),
    (
        'MID 5 deleted from quarantine "Policy" (expired) t=86400',
        "deleted_from_quarantine",
        {"mid": 5, "quarantine": "Policy", "reason": "expired", "held_seconds": 86400},
    ),
    ("MID 5 deleted from all quarantines", "deleted_from_all_quarantines", {"mid": 5}),
    ("ISQ: Tagging MID 5 for quarantine", "spam_quarantine_tagged", {"mid": 5}),
    ("EUQ: Tagging MID 5 for quarantine", "spam_quarantine_tagged", {"mid": 5}),
    ("ISQ: Quarantined MID 5", "spam_quarantined", {"mid": 5}),
    ("EUQ: Quarantined MID 5", "spam_quarantined", {"mid": 5}),
    ("ISQ: Reinjected MID 5 as MID 6", "spam_quarantine_reinjected", {"mid": 5, "new_mid": 6}),
    ("EUQ: Reinjected MID 5 as MID 6", "spam_quarantine_reinjected", {"mid": 5, "new_mid": 6}),
    ("ISQ: Released MID 5", "spam_quarantine_released", {"mid": 5}),
    ("EUQ: Released MID 5 as MID 6", "spam_quarantine_released", {"mid": 5, "new_mid": 6}),
    (
        "RPC Delivery start RCID 4051 MID 5 to local IronPort Spam Quarantine",
        "rpc_delivery_started",
        {"mid": 5, "rcid": 4051, "destination": "local IronPort Spam Quarantine"},
    ),
    ("RPC Delivery start RCID 4051 MID 5", "rpc_delivery_started", {"mid": 5, "rcid": 4051}),
    ("Start delivery of MID 5 over RPC connection 0", "rpc_delivery_started", {"mid": 5, "rcid": 0}),
    ("RPC Message done RCID 4051 MID 5", "rpc_delivery_done", {"mid": 5, "rcid": 4051}),
    ("Delivery of MID 5 over RPC completed on connection 0", "rpc_delivery_done", {"mid": 5, "rcid": 0}),
    ("RPC Message rejected RCID 4051 MID 5", "rpc_delivery_rejected", {"mid": 5, "rcid": 4051}),
    (
        "RPC connection to 192.0.2.9 failed RCID 4051 MID 5 (timed out (again))",
        "rpc_delivery_failed",
        {"mid": 5, "rcid": 4051, "destination": "192.0.2.9", "reason": "timed out (again)"},
    ),
    (
        "RPC connection to quarantine host failed RCID 4051 MID 5",
        "rpc_delivery_failed",
        {"mid": 5, "rcid": 4051, "destination": "quarantine host"},
    ),
    (
        "RPC connection RCID 4051 to 192.0.2.9 sleeping for 30 seconds",
        "rpc_connection_sleeping",
        {"rcid": 4051, "destination": "192.0.2.9", "seconds": 30},
    ),
    (
        "RPC connection RCID 4051 to 192.0.2.9 reset sleep time",
        "rpc_connection_awake",
        {"rcid": 4051, "destination": "192.0.2.9"},
    ),
    ("RPC connection RCID 4051 killed", "rpc_connection_killed", {"rcid": 4051}),
    (
        "ISQ: Failed to release MID 5 to <bob@example.com>: no: such recipient",
        "spam_quarantine_release_failed",
        {"mid": 5, "recipient": "bob@example.com", "reason": "no: such recipient"},
    ),
    (
        "EUQ: Failed to release MID 5: unknown recipients",
        "spam_quarantine_release_failed",
        {"mid": 5, "reason": "unknown recipients"},
    ),
    (
        "ISQ: Failed to delete MID 5 for bob@example.com: no such message.",
        "spam_quarantine_delete_failed",
        {"mid": 5, "recipient": "bob@example.com", "reason": "no such message"},
    ),
    ("EUQ: Failed to delete MID 5: gone", "spam_quarantine_delete_failed", {"mid": 5, "reason": "gone"}),
    (
        "Unable to quarantine MID 5 - quarantine system unavailable",
        "quarantining_failed",
        {"mid": 5, "reason": "quarantine system unavailable"},
    ),
    (
        "MID 51 received from the ESA 192.0.2.9 for centralized quarantine",
        "quarantine_received",
        {"mid": 51, "host_name": "192.0.2.9"},
    ),
    (
        'MID 51 received from the ESA esa01.example.com for centralized quarantine "File Analysis" (a (b) c)',
        "quarantine_received",
        {"mid": 51, "host_name": "esa01.example.com", "quarantine": "File Analysis", "reason": "a (b) c"},
    ),
    (
        "MID 60 received from the SMA 192.0.2.40 (MID originally 51) on release from all quarantines",
        "received_on_release",
        {"mid": 60, "host_name": "192.0.2.40", "origin_mid": 51, "released_from": "all quarantines"},
    ),
    (
        'MID 60 received from the SMA sma01.example.com (MID originally 51) on release from quarantine "Policy" (manual)',
        "received_on_release",
        {
            "mid": 60,
            "host_name": "sma01.example.com",
            "origin_mid": 51,
            "released_from": 'quarantine "Policy" (manual)',
        },
    ),
    (
        "MID 60 received from the SMA 192.0.2.40 (MID originally 51) on release",
        "received_on_release",
        {"mid": 60, "host_name": "192.0.2.40", "origin_mid": 51},
    ),
]
