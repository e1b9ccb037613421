"""Lark with the grammar, whose tables are kept so that a second process starts at once."""

from pathlib import Path

from lark import Lark, Token, UnexpectedCharacters

from midtrail.grammar.cache import kept_as


def compiled(folder: str, start: str) -> Lark:
    """Return the loaded grammar whose start is the file `start` of a folder."""
    files = sorted(Path(folder).glob("*.lark"))
    found = kept_as(f"grammar-{start}", files, lambda: _opened(f"{folder}/{start}"), Lark.load, Lark.save)
    found.parser.lexer.root_lexer = _NoSecondLook()
    return found


def _opened(file: str) -> Lark:
    return Lark.open(file, parser="lalr", lexer="contextual", keep_all_tokens=True, maybe_placeholders=False)


class _NoSecondLook:
    """Stands where Lark would try all terminals of the grammar on what none of the possible ones takes.

    Lark does so for a nicer error text, which nobody reads here; on unknown lines it costs more than all else.
    """

    def next_token(self, *_state: object) -> Token:
        """Find nothing."""
        raise _NothingError


class _NothingError(UnexpectedCharacters):
    def __init__(self) -> None:
        """Hold nothing: the lexer raises its own error instead."""
