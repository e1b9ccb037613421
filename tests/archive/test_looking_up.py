"""What is looked up in an archive is what the files themselves tell, however they were added."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

import midtrail as mt
from midtrail.archive import archive
from midtrail.archive.adding import add
from midtrail.archive.asking import ArchiveTables
from midtrail.archive.keeping import compact
from midtrail.archive.messages import update
from midtrail.archive.snapshot import Snapshot
from midtrail.lines import ReadOptions, find_sources
from midtrail.log import Log
from midtrail.simulate import LOGS, Plan, write
from midtrail.tracking.choosing import Choice
from midtrail.views import message_views

_BATCH_BYTES = 60_000
_MIDS = 25


class Pair(NamedTuple):
    """A log read from its files, and from an archive of them."""

    files: Log
    archive: Log
    folder: Path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Give simulated logs of three appliances with resets, and an archive to which they were added in any order."""
    made, folder = (tmp_path_factory.mktemp(name) for name in ("made", "kept"))
    write(Plan(messages=400, seed=17, appliances=3, resets=True), made)
    paths = sorted(str(path) for path in (made / LOGS).rglob("*") if path.is_file())
    shuffled = random.Random(3).sample(paths, len(paths))  # noqa: S311 - the same order each time
    for start in range(0, len(shuffled), 7):
        files = find_sources(shuffled[start : start + 7])
        add(folder, files, ReadOptions(), update=update, batch_bytes=_BATCH_BYTES)
    return Pair(mt.read(str(made / LOGS)), mt.read(folder), folder)


def _some_mids(log: Log) -> list[int]:
    """Return MIDs of messages of all sorts: first ones, children, those of several lives."""
    mids = sorted({mid for row in log.messages()["mids"].to_pylist() for mid in row})
    return random.Random(5).sample(mids, _MIDS)  # noqa: S311 - the same MIDs each time


def _objects(log: Log, numbers: list[int]) -> list[dict[str, Any]]:
    return list(log.objects(numbers))


def _by_mid(log: Log, mid: int) -> Any:
    numbers = log.numbers(Choice(mids=(mid,)))
    return [_objects(log, numbers), list(log.raw_lines(numbers)), log.message(mid).page_text()]


def test_by_mid(pair: Pair) -> None:
    """A MID gives the same messages with their timelines, the same raw lines and the same page."""
    for mid in _some_mids(pair.files):
        assert _by_mid(pair.archive, mid) == _by_mid(pair.files, mid)


