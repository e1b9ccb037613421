"""Bytes that are no UTF-8 in tables whose text must be UTF-8, and back, without loss.

In Python such a byte is a lone surrogate (surrogateescape). Arrow and DuckDB take none, so in tables the byte
0xNN stands as the private character U+10FFNN; `restore` gives the surrogate back on the way out.
"""

from typing import Any

_PRIVATE = 0x10FF00
_STORED = {0xDC00 + byte: chr(_PRIVATE + byte) for byte in range(0x80, 0x100)}
_RESTORED = {_PRIVATE + byte: chr(0xDC00 + byte) for byte in range(0x80, 0x100)}


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
