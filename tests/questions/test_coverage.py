"""coverage: counts that add up by file, appliance and version, and the shapes of what is not known."""

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import midtrail as mt
from midtrail.lines import ReadOptions, find_sources
from midtrail.questions.coverage import Counts, Coverage, read_coverage
from midtrail.questions.shapes import Shapes, shape_of
from midtrail.simulate import Framing

DAY = "Mon Sep 13 10:00:00 2021 Info: "
UNKNOWN = [
    "Frobnicator started for ICID 5 from 192.0.2.7",
    "Frobnicator started for ICID 631 from 2001:db8::17",
    "Of late 'it's \"odd\"' was seen by <bob@example.com> at 10:11:12",
    "Of late 'x' was seen by carol+tag@sales.example at 23:59:00",
    'Of late "don\'t" was seen by dave@example.org at 00:00:01',
    "Checksum 9f86d081884c7d659a2feaa0c55ad015 of 'a.pdf' is new",
]

Worlds = Callable[..., Any]


def written(folder: Path, *texts: str, name: str = "a.log") -> Path:
    """Write a native log of these texts."""
    path = folder / name
    path.write_text("".join(f"{DAY}{text}\n" for text in texts), "utf-8")
    return path


def counted(*paths: Path) -> Coverage:
    """Return what was read of files, without orphans."""
    return read_coverage(find_sources(list(paths)), ReadOptions())


def summed(parts: dict[str, Counts]) -> Counts:
    """Return the sum of counts."""
    return Counts(*(sum(column) for column in zip(*parts.values(), strict=True)))


def test_counts_are_those_of_parse(world: Worlds) -> None:
    """Each line is counted once, as `parse` tells it, in total and by file, appliance and version."""
    made = world(messages=80, seed=21, appliances=3, gzip=True)
    log = mt.read(made.logs, progress=False)
    kinds = Counter(log.spine()["kind"].to_pylist())
    sources = Counter(log.spine()["source"].to_pylist())
    hosts = Counter(log.spine()["host"].to_pylist())
    found = log.coverage
    assert found.kinds == kinds
    assert {name: counts.lines for name, counts in found.files.items()} == sources
    assert {name: counts.lines for name, counts in found.appliances.items()} == hosts
    assert list(found.versions) == ["12.5.3-041", "14.0.1-033", "15.0.0-104"]
    for parts in (found.files, found.appliances, found.versions):
        assert summed(parts) == found.total
    assert found.total.lines == sum(found.total[1:]) == log.spine().num_rows
    assert found.total.unrecognised == kinds["unrecognised"] == sum(shape.count for shape in found.unknown)
    assert found.orphans is not None


def test_the_quick_way_tells_the_same(world: Worlds) -> None:
    """Without orphans nothing but them is missing."""
    made = world(messages=80, seed=22, appliances=2, framing=Framing.relay)
    found = mt.read(made.logs, progress=False).coverage
    assert counted(made.logs) == found._replace(orphans=None)


def test_three_kinds_of_unknown_lines_are_three_shapes(tmp_path: Path) -> None:
    """Lines that differ in numbers, addresses, quoted values and times have one shape, with its first line's place."""
    known = "MID 7 queued for delivery"
    found = counted(written(tmp_path, known, *UNKNOWN, known))
    assert [(shape.shape, shape.count, shape.line_no) for shape in found.unknown] == [
        ("Of late <quoted> was seen by <address> at <time>", 3, 4),
        ("Frobnicator started for ICID <number> from <ip>", 2, 2),
        ("Checksum <hex> of <quoted> is new", 1, 7),
    ]
    assert found.unknown[0].text == UNKNOWN[2]
    assert found.unknown[0].source == str(tmp_path / "a.log")
    assert found.total == Counts(lines=8, events=2, unrecognised=6)
    assert found.total.recognised == 0.25


