r"""Values as the appliance writes them: Python's `repr()` of a byte string, or the same without quotes.

Source: real lines; single quotes by default, double quotes where the value holds an apostrophe, escapes
`\'`, `\\`, `\r\n\t`, `\xNN` (the bytes of UTF-8). An escape that Python does not know stays as it is.
"""

import re
from collections.abc import Iterator

from midtrail.text import decoded

_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
}
_ESCAPE = re.compile(r"""((?:\\x[0-9a-fA-F]{2})+)|\\([0-7]{1,3})|\\([abfnrtv\\'"])""")
_SPECIAL = re.compile(r"[^ -~]+|[\\'\"]")
_QUOTED = {quote: re.compile(rf"{quote}((?:[^{quote}\\]|\\.)*){quote}", re.DOTALL) for quote in "'\""}
_QUOTES = "'\""
_SELF_ESCAPED = ("\\", "'", '"')
_SHORTEST_QUOTED = 2
_BYTES = [{9: "\\t", 10: "\\n", 13: "\\r"}.get(byte, f"\\x{byte:02x}") for byte in range(256)]


def unquote(raw: str) -> str:
    """Return the value that `raw` shows: what stands between its quotes, if any, unescaped.

    Trailing blanks behind the closing quote are not part of the value.
    """
    shown = raw.rstrip(" ") if raw[:1] in _QUOTES else raw
    if len(shown) >= _SHORTEST_QUOTED and shown[0] in _QUOTES and shown[-1] == shown[0]:
        return unescape(shown[1:-1])
    return unescape(raw)


def unescape(text: str) -> str:
    r"""Return `text` with Python's escapes replaced; runs of `\xNN` are read as UTF-8 where they are."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    run, octal, letter = match.groups()
    if run:
        return decoded(bytes.fromhex(run.replace("\\x", "")))
    if octal:
        return decoded(bytes((int(octal, 8) & 0xFF,)))
    return _ESCAPES[letter]


def quote(value: str) -> str:
    """Return `value` as the appliance's `repr()` shows it."""
    mark = '"' if "'" in value and '"' not in value else "'"
    return mark + _SPECIAL.sub(lambda found: _escaped(found[0], mark), value) + mark


def _escaped(text: str, mark: str) -> str:
    if text in _SELF_ESCAPED:
        return "\\" + text if text in ("\\", mark) else text
    return "".join(map(_BYTES.__getitem__, text.encode("utf-8", "surrogateescape")))


def is_open(raw: str) -> bool:
    """Return whether `raw` begins with a quote that is never closed: its value goes on in the next line."""
    if not raw or raw[0] not in _QUOTES:
        return False
    shown = raw.rstrip(" ")
    return len(shown) < _SHORTEST_QUOTED or shown[-1] != shown[0]


def read_items(text: str) -> Iterator[str] | None:
    """Return the values of `'a', 'b'`; None where the text is no such list."""
    values: list[str] = []
    at = 0
    while at < len(text):
        found = quoted_at(text, at)
        if found is None:
            return None
        values.append(found[0])
        at = found[1]
        if at == len(text):
            break
        if not text.startswith(", ", at):
            return None
        at += 2
    return iter(values)


def quoted_at(text: str, at: int) -> tuple[str, int] | None:
    """Return the quoted value that begins at `at`, and where it ends; None where none does."""
    pattern = _QUOTED.get(text[at : at + 1])
    match = pattern.match(text, at) if pattern else None
    return (unescape(match[1]), match.end()) if match else None
