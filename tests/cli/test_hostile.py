"""What a user, a shell or an attacker may do to the command."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
LINE = b"Mon Sep 13 23:25:07 2021 Info: MID 7 queued for delivery\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("kinds",),
        ("kinds", "--format", "json"),
        ("--help",),
        ("parse", "LOG"),
        ("parse", "--format", "csv", "LOG"),
        ("parse", "LARGE"),
    ],
)
def test_a_pipe_that_is_closed_at_once(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Where the reader of the output is gone, the command ends quietly and with status 0."""
    logs = {"LOG": LINE * 5_000, "LARGE": LINE * 20_000}
    for name, data in logs.items():
        (tmp_path / name).write_bytes(data)
    words = (str(tmp_path / word) if word in logs else word for word in arguments)
    command = [sys.executable, "-m", "midtrail", *words]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_output_to_a_pipe_or_device_is_written_into_it(midtrail: Run, tmp_path: Path) -> None:
    """A named pipe given with -o gets the output and stays a pipe."""
    log, pipe = tmp_path / "mail.log", tmp_path / "pipe"
    log.write_bytes(LINE)
    os.mkfifo(pipe)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()), daemon=True)
    reader.start()
    done = midtrail("parse", str(log), "-o", str(pipe))
    reader.join(10)
    assert (done.returncode, done.stderr) == (0, "")
    assert [b'"queued_for_delivery"' in data for data in found] == [True]
    assert pipe.is_fifo()


def test_output_to_a_link_goes_to_the_file_behind_it(midtrail: Run, tmp_path: Path) -> None:
    """A link given with -o stays a link, and its file gets the output."""
    log, link, target = tmp_path / "mail.log", tmp_path / "link", tmp_path / "target"
    log.write_bytes(LINE)
    target.write_bytes(b"before")
    link.symlink_to(target)
    assert midtrail("parse", str(log), "-o", str(link)).returncode == 0
    assert link.is_symlink()
    assert b'"queued_for_delivery"' in target.read_bytes()


@pytest.mark.parametrize(
    ("stream", "says"), [("<&-", "Standard input is closed"), (">&-", "Standard output is closed")]
)
def test_a_closed_stream_is_one_clear_line(stream: str, says: str, tmp_path: Path) -> None:
    """With standard input or output closed the command says so, and what to do."""
    log = tmp_path / "mail.log"
    log.write_bytes(LINE)
    source = "-" if stream == "<&-" else str(log)
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m midtrail parse "$1" {stream}', sys.executable, source],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"midtrail: {says}")
    assert done.stderr.count(b"\n") == 1


def test_control_characters_of_a_name_are_shown(midtrail: Run, tmp_path: Path) -> None:
    """A file's name cannot command the terminal."""
    log = tmp_path / "x\x1b[31m.gz"
    log.write_bytes(b"\x1f\x8b\x08zz")
    for name in (str(log), str(tmp_path / "none\x1b[2J")):
        done = midtrail("parse", name)
        assert "\x1b" not in done.stderr
        assert "\\x1b" in done.stderr


COMMANDS = b"""\
Mon Sep 13 09:00:00 2021 Info: Start MID 7 ICID 1
Mon Sep 13 09:00:00 2021 Info: MID 7 ICID 1 From: <a@example.net>
Mon Sep 13 09:00:00 2021 Info: MID 7 Subject 'red\x1b]0;\x9b31m\tand "more"'
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("findevent", "-m", "7"),
        ("findevent", "-m", "7", "--list"),
        ("search", "sender:a@example.net"),
        ("search", "sender:a@example.net", "--format", "csv"),
        ("track", "--format", "csv"),
        ("track", "--format", "page"),
        ("track", "--format", "text"),
        ("parse", "--format", "csv"),
        ("parse",),
        ("search", "sender:a@example.net", "--format", "json"),
        ("track", "--format", "json"),
        ("sql", "select subject from messages", "--format", "json"),
        ("sql", "select subject, 'red' from messages", "--format", "csv"),
        ("sql", "select subject, 'red' from messages"),
    ],
    ids=" ".join,
)
def test_what_a_terminal_is_sent(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """A terminal is shown a subject's control characters as escapes, in each format; files and pipes get CSV as it is."""
    log = tmp_path / "mail.log"
    log.write_bytes(COMMANDS)
    shown = on_a_terminal([sys.executable, "-m", "midtrail", *arguments, str(log)])
    assert re.search(rb"red\\+(x1b|u001b)", shown)
    assert b"\x1b]" not in shown
    assert b"\x9b" not in shown


def on_a_terminal(command: list[str]) -> bytes:
    """Return what a command writes to a terminal, 80 columns wide."""
    reading, writing = os.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    process = subprocess.Popen(command, stdout=writing, stderr=subprocess.DEVNULL, env=environment)
    os.close(writing)
    found = b""
    with suppress(OSError), open(reading, "rb", buffering=0) as terminal:  # noqa: PTH123 - a descriptor
        while piece := terminal.read(65_536):
            found += piece
    assert process.wait(60) == 0
    return found
