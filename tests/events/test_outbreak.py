"""The Outbreak Filters family: every wording, every field."""

import time

import pytest

from midtrail.events import Event
from midtrail.grammar import lark_engine

Case = tuple[str, str, dict[str, object]]

WORDINGS: list[Case] = [
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

HOSTILE: list[Case] = [
    (
        "Outbreak Rule: a has threat level 5 b has threat level 3",
        "outbreak_rule",
        {"rule": "a has threat level 5 b", "threat_level": 3},
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
