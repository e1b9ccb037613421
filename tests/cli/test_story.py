"""`midtrail track --format text` as a user runs it, and what is said where there is no such message."""

from pathlib import Path

import pytest

from midtrail.cli._app import run

LOGS = Path(__file__).parent.parent.parent / "sample_logs"


def test_stories(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each message is told in sentences as wide as the terminal, with a blank line between two."""
    monkeypatch.setenv("COLUMNS", "60")
    assert run(["track", str(LOGS / "remediation.log"), "--mid", "640962", "--format", "text"]) == 0
    one = capsys.readouterr().out
    assert one.startswith('Incoming message 640962 ("remediation test", 145 bytes)\narrived on 13 Sep 2021')
    assert one.endswith("user@example.com at 23:38:06. Its Last State is Remediated.\n")
    assert max(map(len, one.splitlines())) <= 60
    assert run(["track", str(LOGS / "quarantine.log"), "--format", "text"]) == 0
    stories = capsys.readouterr().out.split("\n\n")
    assert len(stories) > 3
    assert [story for story in stories if "essage " not in story.splitlines()[0]] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["track", "--mid", "640963"], "no message has the MID 640963; the log has MIDs from 640962 to 640962, from 2021-"),
        (["track", "--mid", "640963", "--state", "Aborted"], "no message is as asked; the log has MIDs from 640962 to"),
        (["findevent", "-m", "7"], "no message has the MID 7; the log has MIDs from 640962 to 640962, from 2021-"),
    ],
)  # fmt: skip
def test_an_unknown_mid(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A MID that the log lacks is told in one line, with what it covers and the nearest MIDs, and ends with status 1."""
    assert run([*arguments, str(LOGS / "remediation.log")]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"midtrail: {says}")
    assert told.err.count("\n") == 1
    assert told.err.endswith("Z; nearest to it: 640962\n") == ("has the MID" in says)
