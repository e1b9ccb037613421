"""Reading: the one loop that gives lines."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from midtrail.lines.beginnings import Beginnings, Minutes, decided_by, decides
from midtrail.lines.clocks import WORST_FIRST, Clock, Reading
from midtrail.lines.framing import BOM, Frame, frame_line
from midtrail.lines.heads import Guard
from midtrail.lines.line import HeaderReader, Line, Problem, ReadOptions, may_hold_header
from midtrail.lines.parts import Opener, sentence, walk
from midtrail.lines.raw import DamageError
from midtrail.lines.scopes import Appliances, Mark, Place, Scope
from midtrail.lines.splitting import Span, spans
from midtrail.lines.stamps import SECOND
from midtrail.lines.surveying import Survey
from midtrail.lines.surveying import survey as make_survey
from midtrail.text import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from midtrail.lines.sources import SourceFile

_NEVER = 1 << 63
_MINUTE = 60 * SECOND


def read_lines(
    files: Iterable[SourceFile],
    options: ReadOptions,
    header_reader: HeaderReader,
    *,
    survey: Survey | None = None,
    on_bytes: Callable[[int], None] | None = None,
    problems: list[Problem] | None = None,
    max_ratio: float | None = None,
) -> Iterator[Line]:
    """Give every line of the files: those of one appliance by time, pipes last, as their bytes come.

    Without a `survey` of these files one is made first. `on_bytes` is given the bytes on disk read since it
    was last called; what could not be read whole is added to `problems`. Never raises on data.
    """
    told = [] if problems is None else problems
    known = survey
    if known is None:
        known = make_survey(files, options, header_reader, problems=told, max_ratio=max_ratio)
    job = _Job(known, options, header_reader, told)
    with closing(Opener(on_bytes, max_ratio)) as opener:
        for framer, span in job.surveyed(opener):
            yield from framer.lines(span)
        for file in known.streams:
            for framer, span in job.stream(file, opener, max_ratio):
                yield from framer.lines(span)


def read_spans(
    survey: Survey,
    options: ReadOptions,
    header_reader: HeaderReader,
    *,
    on_bytes: Callable[[int], None] | None = None,
    problems: list[Problem] | None = None,
) -> Iterator[tuple[Framer, Span]]:
    """Give the same lines in bulk: spans of whole lines, each with the framer of its source; no pipes.

    A span's lines are framed, all of them and in order, before the next span is asked for.
    """
    job = _Job(survey, options, header_reader, [] if problems is None else problems)
    with closing(Opener(on_bytes, None)) as opener:
        yield from job.surveyed(opener)


class _Job:
    """What the sources of one call have in common."""

    def __init__(
        self, survey: Survey, options: ReadOptions, header_reader: HeaderReader, problems: list[Problem]
    ) -> None:
        self._survey = survey
        self._options = options
        self._clock = Clock(options)
        self._header_reader = header_reader
        self._problems = problems

    def surveyed(self, opener: Opener) -> Iterator[tuple[Framer, Span]]:
        for facts in self._survey.sources:
            reading = self._clock.reading(facts.start_year, facts.source)
            guard = None
            if facts.source in self._survey.open_ends:
                guard = Guard(self._survey, facts.source, self._options, self._header_reader)
            framer = Framer(facts.scope, self._survey.appliances, reading, guard=guard)
            yield from self._blocks(facts.source, framer, opener.chunks(facts.part))

    def stream(
        self, file: SourceFile, opener: Opener, max_ratio: float | None
    ) -> Iterator[tuple[Framer, Span]]:
        """Read a pipe: what its headers tell holds from where they stand."""
        try:
            for part, chunks in walk(file, opener.progress(file), max_ratio):
                scope = Scope.of(part, streaming=True)
                watch = _Watch(scope, self._survey, self._clock, self._header_reader)
                reading = self._clock.reading(None, part.source)
                framer = Framer(scope, self._survey.appliances, reading, watch)
                yield from self._blocks(part.source, framer, chunks)
        except (OSError, DamageError) as error:
            self._tell(file.source, sentence(error))

    def _blocks(self, source: str, framer: Framer, chunks: Iterator[bytes]) -> Iterator[tuple[Framer, Span]]:
        try:
            for span in spans(chunks):
                yield framer, span
                if span.lost:
                    self._tell(source, _cut(framer.line_no, span.size))
        except (OSError, DamageError) as error:
            self._tell(source, sentence(error))

    def _tell(self, source: str, message: str) -> None:
        """Note a problem, once: the survey may have met it before."""
        problem = Problem(source, message)
        if problem not in self._problems:
            self._problems.append(problem)


def _cut(line_no: int, kept: int) -> str:
    return f"Line {line_no} is too long: its first {kept} bytes are given, the rest of it was left out."


class _Watch:
    """Looks out for headers in a source that was not surveyed."""

    def __init__(self, scope: Scope, survey: Survey, clock: Clock, header_reader: HeaderReader) -> None:
        self._scope = scope
        self._survey = survey
        self._clock = clock
        self._reader = header_reader

    def sees_header_in(self, data: bytes) -> bool:
        return may_hold_header(data, self._reader)

    def note(self, raw: bytes, offset: int, frame: Frame) -> bool:
        """Note sender and header of a line; tells whether it changes whose the lines are."""
        known = len(self._scope.senders)
        if frame.host is not None or frame.stamp is not None:
            self._scope.senders.add(frame.host)
        header = None
        if self.sees_header_in(raw):
            header = self._reader.read(decoded(raw[frame.start :]))
        if header is not None:
            self._scope.add(Mark(offset, frame.host, header))
            self._survey.appliances.learn(self._scope)
        return header is not None or len(self._scope.senders) > known

    def clock(self, place: Place) -> None:
        """Keep the weakest ground on which a time of this source stands."""
        clocks, source = self._survey.clocks, self._scope.source
        names = (self._clock.name(place), clocks.get(source, "none"))
        clocks[source] = min(names, key=WORST_FIRST.index)


class Beginning(NamedTuple):
    """What stands before a line's body: its length, then the fields of Line that it gives."""

    start: int
    host: str | None
    time: int | None
    utc_offset: int
    level: str | None
    tag: str | None
    framing: str


