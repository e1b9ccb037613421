"""Lines that are joined once, of which only what is needed is kept."""

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from midtrail import tracking
from midtrail.lines import ReadOptions, find_sources
from midtrail.log import Log, read
from midtrail.tracking._needed import EVIDENCE

ARRIVAL = """
    {0} New SMTP ICID {1} interface Data 1 (192.0.2.1) address 198.51.100.7 reverse dns host unknown verified no
    {0} Start MID {1} ICID {1}
    {0} MID {1} ICID {1} From: <a@example.com>
    {0} MID {1} ICID {1} RID 0 To: <b@example.com>
    {0} MID {1} Message-ID '<{1}@example.com>'
    {0} MID {1} Subject 'once more'
    {0} MID {1} ready 100 bytes from <a@example.com>
    {0} Message done DCID 5 MID {1} to RID [0]
    {0} Message finished MID {1} done
"""


Times = Iterable[tuple[int, int]]
TellsOf = Callable[[str, Times], None]


def _every_other_minute(hours: range) -> Times:
    return [(hour, minute) for hour in hours for minute in range(0, 60, 2)]


@pytest.fixture
def esa(tmp_path: Path) -> Path:
    """Return the folder of an appliance."""
    folder = tmp_path / "esa"
    folder.mkdir()
    return folder


@pytest.fixture
def tells_of(esa: Path, as_lines: Callable[[str], str]) -> TellsOf:
    """Return a function that writes a file of the appliance: at each of some times a message comes and goes."""

    def write(name: str, times: Times) -> None:
        told = "".join(
            ARRIVAL.format(f"{hour:02}:{minute:02}:00", hour * 60 + minute + 1) for hour, minute in times
        )
        lines = [as_lines(line.strip()) for line in told.splitlines() if line.strip()]
        (esa / name).write_text("\n".join(lines) + "\n")

    return write


def _told_once(folder: Path) -> tuple[Log, dict[str, list[dict[str, object]]]]:
    log = Log(find_sources([folder]), ReadOptions(), messages_only=True, read_once=True)
    log.to_parquet(folder.parent / "tables")
    return log, {
        name: pq.read_table(folder.parent / "tables" / f"{name}.parquet").to_pylist()
        for name in ("messages", "recipients")
    }


def _expected(folder: Path) -> dict[str, list[dict[str, object]]]:
    log = read([folder], progress=False)
    return {"messages": log.messages().to_pylist(), "recipients": log.recipients().to_pylist()}


@pytest.mark.parametrize(
    ("later", "messages"),
    [
        (range(3, 5), 150),  # follows the first file
        (range(1, 4), 120),  # overlaps it
        (range(3), 90),  # tells it once more
    ],
)
def test_files_that_tell_again(esa: Path, tells_of: TellsOf, later: range, messages: int) -> None:
    """What two files tell is told once, whether they follow one another or overlap."""
    tells_of("a.log", _every_other_minute(range(3)))
    tells_of("b.log", _every_other_minute(later))
    _, found = _told_once(esa)
    assert found == _expected(esa)
    assert len(found["messages"]) == messages
    assert {row["evidence_text"] for row in found["recipients"]} == {
        f"Message done DCID 5 MID {row['mid']} to RID [0]" for row in found["messages"]
    }


def test_a_file_that_goes_back(esa: Path, tells_of: TellsOf) -> None:
    """Where lines are far earlier than the first of their file, the log is read with all texts, and told alike."""
    tells_of("a.log", _every_other_minute(range(3)))
    tells_of("b.log", [(4, 0), (1, 31)])
    _, found = _told_once(esa)
    assert found == _expected(esa)
    assert len(found["messages"]) == 92


def test_a_damaged_file_is_told_of_once(esa: Path, tells_of: TellsOf) -> None:
    """What could not be read whole is told once, also where the log was read with all texts."""
    tells_of("a.log", _every_other_minute(range(3)))
    tells_of("b.log", [(4, 0), (1, 31)])
    packed = gzip.compress((esa / "b.log").read_bytes())
    (esa / "b.log").unlink()
    (esa / "b.log.gz").write_bytes(packed[:-9])
    log, _ = _told_once(esa)
    assert [Path(problem.source).name for problem in log.problems] == ["b.log.gz"]


def test_moments_in_the_clock_of_files(esa: Path, tells_of: TellsOf) -> None:
    """A moment without a zone is one of the clock of the file that it falls in, of lines without a spine, too."""
    tells_of("a.log", _every_other_minute(range(3)))
    log = Log(find_sources([esa]), ReadOptions(tz="-05:00"), messages_only=True, read_once=True)
    assert log.to_parquet(esa.parent / "tables", as_of="2021-09-13T01:00")["messages"] == 31


def test_kinds_that_decide() -> None:
    """Every kind whose lines decide is read, and those that are only looked at for facts keep no text."""
    assert tracking.reads().keys() >= EVIDENCE
    assert {"message_ready", "delivery_done", "remediation_processed", "split_by_policy"} <= EVIDENCE
    assert not EVIDENCE & {"subject_header", "icid_opened", "response_received", "recipient_accepted"}
