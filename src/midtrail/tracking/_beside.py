"""The steps of tracking beside each other, in two lanes, of lines that are lent."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, cast

from midtrail.tables import SPINE_TABLE, BorrowingStore, together
from midtrail.tracking._answers import Answers
from midtrail.tracking._known import Known
from midtrail.tracking._lanes import LentLane, kinds_in
from midtrail.tracking._lent import LentLines
from midtrail.tracking._steps import NOT_ONCE, PHASES, Step, answer, begin, text_of, words_of

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

_NOT_BESIDE = NOT_ONCE | {"line_runs", "seconds", "shared_lines", "repeats", "events", "drop_events"}


def build_beside(store: BorrowingStore, *, as_of: "datetime | None" = None) -> Answers:
    """Make what `build` makes to be read once, on the two connections of a store.

    The lanes of a phase run on one each, beside each other: below some hundred thousand rows DuckDB has but one
    thread for a statement. The workings are no temporary tables, so that both see them; and what a phase reads of
    the lines is lent to it where they lie (`_lent.py`), and given back as soon as no later one reads it.
    """
    connections = (store.connection, cast("duckdb.DuckDBPyConnection", store.beside))
    connections[0].execute("RESET threads")
    (threads,) = connections[0].execute("SELECT current_setting('threads')").fetchall()[0]
    begin(connections[0], as_of)
    lines = LentLines(store)
    lines.leave_out_repeats(text_of("seconds"), text_of("repeats"), as_of)
    known = Known()
    lanes = [LentLane(connection, store, lines, known) for connection in connections]
    for place, phase in enumerate(PHASES[:-1], 1):
        if len(phase) > 1:  # each lane brings a thread of its own
            connections[0].execute(f"SET threads = {max(1, threads - 1)}")
        tasks: list[Callable[[], object]] = [
            partial(_run, steps, lane) for steps, lane in zip(phase, lanes, strict=False)
        ]
        # what later steps load of Arrow takes long, and the first phase leaves a processor to it
        tasks.append(partial(import_module, "pyarrow.compute"))
        together(tasks, lanes[1].connection.interrupt)
        needed = words_of([*_beside(PHASES[place:]), answer])
        _drop_all_but(connections[0], needed)
        known.keep_only(needed)
        store.keep_only(kinds_in(needed) | {SPINE_TABLE})
    for lane in lanes:
        lane.borrow(needed)
    return Answers(*lanes)


def _beside(phases: Iterable[Iterable[Iterable[Step]]]) -> Iterable[Step]:
    """Return the steps of phases that are needed where each answer is read once."""
    return (step for phase in phases for lane in phase for step in lane if step.__name__ not in _NOT_BESIDE)


def _run(steps: Sequence[Step], lane: LentLane) -> None:
    chosen = list(_beside([[steps]]))
    lane.borrow(words_of(chosen))
    for step in chosen:
        step(lane)
    lane.give_back()


def _drop_all_but(connection: "duckdb.DuckDBPyConnection", names: set[str]) -> None:
    """Drop the workings that have none of these names."""
    found = connection.execute(
        "select table_name from duckdb_tables() where table_name like 'track%'"
    ).fetchall()
    for name in sorted({name for (name,) in found} - names):
        connection.execute(f"drop table {name}")
