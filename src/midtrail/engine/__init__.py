"""The compiled engine: the same grammar and the same events as Lark's, in bulk."""

from midtrail.engine.kernel import summary
from midtrail.engine.program import check
from midtrail.engine.reading import read_arrow, read_batches, survey_for

__all__ = ["check", "read_arrow", "read_batches", "summary", "survey_for"]
