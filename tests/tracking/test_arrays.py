"""What the steps tell by arrays: ids as numbers, families, chains, and who carries what."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from midtrail.distinct import numbered
from midtrail.tracking._births import births
from midtrail.tracking._carried import Carried
from midtrail.tracking._chains import ends, labels
from midtrail.tracking._engines import engine_of
from midtrail.tracking._ids import Ids
from midtrail.tracking._ordered import Ordered
from midtrail.tracking._repeats import Files
from midtrail.tracking._ties import Groups, coded, earliest
from midtrail.tracking._written import Kept, LacksTextsError, Written

HOSTS = np.array([1, 1, 2, 2, 1])
FAR = 1 << 60
NEAR_IDS = (7, 9, 7, 8, 7)
FAR_IDS = (7, FAR, 7, 8, 7)


@pytest.mark.parametrize("named", [NEAR_IDS, FAR_IDS])
def test_ids_have_numbers(named: tuple[int, ...]) -> None:
    """Each id of an appliance has one number, from which it comes back; ids that are far apart, too."""
    ids = np.array(named)
    numbers = Ids(3, lambda: [(HOSTS[:2], ids[:2]), (HOSTS[2:], ids[2:])])
    found = numbers.of(HOSTS, ids)
    assert found.tolist() == numbers.of_named(HOSTS, ids).tolist()
    assert len(set(found.tolist())) == 4
    assert found[0] == found[4]
    assert max(found.tolist()) < numbers.size <= 5
    host, back = numbers.named_by(found)
    assert (host.tolist(), back.tolist()) == (HOSTS.tolist(), ids.tolist())


@pytest.mark.parametrize("named", [NEAR_IDS, FAR_IDS])
def test_ids_that_were_not_named(named: tuple[int, ...]) -> None:
    """An id of another appliance, one that is not there, and none have no number."""
    ids = np.array(named)
    numbers = Ids(3, lambda: [(HOSTS, ids)])
    others = numbers.of(np.array([3, 1, 2, 2]), np.array([7, 6, -1, FAR + 1]))
    assert others.tolist() == [numbers.size] * 4


def test_no_ids() -> None:
    """Nothing has no numbers."""
    empty = np.empty(0, np.int64)
    numbers = Ids(0, lambda: [(empty, empty)])
    assert numbers.size == 0
    assert numbers.of(np.array([0]), np.array([5])).tolist() == [0]
    assert [some.tolist() for some in numbers.named_by(empty)] == [[], []]


def test_births_of_an_id() -> None:
    """An opening line begins a life; others belong to the one before within a minute; what was explained waits for one."""
    opened = np.array([True, False, True, False, False, True])
    explained = np.array([False, False, False, True, True, False])
    stamp = np.array([0, 60, 61, 200, 261, 300])
    found = births(np.zeros(6, np.int64), stamp, stamp * 10, opened, explained)
    assert found.born.tolist() == [0, 61, 200, 261]
    assert found.opened.tolist() == [True, True, False, True]
    assert found.started_at.tolist() == [0, 610, 2000, 3000]


def test_families() -> None:
    """MIDs that made one another have the least of them as their label, however they are tied."""
    found = labels(np.array([5, 2, 7, 7]), np.array([4, 5, 6, 8]), 9)
    assert found.tolist() == [0, 1, 2, 3, 2, 2, 6, 6, 6]


def test_ends_of_chains() -> None:
    """What is handed on arrives at the end of the chain; a ring, and what leads to one, keeps its own."""
    found = ends(np.array([0, 1, 4, 5, 6]), np.array([1, 2, 5, 4, 4]), 8)
    assert found.tolist() == [2, 2, 2, 3, 4, 5, 6, 7]
    count = 1000
    assert ends(np.arange(count), np.arange(1, count + 1), count + 1).tolist() == [count] * (count + 1)


def test_who_carries_a_rid() -> None:
    """RIDs are found in lists with gaps and with numbers beyond all others; of equal ones the first."""
    life, rid = np.array([1, 1, 1, 3, 3, 3]), np.array([0, 1, 5, 2, 2, FAR])
    carried = Carried(life, rid)
    assert carried.of(life, rid).tolist() == [0, 1, 2, 3, 3, 5]
    assert carried.of(np.array([1, 2, 3, 4, 0]), np.array([2, 0, 0, 0, 0])).tolist() == [-1] * 5
    nothing = Carried(life[:0], rid[:0])
    assert nothing.of(life, rid).tolist() == [-1] * 6


def test_rows_in_order() -> None:
    """The next row of an id at a second or after it, the last before, and how many there were by then."""
    rows = Ordered(np.array([2, 2, 5]), np.array([10, 20, 15]), 6)
    ids, stamp = np.array([2, 2, 2, 5, 3]), np.array([5, 10, 25, 15, 15])
    assert rows.next(ids[:2], stamp[:2]).tolist() == [0, 0]
    assert rows.last(ids[1:4], stamp[1:4]).tolist() == [0, 1, 2]
    assert rows.count(ids, stamp).tolist() == [0, 1, 2, 1, 0]
    assert rows.named(ids).tolist() == [0, 1, 2, 3]


def test_the_earliest_row() -> None:
    """Of each owner the earliest row counts; of one second the first by what it tells, what is not told at last."""
    owner, stamp = np.array([4, 2, 4, 4, 2]), np.array([7, 9, 6, 6, 9])
    told = pa.table({"name": ["a", None, "c", "b", "z"], "turn": [1, 0, 1, 2, 3]})
    found = earliest(owner, stamp, lambda places: told.take(pa.array(places)))
    assert found.tolist() == [4, 3]
    nothing = np.empty(0, np.int64)
    assert earliest(nothing, nothing, lambda places: told.take(pa.array(places))).tolist() == []


def test_texts_as_numbers() -> None:
    """Texts have numbers in their order over several columns, words that have numbers already, too."""
    words = pa.array(["b", "a", None]).dictionary_encode()
    found = coded(pa.chunked_array([["c", None], ["a"]]), words, pa.array([], pa.string()))
    assert [codes.tolist() for codes in found] == [[2, -1, 0], [1, 0, -1], []]


def test_rows_that_share_a_number() -> None:
    """All rows of a number are found, its first, and whether there is one."""
    groups = Groups(np.array([5, 3, 5, 9]))
    asked, rows = groups.of(np.array([9, 5, 4]))
    assert (asked.tolist(), rows.tolist()) == ([0, 1, 1], [3, 0, 2])
    assert groups.first(np.array([5, 4, 3])).tolist() == [0, -1, 1]
    assert groups.have(np.array([5, 4])).tolist() == [True, False]
    assert Groups(np.empty(0, np.int64)).first(np.array([5])).tolist() == [-1]


def test_different_numbers_have_places() -> None:
    """Each number has the place of its like among the different ones."""
    places, examples = numbered(np.array([7, -1, 7, 0]))
    assert (places.tolist(), examples.tolist()) == ([2, 0, 2, 1], [1, 3, 0])


@pytest.mark.parametrize(
    ("phrase", "engine"),
    [
        ("content filter:F", "Content Filters"),
        ("filter 'x'", "Message Filters"),
        ("Message Filter x", "Message Filters"),
        ("CASE", "Anti-Spam"),
        ("a/v verdict VIRAL", "Anti-Virus"),
        ("AV", "Anti-Virus"),
        ("avocado", None),
        ("AMP", "Advanced Malware Protection"),
        ("ample", None),
        ("VOF rule:r", "Outbreak Filters"),
        ("Offline", None),
        ("dlp", "DLP"),
        ("DMARC", "DMARC"),
        ("a filter", None),
    ],
)
def test_engines(phrase: str, engine: str | None) -> None:
    """A phrase names an engine by how it begins, whatever its case."""
    assert engine_of(phrase) == engine


def _spine(
    source: str, rows: list[tuple[int, int | None, str]], host: str | None = "esa", kept: Kept | None = None
) -> Written:
    """Return lines of a file: line number, microsecond, text."""
    line_no, time, text = zip(*rows, strict=True)
    columns = {
        "source": pa.array([source] * len(rows)).dictionary_encode(),
        "line_no": pa.array(line_no),
        "host": pa.array([host] * len(rows), pa.string()).dictionary_encode(),
        "time": pa.array(time, pa.timestamp("us", tz="UTC")),
        "kind": pa.array(["status"] * len(rows)).dictionary_encode(),
        **{name: pa.nulls(len(rows), pa.int64()) for name in ("mid", "icid", "dcid")},
        "text": pa.array(text),
    }
    return Written(pa.record_batch(columns), kept)


def test_lines_that_are_told_again() -> None:
    """The n-th occurrence in one file is the n-th in another; what only one file tells stays, other hosts' lines, too."""
    files = Files(
        [
            _spine("b", [(1, 10, "x"), (2, 20, "x"), (3, 20, "x"), (4, 30, "y"), (5, None, "n")]),
            _spine("a", [(1, 20, "x"), (2, 30, "z"), (3, None, "n"), (4, 20, "x"), (5, 20, "x")]),
            _spine("c", [(1, 20, "x")], host=None),
        ]
    )
    assert files.hosts == [None, "esa"]
    assert sorted(files.repeats().tolist()) == [1, 2, 4]
    assert files.first_times() == {"b": 10, "a": 20, "c": 20}


