"""From bytes to lines: sources, compression, framing, clock, log-file header."""

from midtrail.lines.line import HeaderReader, Line, LogfileHeader, Problem, ReadOptions
from midtrail.lines.reading import Beginning, Framer, Met, read_blocks, read_lines
from midtrail.lines.rereading import FileLines, Place, RawLines, rewindable
from midtrail.lines.sources import Source, SourceFile, find_sources
from midtrail.lines.splitting import Block
from midtrail.lines.surveying import HostClock, SourceFacts, Survey, survey

__all__ = [
    "Beginning",
    "Block",
    "FileLines",
    "Framer",
    "HeaderReader",
    "HostClock",
    "Line",
    "LogfileHeader",
    "Met",
    "Place",
    "Problem",
    "RawLines",
    "ReadOptions",
    "Source",
    "SourceFacts",
    "SourceFile",
    "Survey",
    "find_sources",
    "read_blocks",
    "read_lines",
    "rewindable",
    "survey",
]
