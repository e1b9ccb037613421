"""The Advanced Malware Protection family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    ("MID 640962 AMP file reputation verdict : CLEAN", "amp_verdict", {"mid": 640962, "verdict": "CLEAN"}),
    (
        "MID 640962 AMP file reputation verdict : MALWARE",
        "amp_verdict",
        {"mid": 640962, "verdict": "MALWARE"},
    ),
    (
        "MID 640962 AMP file reputation verdict : FILE UNKNOWN",
        "amp_verdict",
        {"mid": 640962, "verdict": "FILE UNKNOWN"},
    ),
    (
        "MID 640962 AMP file reputation verdict : SKIPPED (no attachment in message)",
        "amp_verdict",
        {"mid": 640962, "verdict": "SKIPPED", "reason": "no attachment in message"},
    ),
    (
        "MID 640962 AMP file reputation verdict : SKIPPED(no attachment in message)",
        "amp_verdict",
        {"mid": 640962, "verdict": "SKIPPED", "reason": "no attachment in message"},
    ),
    ("MID 640962 AMP file reputation verdict: UNKNOWN", "amp_verdict", {"mid": 640962, "verdict": "UNKNOWN"}),
    (
        "MID 640962 reputation query failed for attachment 'archive.tar.gz'. Extraction has failed. Archive Error:The level of nested archived files contained in the attachment exceeded the maximum limit",
        "amp_query_failed",
        {
            "mid": 640962,
            "attachment": "archive.tar.gz",
            "reason": "Extraction has failed. Archive Error:The level of nested archived files contained in the attachment exceeded the maximum limit",
        },
    ),
    (
        "MID 640962 reputation query failed for attachment 'archive.tar.gz'",
        "amp_query_failed",
        {"mid": 640962, "attachment": "archive.tar.gz"},
    ),
    (
        "MID 640962 SHA 5d41402abc4b2a765d41402abc4b2a765d41402abc4b2a765d41402abc4b2a76 filename Invoice, May.docx queued for possible file analysis upload",
        "file_queued_for_analysis",
        {
            "mid": 640962,
            "sha256": "5d41402abc4b2a765d41402abc4b2a765d41402abc4b2a765d41402abc4b2a76",
            "attachment": "Invoice, May.docx",
        },
    ),
]

HOSTILE: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 640962 reputation query failed for attachment 'it\\'s. Extraction'. Extraction has failed for 'x'. Really",
        "amp_query_failed",
        {"mid": 640962, "attachment": "it's. Extraction", "reason": "Extraction has failed for 'x'. Really"},
    ),
    (
        "MID 640962 SHA 5d41402abc4b2a765d41402abc4b2a765d41402abc4b2a765d41402abc4b2a76 filename Bob's 'x' queued for possible file analysis upload.zip queued for possible file analysis upload",
        "file_queued_for_analysis",
        {
            "mid": 640962,
            "sha256": "5d41402abc4b2a765d41402abc4b2a765d41402abc4b2a765d41402abc4b2a76",
            "attachment": "Bob's 'x' queued for possible file analysis upload.zip",
        },
    ),
    (
        "MID 640962 AMP file reputation verdict : SKIPPED (a) (b)",
        "amp_verdict",
        {"mid": 640962, "verdict": "SKIPPED", "reason": "a) (b"},
    ),
]
