"""The Outbreak Filters family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 640962 Outbreak Filters: verdict negative",
        "outbreak_verdict",
        {"mid": 640962, "verdict": "negative"},
    ),
    (
        "MID 640962 Outbreak Filters: verdict positive",
        "outbreak_verdict",
        {"mid": 640962, "verdict": "positive"},
    ),
    (
        "MID 640962 Threat Level=2 Category=Phish Type=Phish",
        "outbreak_threat_level",
        {"mid": 640962, "threat_level": 2, "category": "Phish", "threat_type": "Phish"},
    ),
    (
        "MID 640962 Threat Level=2 Category=Viral Attachment Type=Bank Transfer",
        "outbreak_threat_level",
        {"mid": 640962, "threat_level": 2, "category": "Viral Attachment", "threat_type": "Bank Transfer"},
    ),
    (
        "MID 640962 Threat Level=4 Category=Scam",
        "outbreak_threat_level",
        {"mid": 640962, "threat_level": 4, "category": "Scam"},
    ),
    ("MID 640962 Threat Level=4", "outbreak_threat_level", {"mid": 640962, "threat_level": 4}),
    ("MID 640962 Virus Threat Level=3", "outbreak_threat_level", {"mid": 640962, "threat_level": 3}),
    (
        "Outbreak Rule: OUTBREAK_0002969 has threat level 3",
        "outbreak_rule",
        {"rule": "OUTBREAK_0002969", "threat_level": 3},
    ),
]

HOSTILE: list[tuple[str, str, dict[str, object]]] = [
    (
        "Outbreak Rule: a has threat level 5 b has threat level 3",
        "outbreak_rule",
        {"rule": "a has threat level 5 b", "threat_level": 3},
    )
]
