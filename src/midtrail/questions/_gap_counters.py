"""Counters: where they go back, and which ids between two never begin."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import duckdb

from midtrail.questions._gap_windows import Windows

COUNTERS = ("mid", "icid", "dcid")
_LONG = 3  # ids in a row whose beginnings lack: more than single lost lines
_MOST_RESETS, _HOURS = 5, 6  # more, and oftener, than a counter is set back
_CLOCK_CHANGE = 2 * 3600  # seconds: a clock that is set by less makes ids seem to come out of order


class Reset(NamedTuple):
    """A counter that goes back: the last id before, the first after, and the instants between which it was."""

    counter: str
    host: int
    stamp: int
    low: int
    last_at: int
    last_high: int

    @property
    def after(self) -> datetime:
        """When the last id before it began."""
        return datetime.fromtimestamp(self.last_at, UTC)

    @property
    def before(self) -> datetime:
        """When the first id after it began."""
        return datetime.fromtimestamp(self.stamp, UTC)

    def is_with(self, other: "Reset") -> bool:
        """Tell whether another counter of the appliance can have gone back at the same moment."""
        return (
            other.host == self.host
            and other.counter != self.counter
            and other.after <= self.before
            and self.after <= other.before
        )


class Run(NamedTuple):
    """Ids in a row whose beginning is not in sight; `seen_ids` of them are named by other lines."""

    counter: str
    host: int
    span: int
    low: int
    high: int
    after: datetime | None
    before: datetime | None
    seen_ids: list[int]
    after_line: str | None
    before_line: str | None

    def between(self) -> dict[str, Any]:
        """Return the lines between which they should begin, in order: neighbours of a moment may be swapped."""
        after, before = (self.after, self.after_line), (self.before, self.before_line)
        if self.after is not None and self.before is not None and self.after > self.before:
            after, before = before, after
        return {"after": after[0], "before": before[0], "after_line": after[1], "before_line": before[1]}

    @property
    def ids(self) -> int:
        """How many ids there are."""
        return self.high - self.low + 1

    @property
    def missing(self) -> int:
        """How many of them never occur."""
        return self.ids - len(self.seen_ids)

    @property
    def is_hole(self) -> bool:
        """Whether more is gone than single lines."""
        return self.missing > 0 or self.ids >= _LONG

    @property
    def edges(self) -> tuple[int, int]:
        """The first and the last id that never occurs; where all do, of those that never begin."""
        seen, low, high = set(self.seen_ids), self.low, self.high
        if not self.missing:
            return low, high
        while low in seen:
            low += 1
        while high in seen:
            high -= 1
        return low, high


def resets(connection: duckdb.DuckDBPyConnection) -> tuple[list[Reset], dict[tuple[str, int], list[Reset]]]:
    """Return where counters go back, and those that go back so often that two appliances must be mixed.

    Of the seconds in which ids are lower than a minute before, only the first after each beginning counts.
    """
    steps = _clock_steps(connection)
    found: dict[tuple[str, int], list[Reset]] = {}
    for *row, high_at, _ in connection.execute("select * from gap_resets").fetchall():
        reset = Reset(*row)
        known = found.setdefault((reset.counter, reset.host), [])
        in_step = any(low <= reset.stamp <= high for low, high in steps.get(reset.host, ()))
        if not in_step and (not known or high_at >= known[-1].stamp):
            known.append(reset)
    mixed = {key: known for key, known in found.items() if _is_mixed(known)}
    return [reset for key, known in found.items() if key not in mixed for reset in known], mixed


def _clock_steps(connection: duckdb.DuckDBPyConnection) -> dict[int, list[tuple[int, int]]]:
    """Return, for each appliance, the seconds that its clock told twice."""
    steps: dict[int, list[tuple[int, int]]] = {}
    query = "select host, epoch(time), epoch(last_time) from gap_backwards where seconds <= ?"
    for host, low, high in connection.execute(query, [_CLOCK_CHANGE]).fetchall():
        steps.setdefault(host, []).append((int(low) - 60, int(high) + 60))
    return steps


def _is_mixed(known: list[Reset]) -> bool:
    lasted = timedelta(seconds=known[-1].stamp - known[0].stamp) if known else timedelta(0)
    return len(known) > _MOST_RESETS and lasted < timedelta(hours=_HOURS) * len(known)


def note_spans(connection: duckdb.DuckDBPyConnection, found: Iterable[Reset]) -> None:
    """Make `gap_begins` (counter, host, begins): the seconds from which on counters count anew."""
    begins: dict[tuple[str, int], list[int]] = {}
    for reset in found:
        begins.setdefault((reset.counter, reset.host), []).append(reset.stamp)
    connection.execute(
        "create or replace temp table gap_begins (counter varchar, host bigint, begins bigint[])"
    )
    if begins:
        rows = [[*key, stamps] for key, stamps in begins.items()]
        connection.executemany("insert into gap_begins values (?, ?, ?)", rows)


def runs(connection: duckdb.DuckDBPyConnection, mixed: Iterable[tuple[str, int]]) -> list[Run]:
    """Return the ids in a row whose beginnings are not in sight, but of counters that are mixed."""
    query = """
        select
            counter, host, span, low, high, after, before, seen_ids,
            after_source || ':' || after_line, before_source || ':' || before_line
        from gap_runs
    """
    left_out = set(mixed)
    found = (Run(*row) for row in connection.execute(query).fetchall())
    return [run for run in found if (run.counter, run.host) not in left_out]


class Holes:
    """The runs of all counters that are more than single lines, to ask which of them fall together."""

    def __init__(self, found: Iterable[Run]) -> None:
        """Take the runs; those with no times fall together with nothing."""
        windows: dict[tuple[int, str], list[Any]] = {}
        for run in found:
            if run.is_hole and run.after is not None and run.before is not None:
                windows.setdefault((run.host, run.counter), []).append(_window(run.after, run.before))
        self._windows = {key: Windows(given) for key, given in windows.items()}

    def others(self, run: Run) -> list[str]:
        """Return the other counters with a hole at the time of a run."""
        return [counter for counter in COUNTERS if counter != run.counter and self._meets(run, counter)]

    def _meets(self, run: Run, counter: str) -> bool:
        windows = self._windows.get((run.host, counter))
        return windows is not None and windows.meet(run.after, run.before)

    def of(self, host: int) -> Iterator[Windows]:
        """Yield the stretches of an appliance, counter by counter."""
        return (windows for (owner, _), windows in self._windows.items() if owner == host)


def _window(after: datetime, before: datetime) -> tuple[datetime, datetime]:
    """Return a stretch in order: neighbours of one moment may be stamped the other way round."""
    return min(after, before), max(after, before)
