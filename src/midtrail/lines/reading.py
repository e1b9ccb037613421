"""Reading: the one loop that gives lines."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, TypeAlias

from midtrail.lines.beginnings import Beginnings, Minutes, decides
from midtrail.lines.clocks import WORST_FIRST, Clock, Reading
from midtrail.lines.framing import BOM, Frame, frame_line
from midtrail.lines.line import HeaderReader, Line, Problem, ReadOptions
from midtrail.lines.parts import Opener, sentence, walk
from midtrail.lines.raw import DamageError
from midtrail.lines.scopes import Appliances, Mark, Place, Scope
from midtrail.lines.splitting import Block, whole_lines
from midtrail.lines.stamps import SECOND
from midtrail.lines.surveying import Survey
from midtrail.lines.surveying import survey as make_survey

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
        yield from job.surveyed(opener)
        for file in known.streams:
            yield from job.stream(file, opener, max_ratio)


class _Job:
    """What the sources of one call have in common."""

    def __init__(
        self, survey: Survey, options: ReadOptions, header_reader: HeaderReader, problems: list[Problem]
    ) -> None:
        self._survey = survey
        self._clock = Clock(options)
        self._header_reader = header_reader
        self._problems = problems

    def surveyed(self, opener: Opener) -> Iterator[Line]:
        for facts in self._survey.sources:
            reading = self._clock.reading(facts.start_year, facts.source)
            framer = _Framer(facts.scope, self._survey.appliances, reading)
            yield from self._lines(facts.source, framer, opener.chunks(facts.part))

    def stream(self, file: SourceFile, opener: Opener, max_ratio: float | None) -> Iterator[Line]:
        """Read a pipe: what its headers tell holds from where they stand."""
        try:
            for part, chunks in walk(file, opener.progress(file), max_ratio):
                scope = Scope.of(part, streaming=True)
                watch = _Watch(scope, self._survey, self._clock, self._header_reader)
                reading = self._clock.reading(None, part.source)
                framer = _Framer(scope, self._survey.appliances, reading, watch)
                yield from self._lines(part.source, framer, chunks)
        except (OSError, DamageError) as error:
            self._tell(file.source, sentence(error))

    def _lines(self, source: str, framer: _Framer, chunks: Iterator[bytes]) -> Iterator[Line]:
        try:
            for block in whole_lines(chunks):
                yield from framer.lines(block)
                if block.lost:
                    self._tell(source, _cut(framer.line_no, len(block.data)))
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
        return any(needle in data for needle in self._reader.needles)

    def note(self, raw: bytes, offset: int, frame: Frame) -> bool:
        """Note sender and header of a line; tells whether it changes whose the lines are."""
        known = len(self._scope.senders)
        if frame.host is not None or frame.stamp is not None:
            self._scope.senders.add(frame.host)
        header = None
        if self.sees_header_in(raw):
            header = self._reader.read(raw[frame.start :].decode("utf-8", "surrogateescape"))
        if header is not None:
            self._scope.add(Mark(offset, frame.host, header))
            self._survey.appliances.learn(self._scope)
        return header is not None or len(self._scope.senders) > known

    def clock(self, place: Place) -> None:
        """Keep the weakest ground on which a time of this source stands."""
        clocks, source = self._survey.clocks, self._scope.source
        names = (self._clock.name(place), clocks.get(source, "none"))
        clocks[source] = min(names, key=WORST_FIRST.index)


# What stands before a line's body: its length, then the fields of Line that it gives.
_Known: TypeAlias = "tuple[int, str | None, int | None, int, str | None, str | None, str]"


class _Framer:
    """Makes the lines of one source, in order."""

    def __init__(
        self, scope: Scope, appliances: Appliances, reading: Reading, watch: _Watch | None = None
    ) -> None:
        self.line_no = 0
        self._source = scope.source
        self._scope = scope
        self._appliances = appliances
        self._reading = reading
        self._watch = watch
        self._watching = False
        self._offset = 0
        self._turns = [] if scope.streaming else scope.turns()[::-1]
        self._places: dict[str | None, Place] = {}
        self._beginnings: Beginnings[_Known] = Beginnings()
        self._minutes: Minutes[_Known] = Minutes()
        self._forget()

    def _forget(self) -> None:
        """Ask anew whose the lines are: from here on another header holds."""
        self._forget_beginnings()
        self._places.clear()
        while self._turns and self._turns[-1] <= self._offset:
            self._turns.pop()
        self._next_turn = self._turns[-1] if self._turns else _NEVER

    def _forget_beginnings(self) -> None:
        self._beginnings.forget()
        self._minutes.forget()

    def lines(self, block: Block) -> Iterator[Line]:
        self._watching = self._watch is not None and self._watch.sees_header_in(block.data)
        raws = block.data.split(b"\n")
        last = raws.pop()
        for raw in raws:
            yield self._line(raw[:-1] if raw.endswith(b"\r") else raw, len(raw) + 1)
        if last:
            yield self._line(last, len(last) + block.lost)

    def _line(self, raw: bytes, size: int) -> Line:
        offset = self._offset
        if offset >= self._next_turn:
            self._forget()
        known = None if self._watching else self._beginnings.find(raw) or self._in_same_minute(raw)
        start, host, time, utc_offset, level, tag, framing = known or self._read(raw)
        self._offset = offset + size
        self.line_no += 1
        text = raw[start:].decode("utf-8", "surrogateescape")
        return Line(
            self._source, self.line_no, offset, host, time, utc_offset, level, tag, framing, text, size
        )

    def _read(self, raw: bytes) -> _Known:
        """Frame a line, and remember what stands before its body."""
        skipped = len(BOM) if self._offset == 0 and raw.startswith(BOM) else 0
        frame = frame_line(raw[skipped:])
        if self._watch is not None and self._watch.note(raw[skipped:], self._offset, frame):
            self._forget()
        place = self._place(frame)
        if frame.stamp is not None and self._reading.turns_month(frame.stamp):
            self._forget_beginnings()  # the same month may come again in another year
        moment = self._reading.time(frame.stamp, place)
        if self._watch is not None and frame.stamp is not None and frame.stamp.zone is None:
            self._watch.clock(place)
        known = (skipped + frame.start, place.host, *moment, frame.level, frame.tag, frame.framing)
        if not skipped and decides(raw, frame):
            self._beginnings.keep(raw, frame.start, known)
            if frame.seconds:
                self._minutes.keep(raw, frame, known)
        return known

    def _in_same_minute(self, raw: bytes) -> _Known | None:
        """Read only the seconds of a line that else begins as one before."""
        found = self._minutes.find(raw)
        if found is None:
            return None
        second, (start, host, time, utc_offset, level, tag, framing) = found
        east = utc_offset * SECOND
        minute = ((time or 0) + east) // _MINUTE * _MINUTE - east
        known = (start, host, minute + second * SECOND, utc_offset, level, tag, framing)
        self._beginnings.keep(raw, start, known)
        return known

    def _place(self, frame: Frame) -> Place:
        named = frame.host is not None or frame.stamp is not None
        sender = frame.host if named else self._scope.sender_of_rest()
        place = self._places.get(sender)
        if place is None:
            place = self._places[sender] = self._appliances.place(self._scope, sender, self._offset)
        return place
