"""`midtrail simulate` as a user runs it."""

from pathlib import Path

import pytest

from midtrail.cli._app import run
from midtrail.simulate import LOGS, TRUTH

Captured = pytest.CaptureFixture[str]


def test_made_and_checked(tmp_path: Path, capsys: Captured) -> None:
    """What was made is told on stderr; its check is one line and ends with 0."""
    made = str(tmp_path / "made")
    assert (
        run(
            [
                "simulate",
                "60",
                "-o",
                made,
                "--appliances",
                "2",
                "--relay",
                "--gzip",
                "--tz",
                "-05:00",
                "--start",
                "2021-12-31",
            ]
        )
        == 0
    )
    assert "of 60 messages in 1 files" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "made" / LOGS).iterdir()] == ["relay-20211230.log.gz"]
    assert run(["simulate", "--check", made]) == 0
    assert capsys.readouterr().out.startswith("60 messages, 0 mismatches in ")


def test_mismatch_is_told(tmp_path: Path, capsys: Captured) -> None:
    """A fact that differs is told with its cause and an example, and ends with 1."""
    made = tmp_path / "made"
    run(["simulate", "30", "-o", str(made)])
    truth = made / TRUTH
    first, rest = truth.read_text("utf-8").split("\n", 1)
    truth.write_text(first.replace('"size_bytes":', '"size_bytes":1') + "\n" + rest, "utf-8", newline="\n")
    capsys.readouterr()
    assert run(["simulate", "--check", str(made), "--files", "shuffled"]) == 1
    counted, cause, example = capsys.readouterr().out.splitlines()
    assert counted.startswith("30 messages, 1 mismatches in ")
    assert cause.split() == ["1", "size_bytes"]
    assert "expected 1" in example


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["5"], "say how many messages"),
        (["-o", "made"], "say how many messages"),
        (["5", "--check", "made"], "leave N and -o away"),
        (["--check", "missing"], "is not there"),
        (["5", "-o", "missing/made"], "no such folder"),
        (["5", "-o", "made", "--tz", "Nowhere/Land"], "not known"),
        (["5", "-o", "made", "--start", "yesterday"], "is no time"),
        (["0", "-o", "made"], "Invalid value"),
    ],
)
def test_misuse(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """What makes no sense is told in one line, ends with 2, and writes nothing."""
    monkeypatch.chdir(tmp_path)
    assert run(["simulate", *arguments]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
