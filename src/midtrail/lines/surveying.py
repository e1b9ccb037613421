"""The survey: one cheap pass over all that can be read twice, before the lines are given.

It finds the log-file headers, which hold for lines before them too, each source's first time, which gives
the order, and, where stamps have no year, how often the year turns. Blocks of native lines are only searched
for header lines; all others are framed line by line.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from midtrail.lines.clocks import WORST_FIRST, Clock
from midtrail.lines.framing import frame_line
from midtrail.lines.line import HeaderReader, Problem, ReadOptions
from midtrail.lines.parts import Part, sentence, walk
from midtrail.lines.raw import DamageError, Progress
from midtrail.lines.scopes import Appliances, Mark, Scope
from midtrail.lines.splitting import whole_lines
from midtrail.lines.years import YearlessSpan, first_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from midtrail.lines.framing import Frame
    from midtrail.lines.sources import SourceFile
    from midtrail.lines.splitting import Block
    from midtrail.lines.stamps import Stamp

_WEEKDAYS = (b"Mon ", b"Tue ", b"Wed ", b"Thu ", b"Fri ", b"Sat ", b"Sun ")
_NO_PREFIX = b"\n"  # no line begins so
_MOST_RESTARTS = 16


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the survey found in one source.

    `hosts` are the appliances with lines in it, `first_time` is in microseconds since the epoch (UTC), `clock`
    says where the offset of its stamps comes from: line (each tells its own), header, folder, tz, assumed UTC,
    or none (no line has a time). `start_year` is the year of the first stamp without one.
    """

    source: str
    hosts: tuple[str, ...]
    first_time: int | None
    versions: tuple[str, ...]
    clock: str
    start_year: int | None
    part: Part
    scope: Scope


@dataclass(slots=True)
class Survey:
    """What is known before the lines are read: the sources in reading order, and what comes from pipes last.

    `versions` are those of each serial number; `clocks` tells for each source where its offset comes from and
    goes on growing while pipes are read; `problems` are those that the survey itself met.
    """

    sources: list[SourceFacts] = field(default_factory=list)
    streams: list[SourceFile] = field(default_factory=list)
    appliances: Appliances = field(default_factory=lambda: Appliances((), None))
    versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    clocks: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def survey(
    files: Iterable[SourceFile],
    options: ReadOptions,
    header_reader: HeaderReader,
    *,
    on_bytes: Callable[[int], None] | None = None,
    max_ratio: float | None = None,
) -> Survey:
    """Give what one pass over the files tells; pipes are only noted.

    `on_bytes` is given the number of bytes on disk read since it was last called. Never raises on data.
    """
    found = Survey()
    scans: list[_Scan] = []
    for file in files:
        if file.rewindable:
            scans += _scan_file(file, header_reader, found.problems, Progress(on_bytes), max_ratio)
        else:
            found.streams.append(file)
    found.appliances = Appliances((scan.scope for scan in scans), options.host)
    clock = Clock(options)
    facts = [scan.facts(found.appliances, clock, options) for scan in scans]
    found.sources = _in_order(facts)
    found.versions = _versions(scan.scope for scan in scans)
    found.clocks = {fact.source: fact.clock for fact in found.sources}
    return found


def _scan_file(
    file: SourceFile,
    header_reader: HeaderReader,
    problems: list[Problem],
    progress: Progress,
    max_ratio: float | None,
) -> Iterator[_Scan]:
    """Scan each part of a file; what fails in a part is told of the part, the rest of the file."""
    try:
        for part, chunks in walk(file, progress, max_ratio):
            scan = _Scan(part, header_reader)
            try:
                for block in whole_lines(chunks):
                    scan.take(block)
            except DamageError as error:
                problems.append(Problem(part.source, sentence(error)))
            yield scan
    except (OSError, DamageError) as error:
        problems.append(Problem(file.source, sentence(error)))


class _First(NamedTuple):
    offset: int
    sender: str | None
    stamp: Stamp


