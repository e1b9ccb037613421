"""One line, read by the kernel: Lark need not be loaded for it."""

from typing import Any, NamedTuple

import numpy as np

from midtrail.engine.kernel import LEFT, READ, SLACK, Kernel, kernel
from midtrail.engine.program import INTEGER
from midtrail.events import Event, FieldType, all_kinds
from midtrail.grammar import binding, lark_engine
from midtrail.grammar.codecs import CODECS
from midtrail.native import address
from midtrail.text import storable, unmistakable


class Single(NamedTuple):
    """What a line says: its kind, and of the fields that it tells the integers, of all others the raw texts."""

    kind: str
    told: dict[str, int | str]


class LeftError(Exception):
    """The kernel leaves a line to Lark."""


def cut(engine: Kernel, text: str) -> Single | None:
    """Return what a line's text says; None where the grammar does not know it. Raises LeftError."""
    if not text.isascii() and storable(unmistakable(text)) != text:
        raise LeftError
    data = np.frombuffer(text.encode() + bytes(SLACK), np.uint8)
    bounds = np.array([0, len(data) - SLACK], np.int32)
    found = engine.match(address(data), bounds[:1], bounds[1:], np.full(1, READ, np.int32))
    wording = int(found.wordings[0])
    if wording == LEFT:
        raise LeftError
    if wording < 0:
        return None
    program = engine.program
    number = int(program.kind_of[wording])
    first, kind = int(program.kinds[number][0]), program.names[number]
    told: dict[str, int | str] = {}
    for slot, field in enumerate(all_kinds()[kind].declared()):
        place = int(program.places[program.places_at[wording] + slot])
        if place >= 0 and program.types[first + slot] == INTEGER:
            told[field.name] = found.value(0, place)
        elif place >= 0:
            start, end = found.bounds(0, place)
            told[field.name] = data[start:end].tobytes().decode()
    return Single(kind, told)


def event_of(text: str) -> Event | None:
    """Return what a line's text says, as its typed event; None where the grammar does not know it.

    The clock is UTC, and which of its kind's wordings the line has is not told.
    """
    engine = None if binding.load.cache_info().currsize else kernel()
    try:
        found = None if engine is None else cut(engine, text)
    except LeftError:
        engine = None
    if engine is not None:
        return None if found is None else _event(found)
    parsed = lark_engine.parse(text)
    return lark_engine.event(parsed) if isinstance(parsed, lark_engine.Parsed) else None


def _event(found: Single) -> Event:
    declaration = all_kinds()[found.kind]
    values: dict[str, Any] = {}
    for field in declaration.declared():
        told = found.told.get(field.name)
        if told is None:
            values[field.name] = False if field.type is FieldType.FLAG else None
        else:
            values[field.name] = told if isinstance(told, int) else CODECS[field.type].read(told)
    return declaration(**values)
