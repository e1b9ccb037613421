"""Events joined to what they mean: connections, messages, recipients, timelines."""

from typing import TYPE_CHECKING

from midtrail.lazily import names_of

if TYPE_CHECKING:
    from midtrail.tracking._answers import Answers
    from midtrail.tracking._beside import build_beside, build_lent
    from midtrail.tracking._needed import Needed
    from midtrail.tracking._remedial import INITIATING, REMEDIATING
    from midtrail.tracking._sources import BEGINNINGS, SOURCE_FACTS
    from midtrail.tracking._steps import build, reads, tell_beginnings
    from midtrail.tracking._subjects import decode as decode_subject
    from midtrail.tracking._written import LacksTextsError
    from midtrail.tracking.timeline import build_timeline

__all__ = [
    "BEGINNINGS",
    "INITIATING",
    "REMEDIATING",
    "SOURCE_FACTS",
    "Answers",
    "LacksTextsError",
    "Needed",
    "build",
    "build_beside",
    "build_lent",
    "build_timeline",
    "decode_subject",
    "reads",
    "tell_beginnings",
]

__getattr__ = names_of(
    __name__,
    {
        "BEGINNINGS": "_sources",
        "INITIATING": "_remedial",
        "REMEDIATING": "_remedial",
        "SOURCE_FACTS": "_sources",
        "Answers": "_answers",
        "LacksTextsError": "_written",
        "Needed": "_needed",
        "build": "_steps",
        "build_beside": "_beside",
        "build_lent": "_beside",
        "build_timeline": "timeline",
        "decode_subject": "_subjects.decode",
        "reads": "_steps",
        "tell_beginnings": "_steps",
    },
)
