"""`gaps` on small logs made by hand: each sort of finding, why it is normal or not, and what it must not be."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

import midtrail as mt
from midtrail.questions.gaps import Finding

Told = Callable[[str], list[Finding]]


def _native(line: str) -> str:
    day, clock, text = line.split(" ", 2)
    return f"Mon Sep {int(day):2} {clock} 2021 Info: {text}"


def opened(
    numbers: Iterable[int], clock: str = "13 10:{:02}:00", counter: str = "ICID", first: int = 0
) -> list[str]:
    """Return lines of connections or messages that begin, one a minute."""
    texts = {
        "ICID": "New SMTP ICID {} interface D (192.0.2.1) address 192.0.2.9 reverse dns host unknown verified no",
        "DCID": "New SMTP DCID {} interface 192.0.2.1 address 192.0.2.9 port 25",
        "MID": "Start MID {} ICID 0",
    }
    return [
        f"{clock.format(first + minute)} {texts[counter].format(number)}"
        for minute, number in enumerate(numbers)
    ]


def header(day: int, offset: int, appliance: str) -> list[str]:
    """Return a log-file header."""
    texts = (
        "Begin Logfile",
        f"Version: 14.0.1-033 SN: {appliance}",
        f"Time offset from UTC: {offset} seconds",
    )
    return [f"{day} 10:00:00 {text}" for text in texts]


_ERROR = (
    "Connection Error: DCID 8 domain: example.com IP: 192.0.2.9 port: 25 details: [Errno 61] Connection refused "
    "interface: 192.0.2.1 reason: network error"
)
_CLOSES = ["13 10:00:00 ICID 4 close", "13 10:01:10 ICID 5 close", "13 10:01:08 ICID 6 close"]
_TWO_COUNTERS = [
    number for low in range(100, 120, 2) for number in (low, low + 1, 9000 + low, 9001 + low)
]  # each in turn brings two
STORIES: dict[str, list[list[str]]] = {
    "hole": [opened([7, 8, 11, 12])],
    "named later": [[*opened([7, 11]), "13 10:03:00 ICID 9 close"]],
    "one beginning": [[*opened([7, 9]), "13 10:03:00 ICID 8 close"]],
    "any order": [[*opened([12, 10], "13 10:00:02"), *opened([13, 11], "13 10:00:03")]],
    "odd text": [[*opened([7, 8]), "13 10:05:00 something odd happened to ICID 900000"]],
    "older": [[*opened([7, 8]), "13 10:05:00 ICID 3 close"]],
    "failed": [[*opened([7, 9], counter="DCID"), f"13 10:01:30 {_ERROR}"]],
    "restart": [
        [
            *opened([9007, 9008]),
            "13 11:00:00 System is coming up.",
            *opened([7001, 7002], "13 11:{:02}:00", first=1),
        ]
    ],
    "alone": [
        sorted(
            [
                *opened([9007, 9008]),
                *opened([7001, 7002], "13 11:{:02}:00"),
                *opened(range(5, 9), "13 10:{:02}:30", "MID"),
            ]
        )
    ],
    "mixed": [opened(_TWO_COUNTERS)],
    "counts on": [opened([7, 8]), opened([9, 10], "13 18:{:02}:00")],
    "file missing": [opened([7, 8]), opened([20, 21], "13 18:{:02}:00")],
    "half a minute back": [[*_CLOSES, "13 10:00:40 ICID 7 close"]],
    "a day back": [[*_CLOSES, "12 10:01:00 ICID 7 close"]],
    "summer time": [
        [*header(13, 0, "A1"), *opened([7])],
        [*header(14, 3600, "A1"), *opened([8], "14 11:{:02}:00")],
    ],
    "another zone": [
        [*header(13, 0, "B1"), *opened([7])],
        [*header(14, 7200, "B1"), *opened([8], "14 12:{:02}:00")],
    ],
    "no offset": [
        [*header(13, -18_000, "C1"), *opened([7])],
        [*header(14, -14_400, "C1"), *opened([8], "14 11:{:02}:00")],
        [*header(15, 0, "C1")[:2], *opened([9], "15 11:{:02}:00")],
    ],
    "huge": [opened([7, 8, 9_000_000_000_000])],
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Give what returns the findings of a story; all are read in one go, an appliance each."""
    folder = tmp_path_factory.mktemp("stories")
    for name, files in STORIES.items():
        (folder / name).mkdir()
        for number, lines in enumerate(files):
            (folder / name / f"mail.{number}").write_text("".join(f"{_native(line)}\n" for line in lines))
    (folder / "untimed").mkdir()
    (folder / "untimed" / "mail.0").write_text("Start MID 5 ICID 0\nStart MID 6 ICID 0\nStart MID 9 ICID 0\n")
    found = mt.read(folder, progress=False).gaps()
    return lambda name: [finding for finding in found if finding.host == name]


def only(found: list[Finding]) -> Finding:
    """Return the only finding."""
    (finding,) = found
    return finding


def test_a_hole_in_one_counter_has_the_times_and_lines_of_its_neighbours(told: Told) -> None:
    """Two ids that never occur are one finding between the lines of the ids beside them."""
    finding = only(told("hole"))
    assert (finding.counter, finding.first, finding.last, finding.missing, finding.normal) == (
        "icid",
        9,
        10,
        2,
        False,
    )
    row = finding.row()
    assert (row["after"], row["before"]) == ("2021-09-13T10:01:00Z", "2021-09-13T10:02:00Z")
    assert (row["after_line"][-2:], row["before_line"][-2:]) == (":2", ":3")
    assert "no other counter jumps" in finding.reason


