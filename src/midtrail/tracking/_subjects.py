"""Subjects as a person reads them: RFC 2047 words decoded, once for each distinct subject."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from midtrail.text import restore, storable, unmistakable
from midtrail.tracking._columns import array, numbers

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane

_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BLANKS = re.compile(r"[ \t\r\n]*")


def decode_subjects(lane: "Lane") -> None:
    """Decode the subjects of messages, each that holds encoded words once."""
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

    facts = lane.known.facts
    raw = facts["subject"].values
    encoded = np.flatnonzero(numbers(pc.match_substring(raw, "=?")))
    some = raw.take(array(encoded)).dictionary_encode()
    decoded = pa.array(list(map(decode, some.dictionary.to_pylist())), pa.string())
    places = np.arange(len(raw))
    places[encoded] = len(raw) + numbers(some.indices)
    values = pa.concat_arrays([raw, decoded]).take(array(places))
    facts["subject"] = replace(facts["subject"], values=values)


def decode(subject: str) -> str:
    """Return the subject with its encoded words decoded.

    Blanks and folds between two words vanish, all others stay. Neighbours of one character set are joined
    before they are decoded, as senders cut characters in two. What cannot be decoded stays as it is.
    Source: RFC 2047, sections 2, 4 and 6.2.
    """
    shown: list[str] = []
    at, follows_word = 0, False
    for words in _runs(subject):
        text = _text(words)
        between = subject[at : words[0].start()]
        if not (follows_word and text is not None and _BLANKS.fullmatch(between)):
            shown.append(between)
        at, follows_word = words[-1].end(), text is not None
        shown.append(subject[words[0].start() : at] if text is None else text)
    return "".join([*shown, subject[at:]])


def _runs(subject: str) -> Iterator[list[re.Match[str]]]:
    """Yield the encoded words, those together that follow each other in one character set."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(subject):
        if run and not (
            word[1].lower() == run[-1][1].lower() and _BLANKS.fullmatch(subject, run[-1].end(), word.start())
        ):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _text(words: list[re.Match[str]]) -> str | None:
    """Return what the words say; None where they cannot be decoded to text."""
    try:
        text = b"".join(_bytes(word[2], word[3]) for word in words).decode(words[0][1], "replace")
        text.encode()
    except (LookupError, ValueError):
        return None
    return str(storable(unmistakable(text)))


def _bytes(encoding: str, text: str) -> bytes:
    raw = restore(text).encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" ").replace(b"\n", b" "), header=False)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