def test_versions_change_within_a_file(tmp_path: Path) -> None:
    """In one file a version holds from its header on, and before the first; what no header tells is told apart."""
    header = "<22>Sep 13 10:00:00 esa1 mail_logs: Info: Version: {} SN: 564D1A2B3C4D5E6F7081-92A3B4C5D6E7\n"
    line = "<22>Sep 13 10:00:00 {} mail_logs: Info: MID 7 queued for delivery\n"
    path = tmp_path / "relay.log"
    first, second = header.format("14.0.1-033"), header.format("15.0.0-104")
    one, other = line.format("esa1"), line.format("esa2")
    path.write_text(f"{one}{first}{one}{other}{one}{second}{one}{other}")
    found = counted(path)
    assert {version: counts.lines for version, counts in found.versions.items()} == {
        "14.0.1-033": 4,
        "15.0.0-104": 2,
        "": 2,
    }
    assert list(found.appliances) == ["564D1A2B3C4D5E6F7081-92A3B4C5D6E7", "esa2"]
    assert "(not told)" in str(found)


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    """A file with no line in it stands among the files, and nothing at all is all recognised."""
    (tmp_path / "empty.log").touch()
    found = counted(tmp_path / "empty.log")
    assert found.files == {str(tmp_path / "empty.log"): Counts()}
    assert (found.total, found.total.recognised, found.unknown) == (Counts(), 1.0, [])


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """What a terminal would obey is shown as an escape, a line is cut to the width, and JSON gives it whole."""
    text = "Boo \x1b]0;owned\x07 \u202e for <script> " + "wide " * 40
    found = counted(written(tmp_path, text))
    lines = list(found.text(80))
    assert all(line.isprintable() and len(line) <= 80 for line in lines)
    assert any(r"Boo \x1b]0;owned\x07 \u202e" in line for line in lines)
    row = json.loads(json.dumps(found.row()))
    assert row["unknown"][0]["text"] == text
    assert row["total"] == {
        "lines": 1, "events": 0, "headers": 0, "blank": 0, "continuation": 0, "unrecognised": 1,
    }  # fmt: skip


def test_shapes_take_bounded_time_and_memory() -> None:
    """Texts made to be slow are not, and where all lines differ, some shapes are kept and all lines counted."""
    began = time.process_time()
    for text in (
        "'",
        '"',
        "a",
        "1",
        "a@",
        "<",
        "a.",
        "::",
        "ab-",
        "\\'",
        "'a",
        "0f",
        "http://",
        "Mon Jan  ",
        "-1.",
    ):
        shape_of(text * 100_000)
        shape_of("x" + text * 100_000 + "'")
    assert time.process_time() - began < 2
    shapes = Shapes(most=50)
    for number in range(5_000):
        word = "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")
        shapes.add(f"{word} is unheard of", "a.log", number, None)
        shapes.add("something frequent", "a.log", number, None)
    kept = list(shapes)
    assert kept[0].shape == "something frequent"
    assert kept[0].count == 5_000
    assert len(kept) <= 50
    assert sum(shape.count for shape in kept) + shapes.others == 10_000


def test_values_in_shapes() -> None:
    """What differs from line to line is replaced by what it is, and words stay."""
    for text, shape in (
        ("took 0.25 s, 1,024 bytes, -3 left", "took <number> s, <number> bytes, <number> left"),
        ("peer 192.0.2.1:25 and [2001:db8::1]", "peer <ip>:<number> and [<ip>]"),
        ("at Mon Sep 13 10:00:00 2021 or 2021-09-13T10:00:00Z", "at <time> or <time>"),
        ("batch 2b46dcac-9b3d-404c-9327-f114fd5d89c7 done", "batch <hex> done"),
        ("from mx1.example.net to <a@b.example>", "from <name> to <address>"),
        ("see https://example.com/x?y=1 for more", "see <url> for more"),
        ("isn't it 'so'?", "isn't it <quoted>?"),
        ("MID 30631632 or 7", "MID <number> or <number>"),
        ("esa1: deadline added", "esa<number>: deadline added"),
    ):
        assert shape_of(text) == shape