def test_an_id_that_a_later_line_names_is_not_counted_as_missing(told: Told) -> None:
    """Of three ids whose beginning is gone, the one that a close names is told apart."""
    finding = only(told("named later"))
    assert (finding.first, finding.last, finding.missing) == (8, 10, 2)
    assert "1 more" in finding.reason


def test_a_single_lost_beginning_names_the_line(told: Told) -> None:
    """An id that only later lines name lacks its beginning: nothing is missing but that line."""
    finding = only(told("one beginning"))
    assert (finding.first, finding.last, finding.missing, finding.lacks) == (8, 8, 0, "New SMTP ICID 8")


@pytest.mark.parametrize("name", ["any order", "odd text", "failed"])
def test_what_only_looks_like_a_hole_is_none(told: Told, name: str) -> None:
    """Lines of one moment in any order, a number in a text that nobody knows, a connection of which there is only its error."""
    assert told(name) == []


def test_older_ids_at_the_beginning_are_normal(told: Told) -> None:
    """A line about a connection from before the log says so, and is no hole."""
    finding = only(told("older"))
    assert (finding.first, finding.last, finding.missing, finding.normal) == (3, 6, 0, True)
    assert "before the log begins" in finding.reason


def test_a_restart_explains_a_counter_that_goes_back(told: Told) -> None:
    """Ids that begin anew after the system came up are a reset, which is normal."""
    finding = only(told("restart"))
    assert (finding.first, finding.last, finding.normal, finding.confidence) == (9008, 7001, True, "high")
    assert "started again" in finding.reason


def test_one_counter_that_goes_back_alone_to_no_low_start_is_not_normal(told: Told) -> None:
    """Where one counter only goes back, to a high number, two appliances may be mixed."""
    finding = only(told("alone"))
    assert (finding.counter, finding.normal, finding.confidence) == ("icid", False, "low")


def test_two_appliances_under_one_name_are_told_once(told: Told) -> None:
    """A counter that goes back all the time is one finding that says what to do."""
    finding = only(told("mixed"))
    assert not finding.normal
    assert "several appliances" in finding.reason


def test_a_silence_between_two_files_is_normal_where_ids_count_on(told: Told) -> None:
    """The end of one file hours before the next is explained by ids that follow each other."""
    finding = only(told("counts on"))
    assert (finding.counter, finding.normal, finding.confidence) == ("file", True, "high")
    assert "ICID 8 → 9" in finding.reason
    assert finding.row()["after"] == "2021-09-13T10:01:00Z"


def test_a_silence_with_missing_ids_is_a_missing_file(told: Told) -> None:
    """Ids that are missing between two files are told as such, and so are the files that do not meet."""
    found = told("file missing")
    assert [(one.counter, one.normal, one.missing) for one in found] == [
        ("file", False, 0),
        ("icid", False, 11),
    ]
    assert all("a file is missing" in one.reason for one in found)


@pytest.mark.parametrize(
    ("name", "normal", "word"),
    [("half a minute back", True, "clock was set"), ("a day back", False, "another order")],
)
def test_times_that_run_backwards_in_a_file_are_told(
    told: Told, name: str, *, normal: bool, word: str
) -> None:
    """A clock that goes back half a minute is normal, a day is not; seconds of jitter are nothing."""
    finding = only(told(name))
    assert (finding.counter, finding.normal) == ("clock", normal)
    assert word in finding.reason
    assert str(finding.before_line).endswith(":4")


@pytest.mark.parametrize(("appliance", "normal"), [("A1", True), ("B1", False)])
def test_another_time_zone_is_normal_where_it_may_be_summer_time(
    told: Told, appliance: str, *, normal: bool
) -> None:
    """An hour in September may be summer time, two hours are another zone."""
    finding = only(told(appliance))
    assert (finding.counter, finding.normal) == ("clock", normal)


def test_a_file_without_an_offset_among_others_with_one_is_told(told: Told) -> None:
    """Its times are read as UTC, and may be wrong: the finding names the file."""
    change, untold = told("C1")
    assert (change.counter, change.normal) == ("clock", True)
    assert (untold.counter, untold.normal, untold.confidence) == ("clock", False, "medium")
    assert "mail.2 tells no offset" in untold.reason


def test_lines_without_a_time_have_holes_too(told: Told) -> None:
    """Bodies alone still show which ids never occur; the times are null."""
    finding = only(told("untimed"))
    assert (finding.first, finding.last, finding.after, finding.before) == (7, 8, None, None)


def test_a_huge_number_is_told_as_a_counter_set_forward(told: Told) -> None:
    """A counter that jumps far is answered, with little confidence."""
    finding = only(told("huge"))
    assert (finding.first, finding.missing) == (9, 8_999_999_999_991)
    assert finding.confidence == "low"


def test_a_log_without_ids_is_answered(tmp_path: Path) -> None:
    """Where nothing begins, nothing can be told, and nothing fails."""
    (tmp_path / "mail").write_text(f"{_native('13 10:00:00 lame DNS referral')}\n")
    found = mt.read(tmp_path, progress=False).gaps()
    assert (list(found), str(found)) == ([], "Nothing is missing.")
