"""Files that begin with their header are read without a survey of the rest, to the very same lines."""

import gzip
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from midtrail.engine import read_arrow, survey_for
from midtrail.lines import ReadOptions, Survey, find_sources, survey
from midtrail.lines.heads import Guard
from midtrail.parse import GrammarHeaders

if TYPE_CHECKING:
    from tests.engine.conftest import Engines

SERIALS = ("564D1A2B3C4D5E6F7A8B-0C1D2E3F4A5B", "564D1A2B3C4D5E6F7A8B-0C1D2E3F4A5C", "0123456789AB-CDEF012")
HEADER = ("Begin Logfile", "Version: {version} SN: {serial}", "Time offset from UTC: {offset} seconds")


def native(body: str, day: int = 3, clock: str = "10:11:12") -> str:
    """Return a native line."""
    return f"Mon Sep {day:2} {clock} 2021 Info: {body}\n"


def header(serial: str, offset: int, *, version: str = "14.0.1-033", day: int = 3, lines: str = "012") -> str:
    """Return a header, or only some lines of it."""
    told = {"serial": serial, "offset": offset, "version": version}
    return "".join(native(HEADER[int(line)].format(**told), day) for line in lines)


MID = native("MID 7 queued for delivery", 4)
SURPRISES = {
    "another appliance": header(SERIALS[1], 3600, version="15.0.0-104"),
    "another offset": header(SERIALS[0], 0),
    "the same header": header(SERIALS[0], -18_000),
    "an appliance without offset": header(SERIALS[1], 0, lines="01"),
    "half a header": header(SERIALS[0], 3600, lines="2"),
    "a header without framing": f"Version: 14.0.1-099 SN: {SERIALS[2]}\n",
    "a syslog host": "Sep  9 10:11:12 2021 esa2 mail_logs: Info: MID 8 queued for delivery\n",
    "no year": "Dec 31 10:11:12 Info: MID 9 queued for delivery\n",
    "its own zone": "2021-09-10T10:11:12+02:00 mail_logs: Info: MID 9 queued for delivery\n",
    "no framing": "goes on\n",
    "no UTF-8": native("MID 7 \xff"),
}


def told(surveyed: Survey) -> tuple[object, ...]:
    """Return what a survey tells when the lines are read."""
    sources = [(facts.source, facts.hosts) for facts in surveyed.sources]
    return surveyed.host_clocks(), surveyed.versions, surveyed.clocks, sources


def begun(path: Path, engines: "Engines") -> bool:
    """Check that the lines are those of the whole survey; tell whether they were read without."""
    files, options = find_sources([path]), ReadOptions()
    whole = survey(files, options, GrammarHeaders())
    expected = engines.tables(read_arrow(files, options, survey=whole, clocks=True))
    surveyed = survey_for(files, options, [])
    begins = bool(surveyed.open_ends)
    assert engines.tables(read_arrow(files, options, survey=surveyed, clocks=True)) == expected
    assert told(surveyed) == told(whole)
    return begins


@pytest.mark.parametrize("surprise", SURPRISES)
def test_a_surprise(surprise: str, engines: "Engines", tmp_path: Path) -> None:
    """What comes up in the middle of a file, before and behind others of its folder."""
    for number in range(3):
        middle = SURPRISES[surprise] if number == 1 else ""
        text = header(SERIALS[0], -18_000, day=number + 1) + MID * 50 + middle + MID * 50
        (tmp_path / f"mail.{2 - number}.log").write_bytes(text.encode("latin-1"))
    assert begun(tmp_path, engines)


@pytest.mark.parametrize(
    "beginning",
    [
        "\n",
        MID,
        header(SERIALS[0], 0, lines="12"),
        header(SERIALS[0], 0, lines="01"),
        SURPRISES["a syslog host"],
    ],
)
def test_one_file_that_begins_otherwise(beginning: str, engines: "Engines", tmp_path: Path) -> None:
    """Where one file begins without a header, or with half of one, all are surveyed."""
    (tmp_path / "a.log").write_text(header(SERIALS[0], -18_000) + MID)
    (tmp_path / "b.log").write_text(beginning + SURPRISES["another offset"] + MID)
    assert begun(tmp_path, engines) == (beginning == header(SERIALS[0], 0, lines="12"))


def test_order(engines: "Engines", tmp_path: Path) -> None:
    """A file belongs to the appliance with whose header it begins, and has its place among that one's files."""
    other = header(SERIALS[1], 0, day=9) + native("MID 3 queued for delivery", 9)
    (tmp_path / "a.log").write_text(
        header(SERIALS[0], 0, day=5) + native("MID 2 queued for delivery", 5) + other
    )
    (tmp_path / "b.log").write_text(header(SERIALS[0], 0, day=1) + native("MID 1 queued for delivery", 1))
    assert begun(tmp_path, engines)
    found = engines.tables(read_arrow(find_sources([tmp_path])))["spine"]
    mids = [
        (host, mid)
        for host, mid in zip(found["host"].to_pylist(), found["mid"].to_pylist(), strict=True)
        if mid
    ]
    assert mids == [(SERIALS[0], 1), (SERIALS[0], 2), (SERIALS[1], 3)]


@pytest.mark.parametrize("surprise", ["a syslog host", "another appliance"])
@pytest.mark.parametrize("gone", ["0.log", "1.log"])
def test_a_file_that_goes_while_it_is_read(
    surprise: str, gone: str, engines: "Engines", tmp_path: Path
) -> None:
    """Where a file was renamed meanwhile, what its head told goes on to hold, and all of its lines are given."""
    assert engines
    middle = SURPRISES[surprise]
    for number in range(2):
        text = header(SERIALS[0], -18_000, day=number + 1) + MID + (middle if number == 0 else "") + MID
        (tmp_path / f"{number}.log").write_text(text)
    surveyed = survey_for(find_sources([tmp_path]), ReadOptions(), [])
    names = [facts.source for facts in surveyed.sources]
    (tmp_path / gone).rename(tmp_path / f"{gone}.gone")
    scope, _, _ = Guard(surveyed, str(tmp_path / "0.log"), ReadOptions(), GrammarHeaders()).settle()
    assert scope.own_serial == SERIALS[0]
    assert [facts.source for facts in surveyed.sources] == names
    assert str(tmp_path / "0.log") not in surveyed.open_ends


def test_any_folder(engines: "Engines", tmp_path: Path) -> None:
    """Folders of files with and without header, plain and packed, with surprises anywhere."""
    chance, begins = random.Random(6), 0  # noqa: S311 - the same folders each time
    times = engines.times("MIDTRAIL_FOLDERS", 40)
    for number in range(times):
        folder = tmp_path / str(number)
        for _ in range(chance.randrange(1, 6)):
            file = (
                folder / chance.choice("ab") / f"mail.@{chance.randrange(99)}.s{chance.choice(['', '.gz'])}"
            )
            file.parent.mkdir(parents=True, exist_ok=True)
            text = _any_text(chance).encode("latin-1")
            file.write_bytes(gzip.compress(text) if file.suffix == ".gz" else text)
        begins += begun(folder, engines)
    assert times > begins > times / 2


def _any_text(chance: random.Random) -> str:
    day = chance.randrange(1, 29)
    offset = chance.choice([-18_000, 3600])
    pieces = [header(chance.choice(SERIALS), offset, day=day)] if chance.random() < 0.95 else []
    for _ in range(chance.randrange(1, 6)):
        pieces.append(MID * chance.randrange(500))
        if chance.random() < 0.2:
            pieces.append(SURPRISES[chance.choice(list(SURPRISES))])
    return "".join(pieces)
