"""Scopes: for which lines a log-file header holds, whose lines they are, and by which clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from midtrail.lines import HeaderReader, ReadOptions, find_sources, survey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lines.conftest import ReadAll, TinyHeaders, Write

    from midtrail.lines import Line, Survey

NOON = 1_630_670_400  # Fri Sep  3 12:00:00 2021, UTC


def native(text: str, second: int = 0) -> str:
    """Give a native line."""
    return f"Fri Sep  3 12:00:{second:02} 2021 Info: {text}\n"


def syslog(host: str, text: str) -> str:
    """Give a syslog line with a year."""
    return f"Sep  3 12:00:00 2021 {host} mail_logs: Info: {text}\n"


def header(serial: str, east: int | None = None, version: str = "14.0") -> str:
    """Give a native log-file header."""
    told = native("#begin") + native(f"#serial {serial} version {version}")
    return told if east is None else told + native(f"#east {east}")


def look(path: object, headers: TinyHeaders, **options: str) -> Survey:
    """Survey a source."""
    reader: HeaderReader = headers
    return survey(find_sources(path), ReadOptions(**options), reader)  # type: ignore[arg-type]


def facts(lines: list[Line], text: str = "x") -> list[tuple[str | None, int, int]]:
    """Give host, offset and seconds since noon UTC of the lines with a text."""
    return [
        (line.host, line.utc_offset, (line.time or 0) // 1_000_000 - NOON)
        for line in lines
        if line.text == text
    ]


def test_one_header_holds_for_the_whole_file(read: ReadAll, write: Write) -> None:
    """A header counts for the lines before it too; the time is local time less the offset."""
    path = write("esa/a.log", native("x") + header("S1", -18_000) + native("x"))
    assert facts(read(path)) == [("S1", -18_000, 18_000)] * 2


def test_a_header_comes_before_the_zone_option(read: ReadAll, write: Write) -> None:
    """The zone option is for files without header."""
    with_header = write("a/a.log", header("S1", 3600) + native("x"))
    without = write("b/b.log", native("x"))
    assert facts(read([with_header, without], tz="UTC-5")) == [("S1", 3600, -3600), ("b", -18_000, 18_000)]


def test_odd_offsets_are_exact(read: ReadAll, write: Write) -> None:
    """An offset that is no whole minute moves every line of a minute alike."""
    path = write("a.log", header("S1", 19_207) + native("x", 1) + native("x", 59))
    assert facts(read(path)) == [("S1", 19_207, 1 - 19_207), ("S1", 19_207, 59 - 19_207)]


def test_two_offsets_hold_each_until_the_next_header(read: ReadAll, write: Write) -> None:
    """Where one file tells two offsets, each counts from its header on; the serial number is the file's."""
    path = write("a.log", native("x") + header("S1", 3600) + native("x") + header("S1", 7200) + native("x"))
    assert facts(read(path)) == [("S1", 0, 0), ("S1", 3600, -3600), ("S1", 7200, -7200)]


def test_two_serials_hold_each_until_the_next_header(read: ReadAll, write: Write) -> None:
    """Where one file tells two serial numbers, lines before the first are nobody's: the folder names them."""
    path = write("esa/a.log", native("x") + header("S1", 3600) + native("x") + header("S2") + native("x"))
    assert facts(read(path)) == [("esa", 0, 0), ("S1", 3600, -3600), ("S2", 0, 0)]


def test_a_syslog_header_holds_for_its_host_only(read: ReadAll, write: Write) -> None:
    """In a relay's file each host has its own header, serial number and clock, and is never joined."""
    path = write(
        "relay/a.log",
        syslog("esa01", "x")
        + syslog("esa02", "x")
        + syslog("esa01", "#serial S1 version 14.0")
        + syslog("esa01", "#east 3600")
        + native("x"),
    )
    assert facts(read(path)) == [("S1", 3600, -3600), ("esa02", 0, 0), ("relay", 0, 0)]


def test_a_host_has_its_serial_everywhere(read: ReadAll, write: Write, tmp_path: Path) -> None:
    """A serial number told once is the host's in every file, the offset only in files of the same folder."""
    write("a/1.log", syslog("esa01", "#serial S1 version 14.0") + syslog("esa01", "#east 3600"))
    write("a/2.log", syslog("esa01", "x"))
    write("b/3.log", syslog("esa01", "x"))
    assert facts(read(tmp_path)) == [("S1", 3600, -3600), ("S1", 0, 0)]


