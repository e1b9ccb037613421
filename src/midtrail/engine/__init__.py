"""The compiled engine: the same grammar and the same events as Lark's, in bulk."""

from midtrail.engine.kernel import summary
from midtrail.engine.program import check
from midtrail.engine.reading import headers_for, read_arrow, read_batches

__all__ = ["check", "headers_for", "read_arrow", "read_batches", "summary"]
