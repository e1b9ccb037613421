"""The steps of tracking beside each other, in two lanes, of lines that are lent."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, cast

from midtrail.tables import SPINE_TABLE, BorrowingStore, together
from midtrail.tracking._answers import Answers
from midtrail.tracking._known import Known
from midtrail.tracking._lanes import LentLane, kinds_in
from midtrail.tracking._lent import LentLines
from midtrail.tracking._steps import NOT_ONCE, PHASES, Step, answer, begin, text_of, words_in, words_of

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

_NOT_LENT = {"line_runs", "seconds", "shared_lines", "repeats", "events", "drop_events"}
_NOT_BESIDE = NOT_ONCE | _NOT_LENT
_OF_CONNECTIONS = {"build_shown_lines", "connections"}


def build_beside(store: BorrowingStore, *, as_of: "datetime | None" = None) -> Answers:
    """Make what `build` makes to be read once, on the two connections of a store.

    The lanes of a phase run on one each, beside each other: below some hundred thousand rows DuckDB has but one
    thread for a statement. The workings are no temporary tables, so that both see them; and what a phase reads of
    the lines is lent to it where they lie (`_lent.py`), and given back as soon as no later one reads it.
    """
    connections = (store.connection, cast("duckdb.DuckDBPyConnection", store.beside))
    connections[0].execute("RESET threads")
    (threads,) = connections[0].execute("SELECT current_setting('threads')").fetchall()[0]
    lines, known = _lent(store, as_of), Known()
    lanes = [LentLane(connection, store, lines, known) for connection in connections]
    for place, phase in enumerate(PHASES[:-1], 1):
        if len(phase) > 1:  # each lane brings a thread of its own
            connections[0].execute(f"SET threads = {max(1, threads - 1)}")
        tasks: list[Callable[[], object]] = [
            partial(_run, [*_beside([[steps]])], lane) for steps, lane in zip(phase, lanes, strict=False)
        ]
        # what later steps load of Arrow takes long, and the first phase leaves a processor to it
        tasks.append(partial(import_module, "pyarrow.compute"))
        together(tasks, lanes[1].connection.interrupt)
        needed = words_of([*_beside(PHASES[place:]), answer])
        _keep_only(needed, store, known)
    for lane in lanes:
        lane.borrow(needed)
    return Answers(*lanes)


def build_lent(store: BorrowingStore, further: str) -> Answers:
    """Make the same on one connection, and the table `connections`; what `further` SQL names stays there, too."""
    lines, known = _lent(store, None), Known()
    lane = LentLane(store.connection, store, lines, known)
    left_out = _NOT_BESIDE - _OF_CONNECTIONS
    asked = words_in(further)
    phases = [
        [step for steps in phase for step in steps if step.__name__ not in left_out] for phase in PHASES
    ]
    for place, steps in enumerate(phases, 1):
        _run(steps, lane)
        _keep_only(words_of([*chain(*phases[place:]), answer]) | asked, store, known)
    lane.borrow(words_of([answer]) | asked)
    return Answers(lane)


def _lent(store: BorrowingStore, as_of: "datetime | None") -> LentLines:
    """Return the lines of a store, those that count as of a moment."""
    begin(store.connection, as_of)
    lines = LentLines(store)
    lines.leave_out_repeats(text_of("seconds"), text_of("repeats"), as_of)
    return lines


def _beside(phases: Iterable[Iterable[Iterable[Step]]]) -> Iterable[Step]:
    """Return the steps of phases that are needed where each answer is read once."""
    return (step for phase in phases for lane in phase for step in lane if step.__name__ not in _NOT_BESIDE)


def _run(steps: Sequence[Step], lane: LentLane) -> None:
    lane.borrow(words_of(steps))
    for step in steps:
        step(lane)
    lane.give_back()


def _keep_only(names: set[str], store: BorrowingStore, known: Known) -> None:
    """Give back all workings and lines that have none of these names."""
    found = store.connection.execute(
        "select table_name from duckdb_tables() where table_name like 'track%'"
    ).fetchall()
    for name in sorted({name for (name,) in found} - names):
        store.connection.execute(f"drop table {name}")
    known.keep_only(names)
    store.keep_only(kinds_in(names) | {SPINE_TABLE})
