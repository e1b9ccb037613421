"""Which lines tell again what another told, of lines in memory; and what is known of files and appliances.

Rule: the n-th occurrence of (host, time, text) in one source is the same event as the n-th in another; repeats within a
source are kept. So reading a file twice, or two files that overlap, changes nothing. A line that was read twice under
one source name has one line number. Source: docs/tracking.md, "Order". `seconds.sql` and `repeats.sql` tell the same of
lines in tables.

Only lines of times that several files of an appliance tell, or a file that was read twice, are looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, numbers, values_and_told
from midtrail.tracking._runs import NEVER, first_of_runs, of_runs
from midtrail.tracking._ties import coded

_COLUMNS = ["seq", "source", "line_no", "text"]
FileFacts = tuple[int, bool | None]
"""The time of a file's first line that has one, NEVER where it is not known, and whether it holds lines twice."""
_UNKNOWN: FileFacts = (NEVER, None)
Part = tuple[pa.RecordBatch, Any]
"""Some lines of the spine, and their times in microseconds, NEVER where they have none."""


class _Stretch(NamedTuple):
    """Lines of one part that follow one another, of one file and one appliance."""

    part: int
    begin: int
    end: int
    source: str
    host: str | None
    least: int
    most: int
    untimed: bool
    first_line: int
    last_line: int


class Files:
    """The files and appliances of lines."""

    def __init__(self, parts: Sequence[Part], facts: Mapping[str, FileFacts] | None = None) -> None:
        """Look at lines, in order; `facts` are what all lines of files tell, where not all are there."""
        self._parts = parts
        self._facts = facts or {}
        self._stretches = [one for place, part in enumerate(parts) for one in _stretches(place, *part)]
        found = {one.host for one in self._stretches}
        self.hosts = sorted(found, key=lambda host: (host is not None, host or ""))
        """The names of all appliances, in order."""

    def first_times(self) -> dict[str, int]:
        """Return the time of each file's first line that has one, NEVER where none has."""
        first: dict[str, tuple[int, int]] = {}
        for one in self._stretches:
            if one.least == NEVER:
                continue
            spine, time = self._parts[one.part]
            at = one.begin + int(np.argmax(time[one.begin : one.end] != NEVER))
            found = int(values_and_told(spine["line_no"])[0][at]), int(time[at])
            first[one.source] = min(first.get(one.source, found), found)
        here = {one.source: first.get(one.source, (0, NEVER))[1] for one in self._stretches}
        known = {source: time for source, (time, _) in self._facts.items() if time != NEVER}
        return here | {source: time for source, time in known.items() if source in here}

    def repeats(self) -> Any:
        """Return the numbers of lines that tell again what another told."""
        spans = _shared(self._stretches, self._facts)
        if not spans:
            return np.empty(0, np.int64)
        numbers_of_hosts = {host: place for place, host in enumerate(self.hosts)}
        rows, hosts, times = [], [], []
        for one in self._stretches:
            spine, time = self._parts[one.part]
            some = one.begin + _within(time[one.begin : one.end], spans.get(one.host, ()))
            if len(some):
                rows.append(spine.select(_COLUMNS).take(array(some)))
                hosts.append(np.full(len(some), numbers_of_hosts[one.host]))
                times.append(time[some])
        if not rows:
            return np.empty(0, np.int64)
        return _told_again(pa.Table.from_batches(rows), np.concatenate(hosts), np.concatenate(times))


def _stretches(place: int, spine: pa.RecordBatch, time: Any) -> Iterable[_Stretch]:
    if not len(spine):
        return []
    source, host = (numbers(spine[name].indices, -1) for name in ("source", "host"))
    begins = np.flatnonzero(first_of_runs(source, host))
    untimed = time == NEVER
    line_no = values_and_told(spine["line_no"])[0]
    sources, hosts = spine["source"].dictionary.to_pylist(), [*spine["host"].dictionary.to_pylist(), None]
    columns = (
        begins,
        np.append(begins[1:], len(time)),
        source[begins],
        host[begins],
        of_runs(np.minimum, time, begins),
        of_runs(np.maximum, np.where(untimed, -NEVER, time), begins),
        of_runs(np.logical_or, untimed, begins),
        of_runs(np.minimum, line_no, begins),
        of_runs(np.maximum, line_no, begins),
    )
    return [
        _Stretch(place, begin, end, sources[source], hosts[host], *rest)
        for begin, end, source, host, *rest in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _shared(
    stretches: Iterable[_Stretch], facts: Mapping[str, FileFacts]
) -> dict[str | None, list[tuple[int, int]]]:
    """Return the spans of time, both ends included, that several files of an appliance tell, or one file twice."""
    by_file: dict[str, list[_Stretch]] = defaultdict(list)
    for one in stretches:
        by_file[one.source].append(one)
    twice = {
        source
        for source, some in by_file.items()
        if (_was_read_twice(some) if facts.get(source, _UNKNOWN)[1] is None else facts[source][1])
    }
    of_hosts: dict[str | None, list[tuple[int, int, bool]]] = defaultdict(list)
    for source, some in by_file.items():
        for host in {one.host for one in some}:
            mine = [one for one in some if one.host == host]
            span = min(one.least for one in mine), max(one.most for one in mine)
            if span[0] <= span[1]:
                of_hosts[host].append((*span, source in twice))
            if any(one.untimed for one in mine):
                of_hosts[host].append((NEVER, NEVER, source in twice))
    found = {host: _overlaps(sorted(spans)) for host, spans in of_hosts.items()}
    return {host: spans for host, spans in found.items() if spans}


def _was_read_twice(stretches: Sequence[_Stretch]) -> bool:
    lines = sum(one.end - one.begin for one in stretches)
    first, last = min(one.first_line for one in stretches), max(one.last_line for one in stretches)
    return lines > last - first + 1


def _overlaps(spans: Iterable[tuple[int, int, bool]]) -> list[tuple[int, int]]:
    """Return where spans, in their order, overlap, and those that count whole, as spans that do not."""
    found: list[tuple[int, int]] = []
    until = -NEVER
    for begin, end, whole in spans:
        if whole or begin <= until:
            last = end if whole else min(end, until)
            if found and begin <= found[-1][1]:
                found[-1] = found[-1][0], max(found[-1][1], last)
            else:
                found.append((begin, last))
        until = max(until, end)
    return found


def _within(time: Any, spans: Sequence[tuple[int, int]]) -> Any:
    """Return the places of times that are in one of some spans, which are in order."""
    if not spans:
        return np.empty(0, np.int64)
    begins, ends = (np.array(limits, np.int64) for limits in zip(*spans, strict=True))
    at = np.searchsorted(begins, time, side="right") - 1
    return np.flatnonzero((at >= 0) & (time <= ends[np.maximum(at, 0)]))


def _told_again(rows: pa.Table, host: Any, time: Any) -> Any:
    seq, line_no = numbers(rows["seq"]), numbers(rows["line_no"])
    (source,), (text,) = coded(rows["source"]), coded(rows["text"])
    order = np.lexsort((line_no, text, time, host, source))
    begins = first_of_runs(source[order], host[order], time[order], text[order])
    counts = begins | first_of_runs(line_no[order])  # a line that was read twice is one
    place = np.cumsum(counts)
    occurrence = np.empty(len(seq), np.int64)
    occurrence[order] = place - np.maximum.accumulate(np.where(begins, place, 0)) + 1
    order = np.lexsort((seq, line_no, source, occurrence, text, time, host))
    again = ~first_of_runs(host[order], time[order], text[order], occurrence[order])
    return seq[order[again]]
