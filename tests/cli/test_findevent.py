"""`midtrail findevent`, as a user runs it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
LINES = [
    "<22>Sep 13 10:00:00 esa1 mail_logs: Info: Start MID 7 ICID 5\r\n",
    "<22>Sep 13 10:00:00 esa1 mail_logs: Info: MID 7 ICID 5 From: <alice@example.net>\r\n",
    "<22>Sep 13 10:00:00 esa1 mail_logs: Info: Start MID 8 ICID 6\r\n",
    "<22>Sep 13 10:00:01 esa1 mail_logs: Info: MID 7 ICID 5 RID 0 To: <bob@example.com>\r\n",
    "<22>Sep 13 10:00:01 esa1 mail_logs: Info: MID 7 Subject '\\x1b[2J\\tGr\xfc\xdfe'\r\n",
]
OWN = "".join([*LINES[:2], *LINES[3:]])


def test_lines_of_a_file_and_of_a_pipe(midtrail: Run, tmp_path: Path) -> None:
    """A message's lines are printed as they stand in the file, and as they come through a pipe."""
    path = tmp_path / "a.log"
    path.write_bytes("".join(LINES).encode())
    done = midtrail("findevent", "-m", "7", "--year", "2021", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, OWN, "")
    done = midtrail("findevent", "-i", "-f", "ALICE@", "-", data=path.read_bytes())
    assert (done.returncode, done.stdout, done.stderr) == (0, OWN, "")


def test_list(midtrail: Run, tmp_path: Path) -> None:
    """The list has one line a message, and nothing that a terminal obeys."""
    path = tmp_path / "a.log"
    path.write_bytes("".join(LINES).encode())
    done = midtrail("findevent", "-s", "Gr", "--list", "--year", "2021", str(path))
    assert done.returncode == 0
    assert done.stdout == (
        "7\t13 Sep 2021 10:00:00 (GMT +00:00)\talice@example.net\tbob@example.com\t\\x1b[2J\\tGrüße\tReceiving\n"
    )


def test_nothing_found_and_misuse(midtrail: Run) -> None:
    """Where nothing is found the exit status is 1; what makes no sense is told in one line, with 2."""
    for arguments, status, told in (
        (("-m", "1"), 1, "no message has the MID 1; the log has MIDs from "),
        (("-s", "no such words"), 1, "no message is as asked; the log has MIDs from "),
        (
            ("-s", "a["),
            2,
            "The subject 'a[' is no regular expression: unterminated character set, at character 2",
        ),
        ((), 2, "findevent looks for a MID, a sender, a recipient or a subject: give one of them"),
    ):
        done = midtrail("findevent", *arguments, "sample_logs")
        assert (done.returncode, done.stdout) == (status, "")
        assert done.stderr.startswith(f"midtrail: {told}")
        assert done.stderr.count("\n") == 1
