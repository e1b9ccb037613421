"""What a search asks, as a tree.

A query is hostile: whatever it says, it becomes this tree or a UsageError of one line.
"""

import difflib
import re
from dataclasses import dataclass

from midtrail.errors import UsageError
from midtrail.questions.observables import FIELDS
from midtrail.text import storable

_DEEPEST = 100
_MOST = 1_000
_ALSO_CALLED = {
    "from": "sender",
    "to": "recipient",
    "hash": "sha256",
    "attachment": "file_name",
    "action": "state",
}
_PLAIN = re.compile(r"""([A-Za-z_][A-Za-z0-9_]*:)(?!//)([^\s"'()\\*]+)""")
"""A field with a value of plain characters, the commonest query, which the grammar would read as just that."""


@dataclass(frozen=True)
class Value:
    """What is looked for: the pieces of text between wildcards."""

    pieces: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether there is no wildcard in it."""
        return len(self.pieces) == 1

    def __str__(self) -> str:
        """Return the value as a person reads it."""
        return "*".join(self.pieces)


@dataclass(frozen=True)
class Observable:
    """A field with its value; the field None asks for the value anywhere."""

    field: str | None
    value: Value
    depth: int = 1


@dataclass(frozen=True)
class Negated:
    """All that a part does not find."""

    part: "Query"
    depth: int


@dataclass(frozen=True)
class Several:
    """Parts of which all must hold, or one."""

    parts: tuple["Query", ...]
    all_of: bool
    depth: int


Query = Observable | Negated | Several


def parse(text: str) -> Query:
    """Return what a query asks.

    Raises UsageError, in one line, where it cannot be read: where that is, what was expected, and an example;
    or, for an unknown field, those that are near.
    """
    plain = _PLAIN.fullmatch(text)
    if plain:
        return Observable(known(plain[1]), Value((stored(plain[2]),)))
    from midtrail.questions.search_reading import read  # noqa: PLC0415 - Lark only for what is not that plain

    query = read(text)
    if query.depth > _DEEPEST:
        raise UsageError(f"The query is nested deeper than {_DEEPEST} levels: write it flatter")
    if _count(query) > _MOST:
        raise UsageError(f"The query has more than {_MOST:,} values: ask in several queries")
    return query


def _count(query: Query) -> int:
    match query:
        case Several(parts):
            return sum(map(_count, parts))
        case Negated(part):
            return _count(part)
    return 1


def stored(text: str) -> str:
    """Return text as the tables hold it; half of a surrogate pair, which no log can hold, finds nothing."""
    found: str = storable(text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def known(field: str, at: int = 0) -> str:
    """Return the field that a name with its colon means. Raises UsageError for an unknown one, at a character."""
    name = field[:-1].lower()
    if name in FIELDS:
        return name
    near = [one for one in FIELDS if name in one.split("_") or one == _ALSO_CALLED.get(name)]
    near += [one for one in difflib.get_close_matches(name, FIELDS) if one not in near]
    told = f"near to it: {', '.join(near)}" if near else f"take one of {', '.join(FIELDS)}"
    raise UsageError(
        f"The query has an unknown field {name!r} at character {at + 1}; {told};"
        " text with a colon in it goes in double quotes"
    )
