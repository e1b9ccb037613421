"""The order in which sources are read."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from midtrail.lines.surveying import SourceFacts

_MOST_RESTARTS = 16


class Placed(NamedTuple):
    """What decides where a source comes: its name, to whom it belongs, and its first time."""

    source: str
    appliances: tuple[str, ...]
    first_time: int | None


def by_time(sources: Sequence[Placed]) -> list[int]:
    """Return the places of sources in the order in which they are read: those of one appliance by their first times.

    Those without a time keep the place that their name gives them.
    """
    ordered = sorted(range(len(sources)), key=lambda at: sources[at].source)
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, at in enumerate(ordered):
        if sources[at].first_time is not None:
            groups[sources[at].appliances].append(place)
    for group in groups.values():
        timed = sorted((ordered[place] for place in group), key=lambda at: _time_and_name(sources[at]))
        for place, at in zip(group, timed, strict=True):
            ordered[place] = at
    return ordered


def in_order(facts: list[SourceFacts]) -> list[SourceFacts]:
    """Put the sources of one appliance in the order of their first times.

    A source that begins with its header belongs to the appliance which that names, else it belongs to all that
    have lines in it together.
    """
    placed = [
        Placed(fact.source, appliances(fact.scope.own_serial, fact.hosts), fact.first_time) for fact in facts
    ]
    return _with_few_restarts([facts[at] for at in by_time(placed)])


def appliances(serial: str | None, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Return to whom a source belongs, whose header names a serial number, and which has lines of some appliances."""
    return hosts if serial is None else (serial,)


def _time_and_name(source: Placed) -> tuple[int, str]:
    return (source.first_time or 0, source.source)


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
