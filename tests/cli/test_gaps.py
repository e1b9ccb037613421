"""`midtrail gaps` as a user runs it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from subprocess import CompletedProcess

Run = Callable[..., "CompletedProcess[str]"]
_OPENED = "Mon Sep 13 10:{:02}:00 2021 Info: New SMTP ICID {} interface D (192.0.2.1) address 192.0.2.9 reverse dns host unknown verified no\n"
_KEYS = [
    "host",
    "counter",
    "first",
    "last",
    "missing",
    "after",
    "before",
    "normal",
    "reason",
    "confidence",
    "lacks",
    "after_line",
    "before_line",
]


@pytest.fixture
def holed(tmp_path: Path) -> Path:
    """Give a log with two missing ids, and a normal finding: an id from before it."""
    path = tmp_path / "mail.log"
    path.write_text(
        "".join(_OPENED.format(n, n) for n in (7, 8, 11, 12))
        + "Mon Sep 13 10:20:00 2021 Info: ICID 2 close\n"
    )
    return path


def test_json_is_one_object_a_finding_with_all_keys(midtrail: Run, holed: Path) -> None:
    """All findings are printed, normal ones too, and the exit status says that something is missing."""
    done = midtrail("gaps", str(holed), "--format", "json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [list(row) for row in rows] == [_KEYS, _KEYS]
    assert [(row["first"], row["last"], row["missing"], row["normal"]) for row in rows] == [
        (2, 6, 0, True),
        (9, 10, 2, False),
    ]
    assert rows[1]["after"] == "2021-09-13T10:08:00Z"


def test_csv_has_the_same_rows(midtrail: Run, holed: Path, tmp_path: Path) -> None:
    """CSV has a header line and one row a finding, also in a file."""
    midtrail("gaps", str(holed), "--format", "csv", "-o", str(tmp_path / "gaps.csv"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "gaps.csv").read_text())))
    assert list(rows[0]) == _KEYS
    assert [(row["counter"], row["missing"]) for row in rows] == [("icid", "0"), ("icid", "2")]


def test_the_table_fits_a_terminal_and_begins_with_a_verdict(midtrail: Run, holed: Path) -> None:
    """The verdict, the appliance with its strip, the ids; what is normal only with --all."""
    done = midtrail("gaps", str(holed), env={"PYTHONIOENCODING": "utf-8"})
    lines = done.stdout.splitlines()
    assert lines[0] == "2 ids never occur, in 1 place."
    assert any("ICID 9\u201310" in line and "these 2 ICIDs never occur" in line for line in lines)
    assert "before the log begins" not in done.stdout
    assert max(map(len, lines)) <= 80
    everything = midtrail("gaps", str(holed), "--all").stdout
    assert "were given out before" in " ".join(everything.split())


def test_a_terminal_without_unicode_gets_plain_bars(midtrail: Run, holed: Path) -> None:
    """The strip is drawn in ASCII where standard output is no UTF-8."""
    drawn = midtrail("gaps", str(holed), env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}).stdout
    assert not set("▁▂▃▄▅▆▇█\xd7") & set(drawn)
    assert "x" in drawn.splitlines()[4]


def test_a_whole_log_ends_with_0(midtrail: Run, tmp_path: Path) -> None:
    """Where nothing is missing, the table says so and cron hears nothing."""
    path = tmp_path / "mail.log"
    path.write_text("".join(_OPENED.format(n, n) for n in range(4)))
    done = midtrail("gaps", str(path))
    assert (done.returncode, done.stdout) == (0, "Nothing is missing.\n")


def test_a_hostile_file_name_does_not_reach_the_terminal(midtrail: Run, tmp_path: Path) -> None:
    """What a terminal would obey is shown as an escape."""
    for name, first in (("a\x1b[31m", 7), ("b", 20)):
        (tmp_path / name).write_text("".join(_OPENED.format(n, n) for n in (first, first + 1)))
    drawn = midtrail("gaps", str(tmp_path), "--all").stdout
    assert "\x1b" not in drawn
    assert "\\x1b" in drawn
