"""The filters family: every wording, every field."""

ODD_NAME = 'x\' in the inbound table, "y" [0] <z@example.com>] time: 1'

ODD_TIMED_NAME = "a time: 1 b 'c' <d@example.com>"

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    ("Message aborted MID 7 Dropped by CASE", "dropped_by_engine", {"mid": 7, "engine": "CASE"}),
    (
        "Message aborted MID 7 Dropped by Outbreak Filters",
        "dropped_by_engine",
        {"mid": 7, "engine": "Outbreak Filters"},
    ),
    ("Message aborted MID 7 Dropped by amp  ", "dropped_by_engine", {"mid": 7, "engine": "amp"}),
    ("Message aborted MID 7 Dropped by filters", "dropped_by_engine", {"mid": 7, "engine": "filters"}),
    (
        "MID 123456789012345678 was dropped by DLP",
        "dropped_by_engine",
        {"mid": 123456789012345678, "engine": "DLP"},
    ),
    ("Message aborted MID 7 Dropped by filter 'zip'", "dropped_by_filter", {"mid": 7, "filter": "zip"}),
    ("Message aborted MID 7 Dropped by filter 'zip' ", "dropped_by_filter", {"mid": 7, "filter": "zip"}),
    ('Message aborted MID 7 Dropped by filter "it\'s"', "dropped_by_filter", {"mid": 7, "filter": "it's"}),
    ("Message aborted MID 7 Dropped by filter zip", "dropped_by_filter", {"mid": 7, "filter": "zip"}),
    (
        f"Message aborted MID 7 Dropped by filter '{ODD_NAME}'",
        "dropped_by_filter",
        {"mid": 7, "filter": ODD_NAME},
    ),
    (
        "Message aborted MID 7 Dropped by message filter 'zip'",
        "dropped_by_filter",
        {"mid": 7, "filter": "zip"},
    ),
    ("MID 7 was dropped by filter 'zip'", "dropped_by_filter", {"mid": 7, "filter": "zip"}),
    ("MID 7 was dropped by message filter 'zip'", "dropped_by_filter", {"mid": 7, "filter": "zip"}),
    (
        "Message aborted MID 7 Dropped by content filter 'cf' in the inbound table",
        "dropped_by_content_filter",
        {"mid": 7, "filter": "cf", "table": "inbound"},
    ),
    (
        f"Message aborted MID 7 Dropped by content filter '{ODD_NAME}' in the outbound table ",
        "dropped_by_content_filter",
        {"mid": 7, "filter": ODD_NAME, "table": "outbound"},
    ),
    (
        "Message aborted MID 7 Dropped by content filter 'cf'",
        "dropped_by_content_filter",
        {"mid": 7, "filter": "cf"},
    ),
    (
        f"Message aborted MID 7 Dropped by content filter '{ODD_NAME}'",
        "dropped_by_content_filter",
        {"mid": 7, "filter": ODD_NAME},
    ),
    (
        "MID 7 was dropped by content filter 'cf' in the outbound table",
        "dropped_by_content_filter",
        {"mid": 7, "filter": "cf", "table": "outbound"},
    ),
    ("MID 7 was dropped by content filter 'cf'", "dropped_by_content_filter", {"mid": 7, "filter": "cf"}),
    (
        "MID 7 was bounced by content filter 'a b-c' in the inbound table",
        "bounced_by_content_filter",
        {"mid": 7, "filter": "a b-c", "table": "inbound"},
    ),
    ("MID 7 was bounced by content filter 'cf'", "bounced_by_content_filter", {"mid": 7, "filter": "cf"}),
    (
        f"Message aborted MID 7 Bounced by content filter '{ODD_NAME}' in the outbound table",
        "bounced_by_content_filter",
        {"mid": 7, "filter": ODD_NAME, "table": "outbound"},
    ),
    (
        f"Message aborted MID 7 Bounced by content filter '{ODD_NAME}'",
        "bounced_by_content_filter",
        {"mid": 7, "filter": ODD_NAME},
    ),
    ("MID 7 Custom Log Entry: ", "custom_log_entry", {"mid": 7}),
    ("MID 7 Custom Log Entry:", "custom_log_entry", {"mid": 7}),
    (
        "Debug: MID: 80 Message filter Name: OneNote time: 6.12735748291e-05",
        "filter_timed",
        {"mid": 80, "filter": "OneNote", "elapsed_seconds": 6.12735748291e-05},
    ),
    (
        f"MID: 80 Message filter Name: {ODD_TIMED_NAME} time: 2.50",
        "filter_timed",
        {"mid": 80, "filter": ODD_TIMED_NAME, "elapsed_seconds": 2.5},
    ),
    (
        "MID 7 matched the Header Repeats rule. Details: a rule. Details: b",
        "filter_rule_matched",
        {"mid": 7, "rule": "Header Repeats", "detail": "a rule. Details: b"},
    ),
    (
        "MID 7 matched the Header Repeats rule.  Details: b",
        "filter_rule_matched",
        {"mid": 7, "rule": "Header Repeats", "detail": "b"},
    ),
    ("MID 7 matched the Header Repeats rule.", "filter_rule_matched", {"mid": 7, "rule": "Header Repeats"}),
    ("MID 7 matched the two rule words rule ", "filter_rule_matched", {"mid": 7, "rule": "two rule words"}),
]

HOSTILE: list[tuple[str, str, dict[str, object]]] = [
    (
        "MID 7 Custom Log Entry: From: <a@example.com> MID 8 ready 5 bytes from <b@example.com> \\xe2 'x ",
        "custom_log_entry",
        {"mid": 7, "entry": "From: <a@example.com> MID 8 ready 5 bytes from <b@example.com> \\xe2 'x "},
    ),
    ("MID 7 Custom Log Entry:  two blanks", "custom_log_entry", {"mid": 7, "entry": " two blanks"}),
]

OTHERS = [
    "Message aborted MID Dropped by CASE",
    "Message aborted MID 7 Dropped by ",
    "MID 7 was dropped by content filter ",
    "Debug: MID: 80 Message filter Name: OneNote time: soon",
]
