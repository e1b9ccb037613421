"""Lines that are generated from the grammar read the same in both engines."""

import random
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark
from lark.lexer import PatternStr

from midtrail.grammar.binding import Part, Wording

if TYPE_CHECKING:
    from tests.conftest import Writer
    from tests.engine.conftest import Engines

LINES = 30
EXAMPLES = 6
often = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@cache
def grammar() -> Lark:
    """Load the grammar in plain Lark, as anyone can."""
    return Lark.open(
        str(files("midtrail.grammars") / "mail_logs.lark"), parser="lalr", maybe_placeholders=False
    )


def texts(writer: "Writer") -> dict[str, st.SearchStrategy[str]]:
    """Return what each terminal takes, whatever its pattern wants to see behind it."""
    return {
        terminal.name: st.from_regex(writer.alone(terminal.pattern.to_regexp()), fullmatch=True)
        for terminal in grammar().terminals
        if not isinstance(terminal.pattern, PatternStr)
    }


def test_lines_of_the_grammar(writer: "Writer", engines: "Engines") -> None:
    """Whatever the grammar can write, from its start on."""

    @often
    @given(st.lists(from_lark(grammar(), explicit=texts(writer)), min_size=LINES, max_size=LINES))
    def check(lines: list[str]) -> None:
        engines.compare_lines(_one_line(line) for line in lines)

    check()


def test_lines_of_wordings(writer: "Writer", engines: "Engines") -> None:
    """Wordings of all kinds alike, with whatever their terminals take."""
    known = texts(writer)

    def line_of(wording: Wording) -> st.SearchStrategy[str]:
        return st.tuples(*(_text_of(part, known) for part in wording.parts)).map("".join)

    lines_of = st.lists(st.sampled_from(writer.wordings()).flatmap(line_of), min_size=LINES, max_size=LINES)

    @often
    @given(lines_of)
    def check(lines: list[str]) -> None:
        engines.compare_lines(_one_line(line) for line in lines)

    check()


def _text_of(part: Part, known: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    return known[part.terminal] if part.literal is None else st.just(part.literal)


def _one_line(line: str) -> bytes:
    return line.encode().replace(b"\n", b" ")


@pytest.mark.parametrize("blanks", ["", "  "])
def test_every_wording(blanks: str, writer: "Writer", engines: "Engines") -> None:
    """Each wording of each kind, with values that the samples show, and with those of any other terminal."""
    dice = random.Random(640962)  # noqa: S311 - a choice of values, not secrets
    known = sorted({value for values in writer.all_shown().values() for value in values})

    def value(part: Part) -> str:
        own = writer.shown(part)
        fitting = [text for text in dice.sample(known, 30) if writer.takes(part, text)]
        return dice.choice([*own, *fitting] or known)

    lines = [
        blanks + "".join(value(part) for part in wording.parts) + blanks
        for wording in writer.wordings()
        for _ in range(3)
    ]
    assert engines.compare_lines(map(_one_line, lines)) == len(lines)
