"""The anti-virus family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 640962 interim AV verdict using McAfee CLEAN",
        "antivirus_interim_verdict",
        {"mid": 640962, "engine": "McAfee", "verdict": "CLEAN"},
    ),
    (
        "MID 640962 interim AV verdict using Sophos VIRAL",
        "antivirus_interim_verdict",
        {"mid": 640962, "engine": "Sophos", "verdict": "VIRAL"},
    ),
    (
        "MID 640962 interim AV verdict using Sophos UNSCANNABLE",
        "antivirus_interim_verdict",
        {"mid": 640962, "engine": "Sophos", "verdict": "UNSCANNABLE"},
    ),
    ("MID 640962 antivirus negative", "antivirus_verdict", {"mid": 640962, "verdict": "negative"}),
    ("MID 640962 antivirus positive", "antivirus_verdict", {"mid": 640962, "verdict": "positive"}),
    ("MID 640962 antivirus encrypted", "antivirus_verdict", {"mid": 640962, "verdict": "encrypted"}),
    ("MID 640962 antivirus unscannable", "antivirus_verdict", {"mid": 640962, "verdict": "unscannable"}),
    (
        "MID 640962 antivirus repaired 'W32/Zafi-D'",
        "antivirus_verdict",
        {"mid": 640962, "verdict": "repaired", "viruses": ("W32/Zafi-D",)},
    ),
    (
        "MID 640962 antivirus positive 'EICAR-AV-Test'",
        "antivirus_verdict",
        {"mid": 640962, "verdict": "positive", "viruses": ("EICAR-AV-Test",)},
    ),
    (
        "MID 640962 antivirus positive 'CXmail/RTF-D', 'CXmail/RTF-H', 'Troj/DocDrop-TJ'",
        "antivirus_verdict",
        {
            "mid": 640962,
            "verdict": "positive",
            "viruses": ("CXmail/RTF-D", "CXmail/RTF-H", "Troj/DocDrop-TJ"),
        },
    ),
    (
        "MID 640962 antivirus positive 'W32/Sober-P' (released from Outbreak)",
        "antivirus_verdict",
        {"mid": 640962, "verdict": "positive", "viruses": ("W32/Sober-P",), "quarantine": "Outbreak"},
    ),
    (
        "MID 640962 antivirus negative (released from Outbreak)",
        "antivirus_verdict",
        {"mid": 640962, "verdict": "negative", "quarantine": "Outbreak"},
    ),
    ("MID 640962 antivirus timeout error", "antivirus_error", {"mid": 640962, "problem": "timeout"}),
    (
        "MID 640962 antivirus internal error while unpacking",
        "antivirus_error",
        {"mid": 640962, "problem": "internal", "detail": "while unpacking"},
    ),
]

HOSTILE: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 640962 antivirus positive \"it's\", 'a, b (released from x)'",
        "antivirus_verdict",
        {"mid": 640962, "verdict": "positive", "viruses": ("it's", "a, b (released from x)")},
    ),
    (
        "MID 640962 antivirus positive 'it's' (released from Virus)",
        "antivirus_verdict",
        {"mid": 640962, "verdict": "positive", "viruses": ("it's",), "quarantine": "Virus"},
    ),
]
