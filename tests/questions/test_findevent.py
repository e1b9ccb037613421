"""findevent: all raw lines of a message, and nothing else, byte for byte, as the simulated appliance knows them."""

import gzip
import io
import os
import re
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

import midtrail as mt
from midtrail.errors import UsageError
from midtrail.questions.patterns import found_in, limited, pattern_of
from midtrail.simulate import Framing

NOISE = b"The quick brown fox"
"""An unknown line of the appliance that names a MID by chance: shown with that message, and no message's own."""
DAY = "Mon Sep 13"
ONE = [
    f"{DAY} 10:00:00 2021 Info: New SMTP ICID 5 interface Data 1 (203.0.113.5) address 192.0.2.1 reverse dns host mx.example.net verified yes\n",
    f"{DAY} 10:00:00 2021 Info: ICID 5 ACCEPT SG UNKNOWNLIST match sbrs[-1.0:10.0] SBRS None\n",
    f"{DAY} 10:00:00 2021 Info: Start MID 7 ICID 5\n",
    f"{DAY} 10:00:00 2021 Info: MID 7 ICID 5 From: <Alice@example.net>\n",
    f"{DAY} 10:00:01 2021 Info: MID 7 ICID 5 RID 0 To: <bob@example.com>\n",
    f"{DAY} 10:00:01 2021 Info: MID 7 Subject '=?utf-8?q?Gr=C3=BC=C3=9Fe?='\n",
]
OTHER = [
    f"{DAY} 10:00:02 2021 Info: Start MID 8 ICID 5\n",
    f"{DAY} 10:00:02 2021 Info: MID 8 ICID 5 From: <carol@example.net>\n",
    f"{DAY} 10:00:02 2021 Info: MID 8 ICID 5 To: <nobody@example.com> Rejected by RAT\n",
]
CLOSE = [f"{DAY} 10:00:03 2021 Info: ICID 5 close\n"]

Worlds = Callable[..., Any]


def read(*sources: Any) -> mt.Log:
    """Read without a progress bar."""
    return mt.read(sources, progress=False)


def found(log: mt.Log, **wanted: Any) -> list[bytes]:
    """Return what findevent finds, without the appliance's small talk."""
    return [line for line in log.findevent(**wanted) if NOISE not in line]


def write(folder: Path, *lines: str, name: str = "a.log") -> Path:
    """Write a log."""
    path = folder / name
    path.write_text("".join(lines), "utf-8", newline="")
    return path


def agree(world: Any, log: mt.Log, logs: Path, count: int) -> None:
    """Assert that MIDs, senders, recipients and subjects at random find what the truth says."""
    messages = world.messages()
    for some in Random(1).sample(messages, count):  # noqa: S311 - a choice of examples
        for wanted, expected in questions(messages, some):
            lines = world.lines(expected, logs)
            assert lines
            assert found(log, **wanted) == lines


def questions(messages: list[Any], some: Any) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Yield what can be asked for a message, and all messages that have that."""
    yield {"mid": some.mid}, [one for one in messages if some.mid in one.mids]
    if some.sender is not None:
        pattern = f"^{re.escape(some.sender)}$"
        yield {"sender": pattern}, [one for one in messages if one.sender == some.sender]
    if some.subject:
        part = some.subject[2:]
        yield {"subject": re.escape(part)}, [one for one in messages if part in (one.subject or "")]
    if some.recipients:
        address = some.recipients[0].recipient.lower()
        having = [
            one
            for one in messages
            if address in (to.lower() for to in (*(to.recipient for to in one.recipients), *one.rejected))
        ]
        yield {"recipient": f"^{re.escape(address)}$", "ignore_case": True}, having


def test_files_of_the_appliance(world: Worlds) -> None:
    """Every raw line of random messages is found, and nothing else, in order of time, in the appliance's files."""
    made = world(messages=150, seed=11)
    agree(made, read(made.logs), made.logs, 4)


def test_several_appliances_with_equal_mids(world: Worlds) -> None:
    """Of appliances that count alike, whose counters were reset, packed, each line goes to its own message."""
    made = world(messages=200, seed=12, appliances=3, resets=True, gzip=True)
    agree(made, read(made.logs), made.logs, 4)


def test_relayed_syslog(world: Worlds) -> None:
    """In one syslog file of several appliances, too."""
    made = world(messages=150, seed=13, appliances=2, resets=True, framing=Framing.relay)
    agree(made, read(made.logs), made.logs, 3)


