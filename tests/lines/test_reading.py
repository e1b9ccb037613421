"""Reading: every physical line, as it is."""

from __future__ import annotations

import gzip
import io
import os
import threading
from typing import TYPE_CHECKING

import pytest
from tests.growth import TIMES, grows_linearly

from midtrail.lines import HeaderReader, Line, ReadOptions, find_sources, read_lines, survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lines.conftest import ReadAll, TinyHeaders, Write

    from midtrail.lines import Problem

STAMP = "Fri Sep  3 12:00:00 2021 Info: "


def test_a_line_has_all_its_facts(read: ReadAll, write: Write) -> None:
    """A line tells its place in bytes and lines, appliance, instant, offset, level, tag and framing."""
    path = write("esa/a.log", f"{STAMP}one\nSep  3 12:00:01 2021 esa01 mail_logs: Warning: two\n")
    assert read(path, tz="UTC+2") == [
        Line(path, 1, 0, "esa", 1630663200000000, 7200, "Info", None, "native", "one", 35),
        Line(path, 2, 35, "esa01", 1630663201000000, 7200, "Warning", "mail_logs", "rfc3164", "two", 51),
    ]


ODD = [
    (b"a\r\nb\n", [("a", 3), ("b", 2)]),
    (b"a\r\r\n", [("a\r", 4)]),
    (b"a\rb\n", [("a\rb", 4)]),
    (b"a\x00b\n", [("a\x00b", 4)]),
    (b"a\nb", [("a", 2), ("b", 1)]),
    (b"a\r", [("a\r", 2)]),
    (b"\n\n", [("", 1), ("", 1)]),
    (b"\x0b\x0c\x1c\x85\n", [("\x0b\x0c\x1c\udc85", 5)]),
    ("\u2028é\n".encode(), [("\u2028é", 6)]),
]


@pytest.mark.parametrize(("data", "expected"), ODD)
def test_physical_lines(data: bytes, expected: list[tuple[str, int]], read: ReadAll) -> None:
    """Only a line feed ends a line, one carriage return before it goes too, and all else is kept."""
    lines = read(io.BytesIO(data))
    assert [(line.text, line.size) for line in lines] == expected
    assert [line.line_no for line in lines] == list(range(1, len(lines) + 1))
    assert sum(line.size for line in lines) == len(data)


def test_bytes_that_are_not_utf8_come_back(read: ReadAll) -> None:
    """Every byte survives the way in and out."""
    body = bytes(byte for byte in range(256) if byte not in b"\n")
    (line,) = read(io.BytesIO(STAMP.encode() + body + b"\n"))
    assert line.text.encode("utf-8", "surrogateescape") == body


def test_a_byte_order_mark_is_no_text(read: ReadAll) -> None:
    """A mark at the start of a file is passed over, but its bytes count."""
    first, second = read(io.BytesIO(f"\ufeff{STAMP}one\n{STAMP}two\n".encode()))
    assert (first.framing, first.text, first.offset, first.size) == ("native", "one", 0, 38)
    assert (second.text, second.offset) == ("two", 38)


def test_a_line_of_a_megabyte(read: ReadAll) -> None:
    """A line of 1 MB is one line."""
    body = "x" * (1 << 20)
    lines = read(io.BytesIO(f"{STAMP}{body}\n{STAMP}next\n".encode()))
    assert [line.text for line in lines] == [body, "next"]


