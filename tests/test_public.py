"""The public names, and what importing them costs."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

import midtrail as mt

SAMPLES = Path(__file__).parent.parent / "sample_logs"
HOST = "564D2E7A4C1B9F03D6A8-7C51E2B0F9D4"


@pytest.fixture(scope="module")
def log() -> mt.Log:
    """Return the sample logs, read."""
    return mt.read(SAMPLES, progress=False)


def test_names_are_sorted_and_there() -> None:
    """`__all__` is sorted, and each name in it can be had."""
    assert sorted(mt.__all__) == mt.__all__
    assert [name for name in mt.__all__ if getattr(mt, name, None) is None] == []
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        mt.reed  # noqa: B018 - the access is the test


def test_importing_is_light() -> None:
    """Importing the package loads neither pandas, pyarrow, DuckDB nor Lark."""
    code = "import sys, midtrail; print([name for name in ('pandas', 'pyarrow', 'duckdb', 'lark', 'rich') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_line_is_a_typed_event() -> None:
    """`parse_line` gives a frozen event with time, level and fields, and its text again."""
    line = "Mon Sep 13 23:38:06 2021 Info: MID 640962 ready 145 bytes from <sender@example.com>"
    event = mt.parse_line(line, tz="-05:00", host="esa1")
    assert event.kind == "message_ready"
    assert str(event.time) == "2021-09-14 04:38:06+00:00"
    assert (event.level, event.host) == ("Info", "esa1")
    assert event.values() == {"mid": 640962, "size_bytes": 145, "sender": "sender@example.com"}
    assert event.body() == "MID 640962 ready 145 bytes from <sender@example.com>"
    with pytest.raises(mt.UsageError, match="takes one line, and this text has 2"):
        mt.parse_line("Info: MID 1 queued for delivery\nInfo: MID 2 queued for delivery")


def test_tables(log: mt.Log) -> None:
    """Spine, events, messages, recipients and connections are Arrow tables with honest types."""
    spine = log.spine()
    assert spine.num_rows == log.coverage.total.lines
    assert spine["seq"].to_pylist() == list(range(spine.num_rows))
    ready = log.events("message_ready")
    assert ready.schema.field("size_bytes").type == pa.int64()
    assert ready.num_rows == spine["kind"].to_pylist().count("message_ready")
    messages = log.messages().to_pylist()
    (message,) = [row for row in messages if row["mid"] == 640962]
    assert message["last_state"] == "Remediated"
    assert message["sender_ip"] == "192.0.2.59"
    recipients = [row for row in log.recipients().to_pylist() if row["message"] == message["message"]]
    assert [(row["recipient"], row["state"], row["rid"]) for row in recipients] == [
        ("user@example.com", "Remediated", 0)
    ]
    connections = [row for row in log.connections().to_pylist() if row["host"] == HOST]
    assert {(row["direction"], row["id"]) for row in connections} == {("incoming", 31), ("outgoing", 6)}
    with pytest.raises(mt.UsageError, match="no kind 'nonsense'"):
        log.events("nonsense")


def test_remediations(log: mt.Log) -> None:
    """A remediation batch is one row, with how many of its recipients ended how."""
    (batch,) = [row for row in log.remediations().to_pylist() if row["host"] == HOST]
    assert (batch["action"], batch["source"], batch["initiated_by"]) == ("Forward", "CTR", "admin")
    assert (
        batch["messages"],
        batch["recipients"],
        batch["remediated"],
        batch["failed"],
        batch["pending"],
    ) == (1, 1, 1, 0, 0)


def test_sql_reaches_all_tables(log: mt.Log) -> None:
    """SQL sees the spine, the kinds, and everything that is joined from them."""
    query = "select m.last_state, count(*) as n from messages m join timeline t using (message) where mid = 640962 group by 1"
    (row,) = log.sql(query).to_pylist()
    assert row["last_state"] == "Remediated"
    assert row["n"] >= 19


def test_message_shows_itself(log: mt.Log) -> None:
    """`log.message(n)` is a page, in a notebook and in a terminal; an unknown MID says what there is."""
    view = log.message(640962)
    assert view.to_dict()["last_state"] == "Remediated"
    assert "Message 640962 queued for delivery." in view._repr_html_()
    assert "Message 640962 queued for delivery." in str(view)
    with pytest.raises(mt.UsageError, match="No message has the MID 5; the log has MIDs from"):
        log.message(5)


def test_coverage_adds_up(log: mt.Log) -> None:
    """Each line is an event, a header, blank, a continuation or unrecognised; the counts add up, file by file."""
    total = log.coverage.total
    assert total.lines == total.events + total.headers + total.blank + total.continuation + total.unrecognised
    assert [sum(column) for column in zip(*log.coverage.files.values(), strict=True)] == list(total)
    assert set(log.coverage.files) == {str(path) for path in SAMPLES.glob("*.log")}


def test_source_of_wrong_kind_says_so(tmp_path: Path) -> None:
    """A missing file and a folder without logs raise a SourceError that says what and where."""
    with pytest.raises(mt.SourceError, match="nothing_here"):
        mt.read(tmp_path / "nothing_here")
    with pytest.raises(mt.SourceError, match=str(tmp_path)):
        mt.read(tmp_path)