def test_a_look_up_loads_no_database(pair: Pair) -> None:
    """A message and its lines are told before DuckDB and Lark would be loaded."""
    mid = pair.files.messages()["mid"][0].as_py()
    code = (
        f"import sys; import midtrail as mt; log = mt.read({str(pair.folder)!r});"
        f"found = log.message({mid}).to_dict(), *log.findevent(mid={mid});"
        "print(len(found) > 1, sorted({'duckdb', 'lark'} & sys.modules.keys()))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "True []\n"


def test_told_one_by_one_as_by_tables(pair: Pair) -> None:
    """Every message that is looked up is told, without a database, as the tables of a store tell it."""
    mids = {mid for row in pair.files.messages()["mids"].to_pylist() for mid in row}
    log = mt.read(pair.folder)
    numbers = log.numbers(Choice(mids=sorted(mids)))
    views = list(log.views(numbers))
    tables = ArchiveTables(pair.folder)
    tables.chosen(Choice(mids=sorted(mids)), None)
    by_tables = message_views(tables.timeline(numbers, None).connection, numbers)
    assert [(view.message, view.clock) for view in views] == [
        (view.message, view.clock) for view in by_tables
    ]
    assert len(views) == pair.files.messages().num_rows


def test_by_mid_of_one_appliance(pair: Pair) -> None:
    """With its appliance named too, the MID gives that appliance's messages."""
    for mid in _some_mids(pair.files)[:5]:
        for host in set(pair.files.messages()["host"].to_pylist()):
            choice = Choice(mids=(mid,), host=host)
            found, expected = ((log, log.numbers(choice)) for log in (pair.archive, pair.files))
            assert _objects(*found) == _objects(*expected)


def test_as_known_at_a_moment(pair: Pair) -> None:
    """A MID as of a moment gives what was known then."""
    for mid in _some_mids(pair.files)[:5]:
        moment = pair.files.messages(mid=mid)["last_event_at"].to_pylist()[0]
        found, expected = [
            list(log.objects(log.numbers(Choice(mids=(mid,)), as_of=moment), as_of=moment))
            for log in (pair.archive, pair.files)
        ]
        assert found == expected


def test_one_message_after_another(pair: Pair) -> None:
    """Messages that share a connection, looked up one by one or together, each have all of their lines."""
    log, whole = pair.archive, pair.files
    mids = _some_mids(whole)[:8]
    numbers = log.numbers(Choice(mids=mids))
    told = [next(iter(log.objects([number]))) for number in numbers]
    assert told == _objects(whole, whole.numbers(Choice(mids=mids)))
    assert list(log.raw_lines(numbers)) == list(whole.raw_lines(whole.numbers(Choice(mids=mids))))


def test_a_mid_that_is_not_there(pair: Pair) -> None:
    """A MID that no message has finds none, and the nearest are told."""
    assert pair.archive.numbers(Choice(mids=(10**12,))) == []
    assert pair.archive.seen(10**12) == pair.files.seen(10**12)


def _asked(field: str) -> Callable[[Log], str]:
    """Return what makes a query for a value that occurs in a column."""

    def query(log: Log) -> str:
        values = log.sql(_VALUES[field])["value"].to_pylist()
        value = random.Random(field).choice(values)  # noqa: S311 - the same value each time
        return f'{field}:"{value}"'

    return query


_VALUES = {
    "sender": "select distinct sender as value from messages where sender like '%@%' order by 1",
    "recipient": "select distinct recipient as value from recipients where recipient like '%@%' order by 1",
    "email_subject": "select distinct subject as value from messages where subject not similar to '.*[*\"\\\\].*' order by 1",
    "email_messageid": "select distinct trim(message_id, '<>') as value from messages where message_id is not null order by 1",
    "ip": "select distinct sender_ip as value from messages where sender_ip is not null order by 1",
    "sha256": "select distinct sha256 as value from file_queued_for_analysis order by 1",
    "file_name": "select distinct attachment as value from attachment_found where attachment not like '%\"%' order by 1",
    "url": "select distinct url as value from url_category order by 1",
    "batch": "select distinct batch as value from remediations order by 1",
}


@pytest.mark.parametrize("field", _VALUES)
def test_search_by_a_value(pair: Pair, field: str) -> None:
    """A search for an address, a Message-ID, a hash and so on finds the same messages."""
    query = _asked(field)(pair.files)
    found, expected = (
        _objects(log, log.search(query)["message"].to_pylist()) for log in (pair.archive, pair.files)
    )
    assert found == expected
    assert expected


@pytest.mark.parametrize(
    "query",
    [
        '"sender group"',
        "DCID*closed",
        "not Start",
        "delivered or state:*bounced*",
        "(TLS state:delivered) or not message",
        "nothing-of-the-kind",
        "url:* not casino",
        "file_name:*.docx example",
    ],
)
def test_search_of_words(pair: Pair, query: str) -> None:
    """Words are found in the texts of a message's lines, those of its connections too, alone and with other conditions."""
    found, expected = (
        _objects(log, log.search(query)["message"].to_pylist()) for log in (pair.archive, pair.files)
    )
    assert found == expected


@pytest.mark.parametrize(
    "wanted",
    [
        {"sender": "a"},
        {"recipient": r"@.*\.com$", "ignore_case": True},
        {"subject": "Invoice", "recipient": "e"},
        {"sender": "^nobody$"},
    ],
)
def test_findevent_by_patterns(pair: Pair, wanted: dict[str, Any]) -> None:
    """What expressions find in senders, recipients and subjects has the same raw lines."""
    assert list(mt.read(pair.folder).findevent(**wanted)) == list(pair.files.findevent(**wanted))


def test_whole_tables(pair: Pair) -> None:
    """Coverage, gaps, members and the timeline of all messages are the same, in whatever order they are asked."""
    members = "select * from members order by all"
    for asked in ("coverage", "gaps", "sql", "timeline"):
        log = mt.read(pair.folder)
        if asked == "coverage":
            assert (str(log.coverage), str(log.counted())) == (
                str(pair.files.coverage),
                str(pair.files.counted()),
            )
        elif asked == "gaps":
            assert list(log.gaps().rows()) == list(pair.files.gaps().rows())
        elif asked == "sql":
            assert log.sql(members) == pair.files.sql(members)
        assert log.timeline() == pair.files.timeline()
        assert str(log.coverage) == str(pair.files.coverage)


def test_search_in_a_time(pair: Pair) -> None:
    """A search within a time range finds the same messages, alone and with another condition."""
    starts = sorted(at for at in pair.files.messages()["started_at"].to_pylist() if at is not None)
    since, until = starts[len(starts) // 3], starts[len(starts) // 2]
    window = f'since:"{since.isoformat()}" until:"{until.isoformat()}"'
    for query in (window, f"{window} state:delivered", f"{window} not state:delivered"):
        found, expected = (
            _objects(log, log.search(query)["message"].to_pylist()) for log in (pair.archive, pair.files)
        )
        assert found == expected
        assert expected


def test_fresh_logs(pair: Pair, tmp_path: Path) -> None:  # noqa: ARG001 - the pair is made first
    """An archive without any message answers that there is none."""
    log = tmp_path / "a.log"
    log.write_bytes(b"Mon Sep 13 23:38:03 2021 Info: New SMTP ICID 2 interface A\n")
    archive([log], tmp_path / "kept")
    read = mt.read(tmp_path / "kept")
    assert read.numbers(Choice(mids=(1,))) == []
    assert read.seen(1) == "the log has no messages"


def test_after_compaction(pair: Pair, tmp_path: Path) -> None:
    """Small files that were merged give the same, and are still in row groups of which a look-up reads few."""
    folder = tmp_path / "kept"
    shutil.copytree(pair.folder, folder)
    compact(folder)
    log = mt.read(folder)
    for mid in _some_mids(pair.files)[:5]:
        assert _by_mid(log, mid) == _by_mid(pair.files, mid)
    for name in ("messages", "connections"):
        (path,) = Snapshot.open(folder).paths(name)
        group = pq.read_metadata(path).row_group(0)
        told = {group.column(at).path_in_schema: group.column(at) for at in range(group.num_columns)}
        assert told["id" if name == "connections" else "mid"].statistics.has_min_max
        assert "BYTE_STREAM_SPLIT" in told["lines.list.element.steps.list.element"].encodings