def test_line_ends_of_windows(world: Worlds, tmp_path: Path) -> None:
    """Line ends are given as they are in the file."""
    made = world(messages=80, seed=14)
    copy = shutil.copytree(made.logs, tmp_path / "copy")
    for path in copy.rglob("*.*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    agree(made, read(copy), copy, 2)


def test_all_together(world: Worlds) -> None:
    """An expression that is found in every sender gives every message's lines, each once."""
    made = world(messages=100, seed=15, appliances=2)
    senders = [one for one in made.messages() if one.sender is not None]
    assert found(read(made.logs), sender="") == made.lines(senders)


def test_another_message_of_the_connection(tmp_path: Path) -> None:
    """Lines of another message on the same connection are not printed; those of the connection are."""
    log = read(write(tmp_path, *ONE, *OTHER, *CLOSE))
    assert found(log, mid=7) == [line.encode() for line in (*ONE, *CLOSE)]
    assert found(log, mid=8) == [line.encode() for line in (*ONE[:2], *OTHER, *CLOSE)]


def test_case_and_decoded_subjects(tmp_path: Path) -> None:
    """Case counts unless told otherwise; a subject is searched as logged and as decoded."""
    log = read(write(tmp_path, *ONE, *CLOSE))
    whole = [line.encode() for line in (*ONE, *CLOSE)]
    assert found(log, sender="^alice@") == []
    assert found(log, sender="^alice@", ignore_case=True) == whole
    assert found(log, subject="^Grüße$") == found(log, subject=r"^=\?utf-8") == whole
    assert found(log, subject="grüße") == []
    assert found(log, recipient="bob", sender="Alice") == whole
    assert found(log, recipient="bob", sender="carol") == []


def test_rejected_recipients(tmp_path: Path) -> None:
    """A recipient that was rejected finds the message that asked for it."""
    log = read(write(tmp_path, *ONE, *OTHER))
    assert found(log, recipient="nobody") == [line.encode() for line in (*ONE[:2], *OTHER)]


def test_lines_that_go_on_and_bytes_that_are_no_utf_8(tmp_path: Path) -> None:
    """A line break in a value, odd bytes, unknown lines that name the MID and a last line without end are kept."""
    lines = [
        *(line.encode() for line in ONE[2:5]),
        b"Mon Sep 13 10:00:02 2021 Info: MID 7 masquerading header 'Cc' from '<a@example.com>,\r\n",
        b"\t<d@example.org>' to '<e@example.com>'\n",
        b"Mon Sep 13 10:00:02 2021 Info: MID 9 ready 5 bytes from <x@example.com>\n",
        b"Mon Sep 13 10:00:02 2021 Info: MID 7 Subject 'caf\xe9 \xff\x00'\r\n",
        b"Mon Sep 13 10:00:02 2021 Info: something unheard of about MID 7",
    ]
    path = tmp_path / "a.log"
    path.write_bytes(b"".join(lines))
    assert found(read(path), mid=7) == [*lines[:5], lines[6], lines[7] + b"\n"]
    assert found(read(path), subject="caf\udce9") == found(read(path), mid=7)


def test_overlapping_files(tmp_path: Path) -> None:
    """An event that stands in two files is printed once; what happens twice in one file is printed twice."""
    twice = [*ONE, ONE[-1], *CLOSE]
    first, second = write(tmp_path, *twice[:6]), write(tmp_path, *twice[2:], name="b.log")
    assert found(read(first, second), mid=7) == [line.encode() for line in twice]


def test_order_is_that_of_time(tmp_path: Path) -> None:
    """Lines come by their time, whatever the order of files and lines; in one second the earlier file is first."""
    later = write(tmp_path, *ONE[4:], name="a.log")
    earlier = write(tmp_path, ONE[3], *ONE[:3], name="b.log")
    log = read(later, earlier)
    assert found(log, mid=7) == [line.encode() for line in (ONE[3], *ONE[:3], *ONE[4:])]


def test_members_of_archives_and_nameless_streams(tmp_path: Path) -> None:
    """Members of a packed tar, and two open files without a name, give their lines too."""
    packed = tmp_path / "all.tar.gz"
    with tarfile.open(packed, "w:gz") as tar:
        for name, part in (("a.log", ONE[:4]), ("b.log.gz", [*ONE[4:], *CLOSE])):
            data = "".join(part).encode()
            data = gzip.compress(data) if name.endswith(".gz") else data
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    whole = [line.encode() for line in (*ONE, *CLOSE)]
    assert found(read(packed), mid=7) == whole
    streams = [io.BytesIO("".join(part).encode()) for part in (ONE[:4], [*ONE[4:], *OTHER, *CLOSE])]
    log = read(*streams)
    assert found(log, mid=7) == whole
    assert found(log, mid=8) == [line.encode() for line in (*ONE[:2], *OTHER, *CLOSE)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes(tmp_path: Path) -> None:
    """What comes through a pipe, which can be read once only, is found as in a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    data = gzip.compress("".join((*ONE, *OTHER, *CLOSE)).encode())
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    log = read(pipe)
    writer.join()
    assert found(log, mid=7) == [line.encode() for line in (*ONE, *CLOSE)]
    assert log.problems == []


def test_a_file_that_changed(tmp_path: Path) -> None:
    """Lines that are not there any more are told in one sentence; those that are there are given."""
    path = write(tmp_path, *ONE, *CLOSE)
    log = read(path)
    write(tmp_path, *ONE[:4], ONE[4].replace("bob", "eve"))
    assert found(log, mid=7) == [line.encode() for line in ONE[:4]]
    assert [problem.message for problem in log.problems] == [
        "This source changed while it was read: 3 of its lines, the first is line 5, are not there any more. Read it again."
    ]


def test_other_queries_in_between(tmp_path: Path) -> None:
    """While lines are taken one by one, the log can be asked other things."""
    log = read(write(tmp_path, *ONE, *OTHER, *CLOSE))
    taken = []
    for line in log.findevent(mid=7):
        taken.append(line)
        assert len(found(log, mid=8)) == len(OTHER) + 3
        assert log.sql("select 1 from messages").num_rows == 2
    assert taken == [line.encode() for line in (*ONE, *CLOSE)]


def test_what_makes_no_sense(tmp_path: Path) -> None:
    """What is no expression is told with its place, and a question that asks nothing is refused."""
    log = read(write(tmp_path, *ONE))
    with pytest.raises(
        UsageError, match=r"'a\(b' is no regular expression: .*unterminated.*, at character 2"
    ):
        log.findevent(sender="a(b")
    with pytest.raises(UsageError, match="give one of them"):
        log.findevent()


def test_an_expression_without_end() -> None:
    """An expression that goes back and forth without end is stopped; huge values are searched in part."""
    with pytest.raises(UsageError, match="was stopped"), limited(0.2):
        found_in(pattern_of(r"(a+)+$", "The subject"), "a" * 60 + "b")
    assert not found_in(pattern_of("end", "The subject"), "x" * 20_000 + "end")
