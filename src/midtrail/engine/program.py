"""The loaded grammar as a program for the kernel: Lark's own table, states and terminals, as flat arrays.

Nothing is decided here that Lark has not decided: each state keeps the terminals that Lark's lexer tries in
it, in that order, and where each of them leads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from midtrail.engine.expressions import BLANKS, NO_LIMIT, TRIMMED, WHOLE, Expressions, Node
from midtrail.engine.literals import Literal, Literals
from midtrail.errors import GrammarError
from midtrail.events import FieldType, all_kinds
from midtrail.grammar import binding, explain, lalr
from midtrail.grammar.binding import LEADING, TRAILING, Wording
from midtrail.grammar.cache import kept

SET_SIZE = 40
_PADDING = 8  # bytes behind the labels, which the kernel may read
IDS = ("mid", "icid", "dcid")
_NO_STATE = -1
_FORMS = (
    "INTEGER",
    "TEXT",
    "ADDRESS",
    "QUOTED",
    "WORD",
    "IP",
    "FLAG",
    "YES_NO",
    "TRUE_FALSE",
    "RIDS",
    "FLOAT",
    "PAIRS",
    "QUOTED_LIST",
    "QUOTED_TEXTS",
    "TIME",
)
INTEGER = 0
RAW = len(_FORMS)
"""The form of fields that only Python reads; the others stand in the order of the kernel's enumeration."""
UNWANTED = RAW + 1
"""The form of fields that are not laid out."""
_ROLES = {LEADING: 1, TRAILING: 2}
_LITERAL, _EITHER, _NUMBER, _WHOLE, _TRIMMED, _PATTERN, _PATTERNS = range(7)
"""How the kernel goes on from a state: by a literal, by that or a pattern, by the only pattern, by one of them."""
_WORD_BITS = 64
_DIGITS = sum(1 << byte for byte in b"0123456789")
_MOST_DIGITS = 18  # of an integer that fits 64 bits, whatever they are

