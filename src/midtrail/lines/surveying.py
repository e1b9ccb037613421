"""The survey: one cheap pass over all that can be read twice, before the lines are given.

It finds the log-file headers, which hold for lines before them too, each source's first time, which gives
the order, and, where stamps have no year, how often the year turns. Lines that begin as others before, their
clock apart, are only passed over, unless they hold a header.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from midtrail.lines.beginnings import Skipper, decided_by
from midtrail.lines.clocks import WORST_FIRST, Clock, Moment
from midtrail.lines.framing import frame_line
from midtrail.lines.line import HeaderReader, HostClock, Problem, ReadOptions, may_hold_header
from midtrail.lines.ordering import in_order
from midtrail.lines.parts import Part, sentence, walk
from midtrail.lines.raw import DamageError, Progress
from midtrail.lines.scopes import Appliances, Mark, Scope
from midtrail.lines.splitting import whole_lines
from midtrail.lines.years import YearlessSpan, first_year
from midtrail.native import NativeSkipper, library
from midtrail.text import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from midtrail.lines.framing import Frame
    from midtrail.lines.sources import SourceFile
    from midtrail.lines.splitting import Block
    from midtrail.lines.stamps import Stamp

_SMALL = 1 << 12  # bytes that are not worth the kernel
_THREADS = 2  # what decompresses and passes over lines lets the other one run


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the survey found in one source.

    `hosts` are the appliances with lines in it; `first_time` is in microseconds since the epoch, UTC; `clock`
    says where the offset of its stamps comes from: line (each tells its own), header, folder, tz, assumed
    UTC, or none (no line has a time). `start_year` is the year of the first stamp without one.
    """

    source: str
    hosts: tuple[str, ...]
    first_time: int | None
    versions: tuple[str, ...]
    clock: str
    start_year: int | None
    host_clocks: tuple[HostClock, ...]
    part: Part
    scope: Scope


@dataclass(slots=True)
class Survey:
    """What is known before the lines are read: the sources in reading order, and what comes from pipes last.

    `clocks` tells for each source where its offset comes from and goes on growing while pipes are read;
    `problems` are those that the survey itself met. `open_ends` names the sources of which only so many first
    bytes were surveyed (see `heads`).
    """

    sources: list[SourceFacts] = field(default_factory=list)
    streams: list[SourceFile] = field(default_factory=list)
    appliances: Appliances = field(default_factory=lambda: Appliances((), None))
    clocks: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    open_ends: dict[str, int] = field(default_factory=dict)

    @property
    def versions(self) -> dict[str, tuple[str, ...]]:
        """The versions of each serial number, in reading order."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for serial, version in (told for facts in self.sources for told in facts.scope.versions):
            if serial is not None:
                found[serial][version] = None
        return {serial: tuple(versions) for serial, versions in found.items()}

    def host_clocks(self) -> list[HostClock]:
        """Give one row for each appliance in each source, in reading order."""
        return [row for facts in self.sources for row in facts.host_clocks]


def survey(
    files: Iterable[SourceFile],
    options: ReadOptions,
    header_reader: HeaderReader,
    *,
    on_bytes: Callable[[int], None] | None = None,
    problems: list[Problem] | None = None,
    max_ratio: float | None = None,
) -> Survey:
    """Give what one pass over the files tells; pipes are only noted.

    `on_bytes` is given the number of bytes on disk read since it was last called; what could not be read
    whole is added to `problems`. Never raises on data.
    """
    told: list[Problem] = [] if problems is None else problems
    scans: list[Scan] = []
    wanted = list(files)
    streams = [file for file in wanted if not file.rewindable]

    def scan(file: SourceFile) -> tuple[list[Scan], list[Problem]]:
        met: list[Problem] = []
        return list(scan_file(file, header_reader, met, Progress(on_bytes), max_ratio)), met

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="midtrail-survey") as pool:
        for some, met in pool.map(scan, (file for file in wanted if file.rewindable)):
            scans += some
            told += met
    found = conclude(scans, options)
    found.streams, found.problems = streams, told
    return found


def conclude(scans: list[Scan], options: ReadOptions, among: Iterable[Scan] = ()) -> Survey:
    """Give the survey of scanned sources; `among` are others that tell of the same appliances."""
    appliances = Appliances((scan.scope for scan in (*among, *scans)), options.host)
    clock = Clock(options)
    sources = in_order([scan.facts(appliances, clock, options) for scan in scans])
    return Survey(
        sources=sources,
        appliances=appliances,
        clocks={fact.source: fact.clock for fact in sources},
    )


def scan_file(
    file: SourceFile,
    header_reader: HeaderReader,
    problems: list[Problem],
    progress: Progress | None = None,
    max_ratio: float | None = None,
) -> Iterator[Scan]:
    """Scan each part of a file; what fails in a part is told of the part, the rest of the file."""
    try:
        for part, chunks in walk(file, progress or Progress(None), max_ratio):
            scan = Scan(part, header_reader)
            try:
                for block in whole_lines(chunks):
                    scan.take(block)
            except DamageError as error:
                problems.append(Problem(part.source, sentence(error)))
            yield scan
    except (OSError, DamageError) as error:
        problems.append(Problem(file.source, sentence(error)))


class First(NamedTuple):
    """A source's first stamp: the byte where its line begins, who sent it, the stamp."""

    offset: int
    sender: str | None
    stamp: Stamp


