"""From bytes to lines: sources, compression, framing, clock, log-file header."""

from typing import TYPE_CHECKING

from midtrail.lazily import names_of

if TYPE_CHECKING:
    from midtrail.lines.heads import survey_heads
    from midtrail.lines.line import (
        HeaderReader,
        HostClock,
        Line,
        LogfileHeader,
        Place,
        Problem,
        RawLines,
        ReadOptions,
    )
    from midtrail.lines.reading import Beginning, Framer, Met, read_lines, read_spans
    from midtrail.lines.rereading import FileLines, rewindable
    from midtrail.lines.sources import Source, SourceFile, find_sources, is_large
    from midtrail.lines.splitting import Span
    from midtrail.lines.surveying import (
        First,
        Scan,
        SourceFacts,
        Survey,
        conclude,
        scan_file,
        survey,
    )

__all__ = [
    "Beginning",
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
    "Span",
    "Survey",
    "conclude",
    "find_sources",
    "is_large",
    "read_lines",
    "read_spans",
    "rewindable",
    "scan_file",
    "survey",
    "survey_heads",
]

__getattr__ = names_of(
    __name__,
    {
        "Beginning": "reading",
        "FileLines": "rereading",
        "First": "surveying",
        "Framer": "reading",
        "HeaderReader": "line",
        "HostClock": "line",
        "Line": "line",
        "LogfileHeader": "line",
        "Met": "reading",
        "Place": "line",
        "Problem": "line",
        "RawLines": "line",
        "ReadOptions": "line",
        "Scan": "surveying",
        "Source": "sources",
        "SourceFacts": "surveying",
        "SourceFile": "sources",
        "Span": "splitting",
        "Survey": "surveying",
        "conclude": "surveying",
        "find_sources": "sources",
        "is_large": "sources",
        "read_lines": "reading",
        "read_spans": "reading",
        "rewindable": "rereading",
        "scan_file": "surveying",
        "survey": "surveying",
        "survey_heads": "heads",
    },
)
