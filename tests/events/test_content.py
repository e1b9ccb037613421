"""The content scanning family: every wording, every field."""

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    ("MID 640962 attachment 'Invoice.pdf'", "attachment_found", {"mid": 640962, "attachment": "Invoice.pdf"}),
    (
        'MID 640962 attachment "Bob\'s invoice.pdf"',
        "attachment_found",
        {"mid": 640962, "attachment": "Bob's invoice.pdf"},
    ),
    (
        "MID 640962 attachment 'caf\\xc3\\xa9.pdf'",
        "attachment_found",
        {"mid": 640962, "attachment": "café.pdf"},
    ),
    (
        "MID 640962 attachment Invoice May.pdf",
        "attachment_found",
        {"mid": 640962, "attachment": "Invoice May.pdf"},
    ),
    (
        "MID 640962 attachment types zip, exe",
        "attachment_types_found",
        {"mid": 640962, "attachment_types": "zip, exe"},
    ),
    (
        "MID 640962 was too big (362262/262144) for scanning by Outbreak Filters",
        "too_big_for_scanning",
        {"mid": 640962, "size_bytes": 362262, "size_limit": 262144, "engine": "Outbreak Filters"},
    ),
    (
        "MID 640962 was too big (455698/120000) for scanning by BRIGHTMAIL",
        "too_big_for_scanning",
        {"mid": 640962, "size_bytes": 455698, "size_limit": 120000, "engine": "BRIGHTMAIL"},
    ),
    (
        "MID 640962: scanning error (name='setup.exe', type=executable/exe): perceptive request failed",
        "scanning_error",
        {
            "mid": 640962,
            "attachment": "setup.exe",
            "content_type": "executable/exe",
            "reason": "perceptive request failed",
        },
    ),
    (
        "MID 640962: scanning error (name=None, type=text/plain): no filter available for this file type",
        "scanning_error",
        {
            "mid": 640962,
            "attachment": "None",
            "content_type": "text/plain",
            "reason": "no filter available for this file type",
        },
    ),
    (
        "MID 640962, Message Scanning Problem: Size Limit Exceeded",
        "message_scanning_problem",
        {"mid": 640962, "reason": "Size Limit Exceeded"},
    ),
    (
        "MID 640962: Message Scanning Problem: Size Limit Exceeded",
        "message_scanning_problem",
        {"mid": 640962, "reason": "Size Limit Exceeded"},
    ),
    (
        "MID 640962 Message Scanning Problem: Continuation line seen before first header",
        "message_scanning_problem",
        {"mid": 640962, "reason": "Continuation line seen before first header"},
    ),
    (
        "MID 640962 was marked unscannable due to extraction failures. Reason: Error in extraction process.",
        "marked_unscannable",
        {"mid": 640962, "cause": "extraction failures", "reason": "Error in extraction process"},
    ),
    (
        "MID 640962 was marked unscannable due to RFC violations. Reason: Duplicate header",
        "marked_unscannable",
        {"mid": 640962, "cause": "RFC violations", "reason": "Duplicate header"},
    ),
    (
        "MID 640962 not completely scanned by SDS. Error: The number of URLs in the message attachments exceeded the URL scan limit.",
        "urls_not_completely_scanned",
        {
            "mid": 640962,
            "reason": "The number of URLs in the message attachments exceeded the URL scan limit",
        },
    ),
    (
        "MID 640962 Not completely scanned by SDS. Error: Timeout",
        "urls_not_completely_scanned",
        {"mid": 640962, "reason": "Timeout"},
    ),
    ("MID 640962 Malformed header detected during message parsing", "malformed_header", {"mid": 640962}),
    (
        "MID 640962, message scanning error: Size Limit Exceeded",
        "message_scanning_problem",
        {"mid": 640962, "reason": "Size Limit Exceeded"},
    ),
    (
        "MID 640962: message scanning error: Scan Depth Exceeded ",
        "message_scanning_problem",
        {"mid": 640962, "reason": "Scan Depth Exceeded"},
    ),
    (
        "MID 640962 Forged Email Detection on the From: header with score of 90, against the dictionary entry Alice Example",
        "forged_email_detected",
        {"mid": 640962, "header": "From", "score": 90.0, "dictionary_entry": "Alice Example"},
    ),
    (
        "MID 640962 Forged Email Detection on the Reply-To: header with score of 72.5, against the dictionary entry a: header with score of 1, against the dictionary entry b.",
        "forged_email_detected",
        {
            "mid": 640962,
            "header": "Reply-To",
            "score": 72.5,
            "dictionary_entry": "a: header with score of 1, against the dictionary entry b",
        },
    ),
]

HOSTILE: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 640962 attachment 'it's [5] ready 5 bytes from <x@example.com>'",
        "attachment_found",
        {"mid": 640962, "attachment": "it's [5] ready 5 bytes from <x@example.com>"},
    ),
    ("MID 640962 attachment ''", "attachment_found", {"mid": 640962, "attachment": ""}),
    (
        "MID 640962: scanning error (name='a, type=b/c): d', type=text/plain): no filter: (x, type=y/z): q",
        "scanning_error",
        {
            "mid": 640962,
            "attachment": "a, type=b/c): d",
            "content_type": "text/plain",
            "reason": "no filter: (x, type=y/z): q",
        },
    ),
    (
        "MID 640962 was marked unscannable due to a. Reason: b. Reason: c.",
        "marked_unscannable",
        {"mid": 640962, "cause": "a. Reason: b", "reason": "c"},
    ),
]
