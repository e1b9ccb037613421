"""The grammar and the declarations bound together: every wording of every kind as a flat row of parts.

Everything else is computed from this: the Lark engine, printing, explaining, `midtrail kinds --check`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from midtrail.errors import GrammarError
from midtrail.events import Event, Field, FieldType, all_kinds, family_of
from midtrail.grammar.codecs import BARE, CODECS, Codec

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule

LEADING, TRAILING = "LEADING", "TRAILING"


class Part(NamedTuple):
    """A piece of a wording: a literal, or a field with the regular expression of its terminal."""

    terminal: str
    literal: str | None
    pattern: str | None
    field: str | None
    codec: Codec | None

    @property
    def is_flag(self) -> bool:
        """Whether the part is a literal whose presence is a field."""
        return self.literal is not None and self.field is not None


class Wording(NamedTuple):
    """One alternative of a kind's rule."""

    kind: str
    variant: int
    parts: tuple[Part, ...]


class Binding(NamedTuple):
    """The loaded grammar with its declarations."""

    lark: "Lark"
    wordings: Mapping[str, tuple[Wording, ...]]
    terminals: Mapping[tuple[str, ...], Wording]


def grammar_folder() -> str:
    """Return where the grammar's files lie."""
    return str(files("midtrail.grammars"))


def grammar_files() -> list[Path]:
    """Return the grammar's files."""
    return sorted(Path(grammar_folder()).glob("*.lark"))


def sources() -> list[Path]:
    """Return the files on which all depends that is made of the grammar and its declarations."""
    here = Path(__file__).parent
    return [*grammar_files(), *sorted((here.parent / "events").glob("*.py")), *sorted(here.glob("*.py"))]


@cache
def load() -> Binding:
    """Load the grammar once and bind it to the declarations.

    Raises GrammarError where a rule has no declaration, a declaration no rule, or their fields differ.
    """
    from midtrail.grammar.loading import compiled  # noqa: PLC0415 - Lark only where a line needs it

    lark = compiled(grammar_folder(), "mail_logs.lark")
    wordings: dict[str, list[Wording]] = {}
    for rule in sorted((rule for rule in lark.rules if rule.alias), key=lambda rule: rule.order):
        kind, parts = _kind_of(rule), tuple(_parts(lark, rule))
        of_kind = wordings.setdefault(kind, [])
        of_kind.append(Wording(kind, len(of_kind), parts))
    problems = list(check(wordings))
    if problems:
        raise GrammarError("; ".join(problems))
    terminals = {
        tuple(part.terminal for part in wording.parts): wording for of in wordings.values() for wording in of
    }
    return Binding(lark, {kind: tuple(of) for kind, of in wordings.items()}, terminals)


def _kind_of(rule: "Rule") -> str:
    family, _, kind = str(rule.alias).partition("__")
    declaration = all_kinds().get(kind)
    if declaration is None or not declaration.ruled:
        raise GrammarError(f"grammars/{family}.lark: rule {kind!r} has no declaration in events/{family}.py")
    if family_of(declaration) != family:
        raise GrammarError(
            f"grammars/{family}.lark: {kind!r} is declared in events/{family_of(declaration)}.py"
        )
    return kind


def _parts(lark: "Lark", rule: "Rule") -> Iterator[Part]:
    declared = {field.name: field for field in all_kinds()[_kind_of(rule)].declared()}
    for symbol in rule.expansion:
        if not symbol.is_term:
            raise GrammarError(
                f"rule {rule.alias!r} uses the rule {symbol.name!r}: a kind's rule is flat, of literals and terminals"
            )
        yield _part(lark, symbol.name, declared)


def _part(lark: "Lark", terminal: str, declared: Mapping[str, Field]) -> Part:
    pattern = lark.get_terminal(terminal).pattern
    name, suffix = _field_name(terminal)
    field = declared.get(name)
    if pattern.type == "str":
        flag = name if field is not None and field.type is FieldType.FLAG else None
        return Part(terminal, pattern.value, None, flag, None)
    codecs = BARE if suffix == "BARE" and field is not None and field.type in BARE else CODECS
    return Part(terminal, None, pattern.to_regexp(), name, codecs[field.type] if field is not None else None)


def _field_name(terminal: str) -> tuple[str, str]:
    head, _, rest = terminal.partition("__")
    if head.islower() and rest:  # a terminal of a family's file: the import puts the family before it
        head, _, rest = rest.partition("__")
    return head.lower(), rest


def check(wordings: Mapping[str, list[Wording]]) -> Iterator[str]:
    """Yield each place where grammar and declarations do not fit, as a sentence."""
    seen: dict[tuple[str, ...], str] = {}
    for kind, of_kind in wordings.items():
        yield from _check_fields(all_kinds()[kind], of_kind)
        for wording in of_kind:
            shape = tuple(part.terminal for part in wording.parts)
            if shape in seen:
                yield f"{kind}: wording {wording.variant} is also one of {seen[shape]}"
            seen[shape] = kind
    for kind, declaration in all_kinds().items():
        if declaration.ruled and kind not in wordings:
            family = family_of(declaration)
            yield f"events/{family}.py: {declaration.__name__} has no rule -> {kind} in grammars/{family}.lark"


def _check_fields(declaration: type[Event], wordings: list[Wording]) -> Iterator[str]:
    name = f"{family_of(declaration)}.{declaration.__name__}"
    declared = {field.name: field for field in declaration.declared()}
    named = [{part.field for part in wording.parts if part.field} for wording in wordings]
    for wording, fields in zip(wordings, named, strict=True):
        unknown = sorted(field for field in fields if field not in declared)
        if unknown:
            yield f"{name}: wording {wording.variant} has {', '.join(unknown)}, which the class does not declare"
        missing = sorted(
            field.name for field in declared.values() if not field.optional and field.name not in fields
        )
        if missing:
            yield f"{name}: wording {wording.variant} lacks {', '.join(missing)}: make it optional, or name it in the rule"
    for field in declared:
        if not any(field in fields for fields in named):
            yield f"{name}: no wording has a terminal for the field {field}"
