"""Why a line was not recognised: how far the grammar got, and the kinds that are nearest to it."""

import difflib
import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from midtrail.events import all_kinds
from midtrail.grammar import binding
from midtrail.grammar.binding import Wording
from midtrail.grammar.cache import kept

_NEAREST = 3
_COMPARED = 160  # characters of a line and a sample that are compared


class Nearest(NamedTuple):
    """A kind that begins as the line does: how much of the line it reads, and what it wants next."""

    kind: str
    reached: int
    wanted: str


@cache
def _named_id() -> re.Pattern[str]:
    return re.compile(kept("named-id", binding.grammar_files(), _named_id_of_grammar))


def _named_id_of_grammar() -> str:
    from midtrail.grammar.loading import compiled  # noqa: PLC0415 - Lark only where nothing is kept

    return compiled(binding.grammar_folder(), "records.lark").get_terminal("NAMED_ID").pattern.to_regexp()


def named_ids(text: str) -> dict[str, int]:
    """Return the first MID, ICID and DCID that an unknown line names (keys mid, icid, dcid)."""
    ids: dict[str, int] = {}
    for match in _named_id().finditer(text):
        ids.setdefault(match["name"].lower(), int(match["id"]))
    return ids


def nearest(text: str, count: int = _NEAREST) -> list[Nearest]:
    """Return the kinds whose wording goes farthest with `text`, the likest first."""
    start = len(text) - len(text.lstrip(" "))
    best: dict[str, Nearest] = {}
    for wordings in binding.load().wordings.values():
        for wording in wordings:
            found = _follow(wording, text, start)
            known = best.get(found.kind)
            if known is None or found.reached > known.reached:
                best[found.kind] = found
    likest = sorted(best.values(), key=lambda near: (-near.reached, -_likeness(text, near.kind), near.kind))
    return likest[:count]


def nearest_kind(follows: Iterable[tuple[str, str]], rest: str) -> str | None:
    """Return the kind that an unknown line comes nearest to; None where it has nothing of any.

    `follows` is what could have followed where the parser stopped, `rest` the text that it could not read.
    """
    best, most = None, -1
    for literal, kind in follows:
        common = _common(literal, rest, 0)
        if common > most:
            best, most = kind, common
    return best


def follows(state: int) -> tuple[tuple[str, str], ...]:
    """Return what can follow in a state of the parser: literals (empty for a field) and their kinds."""
    return _follows().get(state, ())


@cache
def _follows() -> dict[int, tuple[tuple[str, str], ...]]:
    bound = binding.load()
    table = bound.lark.parser.parser._parse_table  # noqa: SLF001 - Lark shows its table nowhere else
    wanted: dict[int, dict[tuple[str, str], None]] = {}
    for wordings in bound.wordings.values():
        for wording in wordings:
            state = table.start_states["start"]
            for part in wording.parts:
                wanted.setdefault(state, {})[part.literal or "", wording.kind] = None
                state = table.states[state][part.terminal][1]
            wanted.setdefault(state, {})["", wording.kind] = None
    return {state: tuple(found) for state, found in wanted.items()}


def _likeness(text: str, kind: str) -> float:
    sample = all_kinds()[kind].sample
    return difflib.SequenceMatcher(None, text[:_COMPARED], sample[:_COMPARED], autojunk=False).ratio()


def _follow(wording: Wording, text: str, at: int) -> Nearest:
    for part in wording.parts:
        if part.literal is not None:
            if not text.startswith(part.literal, at):
                return Nearest(wording.kind, at + _common(part.literal, text, at), repr(part.literal))
            at += len(part.literal)
        elif part.pattern is not None:
            match = _compiled(part.pattern).match(text, at)
            if match is None:
                return Nearest(wording.kind, at, f"{part.field} ({part.pattern})")
            at = match.end()
    return Nearest(wording.kind, at, "the end of the line")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _common(literal: str, text: str, at: int) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(literal, text[at:], strict=False)) if a != b),
        min(len(literal), len(text) - at),
    )
