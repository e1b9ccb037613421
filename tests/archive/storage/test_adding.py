"""What is added to an archive, in whatever order and however often, comes out as the files themselves."""

import gzip
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.archive.storage.conftest import Shelf, log_of

from midtrail.archive.restoring import restore
from midtrail.lines import ReadOptions

HEADER = "Begin Logfile", "Version: 14.0.1-033 SN: 564D1234-ABCD", "Time offset from UTC: -18000 seconds"
LONG = [f"New SMTP ICID {number} interface Data1 (192.0.2.1) address 198.51.100.7" for number in range(40)]
SAMPLES = Path(__file__).parents[3] / "sample_logs"


def test_samples_come_back_as_they_are_read(shelf: Shelf) -> None:
    """Every table of the sample logs is the same from the archive as from the files."""
    shelf.add(SAMPLES)
    assert shelf.stored() == shelf.read(SAMPLES)


def test_simulated_files_in_any_order(shelf: Shelf, simulated: Callable[[], Path]) -> None:
    """Added file by file in random order, some twice, an archive equals all of its files read at once."""
    files = sorted(path for path in simulated().rglob("*") if path.is_file())
    chance = random.Random(5)  # noqa: S311 - an order, not secrets
    order = [*files, *chance.sample(files, 3)]
    chance.shuffle(order)
    for start in range(0, len(order), 4):
        shelf.add(*order[start : start + 4])
    assert shelf.stored() == shelf.read(simulated())


