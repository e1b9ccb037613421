"""Queries of a person's own: what they may read, that they can do nothing else, and that they end."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import midtrail as mt
from midtrail.errors import UsageError
from midtrail.tables import Store

LINES = """\
Mon Sep 13 23:24:47 2021 Info: New SMTP ICID 31 interface Data 1 (192.0.2.10) address 198.51.100.59 reverse dns host mail.example.com verified yes
Mon Sep 13 23:24:48 2021 Info: Start MID 640962 ICID 31
Mon Sep 13 23:24:48 2021 Info: MID 640962 ICID 31 From: <sender@example.com>
Mon Sep 13 23:24:48 2021 Info: MID 640962 ICID 31 RID 0 To: <user@example.com>
Mon Sep 13 23:24:48 2021 Info: MID 640962 Subject 'it\\'s; DROP TABLE messages'
Mon Sep 13 23:24:48 2021 Info: MID 640962 ready 145 bytes from <sender@example.com>
Mon Sep 13 23:25:07 2021 Info: MID 640962 queued for delivery
Mon Sep 13 23:25:07 2021 Info: New SMTP DCID 14 interface 192.0.2.10 address 203.0.113.25 port 25
Mon Sep 13 23:25:07 2021 Info: Delivery start DCID 14 MID 640962 to RID [0]
Mon Sep 13 23:25:08 2021 Info: Message done DCID 14 MID 640962 to RID [0]
Mon Sep 13 23:25:08 2021 Info: Message finished MID 640962 done
"""

SECRET = [{"secret": 1}]  # a variable that no query may see

REFUSED = {
    "insert into messages (mid) values (1)": "The query is no SELECT",
    "update messages set sender = 'x'": "The query is no SELECT",
    "delete from messages": "The query is no SELECT",
    "create table mine as select 1": "The query is no SELECT",
    "create temp macro mine() as 1": "The query is no SELECT",
    "drop table messages": "The query is no SELECT",
    "attach 'OUT/mine.db'": "The query is no SELECT",
    "attach ':memory:' as mine": "The query is no SELECT",
    "copy messages to 'OUT/mine.csv'": "The query is no SELECT",
    "copy (select 1) to 'OUT/mine.parquet'": "The query is no SELECT",
    "export database 'OUT/mine'": "The query is no SELECT",
    "import database 'OUT/mine'": "The query is no SELECT",
    "set threads = 1": "The query is no SELECT",
    "reset threads": "The query is no SELECT",
    "pragma enable_profiling": "The query is no SELECT",
    "install httpfs": "The query is no SELECT",
    "load httpfs": "The query is no SELECT",
    "call pragma_version()": "The query is no SELECT",
    "prepare mine as select 1": "The query is no SELECT",
    "explain analyze select 1": "The query is no SELECT",
    "checkpoint": "The query is no SELECT",
    "begin": "The query is no SELECT",
    "select 1; drop table messages": "The query is no SELECT",
    "select 1; select 2": "There are 2 statements",
    "-- nothing": "There are 0 statements",
    "": "There are 0 statements",
    "from read_csv('OUT/secret.csv')": "may not read from read_csv()",
    "from read_parquet('OUT/*')": "may not read from read_parquet()",
    "select (select content from read_text('OUT/secret.csv'))": "may not read from read_text()",
    "with x as (from read_blob('OUT/secret.csv')) from x": "may not read from read_blob()",
    "describe select * from read_text('OUT/secret.csv')": "may not read from read_text()",
    "select list_transform([1], lambda x: (select max(size) from read_blob('OUT/*')))": "may not read from read_blob()",
    "from messages m, lateral (from glob(m.sender))": "may not read from glob()",
    "from sniff_csv('OUT/secret.csv')": "may not read from sniff_csv()",
    "from query('drop table messages')": "may not read from query()",
    "from query_table('messages')": "may not read from query_table()",
    "from json_execute_serialized_sql(json_serialize_sql('select 1'))": "may not read from json_execute",
    "from enable_logging(storage = 'file', storage_path = 'OUT/mine')": "may not read from enable_logging()",
    "from checkpoint()": "may not read from checkpoint()",
    "from duckdb_settings()": "may not read from duckdb_settings()",
    "from duckdb_secrets()": "may not read from duckdb_secrets()",
    "from arrow_scan(1, 2, 3)": "may not read from arrow_scan()",
    "from 'OUT/secret.csv'": "A query reads this log's tables only",
    'from "OUT/secret.csv"': "A query reads this log's tables only",
    "from 'https://example.com/secret.csv'": "A query reads this log's tables only",
    "from 'no_such_table'": "There is no table 'no_such_table'",
    "from SECRET": "There is no table 'SECRET'",
    "from secret": "There is no table 'secret'",
    "select getenv('HOME')": "getenv does not exist",
    "select " + "abs(" * 5_000 + "1" + ")" * 5_000: "The query cannot be read",
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mt.Log]:
    """Return a log of one message that was delivered."""
    file = tmp_path_factory.mktemp("log") / "mail.log"
    file.write_text(LINES, encoding="utf-8")
    read = mt.read(file, tz="UTC-5", progress=False)
    yield read
    read.close()


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_refused(log: mt.Log, query: str, tmp_path: Path) -> None:
    """A query that would do more than read the tables is refused in one line, and nothing changes on disk."""
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        log.sql(query.replace("OUT", str(tmp_path)))
    assert REFUSED[query] in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert log.sql("select count(*) as n from messages").to_pylist() == [{"n": 1}]


def test_a_write_within_a_select_is_refused(log: mt.Log) -> None:
    """Where DuckDB takes an INSERT within a SELECT, the transaction lets it change nothing."""
    with pytest.raises(UsageError):
        log.sql("with x as (insert into messages (mid) values (1) returning mid) from x")
    assert log.sql("select mid from messages").to_pylist() == [{"mid": 640962}]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("select mid, last_state from messages", [{"mid": 640962, "last_state": "Delivered"}]),
        ("select s.dcid from delivery_started d join spine s using (seq) where kind = 'delivery_started'", None),
        ("from connections select direction, id order by id", [{"direction": "outgoing", "id": 14}, {"direction": "incoming", "id": 31}]),
        ("select count(*) as n from timeline where sentence like '%queued for%'", [{"n": 1}]),
        ("select count(*) as n from remediations", [{"n": 0}]),
        ("select mid, count(*) as n, count(d.dcid) as ways from messages join members using (message) left join dcid_opened d using (seq) group by 1", [{"mid": 640962, "n": 11, "ways": 1}]),
        ("select utc_offset from clocks", [{"utc_offset": -18000}]),
        ("select unnest([1, 2]) as a", [{"a": 1}, {"a": 2}]),
        ("select sum(range) as n from range(4)", [{"n": 6}]),
        ("select 1 as a, 2 as a;", [{"a": 1, "a_1": 2}]),
        ("values ('x')", [{"col0": "x"}]),
        ("pivot recipients on state in ('Delivered', 'Aborted') using count(*) group by mid", [{"mid": 640962, "Delivered": 1, "Aborted": 0}]),
        ("with recursive n as (select 1 as a union all select a + 1 from n where a < 3) from n", [{"a": 1}, {"a": 2}, {"a": 3}]),
    ],
)  # fmt: skip
def test_what_is_answered(log: mt.Log, query: str, rows: list[dict[str, object]] | None) -> None:
    """A query over any of the tables gives its rows, each column under a name of its own."""
    found = log.sql(query).to_pylist()
    assert found == ([{"dcid": 14}] if rows is None else rows)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select sendr from messages", 'Referenced column "sendr" not found in FROM clause; Candidate bindings: "sender"'),
        ("from mesages", "There is no table 'mesages'; near to it: messages"),
        ("select 'x'::int", "Could not convert string 'x' to INT32"),
        ("select\n  1 +\n)", "at line 3, character 1"),
        ("select sum(1, 2, 3)", "No function matches the given name and argument types"),
        ("select $1", "cannot be answered"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(log: mt.Log, query: str, says: str) -> None:
    """A mistake is told in one line, with what is near to it."""
    with pytest.raises(UsageError) as refused:
        log.sql(query)
    assert says in str(refused.value)
    assert "LINE" not in str(refused.value)


@pytest.mark.parametrize(
    "query",
    [
        "select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = -1",
        "select a.range from range(1000000) a, range(1000000) b where a.range + b.range = -1",
        "with recursive x as (select 1 as a union all select a + 1 from x) select count(*) from x",
    ],
)
def test_a_query_that_never_ends_is_stopped(log: mt.Log, query: str) -> None:
    """A query ends when its time is over, and the log answers the next one."""
    begun = time.monotonic()
    with pytest.raises(UsageError, match=r"stopped after 0\.3 seconds"):
        log.sql(query, timeout=0.3)
    assert time.monotonic() - begun < 3
    assert log.sql("select 1 as a", timeout=10).to_pylist() == [{"a": 1}]


def test_ctrl_c_ends_a_query_at_once(log: mt.Log) -> None:
    """An interrupt reaches a query in its midst, and the log answers the next one."""
    threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT]).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        log.sql("select count(*) from range(10000000) a, range(1000000) b where a.range + b.range = -1")
    assert time.monotonic() - begun < 3
    assert log.sql("select 1 as a").to_pylist() == [{"a": 1}]


def test_the_log_goes_on_after_a_query(tmp_path: Path) -> None:
    """After a query the log can still be tracked anew, as of a time too, and shown."""
    file = tmp_path / "mail.log"
    file.write_text(LINES, encoding="utf-8")
    log = mt.read(file, tz="UTC-5", progress=False)
    assert log.sql("select count(*) as n from spine").to_pylist() == [{"n": 11}]
    assert log.messages(as_of="2021-09-13T23:25:07-05:00")["last_state"].to_pylist() == [
        "Queued for Delivery"
    ]
    states = "select state from recipients"
    assert log.sql(states, as_of="2021-09-13T23:24:48-05:00").to_pylist() == [{"state": "Processing"}]
    assert log.sql(states).to_pylist() == [{"state": "Delivered"}]
    for _ in range(2):
        assert "queued for delivery" in log.message(640962).page_text()
        assert "Delivered" in log.message(640962).explain()
        with pytest.raises(UsageError, match=r"No message has the MID 640961; .*; nearest to it: 640962"):
            log.message(640961)
        assert log.messages()["mid"].to_pylist() == [640962]
        with pytest.raises(UsageError, match="no table"):
            log.sql("from nowhere")
    log.close()


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A query that needs more memory than there may be ends in one line, without advice that it cannot follow."""
    file = tmp_path / "mail.log"
    file.write_text(LINES, encoding="utf-8")
    log = mt.read(file, tz="UTC-5", progress=False)
    log._tables.events(()).connection.execute("SET memory_limit = '60MiB'")
    with pytest.raises(UsageError, match=r"cannot be answered: .*allocate.*used\)$") as refused:
        log.sql("select list(range::varchar || repeat('x', 50)) as all_of_them from range(3000000)")
    assert "\n" not in str(refused.value)
    log.close()


def test_times_are_in_utc(log: mt.Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine's own zone is, a query sees instants in UTC."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        (row,) = log.sql("select started_at::varchar as at from messages").to_pylist()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert row == {"at": "2021-09-14 04:24:48+00"}


def test_a_sealed_store_on_disk_takes_rows_and_spills(tmp_path: Path) -> None:
    """A store that is closed to the outside still makes tables, and a sort larger than its memory still ends."""
    store = Store(on_disk=True)
    store.connection.execute("SET memory_limit = '100MiB'")
    store.seal()
    store.seal()
    store.connection.execute(
        "CREATE TABLE made AS SELECT range AS a, repeat('x', 40) || range AS b FROM range(1500000)"
    )
    ordered = "SELECT b, row_number() OVER (PARTITION BY a % 5 ORDER BY b) AS n FROM made"
    assert store.query(f"SELECT max(n) AS n, min(b) AS b FROM ({ordered})").to_pylist() == [
        {"n": 300_000, "b": "x" * 40 + "0"}
    ]
    with pytest.raises(Exception, match=r"disabled|locked"):
        store.connection.execute(f"COPY made TO '{tmp_path}/made.csv'")
    store.close()
