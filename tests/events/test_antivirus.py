"""The anti-virus family: every wording, every field."""

import time

import pytest

from midtrail.events import Event
from midtrail.grammar import lark_engine

Case = tuple[str, str, dict[str, object]]

WORDINGS: list[Case] = [
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

HOSTILE: list[Case] = [
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
