"""The table of kinds, computed from grammar and declarations, and the check that they fit each other."""

import difflib
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from midtrail.events import MEANINGS, Event, FieldType, all_kinds, family_of
from midtrail.grammar import binding, lark_engine
from midtrail.grammar.lark_engine import Parsed

_WIDTH = 80
_RESERVED = frozenset(
    {"seq", "source", "line_no", "offset", "host", "time", "level", "kind", "text"}
) | frozenset({"variant", "kept", "utc_offset"})
"""The spine's columns and the event's own attributes, which no field may be named like."""


class Kind(NamedTuple):
    """One kind, as the reference shows it."""

    kind: str
    family: str
    about: str
    fields: dict[str, str]
    sentence: str | None
    sample: str
    also: tuple[str, ...]
    wordings: int


def kinds() -> dict[str, Kind]:
    """Return every kind of the grammar, by family."""
    return {name: _kind(declaration) for name, declaration in all_kinds().items() if declaration.ruled}


def _kind(declaration: type[Event]) -> Kind:
    fields = {
        field.name: field.type.value + (", optional" if field.optional else "")
        for field in declaration.declared()
    }
    wordings = len(binding.load().wordings[declaration.kind])
    about = inspect.cleandoc(declaration.__doc__ or "")
    return Kind(
        declaration.kind,
        family_of(declaration),
        about,
        fields,
        declaration.sentence,
        declaration.sample,
        declaration.also,
        wordings,
    )


def near(name: str) -> list[str]:
    """Return the kinds whose names are near to `name`."""
    return difflib.get_close_matches(name, kinds(), n=3, cutoff=0.5)


def as_table(chosen: Iterable[Kind]) -> Iterator[str]:
    """Yield a short table: a heading a family, a line a kind with its first sentence."""
    family = ""
    for kind in chosen:
        if kind.family != family:
            yield ("\n" if family else "") + kind.family
            family = kind.family
        name = f"  {kind.kind:<32}  "
        yield name + textwrap.shorten(kind.about.partition("\n")[0], _WIDTH - len(name), placeholder=" …")


def in_full(chosen: Iterable[Kind]) -> Iterator[str]:
    """Yield everything that is known of each kind."""
    for kind in chosen:
        yield f"{kind.kind} ({kind.family})"
        yield from (f"  {line}" for line in kind.about.splitlines())
        yield "  fields"
        yield from (f"    {name:<24} {type_}" for name, type_ in kind.fields.items())
        yield f"  sentence\n    {kind.sentence or '(the line itself)'}"
        yield "  samples"
        yield from (f"    {sample}" for sample in (kind.sample, *kind.also))
        yield ""


def summary() -> str:
    """Return one line that tells how many kinds, wordings and fields there are."""
    known = kinds()
    fields = {name for kind in known.values() for name in kind.fields}
    wordings = sum(kind.wordings for kind in known.values())
    families = len({kind.family for kind in known.values()})
    return (
        f"{len(known)} kinds in {families} families, {wordings} wordings, {len(fields)} field names: all fit"
    )


def check() -> Iterator[str]:
    """Yield each promise of a declaration that is not kept, as a sentence.

    Each kind has rule, declaration, sample, docstring; each sample parses to its kind and prints back to
    itself; one field name has one type and one meaning everywhere. Raises GrammarError where the grammar
    cannot be bound.
    """
    types: dict[str, tuple[FieldType, str]] = {}
    for kind, declaration in all_kinds().items():
        if declaration.ruled:
            yield from _check_declaration(kind, declaration)
        for field in declaration.declared():
            known = types.setdefault(field.name, (field.type, kind))
            if known[0] is not field.type:
                yield f"{kind}: {field.name} is {field.type.value}, but {known[0].value} in {known[1]}"
            if field.name not in MEANINGS:
                yield f"{kind}: nobody says what {field.name} means; add it to events/_meanings.py"
            if field.name in _RESERVED:
                yield f"{kind}: {field.name} is the name of a column of every line; take another"


def _check_declaration(kind: str, declaration: type[Event]) -> Iterator[str]:
    if not (declaration.__doc__ or "").strip() or (declaration.__doc__ or "").startswith(
        f"{declaration.__name__}("
    ):
        yield f"{kind}: no docstring"
    if not declaration.sample:
        yield f"{kind}: no sample line"
    if kind not in binding.load().wordings:
        yield f"{kind}: no rule"
    for sample in filter(None, (declaration.sample, *declaration.also)):
        yield from _check_sample(kind, sample)


def _check_sample(kind: str, sample: str) -> Iterator[str]:
    parsed = lark_engine.parse(sample)
    if not isinstance(parsed, Parsed):
        yield f"{kind}: its sample is not recognised after {parsed.reached} characters: {sample}"
    elif parsed.kind != kind:
        yield f"{kind}: its sample is a {parsed.kind}: {sample}"
    elif lark_engine.event(parsed).body() != sample:
        yield f"{kind}: its sample prints back as {lark_engine.event(parsed).body()!r}"