class Met(NamedTuple):
    """A line's beginning, and for which other lines it tells something.

    `clock` is where a clock `23:38:03` stands in it, -1 where it has none; `decided_by` are how many first bytes
    are framed so whatever follows them, 0 where that is not known; `steady` that all clocks of its day have the same offset.
    """

    beginning: Beginning
    clock: int
    decided_by: int
    steady: bool


class Framer:
    """Makes the lines of one source, in order."""

    def __init__(
        self,
        scope: Scope,
        appliances: Appliances,
        reading: Reading,
        watch: _Watch | None = None,
        guard: Guard | None = None,
    ) -> None:
        """Begin at the source's first line; `watch` where no survey told of its headers, `guard` where one began to."""
        self.line_no = 0
        self.source = scope.source
        self.forgotten = 0
        self._scope = scope
        self._appliances = appliances
        self._reading = reading
        self._watch = watch
        self._guard = guard
        self._watching = False
        self.offset = 0
        self._turns = [] if scope.streaming else scope.turns()[::-1]
        self._places: dict[str | None, Place] = {}
        self._beginnings: Beginnings[Beginning] = Beginnings()
        self._minutes: Minutes[Beginning] = Minutes()
        self._forget()

    @property
    def stops_at(self) -> tuple[bytes, ...]:
        """Who frames lines elsewhere meets those here whose bodies begin with one of these, blanks apart.

        That holds up to the byte `next_look` of the source.
        """
        return () if self._guard is None or self.offset < self._guard.begins else self._guard.needles

    @property
    def next_look(self) -> int:
        """The byte from which on `stops_at` has others."""
        return _NEVER if self._guard is None or self.offset >= self._guard.begins else self._guard.begins

    def _settle(self, guard: Guard) -> None:
        """Go on with what the whole survey of the source tells."""
        self._scope, self._appliances, self._reading = guard.settle()
        self._turns, self._guard = self._scope.turns()[::-1], None
        self._forget()

    def _forget(self) -> None:
        """Ask anew whose the lines are: from here on another header holds."""
        self._forget_beginnings()
        self._places.clear()
        while self._turns and self._turns[-1] <= self.offset:
            self._turns.pop()
        self.next_turn = self._turns[-1] if self._turns else _NEVER

    def _forget_beginnings(self) -> None:
        self.forgotten += 1
        self._beginnings.forget()
        self._minutes.forget()

    def lines(self, span: Span) -> Iterator[Line]:
        """Give the lines of the next span."""
        watch, data = self._watch or self._guard, span.data[span.begin : span.end]
        self._watching = watch is not None and watch.sees_header_in(data)
        raws = data.split(b"\n")
        last = raws.pop()
        for raw in raws:
            yield self._line(raw[:-1] if raw.endswith(b"\r") else raw, len(raw) + 1)
        if last:
            yield self._line(last, len(last) + span.lost)

    def meet(self, raw: bytes, size: int) -> Met:
        """Frame the next line and go on behind it; `raw` lacks its line end, `size` counts it.

        Where `forgotten` grows by that, what was met before tells nothing any more; from the byte `next_turn`
        of the source on likewise.
        """
        if self.offset >= self.next_turn:
            self._forget()
        skipped = raw.startswith(BOM) and self.offset == 0
        beginning, frame, place = self._read(raw)
        self.pass_over(1, size)
        steady = frame.stamp is not None and self._reading.is_steady(frame.stamp, place)
        return Met(beginning, frame.clock, 0 if skipped else decided_by(raw, frame), steady=steady)

    def pass_over(self, lines: int, size: int) -> None:
        """Go on behind lines that were framed elsewhere."""
        self.line_no += lines
        self.offset += size

    def _line(self, raw: bytes, size: int) -> Line:
        offset = self.offset
        if offset >= self.next_turn:
            self._forget()
        known = None if self._watching else self._beginnings.find(raw) or self._in_same_minute(raw)
        start, host, time, utc_offset, level, tag, framing = known or self._read(raw)[0]
        self.offset = offset + size
        self.line_no += 1
        text = decoded(raw[start:])
        return Line(
            self.source, self.line_no, offset, host, time, utc_offset, level, tag, framing, text, size
        )

    def _read(self, raw: bytes) -> tuple[Beginning, Frame, Place]:
        """Frame a line, and remember what stands before its body."""
        skipped = len(BOM) if self.offset == 0 and raw.startswith(BOM) else 0
        frame = frame_line(raw[skipped:])
        if self._guard is not None and self._guard.notices(raw, self.offset, frame):
            self._settle(self._guard)
        if self._watch is not None and self._watch.note(raw[skipped:], self.offset, frame):
            self._forget()
        place = self._place(frame)
        if frame.stamp is not None and self._reading.turns_month(frame.stamp):
            self._forget_beginnings()  # the same month may come again in another year
        moment = self._reading.time(frame.stamp, place)
        if self._watch is not None and frame.stamp is not None and frame.stamp.zone is None:
            self._watch.clock(place)
        known = Beginning(skipped + frame.start, place.host, *moment, frame.level, frame.tag, frame.framing)
        if not skipped and decides(raw, frame):
            self._beginnings.keep(raw, frame.start, known)
            if frame.seconds:
                self._minutes.keep(raw, frame, known)
        return known, frame, place

    def _in_same_minute(self, raw: bytes) -> Beginning | None:
        """Read only the seconds of a line that else begins as one before."""
        found = self._minutes.find(raw)
        if found is None:
            return None
        second, (start, host, time, utc_offset, level, tag, framing) = found
        east = utc_offset * SECOND
        minute = ((time or 0) + east) // _MINUTE * _MINUTE - east
        known = Beginning(start, host, minute + second * SECOND, utc_offset, level, tag, framing)
        self._beginnings.keep(raw, start, known)
        return known

    def _place(self, frame: Frame) -> Place:
        named = frame.host is not None or frame.stamp is not None
        sender = frame.host if named else self._scope.sender_of_rest()
        place = self._places.get(sender)
        if place is None:
            place = self._places[sender] = self._appliances.place(self._scope, sender, self.offset)
        return place
