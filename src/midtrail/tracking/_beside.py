"""The steps of tracking beside each other, of lines that are lent where they lie."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from midtrail.tables import SPINE_TABLE, together
from midtrail.tracking._answers import Answers
from midtrail.tracking._lanes import kinds_in
from midtrail.tracking._lent import LentLane
from midtrail.tracking._steps import NOT_ONCE, PHASES, STEPS, Step, answer, words_of

if TYPE_CHECKING:
    from datetime import datetime

    from midtrail.tables import Borrowed, BorrowingStore
    from midtrail.tracking._written import Written

_NOT_LENT = {"line_runs", "seconds", "shared_lines", "repeats", "events", "drop_events", "remediations"}
"""The steps that only lines in tables need."""
_NOT_BESIDE = NOT_ONCE | _NOT_LENT
_OF_CONNECTIONS = {"build_shown_lines", "connections"}


def build_beside(
    borrowed: "Borrowed", *, as_of: "datetime | None" = None, written: "list[Written] | None" = None
) -> Answers:
    """Make what `build` makes to be read once, of lines in memory and without a database.

    The lanes of a phase run beside each other. What a phase reads of the lines is given back as soon as no later one
    reads it. `written` is what is known of the lines where they have no spine; raises LacksTextsError where that is too
    little.
    """
    lane = LentLane(borrowed, as_of, written=written)
    for place, phase in enumerate(PHASES[:-1], 1):
        together([partial(_run, steps, lane) for steps in phase], lane.stop)
        lane.let_go()
        needed = words_of([*_beside(PHASES[place:]), answer])
        borrowed.keep_only(kinds_in(needed) - {SPINE_TABLE})
    return Answers(lane, lane.stop)


def build_lent(store: "BorrowingStore") -> Answers:
    """Make the same, one step after the other, and the table `connections`; workings are shown to the store, too."""
    from midtrail.tracking._asked import AskedLane  # noqa: PLC0415 - DuckDB

    lane = AskedLane(store)
    for step in STEPS:
        if step.__name__ not in _NOT_BESIDE - _OF_CONNECTIONS:
            step(lane)
    return Answers(lane)


def _beside(phases: Iterable[Iterable[Iterable[Step]]]) -> Iterable[Step]:
    """Return the steps of phases that are needed where each answer is read once."""
    return (step for phase in phases for lane in phase for step in lane if step.__name__ not in _NOT_BESIDE)


def _run(steps: Sequence[Step], lane: LentLane) -> None:
    for step in _beside([[steps]]):
        lane.go_on()
        step(lane)
