"""Lark's LALR table and lexers, state by state: what the walk and the compiled engine both read.

Lark shows them nowhere, so this is the one place that looks inside it.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from midtrail.grammar import binding

_END = "$END"


class State(NamedTuple):
    """What can follow in one state of the parser."""

    patterns: tuple[re.Pattern[str], ...]
    terminals: tuple[str, ...]
    """The terminals of the patterns, in the order in which they are tried."""
    literals: Mapping[str, Mapping[str, str]]
    """For a terminal that is a pattern: the literals that its text may be instead."""
    shifts: Mapping[str, int]
    ends: bool
    """Whether the line may end here."""


@cache
def start() -> int:
    """Return the state in which a line begins."""
    return int(_table().start_states["start"])


def _table() -> Any:
    return binding.load().lark.parser.parser._parse_table  # noqa: SLF001 - Lark shows its table nowhere else


@cache
def state(number: int) -> State:
    """Return one state."""
    lexer = binding.load().lark.parser.lexer.lexers[number]
    scanner = lexer.scanner
    literals = {
        name: {literal.pattern.value: literal.name for literal in callback.scanner.terminals}
        for name, callback in lexer.callback.items()
    }
    actions = _table().states[number]
    shifts = {name: target for name, (action, target) in actions.items() if action.name == "Shift"}
    terminals = tuple(terminal.name for terminal in scanner.terminals)
    patterns = tuple(scanner._mres)  # noqa: SLF001 - its compiled patterns
    return State(patterns, terminals, literals, shifts, _END in actions)