Ints = np.ndarray[Any, np.dtype[np.int32]]
Longs = np.ndarray[Any, np.dtype[np.uint64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


class Program(NamedTuple):
    """What the kernel runs: `program_t` in its order, `layout_t` in its order, and what the numbers stand for."""

    nodes: Ints
    sets: Bytes
    firsts: Ints
    states: Ints
    choices: Ints
    patterns: Ints
    folds: Ints
    labels: Bytes
    numbers: Ints
    numbers_at: Ints
    masks: Longs
    kind_of: Ints
    kinds: Ints
    types: Ints
    places_at: Ints
    places: Ints
    ids: Ints
    start: int
    stride: int
    most_numbers: int
    names: tuple[str, ...]
    needles: tuple[bytes, ...]
    last: Ints
    """Which terminal of each wording is its last field, -1: it has none."""
    follows: tuple[tuple[tuple[str, str], ...], ...]
    """What can follow in each state (`explain.follows`)."""


@cache
def load() -> Program:
    """Return the program of the grammar, made once a machine and grammar.

    Raises GrammarError for a form that the kernel does not run.
    """
    return Program(*kept("program", _sources(), lambda: tuple(compiled())))


def narrowed(program: Program, columns: Mapping[str, Sequence[str]]) -> Program:
    """Return the program that lays out these kinds only, with these fields."""
    kinds, types = program.kinds.copy(), program.types.copy()
    for (first, count), kind, name in zip(program.kinds, kinds, program.names, strict=True):
        fields = [field.name for field in all_kinds()[name].declared()]
        wanted = [field in columns.get(name, ()) for field in fields]
        types[first : first + count][np.logical_not(wanted)] = UNWANTED
        if name not in columns:
            kind[1] = -1
    return program._replace(kinds=kinds, types=types)


def compiled() -> Program:
    """Make the program of the loaded grammar. Raises GrammarError."""
    return _Compiler().program()


def _sources() -> list[Path]:
    """Return the files on which the program depends."""
    return [*sorted(Path(__file__).parent.glob("*.py")), *binding.sources()]


def check() -> Iterator[str]:
    """Yield what the compiled engine cannot run of the grammar, as a sentence."""
    try:
        compiled()
    except GrammarError as error:
        yield str(error)


class _Compiler:
    """Gathers the arrays of the program."""

    def __init__(self) -> None:
        self._bound = binding.load()
        self._expressions = Expressions()
        self._literals = Literals(self._expressions.label)
        self._patterns: list[tuple[int, ...]] = []
        self._folds: list[tuple[int, ...]] = []
        self._wordings = tuple(self._bound.terminals.values())
        self._stride = max(len(wording.parts) for wording in self._wordings) + 2
        self._numbers = {number: place for place, number in enumerate(self._reachable())}

    def program(self) -> Program:
        from midtrail.parse import GrammarHeaders  # noqa: PLC0415 - it loads what reads files, not for a kept program

        states = [self._state(number) for number in self._numbers]
        ends = self._ends()
        numbers, numbers_at = self._integers()
        expressions = self._expressions
        firsts = expressions.firsts
        return Program(
            _ints(expressions.nodes),
            np.frombuffer(b"".join(bits.to_bytes(SET_SIZE, "little") for bits in expressions.sets), np.uint8),
            _ints(firsts),
            _ints(
                (*state, ends.get(number, -1)) for number, state in zip(self._numbers, states, strict=True)
            ),
            _ints(self._literals.rows),
            _ints(self._patterns),
            _ints(self._folds),
            np.frombuffer(bytes(expressions.labels) + bytes(_PADDING), np.uint8),
            _ints(numbers),
            _ints(numbers_at),
            np.array([self._mask(wording) for wording in self._wordings], np.uint64),
            *self._layout(),
            self._numbers[lalr.start()],
            self._stride,
            max(2, *map(int.__sub__, numbers_at[1:], numbers_at)),  # two for what is told of unknown lines
            tuple(all_kinds()),
            GrammarHeaders().needles,
            _ints(_last_field(wording) for wording in self._wordings),
            tuple(map(explain.follows, self._numbers)),
        )

    def _reachable(self) -> list[int]:
        """Return the states of the parser that lines can lead to, from the start on."""
        found: dict[int, None] = {}
        todo = [lalr.start()]
        while todo:
            number = todo.pop()
            if number not in found:
                found[number] = None
                shifts = lalr.state(number).shifts
                todo += (target for terminal, target in shifts.items() if terminal != TRAILING)
        return list(found)

    def _ends(self) -> dict[int, int]:
        """Return for each state in which a line may end the number of its wording."""
        ends: dict[int, int] = {}
        for number, wording in enumerate(self._wordings):
            state = lalr.start()
            for part in wording.parts:
                state = lalr.state(state).shifts[part.terminal]
            if state in ends:
                other = self._wordings[ends[state]]
                raise GrammarError(
                    f"{wording.kind} and {other.kind} end alike: let one have a literal of its own"
                )
            ends[state] = number
        return ends

    def _state(self, number: int) -> tuple[int, ...]:
        """Return a state as `state_t`, its wording apart."""
        state = lalr.state(number)
        literals: list[Literal] = []
        first, begins = len(self._patterns), 0
        for rank, terminal in enumerate(state.terminals):
            target = self._target(number, terminal)
            pattern = self._bound.lark.get_terminal(terminal).pattern
            if pattern.type == "str" and terminal not in _ROLES:
                literals.append(Literal(pattern.value.encode(), rank, target))
            else:
                node = self._expressions.add(terminal, pattern.to_regexp())
                folds = self._fold(number, state.literals.get(terminal, {}))
                begin = self._expressions.begin_of(node)
                if terminal != TRAILING or not self._is_blanks(node):
                    begins |= begin
                self._patterns.append(
                    (rank, node, target, _ROLES.get(terminal, 0), *folds, self._expressions.set_number(begin))
                )
        choice, patterns = self._literals.choice(literals), self._patterns[first:]
        if not literals and len(patterns) == 1 and (only := self._only(patterns[0])):
            return *choice, *only, first, 1
        step = _PATTERNS if not literals else _EITHER if patterns else _LITERAL
        return *choice, step, 0, _NO_STATE, self._expressions.set_number(begins), 0, first, len(patterns)

    def _only(self, pattern: tuple[int, ...]) -> tuple[int, ...] | None:
        """Return step, node, target, set, stop for the only terminal of a state; None where more is to be done."""
        _, node, target, role, _, folds, _ = pattern
        found = self._expressions.nodes[node]
        if role or folds:
            return None
        step = _PATTERN
        if found.next == 0 and found.op == TRIMMED:
            step = _TRIMMED
        elif found.next == 0 and found.op == WHOLE and found.least == 1 and found.most == NO_LIMIT:
            step = _WHOLE
        elif found.next == 0 and found.op == WHOLE and self._is_number(found):
            return _NUMBER, node, target, found.a, found.most
        return step, node, target, found.a, found.stop

    def _is_blanks(self, node: int) -> bool:
        """Return whether an expression is of the blanks at a line's end, which the kernel knows beforehand."""
        found = self._expressions.nodes[node]
        return found.op == BLANKS and found.next == 0

    def _is_number(self, found: Node) -> bool:
        """Return whether digits are read as the integer that they are."""
        is_digits = found.a == self._expressions.set_number(_DIGITS)
        return (
            is_digits and found.least == 1 and 0 < found.most <= _MOST_DIGITS and self._stride <= _WORD_BITS
        )

    def _target(self, number: int, terminal: str) -> int:
        return _NO_STATE if terminal == TRAILING else self._numbers[lalr.state(number).shifts[terminal]]

    def _fold(self, number: int, literals: Any) -> tuple[int, int]:
        """Keep the literals that a pattern's text may be instead."""
        first = len(self._folds)
        for text, terminal in literals.items():
            label = self._expressions.label(text.encode())
            self._folds.append((label, len(text.encode()), self._target(number, terminal)))
        return first, len(self._folds) - first

    def _layout(self) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
        """Return what `layout_t` holds, and for each of the spine's ids the place in each wording."""
        declared = {kind: [field.name for field in event.declared()] for kind, event in all_kinds().items()}
        types = [[_form(field.type) for field in event.declared()] for event in all_kinds().values()]
        firsts = list(accumulate(map(len, types), initial=0))
        places = [
            [self._held_by(wording, name) for name in declared[wording.kind]] for wording in self._wordings
        ]
        numbers = {kind: number for number, kind in enumerate(declared)}
        return (
            _ints(numbers[wording.kind] for wording in self._wordings),
            _ints(zip(firsts, map(len, types), strict=False)),
            _ints(chain.from_iterable(types)),
            _ints(accumulate(map(len, places), initial=0)),
            _ints(chain.from_iterable(places)),
            _ints([self._held_by(wording, name) for wording in self._wordings] for name in IDS),
        )

    def _held_by(self, wording: Wording, name: str) -> int:
        """Return which of a wording's integers a field is, or which of its terminals holds it; -1: none."""
        place = next((place for place, part in enumerate(wording.parts) if part.field == name), -1)
        numbers = self._integers_of(wording)
        return numbers.index(place) if place in numbers else place

    @staticmethod
    def _integers_of(wording: Wording) -> list[int]:
        types = {field.name: field.type for field in all_kinds()[wording.kind].declared()}
        return [
            place
            for place, part in enumerate(wording.parts)
            if part.field is not None and types[part.field] is FieldType.INTEGER
        ]

    def _mask(self, wording: Wording) -> int:
        """Return the places of a wording's integers as bits; what is never read, where a word is too short."""
        if self._stride > _WORD_BITS:
            return (1 << _WORD_BITS) - 1
        return sum(1 << place for place in self._integers_of(wording))

    def _integers(self) -> tuple[list[int], list[int]]:
        """Return for each wording which of its places hold integers, one wording behind the other."""
        numbers: list[int] = []
        at = [0]
        for wording in self._wordings:
            numbers += self._integers_of(wording)
            at.append(len(numbers))
        return numbers, at


def _last_field(wording: Wording) -> int:
    return max((place for place, part in enumerate(wording.parts) if part.field is not None), default=-1)


def _form(kind: FieldType) -> int:
    return _FORMS.index(kind.name) if kind.name in _FORMS else RAW


def _ints(rows: Iterable[Any]) -> Ints:
    return np.ascontiguousarray(np.array(list(rows), np.int32))
