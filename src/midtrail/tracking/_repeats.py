"""Which lines tell again what another told, of lines in memory; and what is known of files and appliances.

Rule: the n-th occurrence of (host, time, text) in one source is the same event as the n-th in another; repeats within a
source are kept. So reading a file twice, or two files that overlap, changes nothing. A line that was read twice under
one source name has one line number. Source: docs/tracking.md, "Order". `seconds.sql` and `repeats.sql` tell the same of
lines in tables.

Only lines of times that several files of an appliance tell, or a file that was read twice, are looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import numbers
from midtrail.tracking._runs import NEVER, first_of_runs
from midtrail.tracking._ties import coded

if TYPE_CHECKING:
    from midtrail.tracking._written import Stretch, Written

_COLUMNS = ["source", "line_no", "text"]
FileFacts = tuple[int, bool | None]
"""The time of a file's first line that has one, NEVER where it is not known, and whether it holds lines twice."""
_UNKNOWN: FileFacts = (NEVER, None)


class Files:
    """The files and appliances of lines."""

    def __init__(self, parts: Sequence["Written"], facts: Mapping[str, FileFacts] | None = None) -> None:
        """Look at lines, in order; `facts` are what all lines of files tell, where not all are there."""
        self._parts = parts
        self._facts = facts or {}
        self._stretches = [one for part in parts for one in part.stretches]
        found = {one.host for one in self._stretches}
        self.hosts = sorted(found, key=lambda host: (host is not None, host or ""))
        """The names of all appliances, in order."""

    def first_times(self) -> dict[str, int]:
        """Return the time of each file's first line that has one, NEVER where none has."""
        first: dict[str, tuple[int, int]] = {}
        for part, one in self._all():
            if one.least == NEVER:
                continue
            at = one.begin + int(np.argmax(part.time[one.begin : one.end] != NEVER))
            found = int(part.line_nos(at)), int(part.time[at])
            first[one.source] = min(first.get(one.source, found), found)
        here = {one.source: first.get(one.source, (0, NEVER))[1] for one in self._stretches}
        known = {source: time for source, (time, _) in self._facts.items() if time != NEVER}
        return here | {source: time for source, time in known.items() if source in here}

    def repeats(self) -> Any:
        """Return the places, among all lines, of those that tell again what another told.

        Raises LacksTextsError where it is not known what some of them say.
        """
        spans = _shared(self._stretches, self._facts)
        if not spans:
            return np.empty(0, np.int64)
        numbers_of_hosts = {host: place for place, host in enumerate(self.hosts)}
        begins = dict(zip(self._parts, np.cumsum([0, *map(len, self._parts)]), strict=False))
        rows, places, hosts, times = [], [], [], []
        for part, one in self._all():
            some = one.begin + _within(part.time[one.begin : one.end], spans.get(one.host, ()))
            if len(some):
                rows.append(part.taken(some, _COLUMNS))
                places.append(begins[part] + some)
                hosts.append(np.full(len(some), numbers_of_hosts[one.host]))
                times.append(part.time[some])
        if not rows:
            return np.empty(0, np.int64)
        return _told_again(pa.Table.from_batches(rows), *map(np.concatenate, (places, hosts, times)))

    def _all(self) -> Iterator[tuple["Written", "Stretch"]]:
        return ((part, one) for part in self._parts for one in part.stretches)


def _shared(
    stretches: Iterable["Stretch"], facts: Mapping[str, FileFacts]
) -> dict[str | None, list[tuple[int, int]]]:
    """Return the spans of time, both ends included, that several files of an appliance tell, or one file twice."""
    by_file: dict[str, list[Stretch]] = defaultdict(list)
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


def _was_read_twice(stretches: Sequence["Stretch"]) -> bool:
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


def _told_again(rows: pa.Table, at: Any, host: Any, time: Any) -> Any:
    line_no = numbers(rows["line_no"])
    (source,), (text,) = coded(rows["source"]), coded(rows["text"])
    order = np.lexsort((line_no, text, time, host, source))
    begins = first_of_runs(source[order], host[order], time[order], text[order])
    counts = begins | first_of_runs(line_no[order])  # a line that was read twice is one
    place = np.cumsum(counts)
    occurrence = np.empty(len(at), np.int64)
    occurrence[order] = place - np.maximum.accumulate(np.where(begins, place, 0)) + 1
    order = np.lexsort((at, line_no, source, occurrence, text, time, host))
    again = ~first_of_runs(host[order], time[order], text[order], occurrence[order])
    return at[order[again]]
