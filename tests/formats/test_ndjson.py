"""NDJSON: one object a line, nothing lost."""

import json

from midtrail.formats import dumps


def test_text_stays_as_it_is() -> None:
    """Text is UTF-8, not escapes; a line separator inside a value does not end the line."""
    assert dumps({"a": "café"}) == '{"a":"café"}'
    assert "\u2028" not in dumps({"a": "x\u2028y"})
    assert json.loads(dumps({"a": "x\u2028y\n"})) == {"a": "x\u2028y\n"}


def test_bytes_that_are_no_utf8_come_back() -> None:
    """A byte that was no UTF-8 survives JSON."""
    value = b"caf\xe9 \xff\x00".decode("utf-8", "surrogateescape")
    line = dumps({"a": value})
    assert line.isascii()
    assert json.loads(line)["a"].encode("utf-8", "surrogateescape") == b"caf\xe9 \xff\x00"