def test_adding_loads_no_lark(shelf: Shelf, simulated: Callable[[], Path]) -> None:
    """Once the forms of the grammar are kept, known lines are added without Lark."""
    first, *_ = sorted(path for path in simulated().rglob("*") if path.is_file())
    shelf.add(first)
    folder = shelf.folder.with_name("another")
    code = (
        f"import sys; import midtrail as mt; mt.archive({str(first)!r}, {str(folder)!r}, progress=False);"
        "print('lark' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_same_content_again_adds_nothing(shelf: Shelf) -> None:
    """A file that comes again, gzipped and under another name, is known by its content."""
    path = shelf.put("mail.current", log_of(*LONG))
    assert shelf.add().new == 1
    shelf.put("mail.@20210913T233800.s.gz", gzip.compress(path.read_bytes()))
    path.unlink()
    added = shelf.add()
    assert (added.new, added.grown, added.known, added.lines) == (0, 0, 1, 0)
    assert list(shelf.contents()) == ["mail.@20210913T233800.s.gz"]


def test_grown_file_adds_only_its_end(shelf: Shelf) -> None:
    """Of a file that grew only the lines behind the stored ones are added, in the end as if read at once."""
    shelf.put("mail.current", log_of(*LONG[:20]))
    shelf.add()
    shelf.put("mail.current", log_of(*LONG))
    added = shelf.add()
    assert (added.grown, added.lines) == (1, 20)
    assert shelf.stored() == shelf.read()


def test_line_cut_in_the_middle_is_completed(shelf: Shelf) -> None:
    """A last line without its end is replaced when more of it comes; no half of it stays."""
    whole = log_of(*LONG)
    for size in (1500, 1501, 1530, len(whole) - 1, len(whole)):
        shelf.put("mail.current", whole[:size])
        shelf.add()
        assert shelf.contents() == {"mail.current": whole[:size]}
    assert shelf.stored() == shelf.read()


@pytest.mark.parametrize("name", ["mail.current", "mail.@20210913T233800.c", "mail.@20210913T233800.current"])
def test_a_few_lines_that_grow_under_another_name(shelf: Shelf, name: str) -> None:
    """A file of a line and a half that is full, renamed and gzipped when it is seen next is the same file."""
    open_one = shelf.put(name, log_of(*LONG)[:150])
    shelf.add()
    open_one.unlink()
    shelf.put("mail.@20210913T233800.s.gz", gzip.compress(log_of(*LONG)))
    added = shelf.add()
    assert (added.new, added.grown, added.lines) == (0, 1, 39)
    assert shelf.contents() == {"mail.@20210913T233800.s.gz": log_of(*LONG)}
    assert shelf.stored() == shelf.read()


@pytest.mark.parametrize("name", ["amp.@20210913T233800.s", "other/mail.@20210913T233800.s"])
def test_a_few_lines_of_another_log(shelf: Shelf, name: str) -> None:
    """A few bytes with which the file of another log, or of another folder, begins too stay a file of their own."""
    shelf.put("mail.current", log_of(*LONG)[:100])
    shelf.add()
    shelf.put(name, log_of(*LONG))
    assert shelf.add().new == 1
    assert sorted(shelf.contents().values()) == [log_of(*LONG)[:100], log_of(*LONG)]


def test_older_copy_adds_nothing(shelf: Shelf) -> None:
    """A file that a stored one begins with is an older copy of it."""
    whole = log_of(*LONG)
    shelf.put("mail.current", whole)
    shelf.add()
    copy = shelf.put("copy/mail.log", whole[:2000])
    assert shelf.add(copy).known == 1
    assert shelf.contents() == {"mail.current": whole}


def test_overlapping_files_are_both_kept(shelf: Shelf) -> None:
    """Two files that share lines, neither the beginning of the other, both come back byte for byte."""
    shelf.put("a.log", log_of(*LONG[:30]))
    shelf.put("b.log", log_of(*LONG)[1000:])
    shelf.add()
    assert shelf.contents() == {"a.log": log_of(*LONG[:30]), "b.log": log_of(*LONG)[1000:]}


def test_name_that_came_with_other_content(shelf: Shelf) -> None:
    """A name that is used again for another content keeps both, the later with a number behind its name."""
    shelf.put("mail.current", log_of(*LONG))
    shelf.add()
    other = log_of("Start MID 7 ICID 8")
    shelf.put("mail.current", other)
    shelf.add()
    assert shelf.contents() == {"mail.current": log_of(*LONG), "mail.current~2": other}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_later_header_names_the_appliance_of_earlier_files(shelf: Shelf, order: tuple[int, ...]) -> None:
    """A file without a header belongs to the appliance that its folder's files name, in whatever order they come."""
    paths = [
        shelf.put("esa/a.log", log_of(*LONG[:3])),
        shelf.put("esa/b.log", log_of(*HEADER, *LONG[3:6])),
        shelf.put("other/c.log", log_of(*LONG[6:9])),
    ]
    for number in order:
        shelf.add(paths[number])
    stored = shelf.stored()
    assert stored == shelf.read()
    hosts = {row["source"].rpartition("/")[2]: row["host"] for row in stored["spine"]}
    assert hosts == {"a.log": "564D1234-ABCD", "b.log": "564D1234-ABCD", "c.log": "other"}


def test_header_in_what_a_file_grew_by(shelf: Shelf) -> None:
    """A header that a file grew by holds for its stored lines too."""
    shelf.put("mail.current", log_of(*LONG[:20]))
    shelf.add()
    shelf.put("mail.current", log_of(*LONG[:20], *HEADER))
    shelf.add()
    assert shelf.stored() == shelf.read()


def test_options_last(shelf: Shelf) -> None:
    """A file keeps the zone and the host that were given when it was added."""
    options = ReadOptions(tz="UTC-5", host="esa7")
    shelf.put("mail.current", log_of(*LONG))
    shelf.add(options=options)
    other = shelf.put("b.log", log_of("Start MID 7 ICID 8"))
    shelf.add(other)
    stored = [row for row in shelf.stored()["spine"] if row["source"].endswith("mail.current")]
    expected = shelf.read(shelf.logs / "mail.current", options=options)["spine"]
    assert [(row["time"], row["host"]) for row in stored] == [(row["time"], row["host"]) for row in expected]


ODD = {
    "empty": b"",
    "no line end": b"Mon Sep 13 23:38:03 2021 Info: MID 1 ready 5 bytes from <a@example.com>",
    "only line ends": b"\n\r\n\n",
    "carriage returns": b"Mon Sep 13 23:38:03 2021 Info: MID 1 antivirus negative \r\nx\ry\r",
    "NUL and bytes that are no UTF-8": b"Mon Sep 13 23:38:03 2021 Info: MID 1 Subject 'Caf\xe9\x00'\n\xff\xfe\n",
    "private characters": "Mon Sep 13 23:38:03 2021 Info: MID 1 Subject \U0010ffe9 \x01\x02\n".encode(),
    "marks of templates": b"\x01\x0223:38:03 Info: x\n<22>Sep 13 23:38:03 e\x01sa mail: Info: y\n",
    "clocks that do not agree": b"Sep 13 23:38:07 esa01 mail_logs: Mon Sep 13 23:38:03 2021 Info: MID 3 done\n",
    "fractions": b"<22>1 2021-09-13T23:38:03.123456-05:00 esa01 mail_logs - - - Info: Start MID 3 ICID 4\n"
    b"2021-09-13T23:38:03.12Z esa01 mail_logs: Info: Start MID 3 ICID 4\n",
    "byte order mark": b"\xef\xbb\xbfMon Sep 13 23:38:03 2021 Info: Start MID 3 ICID 4\n",
    "braces": b"Mon Sep 13 23:38:03 2021 Info: MID 1 Subject '{mid} {{0}}'\n",
    "a value with a line break": b"Mon Sep 13 23:38:03 2021 Info: MID 1 Subject 'x\n y\n z'\n",
    "blanks": b"Mon Sep 13 23:38:03 2021 Info:   Start MID 3 ICID 4   \n   \n\t\n",
    "a long line": b"Mon Sep 13 23:38:03 2021 Info: MID 1 Subject '" + b"x" * 1_000_000 + b"'\n",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_bytes_come_back(shelf: Shelf, name: str) -> None:
    """Whatever bytes a file has come back, and are read as from the file."""
    shelf.put("odd.log", ODD[name])
    shelf.add()
    assert shelf.contents() == {"odd.log": ODD[name]}
    assert shelf.stored() == shelf.read()


def test_damaged_bytes_come_back(shelf: Shelf, simulated: Callable[[], Path]) -> None:
    """Real lines with bytes changed, lost and doubled come back, and are read as from the file."""
    data = bytearray(next(path for path in sorted(simulated().rglob("*.s"))).read_bytes()[:300_000])
    chance = random.Random(11)  # noqa: S311 - damage, not secrets
    for _ in range(3000):
        at = chance.randrange(len(data))
        data[at : at + chance.choice((0, 1, 1, 3))] = chance.randbytes(chance.choice((0, 1, 1, 2)))
    shelf.put("damaged.log", bytes(data))
    shelf.add()
    assert shelf.contents() == {"damaged.log": bytes(data)}
    assert shelf.stored() == shelf.read()


def test_restore_writes_the_files(shelf: Shelf, tmp_path: Path) -> None:
    """Restored files have their names and bytes; names that lead elsewhere stay within the folder."""
    shelf.put("esa/../mail.current", log_of(*LONG))
    shelf.put("b.log.gz", gzip.compress(log_of(*LONG[:3])))
    shelf.add()
    out = tmp_path / "out"
    assert [checked.problem for checked in restore(shelf.snapshot(), out)] == [None, None]
    found = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert found == {"mail.current": log_of(*LONG), "b.log": log_of(*LONG[:3])}
