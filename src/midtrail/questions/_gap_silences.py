"""Silences between the files of an appliance, and whether ids went by in them."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import duckdb


class Silence(NamedTuple):
    """A time in which no file of an appliance has a line: between the end of one file and the begin of another.

    `goes_on` are the counters that count on across it, each with its last id before and its first after.
    """

    host: int
    source: str
    after: datetime
    next_source: str
    before: datetime
    goes_on: list[tuple[str, str, str]]

    @property
    def lasts(self) -> float:
        """How long it lasts, in seconds."""
        return (self.before - self.after).total_seconds()


def silences(connection: duckdb.DuckDBPyConnection) -> list[Silence]:
    """Return the silences that gap_files.sql found, by appliance and time."""
    query = "select host, source, after, next_source, before, coalesce(goes_on, []) from gap_silences"
    return [Silence(*row) for row in connection.execute(query).fetchall()]


class Silences:
    """The silences of each appliance, to ask which of them lie in a stretch of time."""

    def __init__(self, found: Iterable[Silence]) -> None:
        """Take the silences in order; those of one appliance do not meet."""
        self._found: dict[int, list[Silence]] = {}
        for silence in found:
            self._found.setdefault(silence.host, []).append(silence)
        self._ends = {host: [silence.before for silence in known] for host, known in self._found.items()}

    def longest(self, host: int, after: datetime | None, before: datetime | None) -> Silence | None:
        """Return the longest silence that meets a stretch of time, or None."""
        if after is None or before is None or host not in self._found:
            return None
        met = []
        for silence in self._found[host][bisect_left(self._ends[host], after) :]:
            if silence.after > before:
                break
            met.append(silence)
        return max(met, key=lambda silence: silence.lasts, default=None)
