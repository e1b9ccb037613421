"""Lines in, event batches out: the one loop, whatever engine reads the lines."""

from midtrail.parse._batches import SPINE, EventBatch, KindColumns
from midtrail.parse._loop import (
    BATCH_LINES,
    Before,
    LineEngine,
    Record,
    add,
    batches,
    record_of,
    records,
)
from midtrail.parse._other_logs import is_other_log
from midtrail.parse._read import HEADERS, GrammarHeaders, parse_line, read_records

__all__ = [
    "BATCH_LINES",
    "HEADERS",
    "SPINE",
    "Before",
    "EventBatch",
    "GrammarHeaders",
    "KindColumns",
    "LineEngine",
    "Record",
    "add",
    "batches",
    "is_other_log",
    "parse_line",
    "read_records",
    "record_of",
    "records",
]