class _Scan:
    """Gathers the facts of one source, block by block."""

    def __init__(self, part: Part, header_reader: HeaderReader) -> None:
        self.part = part
        self.scope = Scope.of(part)
        self._reader = header_reader
        self._first: _First | None = None
        self._span: YearlessSpan | None = None
        self._local: set[str | None] = set()  # senders with stamps that tell no offset

    def take(self, block: Block) -> None:
        told = any(needle in block.data for needle in self._reader.needles)
        if self._first is not None and _all_native(block.data):
            if told:
                self._search(block)
        else:
            self._frame_all(block, told=told)

    def _frame_all(self, block: Block, *, told: bool) -> None:
        offset, prefix = block.offset, _NO_PREFIX
        for raw in block.data.split(b"\n"):
            header = told and any(needle in raw for needle in self._reader.needles)
            if header or not raw.startswith(prefix):
                frame = self._frame(raw, offset)
                prefix = raw[: frame.start] if frame.level and raw[: frame.start].endswith(b" ") else _NO_PREFIX
                if header:
                    self._header(raw, offset, frame)
            offset += len(raw) + 1

    def _frame(self, raw: bytes, offset: int) -> Frame:
        frame = frame_line(raw)
        stamp = frame.stamp
        if frame.host is not None or stamp is not None:
            self.scope.senders.add(frame.host)
        if stamp is not None:
            self._first = self._first or _First(offset, frame.host, stamp)
            if stamp.zone is None:
                self._local.add(frame.host)
            if stamp.month:
                self._span = self._span.then(stamp) if self._span else YearlessSpan(stamp, stamp)
        return frame

    def _search(self, block: Block) -> None:
        """Frame only the lines that hold a needle."""
        data, starts = block.data, set()
        for needle in self._reader.needles:
            at = data.find(needle)
            while at >= 0:
                starts.add(data.rfind(b"\n", 0, at) + 1)
                at = data.find(needle, at + len(needle))
        for start in sorted(starts):
            raw = data[start:].partition(b"\n")[0] if start else data.partition(b"\n")[0]
            self._header(raw, block.offset + start, frame_line(raw))

    def _header(self, raw: bytes, offset: int, frame: Frame) -> None:
        header = self._reader.read(raw[frame.start :].decode("utf-8", "surrogateescape"))
        if header is not None:
            self.scope.add(Mark(offset, frame.host, header))

    def facts(self, appliances: Appliances, clock: Clock, options: ReadOptions) -> SourceFacts:
        start_year = None
        if self._span is not None:
            start_year = options.year or first_year(self._span, self.part.source, self.part.modified)
        return SourceFacts(
            source=self.part.source,
            hosts=self._hosts(appliances),
            first_time=self._first_time(appliances, clock, start_year),
            versions=tuple(dict.fromkeys(version for _, version in self.scope.versions)),
            clock=self._clock(appliances, clock),
            start_year=start_year,
            part=self.part,
            scope=self.scope,
        )

    def _spots(self) -> list[int]:
        return [0, *self.scope.turns()]

    def _hosts(self, appliances: Appliances) -> tuple[str, ...]:
        places = [
            appliances.place(self.scope, sender, spot)
            for sender in self.scope.senders or {None}
            for spot in self._spots()
        ]
        return tuple(sorted({place.host for place in places if place.host is not None}))

    def _first_time(self, appliances: Appliances, clock: Clock, start_year: int | None) -> int | None:
        if self._first is None:
            return None
        place = appliances.place(self.scope, self._first.sender, self._first.offset)
        return clock.reading(start_year).time(self._first.stamp, place).time

    def _clock(self, appliances: Appliances, clock: Clock) -> str:
        names = {
            clock.name(appliances.place(self.scope, sender, spot))
            for sender in self._local
            for spot in self._spots()
        }
        if self._first is not None and self._first.stamp.zone is not None:
            names.add("line")
        return min(names, key=WORST_FIRST.index, default="none")


def _all_native(data: bytes) -> bool:
    """Tell whether every line begins with a weekday, and the first names no host: counting is cheap."""
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    begun = data.startswith(_WEEKDAYS) + sum(data.count(b"\n" + day) for day in _WEEKDAYS)
    return lines == begun and frame_line(data.partition(b"\n")[0]).host is None


def _versions(scopes: Iterable[Scope]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for scope in scopes:
        for serial, version in scope.versions:
            if serial is not None:
                found[serial][version] = None
    return {serial: tuple(versions) for serial, versions in found.items()}


def _in_order(facts: list[SourceFacts]) -> list[SourceFacts]:
    """Put the sources of one appliance in the order of their first times; those without keep their place by name."""
    ordered = sorted(facts, key=lambda fact: fact.source)
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, fact in enumerate(ordered):
        if fact.first_time is not None:
            places[fact.hosts].append(place)
    for group in places.values():
        timed = sorted((ordered[place] for place in group), key=lambda fact: (fact.first_time or 0, fact.source))
        for place, fact in zip(group, timed, strict=True):
            ordered[place] = fact
    return _with_few_restarts(ordered)


def _with_few_restarts(ordered: list[SourceFacts]) -> list[SourceFacts]:
    """Read a packed tar as it lies where time's order would unpack it again and again from its start."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, fact in enumerate(ordered):
        if fact.part.forward_only:
            places[id(fact.part.file)].append(place)
    for group in places.values():
        starts = [_start(ordered[place]) for place in group]
        if sum(later < earlier for earlier, later in zip(starts, starts[1:], strict=False)) > _MOST_RESTARTS:
            as_stored = sorted((ordered[place] for place in group), key=_start)
            for place, fact in zip(group, as_stored, strict=True):
                ordered[place] = fact
    return ordered


def _start(fact: SourceFacts) -> int:
    return fact.part.member.start if fact.part.member else 0
