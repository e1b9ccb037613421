"""The anti-spam family: every wording, every field."""

import time

import pytest

from midtrail.events import Event
from midtrail.grammar import lark_engine

Case = tuple[str, str, dict[str, object]]

WORDINGS: list[Case] = [
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

HOSTILE: list[Case] = [
    (
        "MID 640962 CASE sent a poorly formatted response: MID 7 using engine: CASE spam positive ']>",
        "case_response_malformed",
        {"mid": 640962, "detail": "MID 7 using engine: CASE spam positive ']>"},
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
