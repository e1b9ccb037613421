"""The compiled engine: the same grammar and the same events as Lark's, in bulk."""

from typing import TYPE_CHECKING

from midtrail.lazily import names_of

if TYPE_CHECKING:
    from midtrail.engine.kernel import summary
    from midtrail.engine.program import check
    from midtrail.engine.reading import headers_for, read_arrow, read_batches, survey_for

__all__ = ["check", "headers_for", "read_arrow", "read_batches", "summary", "survey_for"]

__getattr__ = names_of(
    __name__,
    {
        "check": "program",
        "headers_for": "reading",
        "read_arrow": "reading",
        "read_batches": "reading",
        "summary": "kernel",
        "survey_for": "reading",
    },
)
