"""The order in which sources are read."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from midtrail.lines.surveying import SourceFacts

_MOST_RESTARTS = 16


def in_order(facts: list[SourceFacts]) -> list[SourceFacts]:
    """Put the sources of one appliance in the order of their first times.

    A source that begins with its header belongs to the appliance which that names, else it belongs to all that
    have lines in it together. Those without a time keep the place that their name gives them.
    """
    ordered = sorted(facts, key=lambda fact: fact.source)
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, fact in enumerate(ordered):
        if fact.first_time is not None:
            places[_appliances(fact)].append(place)
    for group in places.values():
        timed = sorted((ordered[place] for place in group), key=_time_and_name)
        for place, fact in zip(group, timed, strict=True):
            ordered[place] = fact
    return _with_few_restarts(ordered)


def _appliances(fact: SourceFacts) -> tuple[str, ...]:
    serial = fact.scope.own_serial
    return fact.hosts if serial is None else (serial,)


def _time_and_name(fact: SourceFacts) -> tuple[int, str]:
    return (fact.first_time or 0, fact.source)


def _with_few_restarts(ordered: list[SourceFacts]) -> list[SourceFacts]:
    """Read a packed tar as it lies where time's order would unpack it again and again from its start."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, fact in enumerate(ordered):
        if fact.part.forward_only:
            places[id(fact.part.file)].append(place)
    for group in places.values():
        starts = [_start(ordered[place]) for place in group]
        if sum(later < earlier for earlier, later in pairwise(starts)) > _MOST_RESTARTS:
            as_stored = sorted((ordered[place] for place in group), key=_start)
            for place, fact in zip(group, as_stored, strict=True):
                ordered[place] = fact
    return ordered


def _start(fact: SourceFacts) -> int:
    return fact.part.member.start if fact.part.member else 0
