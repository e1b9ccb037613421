"""NDJSON: one JSON object a line, UTF-8; a byte that was no UTF-8 is the escape of a lone surrogate."""

import json
from typing import Any


def dumps(row: Any) -> str:
    r"""Return `row` as one line of JSON, without its line end.

    Text stays as it is. Only where a value holds bytes that were no UTF-8, all of the object is written in
    ASCII, with `\udcNN` for the byte 0xNN (Python's surrogateescape), so that no byte is lost.
    """
    line = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    if line.isascii():
        return line
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(row, separators=(",", ":"))
    return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
