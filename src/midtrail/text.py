"""Bytes that are no UTF-8 in tables whose text must be UTF-8, and back, without loss.

In Python such a byte is a lone surrogate (surrogateescape). Arrow and DuckDB take none, so in tables the byte
0xNN stands as the private character U+10FFNN; `restore` gives the surrogate back on the way out. Such a character
in a log, which means nothing to anybody else either, is read as bytes that are no UTF-8, so that none is mistaken.
"""

from typing import Any

_PRIVATE = 0x10FF00
_STORED = {0xDC00 + byte: chr(_PRIVATE + byte) for byte in range(0x80, 0x100)}
_RESTORED = {_PRIVATE + byte: chr(0xDC00 + byte) for byte in range(0x80, 0x100)}
_TAKEN = {code: chr(code).encode().decode("ascii", "surrogateescape") for code in _RESTORED}
_FIRST_TAKEN = chr(_PRIVATE + 0x80)


def decoded(raw: bytes) -> str:
    """Return bytes as text: what is no UTF-8, and characters that stand for it in tables, as lone surrogates."""
    return unmistakable(raw.decode("utf-8", "surrogateescape"))


def unmistakable(text: str) -> str:
    """Return `text` with characters that stand in tables for bytes as the bytes that they are, as lone surrogates."""
    return text if text.isascii() or max(text) < _FIRST_TAKEN else text.translate(_TAKEN)


def storable(value: Any) -> Any:
    """Return `value`, or the same with bytes that are no UTF-8 as private characters; tuples likewise."""
    if isinstance(value, str):
        return value if value.isascii() else value.translate(_STORED)
    if isinstance(value, tuple):  # a list of values, or a pair, which Arrow takes as a tuple only
        return tuple(map(storable, value))
    return value


def restore(value: str) -> str:
    """Return `value` with the bytes that are no UTF-8 as lone surrogates again."""
    return value if value.isascii() else value.translate(_RESTORED)


def shown(value: str) -> str:
    """Return `value` for people's eyes: control characters and bytes that are no UTF-8 as escapes.

    Source of the rule: whoever writes the mail writes these values, and a terminal obeys what it is sent.
    """
    return value if value.isascii() and value.isprintable() else "".join(map(_visible, restore(value)))


def _visible(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - the range of surrogateescape
        return f"\\x{code - 0xDC00:02x}"
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")
