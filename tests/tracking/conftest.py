"""Stories in native lines, tracked: what each test of this room reads."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from duckdb import DuckDBPyConnection

from midtrail import tracking
from midtrail.lines import find_sources
from midtrail.parse import batches, read_records
from midtrail.tables import Borrowed, Store, to_arrow

ORDERS = {"messages": ["message"], "recipients": ["message", "mid", "rid", "recipient"]}
"""The columns by which the rows that are told are in order; two lives of one MID may have them alike."""
_DAY = datetime(2021, 9, 13)  # noqa: DTZ001 - the appliance's clock, which is UTC here


class Tracked(NamedTuple):
    """The tables that tracking made of some files."""

    connection: DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query gives."""
        return self.connection.execute(query).fetchall()

    def told(self, host: str) -> list[str]:
        """Return an appliance's messages and recipients in the words of the stories."""
        return [line for (message,) in self._messages(host) for line in self._told(message)]

    def _messages(self, host: str) -> list[tuple[Any, ...]]:
        query = "select message from messages where host = ? order by message"
        return self.connection.execute(query, [host]).fetchall()

    def _told(self, message: int) -> Iterable[str]:
        query = "select mids, last_state, open, head_cut, origin_mid from messages where message = ?"
        mids, state, is_open, head_cut, origin = self.connection.execute(query, [message]).fetchall()[0]
        marks = (
            [", open"] * is_open + [", head_cut"] * head_cut + [f", origin {origin}"] * (origin is not None)
        )
        yield f"{' '.join(map(str, mids))}: {state or '?'}{''.join(marks)}"
        query = (
            "select mid, rid, recipient, state, evidence_text from recipients"
            " where message = ? order by mid, rid, recipient"
        )
        for mid, rid, recipient, found, evidence in self.connection.execute(query, [message]).fetchall():
            copy = f"{mid}/{'?' if rid is None else rid} {recipient or '?'}"
            yield f"{copy}: {found or '?'} < {evidence or '?'}"


def native(line: str) -> str:
    """Return a story's line, `[+DAYS ]HH:MM:SS TEXT`, as the appliance writes it."""
    days, rest = line[1:].split(" ", 1) if line.startswith("+") else ("0", line)
    stamp, _, text = rest.partition(" ")
    hours, minutes, seconds = map(int, stamp.split(":"))
    time = _DAY + timedelta(days=int(days), hours=hours, minutes=minutes, seconds=seconds)
    return f"{time:%a %b} {time.day:2} {time:%H:%M:%S %Y} Info: {text}"


def track_folder(folder: Path, *, as_of: datetime | None = None) -> Tracked:
    """Return what tracking makes of all files below a folder; each folder of files is an appliance.

    Without a database it makes the same.
    """
    found = [to_arrow(batch) for batch in batches(read_records(find_sources([folder])))]
    store = Store().add_all(found)
    tracking.build(store.connection, as_of=as_of)
    lines = Borrowed(tracking.reads()).add_all(found)
    tracking.build_beside(lines, as_of=as_of).make()
    for name, order in ORDERS.items():
        rows = store.query(f"select * from {name} order by {', '.join(order)}")
        answer = lines.answers[name]
        assert answer.select(order).to_pylist() == rows.select(order).to_pylist()
        assert sorted(answer.to_pylist(), key=repr) == sorted(rows.to_pylist(), key=repr)
    return Tracked(store.connection)


@pytest.fixture
def track(tmp_path: Path) -> Callable[..., Tracked]:
    """Return a function that tracks logs: a story's lines (appliance `esa`), or `{"HOST/FILE": lines}`."""

    def tracked(log: str | Mapping[str, str], *, as_of: datetime | None = None) -> Tracked:
        files = {"esa/mail.log": log} if isinstance(log, str) else log
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{native(line)}\n" for line in text.strip("\n").split("\n")))
        return track_folder(tmp_path, as_of=as_of)

    return tracked


@pytest.fixture(scope="session")
def as_lines() -> Callable[[str], str]:
    """Return the function that gives a story's line as the appliance writes it."""
    return native


@pytest.fixture(scope="session")
def track_files() -> Callable[[Path], Tracked]:
    """Return the function that tracks a folder of files."""
    return track_folder
