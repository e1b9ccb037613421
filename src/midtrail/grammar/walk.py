"""Lark's own lexers and LALR table, walked without an object a token.

`Lark.parse` makes a token, a tree and a parser's state for each line, which costs several times what matching
it does. A kind's rule is flat, so the way of a line through the table is a plain row of shifts: the same
terminals are tried in the same order in the same states. `by_lark` is the reference that the walk is tested
against.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from midtrail.grammar import binding, lalr
from midtrail.grammar.binding import LEADING, TRAILING

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedInput

_END = "$END"


class Tokens(NamedTuple):
    """A line cut into terminals: their names, their texts, and the blanks before and behind them."""

    shape: tuple[str, ...]
    raws: list[str]
    leading: str
    trailing: str


class Unparsed(NamedTuple):
    """A line that the grammar does not know: how many characters it could read, and the parser's state.

    `follows` is what could follow there (`explain.follows`), where that is known without Lark.
    """

    reached: int
    state: int
    follows: tuple[tuple[str, str], ...] | None = None


def walk(text: str) -> Tokens | Unparsed:
    """Cut a line's text into the terminals of the one wording that it has."""
    shape: list[str] = []
    raws: list[str] = []
    leading = trailing = ""
    state, at, end = lalr.start(), 0, len(text)
    known = lalr.state(state)
    while at < end:
        for pattern in known.patterns:
            match = pattern.match(text, at)
            if match is not None:
                break
        else:
            return Unparsed(at, state)
        raw, terminal = match.group(), match.lastgroup or ""
        if terminal in known.literals:
            terminal = known.literals[terminal].get(raw, terminal)
        at = match.end()
        if terminal == TRAILING:
            trailing = raw
            break
        if terminal == LEADING:
            leading = raw
        else:
            shape.append(terminal)
            raws.append(raw)
        state = known.shifts[terminal]
        known = lalr.state(state)
    if not known.ends or at < end:
        return Unparsed(end, state)
    return Tokens(tuple(shape), raws, leading, trailing)


def by_lark(text: str) -> Tokens | Unparsed:
    """Cut a line's text into terminals with `Lark.parse` itself."""
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415 - Lark only where a line needs it

    try:
        tree: Any = binding.load().lark.parse(text)
    except UnexpectedInput as error:
        return _stopped(error, text)
    around = {child.type: str(child) for child in tree.children if not hasattr(child, "data")}
    event = next(child for child in tree.children if hasattr(child, "data"))
    tokens = event.children
    shape = tuple(token.type for token in tokens)
    return Tokens(shape, [str(token) for token in tokens], around.get(LEADING, ""), around.get(TRAILING, ""))


def _stopped(error: "UnexpectedInput", text: str) -> Unparsed:
    token = getattr(error, "token", None)
    ended = token is not None and token.type == _END
    state = error.state if isinstance(error.state, int) else error.state.position
    return Unparsed(len(text) if ended else error.pos_in_stream or 0, state)