def test_a_line_beyond_the_limit_is_told(read: ReadAll, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line too long for memory is cut, counted whole, and told."""
    from midtrail.lines import reading, splitting  # noqa: PLC0415

    monkeypatch.setattr(reading, "spans", lambda chunks: splitting.spans(chunks, 100))
    problems: list[Problem] = []
    lines = read(io.BytesIO(b"x" * 2_000_000 + b"\nnext\n"), problems=problems)
    assert [(len(line.text), line.size) for line in lines] == [(100, 2_000_001), (4, 5)]
    assert problems[0].message.startswith("Line 1 is too long")


def test_framings_may_be_mixed(read: ReadAll) -> None:
    """Each line is framed by itself, whatever came before it."""
    data = f"{STAMP}a\nb\nInfo: c\n\n2021-09-03T12:00:00Z esa01 mail_logs: Info: d\n{STAMP}e\n"
    lines = read(io.BytesIO(data.encode()))
    assert [line.framing for line in lines] == ["native", "none", "level", "blank", "iso8601", "native"]
    assert [line.text for line in lines] == ["a", "b", "c", "", "d", "e"]
    assert [line.time is None for line in lines] == [False, True, True, True, False, False]


def test_remembered_beginnings_change_nothing(read: ReadAll) -> None:
    """Lines framed with what was remembered are as if each were framed alone."""
    hosts = ["esa01", "esa02", "esa03"]
    data = [
        f"Sep  3 12:{minute:02}:{second:02} 2021 {host} mail_logs: {level}: MID {second}\n"
        for minute in range(3)
        for second in (0, 1, 2, 59, 60)
        for host in hosts
        for level in ("Info", "Warning")
    ]
    together = read(io.BytesIO("".join(data).encode()), tz="Asia/Kolkata")
    alone = [read(io.BytesIO(line.encode()), tz="Asia/Kolkata")[0] for line in data]
    assert [line[3:] for line in together] == [line[3:] for line in alone]


def test_files_come_in_the_order_of_their_times(read: ReadAll, write: Write, tmp_path: Path) -> None:
    """Files of one appliance come by first time, then by name; those without a time keep their place."""
    write("esa/a.log", "Fri Sep  3 12:00:09 2021 Info: third\n")
    write("esa/b.log", "without time\n")
    write("esa/c.log", "Fri Sep  3 12:00:01 2021 Info: first\n")
    write("esa/d.log", "Fri Sep  3 12:00:05 2021 Info: second\n")
    write("other/a.log", "Fri Sep  3 12:00:00 2021 Info: other\n")
    assert [line.text for line in read(tmp_path)] == ["first", "without time", "second", "third", "other"]


def test_offsets_count_in_the_order(read: ReadAll, write: Write, tmp_path: Path) -> None:
    """The order is that of instants, not of local clocks."""
    east = "Fri Sep  3 12:00:00 2021 Info: "
    write("a.log", f"{east}#serial S1 version 1\n{east}#east 0\n{east}west\n")
    write("b.log", f"{east}#serial S1 version 1\n{east}#east 7200\n{east}east\n")
    assert [line.text for line in read(tmp_path) if not line.text.startswith("#")] == ["east", "west"]


def test_progress_tells_all_bytes_once(write: Write, headers: TinyHeaders) -> None:
    """What a progress bar is told adds up to the bytes on disk."""
    reader: HeaderReader = headers
    paths = [write("a.log", STAMP * 1000), write("b.log", gzip.compress(STAMP.encode() * 1000))]
    files = find_sources(paths)
    told: list[int] = []
    list(read_lines(files, ReadOptions(), reader, on_bytes=told.append))
    assert sum(told) == sum(file.size or 0 for file in files)


def test_problems_are_told_once(write: Write, headers: TinyHeaders) -> None:
    """What the survey and the reading both meet is one problem."""
    reader: HeaderReader = headers
    files = find_sources(write("a.log", gzip.compress(b"x\n" * 1000)[:-9]))
    problems: list[Problem] = []
    found = survey(files, ReadOptions(), reader, problems=problems)
    list(read_lines(files, ReadOptions(), reader, survey=found, problems=problems))
    assert len(problems) == 1


class Pipe:
    """A pipe that is written to bit by bit."""

    def __init__(self) -> None:
        """Open both ends."""
        self._read, self._write = os.pipe()
        self.stream = os.fdopen(self._read, "rb")

    def put(self, data: bytes) -> None:
        """Write."""
        os.write(self._write, data)

    def end(self) -> None:
        """Close the writing end."""
        os.close(self._write)


def stdin(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a pipe in the place of standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(pipe.stream))


def test_a_line_comes_before_the_pipe_ends(headers: TinyHeaders, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line from standard input is given as soon as its line end is there."""
    reader: HeaderReader = headers
    pipe, got, came = Pipe(), [], threading.Semaphore(0)
    stdin(pipe, monkeypatch)
    lines = read_lines(find_sources("-"), ReadOptions(host="esa"), reader)

    def take() -> None:
        for line in lines:
            got.append((line.source, line.host, line.text))
            came.release()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    for number in range(3):
        pipe.put(f"{STAMP}line {number}\n{STAMP}ha".encode())
        assert came.acquire(timeout=5)
        pipe.put(b"lf\n")
        assert came.acquire(timeout=5)
    pipe.end()
    thread.join(timeout=5)
    assert got == [("-", "esa", text) for number in range(3) for text in (f"line {number}", "half")]


def test_headers_in_a_pipe_count_from_where_they_stand(
    headers: TinyHeaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe cannot be surveyed: its headers hold for what follows, and the weakest clock is told."""
    reader: HeaderReader = headers
    pipe = Pipe()
    stdin(pipe, monkeypatch)
    pipe.put(f"{STAMP}x\n{STAMP}#serial S1 version 1\n{STAMP}#east 3600\n{STAMP}x\n".encode())
    pipe.end()
    found = survey(find_sources("-"), ReadOptions(), reader)
    lines = list(read_lines([], ReadOptions(), reader, survey=found))
    assert [(line.host, line.utc_offset) for line in lines] == [
        (None, 0),
        ("S1", 0),
        ("S1", 3600),
        ("S1", 3600),
    ]
    assert found.clocks == {"-": "assumed UTC"}


def test_a_packed_pipe(read: ReadAll, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packed data are unpacked from a pipe too."""
    pipe = Pipe()
    stdin(pipe, monkeypatch)
    pipe.put(gzip.compress(f"{STAMP}one\n{STAMP}two\n".encode()))
    pipe.end()
    assert [line.text for line in read("-")] == ["one", "two"]


def test_pipes_come_last(read: ReadAll, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be surveyed is read behind what can."""
    pipe = Pipe()
    stdin(pipe, monkeypatch)
    pipe.put(b"Fri Sep  3 11:00:00 2021 Info: pipe\n")
    pipe.end()
    assert [line.text for line in read(["-", write("a.log", f"{STAMP}file\n")])] == ["file", "pipe"]


def test_a_named_pipe(read: ReadAll, tmp_path: Path) -> None:
    """A named pipe, as a shell's process substitution, is read once, as it comes."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    threading.Thread(target=lambda: path.write_bytes(f"{STAMP}x\n".encode()), daemon=True).start()
    assert [line.text for line in read(path)] == ["x"]


def test_reading_takes_linear_time(read: ReadAll) -> None:
    """What reading costs grows as the lines do."""

    def reading(count: int) -> Callable[[], list[Line]]:
        data = "".join(
            f"Fri Sep  3 12:{at // 600 % 60:02}:{at // 10 % 60:02} 2021 Info: MID {at}\n"
            for at in range(count)
        ).encode()
        return lambda: read(io.BytesIO(data))

    assert len(reading(30_000)()) == 30_000
    assert grows_linearly(reading(30_000 // TIMES), reading(30_000))
