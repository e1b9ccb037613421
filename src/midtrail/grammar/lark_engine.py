"""One line at a time through Lark itself: the meaning that every other engine must equal."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from midtrail.events import Event, FieldType, all_kinds
from midtrail.grammar import binding, quoting
from midtrail.grammar.binding import LEADING, TRAILING, Wording
from midtrail.grammar.codecs import print_time, read_time
from midtrail.grammar.walk import Tokens, Unparsed, by_lark, walk

_AS_LOGGED = frozenset({FieldType.TEXT, FieldType.WORD})
Kept = tuple[tuple[str, str], ...]


class Parsed(NamedTuple):
    """A recognised line: its kind, its wording, its values in the order of the declaration."""

    kind: str
    variant: int
    values: list[Any]
    kept: Kept
    is_open: bool
    """Whether its last value is quoted and not closed: it goes on in the next physical line."""


class _Plan(NamedTuple):
    kind: str
    variant: int
    width: int
    flags: tuple[int, ...]
    reads: tuple[tuple[int, int, str, Callable[[str], Any], Callable[[Any], str], FieldType], ...]


def parse(
    text: str, utc_offset: int = 0, cut: Callable[[str], Tokens | Unparsed] = walk
) -> Parsed | Unparsed:
    """Return what a line's text (after framing and level) says.

    `utc_offset`: seconds east of Greenwich of the clock in which times inside the line are written. `cut`
    cuts the text into terminals; `by_lark` is the reference.
    """
    tokens = cut(text)
    return tokens if isinstance(tokens, Unparsed) else _parsed(tokens, utc_offset)


def _parsed(tokens: Tokens, utc_offset: int) -> Parsed:
    plan, raws = _plans()[tokens.shape], tokens.raws
    kept: list[tuple[str, str]] = []
    if tokens.leading or tokens.trailing:
        kept = [(name, raw) for name, raw in ((LEADING, tokens.leading), (TRAILING, tokens.trailing)) if raw]
    values: list[Any] = [None] * plan.width
    for flag in plan.flags:
        values[flag] = False
    raw = ""
    for place, slot, name, read, write, kind in plan.reads:
        raw = raws[place]
        if kind in _AS_LOGGED:
            values[slot] = raw
            continue
        value = read_time(raw, utc_offset) if kind is FieldType.TIME else read(raw)
        values[slot] = value
        if not _prints_back(value, raw, write, kind, utc_offset):
            kept.append((name, raw))
    return Parsed(plan.kind, plan.variant, values, tuple(kept), quoting.is_open(raw))


def _prints_back(value: Any, raw: str, write: Callable[[Any], str], kind: FieldType, utc_offset: int) -> bool:
    if value is None:
        return False
    if kind is FieldType.TIME:
        return print_time(value, utc_offset) == raw
    return kind is FieldType.FLAG or write(value) == raw


@cache
def _plans() -> dict[tuple[str, ...], _Plan]:
    return {shape: _plan(wording) for shape, wording in binding.load().terminals.items()}


def _plan(wording: Wording) -> _Plan:
    declared = all_kinds()[wording.kind].declared()
    slots = {field.name: slot for slot, field in enumerate(declared)}
    types = {field.name: field.type for field in declared}
    flags = tuple(slot for slot, field in enumerate(declared) if field.type is FieldType.FLAG)
    reads = []
    for place, part in enumerate(wording.parts):
        if part.field is None:
            continue
        codec = part.codec
        read = codec.read if codec else bool
        write = codec.print if codec else str
        reads.append((place, slots[part.field], part.field, read, write, types[part.field]))
    return _Plan(wording.kind, wording.variant, len(declared), flags, tuple(reads))


def event(parsed: Parsed, **told: Any) -> Event:
    """Return the typed event of a recognised line; `told` is what the framing told (time, level, host)."""
    declaration = all_kinds()[parsed.kind]
    fields = dict(zip((field.name for field in declaration.declared()), parsed.values, strict=True))
    return declaration(**fields, variant=parsed.variant, kept=parsed.kept, **told)


__all__ = ["LEADING", "TRAILING", "Parsed", "Unparsed", "by_lark", "event", "parse"]
