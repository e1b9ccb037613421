"""Subjects as a person reads them: RFC 2047 words decoded, once for each distinct subject."""

import base64
import binascii
import quopri
import re

import duckdb
import pyarrow as pa

_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BLANKS = re.compile(r"[ \t\r\n]*")


def decode_subjects(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `track_decoded` (raw, subject) of the subjects that hold encoded words."""
    found = connection.execute(
        "select distinct value from track_facts where fact = 'subject' and contains(value, '=?')"
    ).fetchall()
    raw = [row[0] for row in found]
    rows = pa.table({"raw": pa.array(raw, pa.string()), "subject": pa.array(map(decode, raw), pa.string())})
    connection.register("track_decoded_rows", rows)
    connection.execute("create or replace temp table track_decoded as select * from track_decoded_rows")
    connection.unregister("track_decoded_rows")


def decode(subject: str) -> str:
    """Return the subject with its encoded words decoded.

    Blanks and folds between two words vanish, all others stay. Neighbours of one character set are joined
    before they are decoded, as senders cut characters in two. What cannot be decoded stays as it is.
    Source: RFC 2047, sections 2, 4 and 6.2.
    """
    parts: list[str] = []
    words: list[re.Match[str]] = []
    at = 0
    for match in _WORD.finditer(subject):
        if not (words and _BLANKS.fullmatch(subject, at, match.start())):
            parts += [_decoded(words), subject[at : match.start()]]
            words = []
        words.append(match)
        at = match.end()
    return "".join([*parts, _decoded(words), subject[at:]])


def _decoded(words: list[re.Match[str]]) -> str:
    """Return the text of encoded words that follow each other."""
    runs: list[tuple[str, list[re.Match[str]]]] = []
    for word in words:
        charset = word[1].lower()
        if runs and runs[-1][0] == charset:
            runs[-1][1].append(word)
        else:
            runs.append((charset, [word]))
    return "".join(_run(charset, run) for charset, run in runs)


def _run(charset: str, words: list[re.Match[str]]) -> str:
    try:
        text = b"".join(_bytes(word[2], word[3]) for word in words).decode(charset, "replace")
    except (LookupError, ValueError):
        return words[0].string[words[0].start() : words[-1].end()]
    return text.encode("utf-8", "replace").decode("utf-8")


def _bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" ").replace(b"\n", b" "), header=False)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
