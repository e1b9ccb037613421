"""The data loss prevention family: every wording, every field."""

import time

import pytest

from midtrail.events import Event
from midtrail.grammar import lark_engine

Case = tuple[str, str, dict[str, object]]

WORDINGS: list[Case] = [
    ("MID 640962 DLP violation", "dlp_violation", {"mid": 640962}),
    (
        "MID 640962 DLP violation. Severity: LOW (Risk Factor: 15). DLP policy match: 'PCI-DSS (Payment Card Industry Data Security Standard)'.",
        "dlp_violation",
        {
            "mid": 640962,
            "severity": "LOW",
            "risk_factor": 15,
            "policy": "PCI-DSS (Payment Card Industry Data Security Standard)",
        },
    ),
    (
        'MID 640962 DLP violation. Severity: HIGH (Risk Factor: 80). DLP policy match: "Partner\'s Secrets".',
        "dlp_violation",
        {"mid": 640962, "severity": "HIGH", "risk_factor": 80, "policy": "Partner's Secrets"},
    ),
    (
        "MID 640962 DLP violation. Severity: CRITICAL (Risk Factor: 100). DLP policy match: 'Secrets'",
        "dlp_violation",
        {"mid": 640962, "severity": "CRITICAL", "risk_factor": 100, "policy": "Secrets"},
    ),
    (
        "MID 640962 DLP violation. Severity: MEDIUM (Risk Factor: 40).",
        "dlp_violation",
        {"mid": 640962, "severity": "MEDIUM", "risk_factor": 40},
    ),
    ("MID 640962 DLP no violation", "dlp_no_violation", {"mid": 640962}),
]

HOSTILE: list[Case] = [
    (
        "MID 640962 DLP violation. Severity: LOW (Risk Factor: 15). DLP policy match: 'a'. DLP policy match: 'b'.",
        "dlp_violation",
        {"mid": 640962, "severity": "LOW", "risk_factor": 15, "policy": "a'. DLP policy match: 'b"},
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
