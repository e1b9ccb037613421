"""The remediation family: every wording, every field."""

BATCH = "2b46dcac-9b3d-404c-9327-f114fd5d89c7"

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    (
        f"Message 640962 was initiated for 'Forward' remedial action by 'admin' from source 'CTR' in batch '{BATCH}'.",
        "remediation_initiated",
        {
            "mid": 640962,
            "action": "Forward",
            "initiated_by": "admin",
            "remediation_source": "CTR",
            "batch": BATCH,
        },
    ),
    (
        f"Message 640962 was initiated for 'Forward' remedial action by '' from source '' in batch '{BATCH}'",
        "remediation_initiated",
        {"mid": 640962, "action": "Forward", "batch": BATCH},
    ),
    (
        f"Message 7 was processed with 'Delete' remedial action for recipient 'user@example.com' in batch '{BATCH}'. Remediation status: Remediated.",
        "remediation_processed",
        {
            "mid": 7,
            "action": "Delete",
            "recipient": "user@example.com",
            "batch": BATCH,
            "status": "Remediated",
        },
    ),
    (
        f"Message 7 was processed with 'Delete' remedial action for recipient 'user@example.com' in batch '{BATCH}'. Remediation status: Remediated",
        "remediation_processed",
        {
            "mid": 7,
            "action": "Delete",
            "recipient": "user@example.com",
            "batch": BATCH,
            "status": "Remediated",
        },
    ),
    (
        f"Message 7 was processed with 'Delete' remedial action for recipient 'user@example.com' in batch '{BATCH}'. Remediation status: Failed. Reason: Message not found in user mailbox",
        "remediation_processed",
        {
            "mid": 7,
            "action": "Delete",
            "recipient": "user@example.com",
            "batch": BATCH,
            "status": "Failed",
            "reason": "Message not found in user mailbox",
        },
    ),
    (
        f"Message 7 was processed with 'Delete' remedial action for recipient 'user@example.com' in batch '{BATCH}'. Remediation status: Failed. Reason: No profiles mapped for domain",
        "remediation_processed",
        {
            "mid": 7,
            "action": "Delete",
            "recipient": "user@example.com",
            "batch": BATCH,
            "status": "Failed",
            "reason": "No profiles mapped for domain",
        },
    ),
]

HOSTILE: list[tuple[str, str, dict[str, object]]] = [
    (
        f"Message 640962 was initiated for 'Delete' remedial action by 'o'brien' from source 'Tracking' in batch '{BATCH}'.",
        "remediation_initiated",
        {
            "mid": 640962,
            "action": "Delete",
            "initiated_by": "o'brien",
            "remediation_source": "Tracking",
            "batch": BATCH,
        },
    ),
    (
        f"Message 640962 was initiated for 'Forward and Delete' remedial action by 'a' from source 'b' from source 'ESA 117' in batch '{BATCH}'.",
        "remediation_initiated",
        {
            "mid": 640962,
            "action": "Forward and Delete",
            "initiated_by": "a' from source 'b",
            "remediation_source": "ESA 117",
            "batch": BATCH,
        },
    ),
    (
        f"Message 7 was processed with 'Delete' remedial action for recipient 'o'brien@example.com' in batch '{BATCH}'. Remediation status: Partly done. Reason: x. Remediation status: Remediated.",
        "remediation_processed",
        {
            "mid": 7,
            "action": "Delete",
            "recipient": "o'brien@example.com",
            "batch": BATCH,
            "status": "Partly done",
            "reason": "x. Remediation status: Remediated.",
        },
    ),
    (
        f"Message 7 was processed with 'Delete' remedial action for recipient 'a' in batch 'b'. Remediation status: Remediated. @example.com' in batch '{BATCH}'. Remediation status: Failed.",
        "remediation_processed",
        {
            "mid": 7,
            "action": "Delete",
            "recipient": "a' in batch 'b'. Remediation status: Remediated. @example.com",
            "batch": BATCH,
            "status": "Failed",
        },
    ),
]