class Scan:
    """Gathers the facts of one source, block by block; what it found can be kept and given back to it."""

    def __init__(self, part: Part, header_reader: HeaderReader) -> None:
        """Begin before the first byte of a part."""
        self.part = part
        self.scope = Scope.of(part)
        self._reader = header_reader
        self.first: First | None = None
        self.span: YearlessSpan | None = None
        self.local: set[str | None] = set()  # senders with stamps that tell no offset
        self.exact_senders: set[str | None] = set()
        self.surveyed = 0  # bytes
        self._native: NativeSkipper | None = None
        self._skipper = Skipper()

    def take(self, block: Block) -> None:
        """Scan the next block."""
        self.surveyed = block.offset + len(block.data) + block.lost
        if self._native is None and len(block.data) > _SMALL and library() is not None:
            self._native = NativeSkipper(self._reader.needles)
        if self._native is not None:
            self._take_by_kernel(block, self._native)
        else:
            self._take_by_python(block)
        if self.span is not None:
            self._note_last(block.data)

    def _take_by_python(self, block: Block) -> None:
        data, at = block.data, 0
        for stop in (*self._header_lines(data), len(data)):
            while at < stop:
                at = self._skipper.skip(data, at, stop)
                if at < stop:
                    at = self._meet(block, at)
            if stop < len(data):
                at = self._meet(block, stop, header=True)

    def _take_by_kernel(self, block: Block, skipper: NativeSkipper) -> None:
        """Do the same: the kernel stops at lines that begin with a needle."""
        data, at = block.data, 0
        while at < len(data):
            at = skipper.skip(data, at, len(data))
            if at < len(data):
                at = self._meet(block, at, header=True)

    def _header_lines(self, data: bytes) -> list[int]:
        """Give where the lines begin that hold a needle."""
        starts = set()
        for needle in self._reader.needles:
            at = data.find(needle)
            while at >= 0:
                starts.add(data.rfind(b"\n", 0, at) + 1)
                at = data.find(needle, at + len(needle))
        return sorted(starts)

    def _meet(self, block: Block, at: int, *, header: bool = False) -> int:
        """Frame the line at a byte, and give the byte behind it."""
        end = block.data.find(b"\n", at)
        end = len(block.data) if end < 0 else end
        raw = block.data[at:end]
        frame = self._frame(raw, block.offset + at)
        self._learn(raw, frame)
        if header and may_hold_header(raw, self._reader):
            self._header(raw, block.offset + at, frame)
        return end + 1

    def _learn(self, raw: bytes, frame: Frame) -> None:
        if self._native is None:
            self._skipper.learn(raw, frame)
        elif size := decided_by(raw, frame):
            self._native.learn(raw[:size], frame.start, frame.clock)

    def _frame(self, raw: bytes, offset: int) -> Frame:
        frame = frame_line(raw)
        stamp = frame.stamp
        if frame.host is not None or stamp is not None:
            self.scope.senders.add(frame.host)
        if stamp is not None:
            self.first = self.first or First(offset, frame.host, stamp)
            (self.local if stamp.zone is None else self.exact_senders).add(frame.host)
            if stamp.month:
                self._add_yearless(stamp)
        return frame

    def _note_last(self, data: bytes) -> None:
        """Note the day of the last line, which may have been passed over: its month is that of the last that was met."""
        end = len(data) - data.endswith(b"\n")
        stamp = frame_line(data[data.rfind(b"\n", 0, end) + 1 : end]).stamp
        if self.span is not None and stamp is not None and stamp.month == self.span.last.month:
            self.span = self.span._replace(last=stamp)

    def _add_yearless(self, stamp: Stamp) -> None:
        if self.span is None or self.span.last.month != stamp.month:
            self._forget()  # the same month may come again in another year
        self.span = self.span.then(stamp) if self.span else YearlessSpan(stamp, stamp)

    def _forget(self) -> None:
        self._skipper.forget()
        if self._native is not None:
            self._native.forget()

    def _header(self, raw: bytes, offset: int, frame: Frame) -> None:
        header = self._reader.read(decoded(raw[frame.start :]))
        if header is not None:
            self.scope.add(Mark(offset, frame.host, header))

    @property
    def needs_others(self) -> bool:
        """Tell whether it takes other sources, or a guess, to say whose some lines are or when they were written."""
        alone = self.span is None and self.local == {None} and self.scope.senders == {None}
        return not (alone and self.scope.tells_all)

    def facts(self, appliances: Appliances, clock: Clock, options: ReadOptions) -> SourceFacts:
        """Draw the conclusions, once all sources are scanned."""
        start_year = None
        if self.span is not None:
            start_year = options.year or first_year(self.span, self.part.source, self.part.modified)
        moment = self._first_moment(appliances, clock, start_year)
        rows = self._host_clocks(appliances, clock, moment)
        return SourceFacts(
            source=self.part.source,
            hosts=tuple(sorted({row.host for row in rows if row.host is not None})),
            first_time=moment.time,
            versions=tuple(dict.fromkeys(version for _, version in self.scope.versions)),
            clock=min((row.clock for row in rows), key=WORST_FIRST.index, default="none"),
            start_year=start_year,
            host_clocks=tuple(rows),
            part=self.part,
            scope=self.scope,
        )

    def _first_moment(self, appliances: Appliances, clock: Clock, start_year: int | None) -> Moment:
        if self.first is None:
            return Moment(None, 0)
        place = appliances.place(self.scope, self.first.sender, self.first.offset)
        return clock.reading(start_year).time(self.first.stamp, place)

    def _host_clocks(self, appliances: Appliances, clock: Clock, first: Moment) -> list[HostClock]:
        """Give each appliance of the source, with the clocks that it has in it."""
        rows: dict[HostClock, None] = {}
        for sender in sorted(self.scope.senders or {None}, key=str):
            for spot in [0, *self.scope.turns()]:
                place = appliances.place(self.scope, sender, spot)
                offset = first.utc_offset if place.utc_offset is None else place.utc_offset
                name = clock.name(place) if sender in self.local else self._exact(sender)
                version = appliances.version(self.scope, place.serial)
                rows[HostClock(self.part.source, place.host, place.serial, version, offset, name)] = None
        return list(rows)

    def _exact(self, sender: str | None) -> str:
        return "line" if sender in self.exact_senders else "none"
