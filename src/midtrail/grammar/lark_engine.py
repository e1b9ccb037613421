"""One line at a time through Lark itself: the meaning that every other engine must equal."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from lark.exceptions import UnexpectedInput

from midtrail.events import Event, FieldType, all_kinds
from midtrail.grammar import binding, quoting
from midtrail.grammar.binding import LEADING, TRAILING, Wording
from midtrail.grammar.codecs import print_time, read_time

Kept = tuple[tuple[str, str], ...]


class Parsed(NamedTuple):
    """A recognised line: its kind, its wording, its values in the order of the declaration."""

    kind: str
    variant: int
    values: list[Any]
    kept: Kept
    is_open: bool
    """Whether its last value is quoted and not closed: it goes on in the next physical line."""


class Unparsed(NamedTuple):
    """A line that the grammar does not know: how many characters it could read, and the parser's state."""

    reached: int
    state: int


class _Plan(NamedTuple):
    kind: str
    variant: int
    width: int
    flags: tuple[int, ...]
    reads: tuple[tuple[int, int, str, Callable[[str], Any], Callable[[Any], str], FieldType], ...]


def parse(text: str, utc_offset: int = 0) -> Parsed | Unparsed:
    """Return what a line's text (after framing and level) says.

    `utc_offset`: seconds east of Greenwich of the clock in which times inside the line are written.
    """
    bound, plans = binding.load(), _plans()
    try:
        tree = bound.lark.parse(text)
    except UnexpectedInput as error:
        return _unparsed(error, text)
    return _parsed(tree.children, plans, utc_offset)


def _parsed(children: list[Any], plans: Mapping[tuple[str, ...], _Plan], utc_offset: int) -> Parsed:
    kept: list[tuple[str, str]] = []
    tokens: list[Any] = []
    for child in children:
        if hasattr(child, "data"):
            tokens = child.children[0].children if child.data == "_event" else child.children
        else:
            kept.append((child.type, str(child)))
    plan = plans[tuple([token.type for token in tokens])]
    values: list[Any] = [None] * plan.width
    for flag in plan.flags:
        values[flag] = False
    last = ""
    for place, slot, name, read, write, kind in plan.reads:
        raw = last = str(tokens[place])
        if kind is FieldType.TIME:
            value = read_time(raw, utc_offset)
            same = value is not None and print_time(value, utc_offset) == raw
        else:
            value = read(raw)
            same = value is not None and (kind is FieldType.FLAG or write(value) == raw)
        values[slot] = value
        if not same:
            kept.append((name, raw))
    return Parsed(plan.kind, plan.variant, values, tuple(kept), quoting.is_open(last))


def _unparsed(error: UnexpectedInput, text: str) -> Unparsed:
    at = getattr(error, "pos_in_stream", None)
    reached = at if isinstance(at, int) and at >= 0 else len(text)
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        reached = len(text)
    state = (
        error.state
        if isinstance(error.state, int)
        else getattr(error.interactive_parser.parser_state, "position", -1)
    )
    return Unparsed(reached, state)


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


__all__ = ["LEADING", "TRAILING", "Parsed", "Unparsed", "event", "parse"]
