"""What the steps tell by arrays: ids as numbers, families, chains, and who carries what."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from midtrail.tracking._births import births
from midtrail.tracking._carried import Carried
from midtrail.tracking._chains import ends, labels
from midtrail.tracking._ids import Ids
from midtrail.tracking._ordered import Ordered

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
