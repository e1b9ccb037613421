"""CSV that a spreadsheet may open: RFC 4180, and no cell that it would run as a formula.

Source of the rule: OWASP, CSV Injection. A cell that begins with one of `= + - @`, a tab or a carriage
return gets an apostrophe before it; numbers stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from midtrail.formats.ndjson import dumps

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets take the wide ones too


def safe_cell(value: Any) -> Any:
    """Return `value` as a cell: lists and objects as JSON, text that would be a formula made harmless."""
    if isinstance(value, list | dict | tuple):
        value = dumps(value)
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        stripped = value.lstrip(" ")
        return "'" + value if stripped.startswith(_FORMULA) else value
    return value


def rows_to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a CSV with a header line, each with its line end."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([safe_cell(row.get(column)) for column in columns])
    yield buffer.getvalue()
