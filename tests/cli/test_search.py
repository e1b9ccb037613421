"""`midtrail search`, as a user runs it."""

import csv
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from midtrail.cli._search import fields_like
from midtrail.questions.observables import FIELDS

if TYPE_CHECKING:
    import subprocess

Run = Callable[..., "subprocess.CompletedProcess[str]"]
HOSTILE = b"""\
Mon Sep 13 09:00:00 2021 Info: Start MID 7 ICID 1
Mon Sep 13 09:00:00 2021 Info: MID 7 ICID 1 From: <=cmd|'/c calc'!A0@example.net>
Mon Sep 13 09:00:00 2021 Info: MID 7 ICID 1 RID 0 To: <bob@example.com>
Mon Sep 13 09:00:00 2021 Info: MID 7 Subject '=1+1 \\x1b[31mred\\x07'
"""


def test_a_table_by_default(midtrail: Run) -> None:
    """The messages found stand in the table of `track`, with their Last State and the counts below."""
    done = midtrail("search", 'ip:"192.0.2.59" email_subject:"Remediation Test"', "sample_logs")
    assert (done.returncode, done.stderr) == (0, "")
    heading, day, row, _, count, state = done.stdout.splitlines()
    assert heading.split() == ["Time", "MID", "Sender", "Recipients", "Subject", "Last", "State"]
    assert day == "564D2E7A4C1B9F03D6A8-7C51E2B0F9D4, 13 Sep 2021 (GMT -05:00)"
    assert row.split(maxsplit=4)[:4] == ["23:24:47", "640962", "sender@example.com", "user@example.com"]
    assert row.endswith("Remediated")
    assert (count, state.split()) == ("1 message", ["1", "Remediated"])


def test_json_is_what_track_prints(midtrail: Run) -> None:
    """JSON prints the very objects of `track`, timeline and all."""
    asked = midtrail(
        "search", "sender:sender@example.com cisco_mid:640962", "sample_logs", "--format", "json"
    )
    tracked = midtrail("track", "sample_logs", "--mid", "640962", "--format", "json")
    assert asked.stdout == tracked.stdout
    assert json.loads(asked.stdout)["timeline"]


def test_limit_and_times(midtrail: Run) -> None:
    """`--limit` cuts and tells of how many; `--since`, `--until` and `--as-of` are those of `track`."""
    bounds = ("sample_logs", "--since", "2021-09-13", "--until", "2021-09-14", "--format", "json")
    every = midtrail("track", *bounds).stdout.splitlines()
    few = midtrail("search", "*", *bounds, "--limit", "3")
    assert few.stdout.splitlines() == every[:3]
    assert few.stderr == f"midtrail: the first 3 of {len(every)} messages found\n"
    then = ("cisco_mid:640962 state:delivered", "sample_logs", "--as-of", "2021-09-13T23:30")
    assert midtrail("search", *then).returncode == 0


def test_a_hash_in_files(midtrail: Run) -> None:
    """A hash alone is looked for in the lines, whose messages the table shows."""
    sha = "5d41402abc4b2a76b9719d911017c592aa9f2c9c6f1d1f0b7d3b1a2c4e5f6071"
    done = midtrail("search", f"sha256:{sha}", "sample_logs/amp.log")
    assert (done.returncode, done.stderr) == (0, "")
    both = midtrail("search", f"sha256:{sha} state:*", "sample_logs/amp.log")
    assert done.stdout == both.stdout


def test_nothing_found(midtrail: Run) -> None:
    """Where nothing is found the status is 1, and a line says so and what the logs cover."""
    done = midtrail("search", "email:nobody@example.org", "sample_logs/remediation.log")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line == (
        "midtrail: no message is as asked; the log has MIDs from 640962 to 640962, "
        "from 2021-09-14T04:20:00Z to 2021-09-14T04:38:06Z"
    )


def test_an_unknown_mid(midtrail: Run) -> None:
    """A MID that no message has is told with the nearest ones and the time that the logs cover."""
    done = midtrail("search", "cisco_mid:640950", "sample_logs")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "midtrail: no message is as asked; the log has MIDs from 5101 to 30631632, from 2021-09-06T14:30:00Z to "
        "2021-09-16T14:44:05Z; nearest to it: 640908 and 640962\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sendr:x", "no_such_file"), "unknown field 'sendr' at character 1; near to it: sender"),
        (("to:x", "no_such_file"), "unknown field 'to' at character 1; near to it: recipient"),
        (("a (b", "no_such_file"), "character 5, here marked ^: [a (b ^]; a bracket is not closed"),
        (("ip:x", "no_such_file"), "'x' is no IP address"),
        (("x", "sample_logs", "--format", "page"), "page"),
        (("a) \x1b[31m", "sample_logs"), "[a ^ ) \\x1b[31m]"),
    ],
)
def test_misuse_is_told_before_anything_is_read(midtrail: Run, arguments: tuple[str, ...], says: str) -> None:
    """A query that cannot be read is told in one line, with status 2, before any file is looked at."""
    done = midtrail("search", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert says in line
    assert "\x1b" not in line


def test_what_the_log_holds_stays_data(midtrail: Run) -> None:
    """A subject cannot command the terminal, nor a sender become a formula in a spreadsheet."""
    query = "sender:\"=cmd|'/c calc'!A0@example.net\""
    table = midtrail("search", query, "-", data=HOSTILE)
    assert table.returncode == 0
    assert "\x1b" not in table.stdout
    assert "\\x1b[31mred" in table.stdout
    (row,) = csv.DictReader(
        io.StringIO(midtrail("search", query, "-", "--format", "csv", data=HOSTILE).stdout)
    )
    assert row["sender"] == "'=cmd|'/c calc'!A0@example.net"
    assert row["subject"].startswith("'=1+1")
    found = midtrail("search", r'email_subject:"=1+1 *"', "-", "--format", "json", data=HOSTILE)
    assert json.loads(found.stdout)["subject"] == "=1+1 \x1b[31mred\x07"


def test_help_lists_the_fields(midtrail: Run) -> None:
    """The help has examples and every field, in lines that fit the terminal."""
    lines = midtrail("search", "--help").stdout.splitlines()
    assert "  Examples:" in lines
    fields = lines[lines.index("  Fields:") + 2 :]
    told = [line.split()[0] for line in fields[: fields.index("")]]
    assert told == [f"{name}:" for name in FIELDS]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", [f"{name}:" for name in FIELDS]),
        ("ema", ["email:", "email_subject:", "email_messageid:"]),
        ("ip:192.0.2.7 not cis", ["ip:192.0.2.7 not cisco_mid:"]),
        ("sender:x", []),
    ],
)
def test_completion_knows_the_fields(typed: str, offered: list[str]) -> None:
    """The shell completes the field that the last word of a query begins."""
    assert fields_like(typed) == offered
