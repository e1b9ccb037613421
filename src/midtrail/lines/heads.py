"""Heads: the survey of files that tell at once whose they are, of which it reads no more than that.

A log file as an appliance writes it begins with its header. Where all files do, what a survey finds further down
changes nothing for the lines before it: they can be given before it is known. What comes up then, and is not told
by the head, lets the file be surveyed, and all others too where one file does not tell enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from midtrail.lines.clocks import Clock, Reading
from midtrail.lines.line import may_hold_header
from midtrail.lines.parts import walk
from midtrail.lines.raw import DamageError, Progress
from midtrail.lines.splitting import Block, whole_lines
from midtrail.lines.surveying import Scan, Survey, conclude, scan_file, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from midtrail.lines.framing import Frame
    from midtrail.lines.line import HeaderReader, Problem, ReadOptions
    from midtrail.lines.scopes import Appliances, Scope
    from midtrail.lines.sources import SourceFile

_MOST_LINES = 16  # of a head


def survey_heads(
    files: Iterable[SourceFile],
    options: ReadOptions,
    header_reader: HeaderReader,
    *,
    problems: list[Problem] | None = None,
) -> Survey:
    """Give what the heads of the files tell, or, where that is too little for one of them, the survey of all.

    The survey grows while its lines are given; they are the same ones.
    """
    wanted = list(files)
    scans: list[Scan] = []
    for file in wanted:
        scan = _head(file, header_reader)
        if scan is None:
            return survey(wanted, options, header_reader, problems=problems)
        scans.append(scan)
    found = conclude(scans, options)
    found.open_ends = {scan.part.source: scan.surveyed for scan in scans}
    return found


def _head(file: SourceFile, header_reader: HeaderReader) -> Scan | None:
    """Scan the header with which a file begins; None where it begins otherwise, or cannot be read twice."""
    if not file.rewindable or file.path is None:
        return None
    try:
        for part, chunks in walk(file, Progress(None), None):
            if part.member is not None:
                return None
            scan = Scan(part, header_reader)
            scan.take(_first_lines(next(whole_lines(chunks), Block(0, b"")), header_reader))
            return scan if scan.scope.own_serial is not None and not scan.needs_others else None
    except (OSError, DamageError):
        return None  # the survey tells of it
    return None


def _first_lines(block: Block, header_reader: HeaderReader) -> Block:
    """Give the lines with which a block begins as far as they may be a header's."""
    end = 0
    for _ in range(_MOST_LINES):
        behind = block.data.find(b"\n", end) + 1
        line = block.data[end:behind]
        if not may_hold_header(line, header_reader):
            break
        end = behind
    return Block(0, block.data[:end])


class Guard:
    """Looks out, in a file whose head alone was surveyed, for what changes whose its lines are and their time."""

    def __init__(
        self, survey: Survey, source: str, options: ReadOptions, header_reader: HeaderReader
    ) -> None:
        """Guard one source of a survey of heads."""
        self._survey = survey
        self._source = source
        self._options = options
        self._reader = header_reader
        self.begins = survey.open_ends[source]
        """The byte from which on lines are looked at: what stands before it was surveyed."""
        self.needles = header_reader.needles

    def notices(self, raw: bytes, offset: int, frame: Frame) -> bool:
        """Tell whether a line tells more than the head: its sender, a stamp without a year, another header."""
        if offset < self.begins:
            return False
        yearless = frame.stamp is not None and bool(frame.stamp.month)
        return frame.host is not None or yearless or self.sees_header_in(raw)

    def sees_header_in(self, data: bytes) -> bool:
        """Tell whether there may be a header line in it."""
        return may_hold_header(data, self._reader)

    def settle(self) -> tuple[Scope, Appliances, Reading]:
        """Survey the source to its end and, if it does not tell enough of its lines, all others too.

        Of a file that is not there any more what its head told goes on to hold.
        """
        place = next(i for i, facts in enumerate(self._survey.sources) if facts.part.source == self._source)
        scans = list(self._scans(self._survey.sources[place].part.file))
        if any(scan.needs_others for scan in scans):
            self._settle_all()
        else:
            self._survey.sources[place : place + 1] = (
                conclude(scans, self._options).sources or self._survey.sources[place : place + 1]
            )
            del self._survey.open_ends[self._source]
        facts = self._survey.sources[place]
        reading = Clock(self._options).reading(facts.start_year, facts.source)
        return facts.scope, self._survey.appliances, reading

    def _settle_all(self) -> None:
        """Survey all files; the order in which they are read stays, as it is told by their heads."""
        known = self._survey.sources
        found = conclude([scan for facts in known for scan in self._scans(facts.part.file)], self._options)
        told = {facts.source: facts for facts in found.sources}
        known[:] = [told.get(facts.source, facts) for facts in known]
        self._survey.appliances, self._survey.clocks = found.appliances, found.clocks
        self._survey.open_ends.clear()

    def _scans(self, file: SourceFile) -> Iterator[Scan]:
        return scan_file(file, self._reader, [])
