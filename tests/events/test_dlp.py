"""The data loss prevention family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    ("MID 640962 DLP violation", "dlp_violation", {"mid": 640962}),
    (
        "MID 640962 DLP violation. Severity: LOW (Risk Factor: 15). DLP policy match: 'PCI-DSS (Payment Card Industry Data Security Standard)'.",
        "dlp_violation",
        {
            "mid": 640962,
            "severity": "LOW",
            "risk_factor": 15,
            "policy": "PCI-DSS (Payment Card Industry Data Security Standard)",
        },
    ),
    (
        'MID 640962 DLP violation. Severity: HIGH (Risk Factor: 80). DLP policy match: "Partner\'s Secrets".',
        "dlp_violation",
        {"mid": 640962, "severity": "HIGH", "risk_factor": 80, "policy": "Partner's Secrets"},
    ),
    (
        "MID 640962 DLP violation. Severity: CRITICAL (Risk Factor: 100). DLP policy match: 'Secrets'",
        "dlp_violation",
        {"mid": 640962, "severity": "CRITICAL", "risk_factor": 100, "policy": "Secrets"},
    ),
    (
        "MID 640962 DLP violation. Severity: MEDIUM (Risk Factor: 40).",
        "dlp_violation",
        {"mid": 640962, "severity": "MEDIUM", "risk_factor": 40},
    ),
    ("MID 640962 DLP no violation", "dlp_no_violation", {"mid": 640962}),
]

HOSTILE: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 640962 DLP violation. Severity: LOW (Risk Factor: 15). DLP policy match: 'a'. DLP policy match: 'b'.",
        "dlp_violation",
        {"mid": 640962, "severity": "LOW", "risk_factor": 15, "policy": "a'. DLP policy match: 'b"},
    )
]
