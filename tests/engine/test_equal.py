"""The compiled engine reads what Lark reads: every table, every field, in every framing."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from midtrail.engine import read_arrow, reading
from midtrail.lines import ReadOptions, find_sources
from midtrail.simulate import LOGS, Framing, Plan, write

if TYPE_CHECKING:
    from tests.engine.conftest import Engines

ROOT = Path(__file__).parent.parent.parent
CORPUS = ROOT.parent / "shared" / "lines"
HEADS = (
    b"Mon Sep 13 23:25:07 2021 Info: ",
    b"Mon Sep  6 23:25:07 2021 Warning: ",
    b"Mon Sep 6 23:25:07 2021 Info: ",
    b"Mon Sep 13 23:25:07 2021 ",
    b"<22>Mon Sep 13 23:25:07 2021 Info: ",
    b"<22>Sep 13 23:25:07 esa01 mail_logs: Info: ",
    b"Sep  6 23:25:07 esa02.example.com esa_mail: Info: ",
    b"Sep 13 23:25:07 2001:db8::1 mail_logs[123]: Info: ",
    b"<166>Sep 13 23:25:07 mail_logs: Info: ",
    b"Sep 13 23:25:07 Info: ",
    b"<22>Sep 13 23:25:07 esa amp: Info: ",
    b"<22>Sep 13 1:2:3 esa mail_logs: Info: ",
    b"Sep 13 23:25:07 2021 mx07 syslog_mail: Info: ",
    b"2021 Sep 13 23:25:07 server mail [info] tag:nopid Info: ",
    b"Sep 13 23:59:59 relay Sep 13 23:25:07 mail_logs: Info: ",
    b"<13>Sep 13 23:59:59 relay fwd: <22>Sep 13 23:25:07 esa01 mail_logs: Info: ",
    b"<22>Sep 13 23:59:59 esa01 mail_logs: Mon Sep 13 23:25:07 2021 Info: ",
    b"<22>1 2021-09-13T23:25:07.250Z esa03 mail_logs - - - Info: ",
    b"<22>1 - esa03 mail_logs - - - Mon Sep 13 23:25:07 2021 Info: ",
    b"2021-09-13T23:25:07.123456-05:00 esa04 mail_logs: Info: ",
    b"2021-09-13T23:25:07Z esa04 mail_logs[7]: Info: ",
    b"Info: ",
    b"",
)
"""How lines begin, one of each framing that DESIGN tells of."""


def test_sample_logs(engines: "Engines") -> None:
    """All of the sample logs, line by line of all families."""
    assert engines.compare(ROOT / "sample_logs") > 1000


@pytest.mark.parametrize("turn", [0, 1])
def test_chosen_columns(turn: int, engines: "Engines") -> None:
    """Where only some kinds are wanted, each with some columns, these are as they are among all."""
    files = find_sources([ROOT / "sample_logs"])
    everything = engines.tables(read_arrow(files))
    spine = everything.pop("spine")
    wanted = {
        kind: ["seq", *table.column_names[1 + turn :: 2]] for kind, table in [*everything.items()][turn::2]
    }
    found = engines.tables(read_arrow(files, columns=wanted))
    assert found.pop("spine") == spine
    assert found == {kind: everything[kind].select(columns) for kind, columns in wanted.items()}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real lines is not beside the checkout")
def test_corpus(engines: "Engines") -> None:
    """All real lines that were collected."""
    assert engines.compare(CORPUS) > 1000


@pytest.mark.parametrize("head", HEADS)
def test_samples_in_each_framing(head: bytes, engines: "Engines") -> None:
    """A line of each kind, behind each framing."""
    lines = engines.samples()
    assert engines.compare_bytes(b"".join(head + line + b"\n" for line in lines)) == len(lines)


def test_framings_mixed_in_one_file(engines: "Engines") -> None:
    """Every framing next to every other one, as in the file of a relay, with line ends of both sorts."""
    samples = engines.samples()[:: len(HEADS) + 1]
    pairs = [(one, other) for one in HEADS for other in HEADS]
    lines = [head + samples[place % len(samples)] for place, pair in enumerate(pairs) for head in pair]
    for end in (b"\n", b"\r\n"):
        assert engines.compare_bytes(end.join(lines)) == len(lines)


@pytest.mark.parametrize("framing", list(Framing))
@pytest.mark.parametrize("gzip", [False, True])
def test_simulated(framing: Framing, tmp_path: Path, engines: "Engines", *, gzip: bool) -> None:
    """Archives of several appliances, their counters reset, in each framing."""
    plan = Plan(messages=120, seed=3, appliances=2, resets=True, framing=framing, gzip=gzip)
    write(plan, tmp_path / "made")
    assert engines.compare(tmp_path / "made" / LOGS)
    assert engines.compare(tmp_path / "made" / LOGS, ReadOptions(tz="Europe/Zurich", host="mx"))


def test_times_and_turns(engines: "Engines") -> None:
    """Summer time, the turn of a year, clocks that do not exist, headers of another appliance in between."""
    days = (("Mar", 28), ("Oct", 31), ("Dec", 31), ("Jan", 1), ("Feb", 29), ("Feb", 30), ("Oct", 31))
    clocks = ("00:59:59", "01:00:00", "01:59:59", "02:14:59", "02:15:00", "03:00:00", "24:00:00", "23:60:01")
    stamps = [
        f"<22>{month} {day:2} {clock} esa{host} mail_logs: Info: MID {day} queued for delivery\n"
        for month, day in days
        for clock in clocks
        for host in (1, 2)
    ]
    data = "".join(stamps).encode()
    assert engines.compare_bytes(data, ReadOptions(tz="Europe/Zurich", year=2021)) == len(stamps)


def test_several_appliances_in_one_file(engines: "Engines") -> None:
    """Log-file headers of another serial and another offset in the middle of a file hold from there on."""
    turns = (
        (
            "Mon Sep 13 23:25:08 2021 Info: Begin Logfile\n"
            f"Mon Sep 13 23:25:08 2021 Info: Version: 14.0.1-033 SN: 564D{number}-7\n"
            f"Mon Sep 13 23:25:09 2021 Info: Time offset from UTC: {3600 * number} seconds\n"
            f"Mon Sep 13 23:25:10 2021 Info: MID {number} queued for delivery\n"
        )
        for number in range(5)
    )
    assert engines.compare_bytes("".join(turns).encode()) == 20


def test_small_input_is_read_by_lark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file never loads the kernel, and none is needed at all."""
    monkeypatch.setattr(reading, "kernel", lambda: pytest.fail("the kernel was asked for"))
    file = tmp_path / "small.log"
    file.write_bytes(b"Mon Sep 13 23:25:07 2021 Info: MID 1 queued for delivery\n")
    assert sum(batch["spine"].num_rows for batch in read_arrow(find_sources([file]))) == 1
