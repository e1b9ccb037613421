"""Events joined to what they mean: connections, messages, recipients, timelines."""

from midtrail.tracking._sources import BEGINNINGS, SOURCE_FACTS
from midtrail.tracking._steps import build, build_beside, reads, tell_beginnings
from midtrail.tracking._subjects import decode as decode_subject
from midtrail.tracking.orphans import orphans
from midtrail.tracking.timeline import build_timeline

__all__ = [
    "BEGINNINGS",
    "SOURCE_FACTS",
    "build",
    "build_beside",
    "build_timeline",
    "decode_subject",
    "orphans",
    "reads",
    "tell_beginnings",
]
