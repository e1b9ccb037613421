"""What the joins read of the events, and that no more is needed for them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pyarrow as pa
import pytest
from tests.tracking.conftest import ORDERS

from midtrail import tracking
from midtrail.engine import read_arrow
from midtrail.lines import find_sources
from midtrail.simulate import LOGS, Framing, Plan, write
from midtrail.tables import Borrowed, BorrowingStore, Columns, Store

TABLES = ("messages", "recipients", "remediations")
PLAN = Plan(messages=300, seed=5, appliances=2, resets=True, framing=Framing.native, gzip=True)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the logs of a small world."""
    folder = tmp_path_factory.mktemp("world") / "made"
    write(PLAN, folder)
    return folder / LOGS


def _joined(
    store: Store,
    logs: Path,
    *,
    messages_only: bool = True,
    read_once: bool = False,
    as_of: datetime | None = None,
) -> dict[str, pa.Table]:
    columns = tracking.reads() if messages_only else None
    store.add_all(read_arrow(find_sources([logs]), columns=columns))
    answers = tracking.build(store.connection, as_of=as_of, messages_only=messages_only, read_once=read_once)
    if read_once:
        answers.make()
    found = _tables(store)
    store.close()
    return found


def _tables(store: Store, names: Iterable[str] = TABLES) -> dict[str, pa.Table]:
    return {name: store.query(f"SELECT * FROM {name} ORDER BY ALL") for name in names}


def _stores() -> Iterator[Store]:
    columns: Columns = tracking.reads()
    yield BorrowingStore(columns=columns)
    yield Store(columns=columns)
    yield Store(columns=columns, on_disk=True)


def test_what_is_read() -> None:
    """Only what stands in the SQL: no offset of a line, no kind that tells nothing of a message."""
    reads = tracking.reads()
    assert reads["spine"] == [
        "seq",
        "source",
        "line_no",
        "host",
        "time",
        "kind",
        "mid",
        "icid",
        "dcid",
        "text",
    ]
    assert {"seq", "rid", "recipient"} <= set(reads["recipient_accepted"])
    assert "antivirus_interim_verdict" not in reads
    assert "icid_closed" not in reads


def test_enough_is_read(logs: Path) -> None:
    """From these columns alone come the same tables, wherever the batches are kept."""
    whole = _joined(Store(), logs, messages_only=False)
    assert whole["messages"].num_rows > PLAN.messages // 2
    assert whole["recipients"].num_rows > whole["messages"].num_rows
    for read_once in (False, True):
        for store in _stores():
            assert _joined(store, logs, read_once=read_once) == whole


@pytest.mark.parametrize("as_of", [None, datetime(2021, 10, 5, tzinfo=UTC)])
def test_beside_each_other(logs: Path, as_of: datetime | None, tmp_path: Path) -> None:
    """Steps that run beside each other, without a database, make the same, in streams as in tables.

    Also of files that tell lines again, of lines without a time, and of such that name no appliance.
    """
    for name in ("once", "again"):
        copytree(logs, tmp_path / name)
    (tmp_path / "bare.log").write_text(
        "Info: MID 7 ICID 8 From: <a@example.com>\nInfo: New SMTP ICID 8\nodd\n" * 2
    )
    logs = tmp_path
    expected = _joined(Store(), logs, messages_only=False, as_of=as_of)
    del expected["remediations"]
    lines = Borrowed(tracking.reads())
    lines.add_all(read_arrow(find_sources([logs]), columns=tracking.reads()))
    answers = tracking.build_beside(lines, as_of=as_of)
    kept = {name for batch in lines.borrowed for name in batch}
    assert "icid_opened" in kept
    assert not kept & {"message_started", "recipient_accepted"}
    streams = {name: stream().read_all() for name, stream in answers.streams().items()}
    answers.make()
    store = BorrowingStore(columns=tracking.reads(), lines=lines)
    assert _tables(store, expected) == expected
    for name, rows in streams.items():
        found = store.query(f"SELECT * FROM {name} ORDER BY {', '.join(ORDERS[name])}")
        assert found.to_pylist() == rows.to_pylist()
    store.close()


def test_nothing_beside_nothing() -> None:
    """Of no line at all comes no message."""
    lines = Borrowed(tracking.reads())
    tracking.build_beside(lines).make()
    assert {name: rows.num_rows for name, rows in lines.answers.items()} == {"messages": 0, "recipients": 0}


def test_batches_come_bit_by_bit(logs: Path) -> None:
    """A store that borrows batches may be given more of them."""
    store = BorrowingStore(columns=tracking.reads())
    for batch in read_arrow(find_sources([logs])):
        store.add_all([batch])
    lines = sum(batch["spine"].num_rows for batch in read_arrow(find_sources([logs])))
    assert store.query("SELECT count(*) AS n, count(DISTINCT seq) AS numbers FROM spine").to_pylist() == [
        {"n": lines, "numbers": lines}
    ]
