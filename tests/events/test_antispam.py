"""The anti-spam family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 640962 interim verdict using engine: CASE spam negative",
        "antispam_interim_verdict",
        {"mid": 640962, "engine": "CASE", "verdict": "spam negative"},
    ),
    (
        "MID 640962 interim verdict using engine: CASE spam suspect",
        "antispam_interim_verdict",
        {"mid": 640962, "engine": "CASE", "verdict": "spam suspect"},
    ),
    (
        "MID 640962 interim verdict using engine: CASE marketing",
        "antispam_interim_verdict",
        {"mid": 640962, "engine": "CASE", "verdict": "marketing"},
    ),
    (
        "MID 640962 interim verdict using engine: SLBL spam positive",
        "antispam_interim_verdict",
        {"mid": 640962, "engine": "SLBL", "verdict": "spam positive"},
    ),
    (
        "MID 640962 using engine: CASE spam negative",
        "antispam_verdict",
        {"mid": 640962, "engine": "CASE", "verdict": "spam negative"},
    ),
    (
        "MID 640962 using engine: CASE bulk",
        "antispam_verdict",
        {"mid": 640962, "engine": "CASE", "verdict": "bulk"},
    ),
    (
        "MID 640962 using engine: SLBL spam negative",
        "antispam_verdict",
        {"mid": 640962, "engine": "SLBL", "verdict": "spam negative"},
    ),
    (
        "MID 640962 using engine: Brightmail spam negative",
        "antispam_verdict",
        {"mid": 640962, "engine": "Brightmail", "verdict": "spam negative"},
    ),
    (
        "MID 640962 using engine: Cloudmark spam positive",
        "antispam_verdict",
        {"mid": 640962, "engine": "Cloudmark", "verdict": "spam positive"},
    ),
    (
        "MID 640962 using engine: IMS spam suspect",
        "antispam_verdict",
        {"mid": 640962, "engine": "IMS", "verdict": "spam suspect"},
    ),
    (
        "MID 640962 Brightmail positive",
        "antispam_verdict",
        {"mid": 640962, "engine": "Brightmail", "verdict": "positive"},
    ),
    (
        "MID 640962 Brightmail spam negative",
        "antispam_verdict",
        {"mid": 640962, "engine": "Brightmail", "verdict": "spam negative"},
    ),
    (
        "MID 640962 using engine: CASE using cached verdict",
        "antispam_cached_verdict",
        {"mid": 640962, "engine": "CASE"},
    ),
    (
        "MID 640962 using engine: GRAYMAIL negative",
        "graymail_verdict",
        {"mid": 640962, "verdict": "negative"},
    ),
    (
        "MID 640962 using engine: GRAYMAIL positive",
        "graymail_verdict",
        {"mid": 640962, "verdict": "positive"},
    ),
    (
        "MID 640962 using engine: GRAYMAIL marketing_mail",
        "graymail_verdict",
        {"mid": 640962, "verdict": "marketing_mail"},
    ),
    (
        "MID 640962 CASE sent a poorly formatted response: <<garbage>>...",
        "case_response_malformed",
        {"mid": 640962, "detail": "<<garbage>>..."},
    ),
    (
        "MID 640962 cannot be scanned by CASE. The message is either malformed or CASE is unable to process it at the moment.",
        "antispam_unscannable",
        {
            "mid": 640962,
            "engine": "CASE",
            "detail": "The message is either malformed or CASE is unable to process it at the moment.",
        },
    ),
    (
        "MID 640962 cannot be scanned by Intelligent Multi-Scan. ",
        "antispam_unscannable",
        {"mid": 640962, "engine": "Intelligent Multi-Scan"},
    ),
    ("MID 640962 cannot be scanned by CASE", "antispam_unscannable", {"mid": 640962, "engine": "CASE"}),
]

HOSTILE: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 640962 CASE sent a poorly formatted response: MID 7 using engine: CASE spam positive ']>",
        "case_response_malformed",
        {"mid": 640962, "detail": "MID 7 using engine: CASE spam positive ']>"},
    )
]
