"""From bytes to lines: sources, compression, framing, clock, log-file header."""

from midtrail.lines.heads import survey_heads
from midtrail.lines.line import HeaderReader, Line, LogfileHeader, Problem, ReadOptions
from midtrail.lines.reading import Beginning, Framer, Met, read_blocks, read_lines
from midtrail.lines.rereading import FileLines, Place, RawLines, rewindable
from midtrail.lines.sources import Source, SourceFile, find_sources, is_large
from midtrail.lines.splitting import Block
from midtrail.lines.surveying import First, HostClock, Scan, SourceFacts, Survey, conclude, scan_file, survey

__all__ = [
    "Beginning",
    "Block",
    "FileLines",
    "First",
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
    "Scan",
    "Source",
    "SourceFacts",
    "SourceFile",
    "Survey",
    "conclude",
    "find_sources",
    "is_large",
    "read_blocks",
    "read_lines",
    "rewindable",
    "scan_file",
    "survey",
    "survey_heads",
]
