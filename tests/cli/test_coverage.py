"""`midtrail coverage`, as a user runs it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
LINES = [
    "Mon Sep 13 10:00:00 2021 Info: MID 7 queued for delivery\n",
    "Mon Sep 13 10:00:00 2021 Info: \n",
    "Mon Sep 13 10:00:00 2021 Info: Something unheard of about MID 7\n",
    "Mon Sep 13 10:00:00 2021 Info: Message finished MID 7 done\n",
    "\n",
]


def test_table_and_json(midtrail: Run, tmp_path: Path) -> None:
    """The table tells counts, shapes and what does not hang together; JSON is one object with all of it."""
    path = tmp_path / "a.log"
    path.write_text("".join(LINES))
    done = midtrail("coverage", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    rows = done.stdout.splitlines()
    assert rows[0].split() == ["lines", "events", "headers", "blank", "continued", "unknown", "known"]
    assert rows[1].split() == ["5", "2", "0", "1", "0", "2", "50.00%", "in", "total"]
    assert "        1  Something unheard of about MID <number>" in rows
    assert f"           {path}, line 3" in rows
    assert "        1  messages without start" in rows
    done = midtrail("coverage", str(path), "--format", "json")
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert found["total"] == found["files"][str(path)] == found["versions"][""]
    assert found["total"]["unrecognised"] == 2
    assert found["recognised_percent"] == 50
    assert {shape["text"] for shape in found["unknown"]} == {"", "Something unheard of about MID 7"}
    assert found["orphans"]["messages_without_start"] == 1


def test_threshold(midtrail: Run, tmp_path: Path) -> None:
    """Under the threshold the exit status is 1 and one line tells why; at it, it is 0; what is no percent is misuse."""
    path = tmp_path / "a.log"
    path.write_text(LINES[0] + LINES[2])
    for percent, status, told in (
        ("50", 0, ""),
        (
            "50.001",
            1,
            "midtrail: 50 % of the lines with text are recognised (1 of 2), less than --fail-under 50.001\n",
        ),
        ("101", 2, None),
    ):
        done = midtrail("coverage", str(path), "--no-orphans", "--fail-under", percent)
        assert done.returncode == status
        assert told is None or done.stderr == told
        assert done.stderr.count("\n") == bool(status)
