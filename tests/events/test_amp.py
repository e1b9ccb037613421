"""The Advanced Malware Protection family: every wording, every field."""

import time

import pytest

from midtrail.events import Event
from midtrail.grammar import lark_engine

Case = tuple[str, str, dict[str, object]]

WORDINGS: list[Case] = [
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

HOSTILE: list[Case] = [
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


def event_of(line: str) -> Event:
    """Return the typed event of a line that must be recognised."""
    parsed = lark_engine.parse(line)
    assert isinstance(parsed, lark_engine.Parsed), line[: parsed.reached]
    return lark_engine.event(parsed)


def told(event: Event) -> dict[str, object]:
    """Return the fields that the line tells."""
    return {name: value for name, value in event.values().items() if value is not None}


@pytest.mark.parametrize(("line", "kind", "fields"), WORDINGS)
def test_each_wording_gives_its_kind_and_every_field(line: str, kind: str, fields: dict[str, object]) -> None:
    """A wording of the family parses to its kind with exactly these fields, and prints back."""
    event = event_of(line)
    assert (event.kind, told(event), event.body()) == (kind, fields, line)


@pytest.mark.parametrize(("line", "kind", "fields"), HOSTILE)
def test_values_that_look_like_the_line_itself_stay_whole(
    line: str, kind: str, fields: dict[str, object]
) -> None:
    """A value may hold quotes, brackets and the very words that follow it, and still prints back."""
    event = event_of(line)
    assert (event.kind, told(event), event.body()) == (kind, fields, line)


@pytest.mark.parametrize(("line", "kind", "fields"), WORDINGS)
def test_blanks_around_a_line_change_nothing(line: str, kind: str, fields: dict[str, object]) -> None:
    """Blanks before and behind the text belong to no field, and print back."""
    event = event_of(f"  {line}  ")
    assert (event.kind, told(event), event.body()) == (kind, fields, f"  {line}  ")


@pytest.mark.parametrize("line", [line for line, _, _ in WORDINGS])
def test_a_line_that_repeats_itself_takes_no_long_time(line: str) -> None:
    """A value that repeats all that follows it some thousand times is read in linear time."""
    lark_engine.parse(line)
    begun = time.perf_counter()
    lark_engine.parse(line + line.removeprefix("MID 640962") * 2_000)
    assert time.perf_counter() - begun < 2