def test_a_host_with_two_serials_keeps_them_apart(read: ReadAll, write: Write, tmp_path: Path) -> None:
    """A host whose appliance was replaced has each serial number where it is told, else its name."""
    for serial in ("S1", "S2"):
        write(f"{serial}/a.log", syslog("esa01", f"#serial {serial} version 14.0") + syslog("esa01", "x"))
    write("c/a.log", syslog("esa01", "x"))
    assert [host for host, _, _ in facts(read(tmp_path))] == ["S1", "S2", "esa01"]


def test_a_file_without_header_follows_its_folder(
    read: ReadAll, write: Write, tmp_path: Path, headers: TinyHeaders
) -> None:
    """It belongs to the appliance, and has the offset, that the other files of its folder agree on."""
    write("a/1.log", header("S1", 3600))
    path = write("a/2.log", native("x"))
    assert facts(read(tmp_path)) == [("S1", 3600, -3600)]
    assert look(tmp_path, headers).clocks[path] == "folder"


def test_a_folder_that_disagrees_tells_nothing(read: ReadAll, write: Write, tmp_path: Path) -> None:
    """Two serial numbers or two offsets in the other files leave a file without header to the options."""
    write("a/1.log", header("S1", 3600))
    write("a/2.log", header("S2", 3600))
    write("a/3.log", native("x"))
    assert facts(read(tmp_path, host="given")) == [("given", 3600, -3600)]
    write("a/2.log", header("S1", 7200))
    assert facts(read(tmp_path, host="given")) == [("S1", 0, 0)]


def test_names_of_last_resort(read: ReadAll, write: Write) -> None:
    """With neither serial number nor syslog host the option counts, then the folder's name."""
    path = write("esa07/a.log", native("x"))
    assert [line.host for line in read(path, host="given")] == ["given"]
    assert [line.host for line in read(path)] == ["esa07"]


def test_lines_without_framing_belong_to_the_only_sender(read: ReadAll, write: Write) -> None:
    """A broken-off line is the host's if its file has one sender, else nobody's."""
    one = write("a/a.log", syslog("esa01", "y") + "rest\n")
    two = write("b/b.log", syslog("esa01", "y") + syslog("esa02", "y") + "rest\n")
    assert [line.host for line in read([one, two]) if line.text == "rest"] == ["esa01", "b"]


def test_clocks_tell_their_ground(write: Write, headers: TinyHeaders) -> None:
    """The survey says of each source where its offset comes from."""
    header_told = write("a/a.log", header("S1", 3600))
    nothing_told = write("b/b.log", native("x"))
    line_told = write("c/c.log", "2021-09-03T12:00:00Z esa01 mail_logs: Info: x\n")
    no_time = write("d/d.log", "Info: x\n")
    paths = [header_told, nothing_told, line_told, no_time]
    assert look(paths, headers).clocks == {
        header_told: "header",
        nothing_told: "assumed UTC",
        line_told: "line",
        no_time: "none",
    }
    assert look(nothing_told, headers, tz="Europe/Berlin").clocks == {nothing_told: "tz"}


def test_survey_tells_versions_and_hosts(write: Write, headers: TinyHeaders) -> None:
    """The survey gives each serial number's versions, and each source's appliances with their clocks."""
    first = write("a/1.log", header("S1", 3600, "14.0"))
    second = write("a/2.log", header("S1", 3600, "15.0") + syslog("esa02", "x"))
    found = look([first, second], headers)
    assert found.versions == {"S1": ("14.0", "15.0")}
    assert [(fact.hosts, fact.versions, fact.first_time) for fact in found.sources] == [
        (("S1",), ("14.0",), (NOON - 3600) * 1_000_000),
        (("S1", "esa02"), ("15.0",), (NOON - 3600) * 1_000_000),
    ]
    assert [tuple(row) for row in found.host_clocks()] == [
        (first, "S1", "S1", "14.0", 3600, "header"),
        (second, "S1", "S1", "15.0", 3600, "header"),
        (second, "esa02", None, None, 3600, "assumed UTC"),
    ]


def test_headers_are_found_in_the_middle_of_long_files(read: ReadAll, write: Write) -> None:
    """A header deep in a file of many blocks, wherever their borders lie, holds for all of it."""
    filler = "".join(native(f"MID {number} ready", number % 60) for number in range(60_000))
    lines = read(write("a.log", native("x") + filler + header("S1", 3600) + filler + native("x")))
    assert facts(lines) == [("S1", 3600, -3600)] * 2
    assert {line.host for line in lines} == {"S1"}
