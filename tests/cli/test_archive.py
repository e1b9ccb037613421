"""`midtrail archive`, `restore` and `verify`, as a user runs them."""

import gzip
import json
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT, Run


def test_there_and_back(midtrail: Run, tmp_path: Path) -> None:
    """What is archived is verified, restored under its names, and dropped when it is old."""
    kept, out = str(tmp_path / "kept"), tmp_path / "out"
    told = midtrail("archive", "sample_logs", "-o", kept)
    assert (told.returncode, told.stdout) == (0, "")
    assert told.stderr == f"midtrail: {kept}: 17 files new, 0 grown, 0 known; 1,510 lines added\n"
    again = midtrail("archive", "sample_logs", "-o", kept, "--compact")
    assert "0 files new, 0 grown, 17 known; 0 lines added" in again.stderr
    assert midtrail("verify", kept).stderr == "midtrail: 17 of 17 files as they were read (130,782 bytes)\n"
    assert midtrail("restore", kept, "-o", str(out), "--gzip").returncode == 0
    for path in (ROOT / "sample_logs").iterdir():
        assert gzip.decompress((out / "sample_logs" / f"{path.name}.gz").read_bytes()) == path.read_bytes()
    dropped = midtrail("archive", "-o", kept, "--drop-before", "2021-09-14")
    assert dropped.stderr == f"midtrail: {kept}: 13 of 17 files dropped, with 1,086 lines\n"
    restored = midtrail("restore", kept, "-o", str(out), "--gzip")
    assert restored.returncode == 2
    assert "exists already, and restoring overwrites nothing: give -o another folder" in restored.stderr


CLOCKS = """\
Sun Mar 28 01:59:59 2021 Info: MID 1 queued for delivery
Sun Mar 28 03:00:00 2021 Info: MID 2 queued for delivery
2021-03-28T03:00:00-10:00 esa02 mail_logs: Info: MID 3 queued for delivery
2021-03-28T02:00:00+05:00 esa02 mail_logs: Info: MID 4 queued for delivery
"""


@pytest.mark.parametrize(
    ("zone", "since", "found"),
    [
        ("Europe/Zurich", "2021-03-28T02:00", [2, 3, 4]),
        ("Europe/Zurich", "2021-03-28T03:00:01", []),
        ("Pacific/Honolulu", "2021-03-28T02:30", [2, 3]),
        ("Pacific/Honolulu", "2021-03-28T13:00Z", [2, 3]),
    ],
)
def test_windows_in_the_clock_of_each_line(
    midtrail: Run, tmp_path: Path, zone: str, since: str, found: list[int]
) -> None:
    """A time without a zone is told in the clock of each line, summer time or not, of files and of their archive."""
    log, kept = tmp_path / "mail.log", tmp_path / "kept"
    log.write_text(CLOCKS, "utf-8")
    assert midtrail("archive", str(log), "-o", str(kept), "--tz", zone).returncode == 0
    for arguments in ((str(log), "--tz", zone), (str(kept),)):
        told = midtrail("parse", *arguments, "--since", since)
        assert [json.loads(line)["mid"] for line in told.stdout.splitlines()] == found, arguments


def test_content_that_is_not_what_it_was(midtrail: Run, tmp_path: Path) -> None:
    """A stored file whose digest does not agree is named, and the exit status is 1."""
    kept = tmp_path / "kept"
    log = tmp_path / "a.log"
    log.write_bytes(b"Mon Sep 13 23:38:03 2021 Info: Start MID 1 ICID 2\n")
    assert midtrail("archive", str(log), "-o", str(kept)).returncode == 0
    forms = next(path for path in (kept / "forms").glob("*.parquet"))
    _turn(forms)
    told = midtrail("verify", str(kept))
    assert told.returncode == 1
    assert told.stderr.startswith(f"midtrail: {log}: this file has not the content that was stored; ")
    assert "0 of 1 files as they were read" in told.stderr


def _turn(path: Path) -> None:
    """Change a form, as a fault of ours might."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only this test looks into an archive

    rows = pq.read_table(path).to_pylist()
    table = pq.read_table(path).from_pylist(
        [{**row, "pattern": "Start MID {icid} ICID {mid}"} for row in rows]
    )
    pq.write_table(table, path)


def test_bomb(midtrail: Run, tmp_path: Path) -> None:
    """Compressed data that grows beyond the ratio is left there, and told; what came before is kept."""
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(b"Start MID 1 ICID 2\n" * 1_000_000))
    told = midtrail("archive", str(bomb), "-o", str(tmp_path / "kept"), "--max-ratio", "100")
    assert told.returncode == 1
    assert "This source grows to more than 100 times its size and was left there" in told.stderr


def test_misuse(midtrail: Run, tmp_path: Path) -> None:
    """Asking for nothing, or for what is no archive, is told in one line with exit status 2."""
    for arguments, message in (
        (("archive", "-o", str(tmp_path / "a")), "Name the log files to archive"),
        (("archive", "README.md", "-o", "sample_logs"), "and is no archive"),
        (("archive", "README.md", "-o", "README.md"), "README.md is a file"),
        (("verify", "sample_logs"), "sample_logs is no archive"),
        (("archive", "-o", str(tmp_path / "b"), "--drop-before", "then"), "--drop-before 'then' is no time"),
    ):
        told = midtrail(*arguments)
        assert told.returncode == 2
        assert message in told.stderr
        assert told.stderr.count("\n") == 1