def test_a_file_that_was_read_twice() -> None:
    """A line that was read twice under one name is one; one that stands twice in the file is two."""
    rows = [(1, None, "x"), (2, 10, "x"), (3, 10, "x"), (4, 11, "y")]
    files = Files([_spine("a", rows), _spine("a", rows)])
    assert sorted(files.repeats().tolist()) == [4, 5, 6, 7]
    assert files.first_times() == {"a": 10}
    assert Files([_spine("a", rows)]).repeats().tolist() == []


def test_texts_that_are_left_out() -> None:
    """What stands where is known of every line; what a line says only of those whose texts are kept."""
    rows = [(3, 10, "x"), (4, None, "y"), (9, 11, "z"), (1, 12, "w")]
    lines = _spine("a", rows, kept=lambda time, _: time > 10)
    some = np.array([1, 2, 3])
    assert lines.taken(some, ("line_no", "text", "source")).to_pylist() == [
        {"line_no": 4, "text": "y", "source": "a"},
        {"line_no": 9, "text": "z", "source": "a"},
        {"line_no": 1, "text": "w", "source": "a"},
    ]
    assert lines.taken(np.array([0]), ("line_no",)).to_pylist() == [{"line_no": 3}]
    with pytest.raises(LacksTextsError):
        lines.taken(np.array([0, 1]), ("text",))
    assert Files([lines]).repeats().tolist() == []
    with pytest.raises(LacksTextsError):
        Files([lines, _spine("b", rows)]).repeats()


def test_ids_far_apart_in_a_log(track: Callable[..., Any]) -> None:
    """A log whose ids do not count up is told like all others."""
    found = track(
        """
        10:00:00 New SMTP ICID 900000000000000000 interface Data 1 (192.0.2.1) address 198.51.100.7 reverse dns host unknown verified no
        10:00:01 Start MID 800000000000000000 ICID 900000000000000000
        10:00:01 MID 800000000000000000 ICID 900000000000000000 From: <a@example.com>
        10:00:02 MID 800000000000000000 ICID 900000000000000000 RID 5 To: <b@example.com>
        10:00:03 Start MID 3 ICID 0
        10:00:03 MID 3 ICID 0 From: <c@example.com>
        10:00:09 Message done DCID 5 MID 800000000000000000 to RID [5]
        """.replace("        ", "")
    )
    assert found.rows("select mid, icid, sender_ip, sender, last_state from messages order by mid") == [
        (3, 0, None, "c@example.com", "Receiving"),
        (8 * 10**17, 9 * 10**17, "198.51.100.7", "a@example.com", "Delivered"),
    ]
    assert found.rows("select mid, rid, recipient, state from recipients") == [
        (8 * 10**17, 5, "b@example.com", "Delivered")
    ]
