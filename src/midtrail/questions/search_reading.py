"""A search's text as a tree, read by `grammars/search.lark`; where it cannot be read, what is wrong with it."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

from midtrail.errors import UsageError
from midtrail.questions.search_query import Negated, Observable, Query, Several, Value, known, stored

EXAMPLE = 'ip:"4.2.2.2" email_subject:"Invoice Due*"'
_ROUND = 30  # characters of the query that an error shows on each side
_PIECE = re.compile(r'\\["\\*]|\*|[^\\*]+|\\', re.DOTALL)


def read(text: str) -> Query:
    """Return what a query asks. Raises UsageError where it cannot be read."""
    try:
        found: Any = _grammar().parse(text)
    except UnexpectedInput as error:
        raise UsageError(_told(text, error)) from None
    query: Query = found
    return query


@cache
def _grammar() -> Lark:
    text = (files("midtrail.grammars") / "search.lark").read_text("utf-8")
    return Lark(text, parser="lalr", lexer="contextual", maybe_placeholders=False, transformer=_Reader())


@v_args(inline=True)
class _Reader(Transformer[Token, Query]):
    """Makes the tree while the query is read, so that no depth of brackets is a depth of calls."""

    def observable(self, field: Token, value: Token) -> Query:
        return Observable(known(str(field), field.start_pos or 0), _value(value))

    def anywhere(self, value: Token) -> Query:
        return Observable(None, _value(value))

    def negated(self, part: Query) -> Query:
        return part.part if isinstance(part, Negated) else Negated(part, part.depth + 1)

    def all_of(self, *parts: Query) -> Query:
        return _several(parts, all_of=True)

    def any_of(self, *parts: Query) -> Query:
        return _several(parts, all_of=False)


def _several(parts: Sequence[Query], *, all_of: bool) -> Query:
    return Several(tuple(parts), all_of, 1 + max(part.depth for part in parts))


def _value(token: Token) -> Value:
    text = token[1:-1] if token.type == "QUOTED" else str(token)
    pieces = [""]
    for piece in _PIECE.findall(text):
        if piece == "*":
            pieces.append("")
        else:
            pieces[-1] += piece[1:] if len(piece) > 1 and piece[0] == "\\" else piece
    return Value(tuple(map(stored, pieces)))


def _told(text: str, error: UnexpectedInput) -> str:
    text = text.rstrip()
    at = _place(text, error)
    expected = getattr(error, "expected", None) or getattr(error, "allowed", None) or set()
    begins, ends = max(0, at - _ROUND), at + _ROUND
    shown = (
        ("…" if begins else "") + text[begins:at] + " ^ " + text[at:ends] + ("…" if ends < len(text) else "")
    )
    return (
        f"The query cannot be read at character {at + 1}, here marked ^: [{' '.join(shown.split())}]; "
        f"{_problem(text, at, expected)}; for example {EXAMPLE}"
    )


def _place(text: str, error: UnexpectedInput) -> int:
    """Return where the query stops making sense: what stands there is no blank, or there is nothing more."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(text)
    at = error.pos_in_stream or 0
    return at + len(text[at:]) - len(text[at:].lstrip())


def _problem(text: str, at: int, expected: set[str]) -> str:
    mark = text[at : at + 1]
    if "VALUE" in expected and mark not in ("'", '"'):
        return "a value was expected right behind the colon, in double quotes where it has blanks or round brackets"
    if "WORD" in expected or "VALUE" in expected:
        return _no_value(text, at, mark)
    if mark == ")":
        return "no bracket is open that this one could close"
    if not mark:
        return "a bracket is not closed"
    return "a blank, 'or' or the end was expected: values with round brackets or quotes go in double quotes"


def _no_value(text: str, at: int, mark: str) -> str:
    if mark == '"':
        return "the double quote there is not closed"
    if mark == "'":
        return "values stand in double quotes, not single ones"
    word = re.match(r"(and|or)(?![^\s()])", text[at:], re.IGNORECASE)
    if word:
        return f"a field or a word was expected before {word[0]!r}, which in double quotes is a word itself"
    return "a field such as sender:, a word, 'not' or a bracket was expected"
