"""Much of one thing: rows are not multiplied, and the steps come to an end."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from midtrail import tracking
from midtrail.lines import find_sources
from midtrail.parse import batches, read_records
from midtrail.tables import Store, to_arrow

Track = Callable[..., Any]
_PATIENCE = 30  # seconds for what takes one or two


def _store(*lines: str) -> Store:
    """Return a store of these statements' rows: far more lines than a test could parse."""
    store = Store()
    for line in lines:
        store.connection.execute(line)
    return store


def _spine(kind: str, count: int, first: int, mid: str = "5", second: str = "0") -> str:
    return (
        f"insert into spine select {first} + i, 'a', {first} + i + 1, 0, 'h',"
        f" to_timestamp(1631527200 + {second}), 'Info', '{kind}', {mid}, null, null, '{kind} ' || i"
        f" from range({count}) as rows (i)"
    )


def test_very_many_recipients() -> None:
    """Many recipients of one message stay as many rows, each with its state, in little time."""
    count = 200_000
    store = _store(
        _spine("recipient_accepted", count, 0),
        f"insert into recipient_accepted select i, 5, 1, i, 'u' || i || '@example.com' from range({count}) as r (i)",
        _spine("queued_for_delivery", 500, count),
        f"insert into queued_for_delivery select {count} + i, 5 from range(500) as r (i)",
        _spine("delivery_done", 1, count + 500, second="1"),
        f"insert into delivery_done select {count} + 500, 6, 5, range({count // 2}), null, false",
    )
    began = time.monotonic()
    tracking.build(store.connection)
    assert time.monotonic() - began < _PATIENCE
    told = store.connection.execute(
        "select state, count(*) from recipients group by all order by 1"
    ).fetchall()
    assert told == [("Delivered", count // 2), ("Queued for Delivery", count // 2)]


def test_ids_that_are_used_again_and_again() -> None:
    """A MID with very many lives, and an ICID and a DCID with as many, give as many messages, in little time."""
    count = 30_000
    at = "100 * i"
    store = _store(
        _spine("icid_opened", count, 0, mid="null", second=at),
        "update spine set icid = 1",
        f"insert into icid_opened (seq, icid, sender_ip) select i, 1, '10.' || i from range({count}) as r (i)",
        _spine("message_started", count, count, second=f"{at} + 1"),
        f"insert into message_started (seq, mid, icid) select {count} + i, 5, 1 from range({count}) as r (i)",
        _spine("recipient_accepted", count, 2 * count, second=f"{at} + 1"),
        f"insert into recipient_accepted select {2 * count} + i, 5, 1, 0, 'u' || i from range({count}) as r (i)",
        _spine("dcid_opened", count, 3 * count, mid="null", second=f"{at} + 2"),
        f"update spine set dcid = 7 where seq >= {3 * count}",
        f"insert into dcid_opened (seq, dcid, destination_ip) select {3 * count} + i, 7, '192.' || i"
        f" from range({count}) as r (i)",
        _spine("delivery_done", count, 4 * count, second=f"{at} + 99"),
        f"insert into delivery_done select {4 * count} + i, 7, 5, [0], null, false from range({count}) as r (i)",
    )
    began = time.monotonic()
    tracking.build(store.connection)
    assert time.monotonic() - began < _PATIENCE
    told = store.connection.execute(
        "select count(*), count(distinct sender_ip), bool_and(sender_ip = '10.' || substr(recipient, 2)),"
        " bool_and(destination_ip = '192.' || substr(recipient, 2)), min(state), max(state)"
        " from messages join recipients using (message)"
    ).fetchall()
    assert told == [(count, count, True, True, "Delivered", "Delivered")]


def test_a_mid_that_is_made_again_and_again(track: Track) -> None:
    """Of a MID with many lives none of which is opened each begins at its earliest line in the moment before."""
    lines = [
        f"{10 + hour}:{minute:02}:{second} {text}"
        for hour in range(2)
        for minute in range(0, 60, 3)
        for second, text in (
            ("00", "MID 9 ICID 0 RID 0 To: <ann@example.com>"),
            ("30", "MID 5 rewritten to MID 9 by antispam"),
            ("40", "MID 9 queued for delivery"),
        )
    ]
    tracked = track("\n".join(["09:59:00 Start MID 5 ICID 31", *lines]))
    assert tracked.rows(
        "select count(*), min(epoch(first_at) % 180), max(epoch(first_at) % 180) from ("
        " select to_timestamp(first_at) as first_at from track_lives where counter = 'mid' and id = 9)"
    ) == [(40, 0, 0)]
    assert tracked.rows("select mids from messages") == [([5, 9],)]


def test_a_very_long_chain_and_a_very_long_ring() -> None:
    """A chain of rewrites hands its recipient to its end, and a ring comes to an end, in few rounds."""
    count = 20_000
    store = _store(
        _spine("recipient_accepted", 1, 0, mid="0"),
        "insert into recipient_accepted values (0, 0, 1, 0, 'ann@example.com')",
        _spine("message_rewritten", count, 10, mid="i", second="i"),
        f"insert into message_rewritten select 10 + i, i, i + 1, 'x', null from range({count}) as r (i)",
        _spine("message_rewritten", count, 10 + count, mid="100000 + i", second="i"),
        f"insert into message_rewritten select {10 + count} + i, 100000 + i, 100000 + (i + 1) % {count}, 'x', null"
        f" from range({count}) as r (i)",
    )
    began = time.monotonic()
    tracking.build(store.connection)
    assert time.monotonic() - began < _PATIENCE
    told = store.connection.execute("select mid, len(mids), last_state from messages order by mid").fetchall()
    assert told == [(0, count + 1, "Processing"), (100_000, count, "Processing")]
    assert store.connection.execute("select mid, rid from recipients").fetchall() == [(count, 0)]


def test_building_again_replaces_all(track: Track) -> None:
    """The tables can be built again, as of another time, on the same connection."""
    tracked = track(
        "10:00:00 Start MID 5 ICID 31\n10:00:09 MID 5 queued for delivery\n10:00:09 Start MID 6 ICID 31"
    )
    before = tracked.rows("select * from messages order by message")
    tracking.build(tracked.connection, as_of=before[0][6])
    assert tracked.rows("select mid from messages") == [(5,)]
    assert tracked.rows("select count(*) from members") == [(1,)]
    tracking.build(tracked.connection)
    assert tracked.rows("select * from messages order by message") == before


def test_the_same_file_twice_under_one_name(tmp_path: Path, as_lines: Callable[[str], str]) -> None:
    """A file that is read twice under one name gives each event once; what it repeats itself stays."""
    path = tmp_path / "mail.log"
    start, attachment = (
        as_lines("10:00:00 Start MID 5 ICID 31"),
        as_lines("10:00:00 MID 5 attachment 'a.pdf'"),
    )
    path.write_text(f"{start}\n{attachment}\n{attachment}\n")
    found = list(read_records(find_sources([path])))
    again = [record._replace(seq=record.seq + len(found)) for record in found]
    store = Store().add_all(map(to_arrow, batches([*found, *again])))
    tracking.build(store.connection)
    told = store.connection.execute("select attachments from messages").fetchall()
    assert told == [(["a.pdf", "a.pdf"],)]


def test_nothing_to_track(tmp_path: Path, track_files: Callable[[Path], Any]) -> None:
    """A log without events gives empty tables."""
    (tmp_path / "mail.log").write_text("\nnothing that anyone knows\n")
    tracked = track_files(tmp_path)
    for table in ("messages", "recipients", "connections", "remediations", "members"):
        assert tracked.rows(f"select count(*) from {table}") == [(0,)]


def test_lines_without_times(tmp_path: Path, track_files: Callable[[Path], Any]) -> None:
    """Lines that have no time at all still make messages; their times are null."""
    (tmp_path / "mail.log").write_text(
        "Start MID 5 ICID 31\nMID 5 ICID 31 RID 0 To: <ann@example.com>\nMID 5 queued for delivery\n"
    )
    tracked = track_files(tmp_path)
    told = tracked.rows("select last_state, started_at, last_event_at, head_cut from messages")
    assert told == [("Queued for Delivery", None, None, False)]
