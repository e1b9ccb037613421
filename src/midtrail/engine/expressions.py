"""Terminals' regular expressions as nodes of the kernel's program.

Python's own parser reads the expression, so there is one meaning. A line is valid UTF-8 without a line break
when the kernel sees it; bytes then match as characters do, as long as classes name ASCII only.
"""

from collections.abc import Callable, Mapping, Sequence
from re import _constants as op  # Python shows the tree of an expression nowhere else
from re import _parser
from typing import Any, NamedTuple

from midtrail.errors import GrammarError

MATCH, LITERAL, SET, RUN, LAZY, SPLIT, AHEAD, NOT_AHEAD, END, WHOLE, TRIMMED, BLANKS, FACING, LAST = range(14)
_ALL_BYTES = (1 << 256) - 1
ANYTHING = (1 << 257) - 1
"""Any byte, and the end of the line: bit 256."""
_AT_END = 1 << 256
_NEWLINE = 1 << ord("\n")
_BLANK = 1 << ord(" ")
_ASCII = (1 << 128) - 1
_MOST_COPIES = 64  # of a repeated group
NO_LIMIT = -1
_NO_BYTE, _EVERY_BYTE = -1, -2
_ANY_SET = -1


class Node(NamedTuple):
    """One step, as `node_t` in the kernel."""

    op: int
    next: int = -1
    a: int = 0
    b: int = 0
    least: int = 0
    most: int = 0
    byte: int = _NO_BYTE
    stop: int = _NO_BYTE
    label: int = 0
    length: int = 0
    second: int = -1
    unused: int = 0


class UnsupportedError(ValueError):
    """A form of expression that the kernel does not run; the text says what to write instead."""


class Expressions:
    """Nodes of many expressions, with the sets of bytes and the texts that they share."""

    def __init__(self) -> None:
        """Begin with the node that ends every expression."""
        self.nodes: list[Node] = [Node(MATCH)]
        self.labels = bytearray()
        self.sets: dict[int, int] = {}
        self._firsts: list[int] = [ANYTHING]
        self._known: dict[str, int] = {}

    @property
    def firsts(self) -> list[int]:
        """For each node the number of the set of bytes with which it can go on."""
        return [self.set_number(first) for first in self._firsts]

    def set_number(self, bits: int) -> int:
        """Return the number of a set of bytes."""
        return self.sets.setdefault(bits, len(self.sets))

    def begin_of(self, node: int) -> int:
        """Return the set of bytes with which a node can begin."""
        return self._firsts[node]

    def label(self, text: bytes) -> int:
        """Keep a text, and return where it lies."""
        at = self.labels.find(text)
        if at < 0:
            at = len(self.labels)
            self.labels += text
        return at

    def add(self, terminal: str, pattern: str) -> int:
        """Return the node at which a terminal's expression begins. Raises GrammarError."""
        if pattern not in self._known:
            try:
                self._known[pattern] = self._sequence(_parser.parse(pattern), 0)
            except UnsupportedError as error:
                raise GrammarError(f"terminal {terminal}: /{pattern}/ {error}") from error
        return self._known[pattern]

    def _node(self, node: Node, first: int) -> int:
        self.nodes.append(node)
        self._firsts.append(first)
        return len(self.nodes) - 1

    def _sequence(self, items: Sequence[Any], then: int) -> int:
        """Compile a sequence from its end: what a node may be followed by is known when it is made."""
        literal = b""
        for kind, value in reversed(list(items)):
            if kind is op.LITERAL:
                literal = chr(value).encode() + literal
                continue
            then = self._literal(literal, then)
            literal = b""
            then = self._item(kind, value, then)
        return self._literal(literal, then)

    def _literal(self, text: bytes, then: int) -> int:
        if not text:
            return then
        return self._node(Node(LITERAL, then, self.label(text), len(text)), 1 << text[0])

    def _item(self, kind: Any, value: Any, then: int) -> int:
        if _is_class(kind):
            bits = class_bits(kind, value)
            return self._node(Node(SET, then, self.set_number(bits)), bits)
        compile_ = self._compilers().get(kind)
        if compile_ is None:
            raise UnsupportedError(f"uses {kind}: write it with classes, groups, repeats and lookaheads")
        return compile_(value, then)

    def _compilers(self) -> Mapping[Any, Callable[[Any, int], int]]:
        return {
            op.SUBPATTERN: self._group,
            op.BRANCH: lambda value, then: self._branch(value[1], then),
            op.MAX_REPEAT: lambda value, then: self._repeat(value, then, lazy=False),
            op.MIN_REPEAT: lambda value, then: self._repeat(value, then, lazy=True),
            op.ASSERT: lambda value, then: self._ahead(value, then, AHEAD),
            op.ASSERT_NOT: lambda value, then: self._ahead(value, then, NOT_AHEAD),
            op.AT: self._at,
        }

    def _group(self, value: Any, then: int) -> int:
        _, added, removed, body = value
        if added or removed:
            raise UnsupportedError("changes flags within: write both cases as a class")
        return self._sequence(body, then)

    def _at(self, value: Any, then: int) -> int:
        if value is not op.AT_END:
            raise UnsupportedError(f"uses {value}: of places, only the end of the line `$` can be named")
        return self._node(Node(END, then), _AT_END & self._firsts[then])

    def _ahead(self, value: Any, then: int, kind: int) -> int:
        direction, body = value
        if direction != 1:
            raise UnsupportedError("looks behind: name what stands before as a literal of the rule")
        inner = self._sequence(body, 0)
        first = self._firsts[then] & (self._firsts[inner] if kind == AHEAD else ANYTHING)
        seen = self.nodes[inner]
        if kind == AHEAD and seen.next == 0 and seen.op == LITERAL:
            return self._node(Node(FACING, then, seen.a, seen.b), first)
        if kind == AHEAD and seen.next == 0 and seen.op == BLANKS:
            return self._node(Node(BLANKS, then, 0, 1, seen.least), first)
        sets = self.set_number(self._firsts[inner]), self._second(inner)
        return self._node(Node(kind, then, inner, 0, *sets), first)

    def _branch(self, ways: Sequence[Any], then: int) -> int:
        nodes = [self._sequence(way, then) for way in ways]
        last = nodes.pop()
        while nodes:
            last = self._split(nodes.pop(), last)
        return last

    def _split(self, preferred: int, other: int) -> int:
        first, second = self._firsts[preferred], self._firsts[other]
        return self._node(self._fork(preferred, first, other, second), first | second)

    def _fork(self, preferred: int, first: int, other: int, second: int) -> Node:
        """Return the node of two ways, with the sets of bytes with which they can go on."""
        return Node(SPLIT, a=preferred, b=other, least=self.set_number(first), most=self.set_number(second))

    def _repeat(self, value: Any, then: int, *, lazy: bool) -> int:
        least, most, body = value
        limit = NO_LIMIT if most is op.MAXREPEAT else int(most)
        if len(body) == 1 and _is_class(body[0][0]):
            return self._run(least, limit, class_bits(*body[0]), then, LAZY if lazy else RUN)
        if can_be_empty(body):
            raise UnsupportedError("repeats what may be empty: make its inside take at least one character")
        if max(least, limit) > _MOST_COPIES:
            raise UnsupportedError(f"repeats a group more than {_MOST_COPIES} times: use + or *")
        if limit == NO_LIMIT:
            then = self._loop(body, then, lazy=lazy)
        behind = then
        for _ in range(max(limit - least, 0)):
            inner = self._sequence(body, then)
            then = self._split(behind, inner) if lazy else self._split(inner, behind)
        for _ in range(least):
            then = self._sequence(body, then)
        return then

    def _loop(self, body: Any, then: int, *, lazy: bool) -> int:
        """Compile `(body)*`: a split that the body comes back to."""
        first = self._firsts[then] | self._first_of(body)
        split = self._node(Node(SPLIT), first)
        inner = self._sequence(body, split)
        ways = (then, inner) if lazy else (inner, then)
        self.nodes[split] = self._fork(ways[0], self._firsts[ways[0]], ways[1], self._firsts[ways[1]])
        return split

    def _first_of(self, body: Any) -> int:
        """Return the bytes with which a body that is never empty can begin: those of a trial compilation."""
        trial = Expressions()
        return trial._firsts[trial._sequence(body, 0)]

    def _run(self, least: int, most: int, bits: int, then: int, kind: int) -> int:
        """Compile a class that repeats: as what needs no way back, where there is only one end that can fit."""
        follow = self._firsts[then]
        first = bits if least else bits | follow
        if kind == RUN and most == NO_LIMIT and least <= 1:
            node = self._trimmed(least, bits, then) or self._last(least, bits, then)
            if node is not None:
                return self._node(node, first)
        ascii_only = not bits & ~_ASCII
        countable = ascii_only or (most == NO_LIMIT and least <= 1)
        if countable and (not bits & follow & ~_NEWLINE or (kind == RUN and then == 0)):
            kind = WHOLE
        byte = follow.bit_length() - 1 if follow and follow & (follow - 1) == 0 else _NO_BYTE
        if byte == 256:  # noqa: PLR2004 - the end of the line is no byte
            byte = _NO_BYTE
        node = Node(
            *(kind, then, self.set_number(bits), int(ascii_only)),
            *(least, most, byte, _stop_of(bits)),
            *self._begins(then),
            self._second(then),
        )
        return self._node(node, first)

    def _trimmed(self, least: int, bits: int, then: int) -> Node | None:
        """Return the node of a run that the end of the line cuts: `.*[^ ]`, ` *$`."""
        behind = self.nodes[then]
        if behind.next != 0:
            return None
        if bits == _BLANK and behind.op == END:
            return Node(BLANKS, 0, least=least)
        no_blank = (self._firsts[then] | _NEWLINE) == (bits & ~_BLANK | _NEWLINE)
        if behind.op == SET and no_blank and bits & _BLANK and least == 0:
            return Node(TRIMMED, 0, self.set_number(bits), stop=_stop_of(bits))
        return None

    def _last(self, least: int, bits: int, then: int) -> Node | None:
        """Return the node of anything up to a literal that ends the line: `.*>(?= *$)`, `.+(?=] *$)`."""
        behind, taken = self.nodes[then], 1
        if behind.op == AHEAD:
            behind, taken = self.nodes[behind.a], 0
        if behind.op != LITERAL or _stop_of(bits) != _EVERY_BYTE:
            return None
        ends, text = self.nodes[behind.next], self.labels[behind.a : behind.a + behind.b]
        if ends.op != BLANKS or ends.least or text.endswith(b" ") or ends.b != taken:
            return None
        return Node(LAST, (ends if taken else self.nodes[then]).next, behind.a, behind.b, least, taken)

    def _begins(self, node: int) -> tuple[int, int]:
        """Return the literal that must stand where a node goes on: its label and length; length 0: there is none."""
        found = self.nodes[node]
        if found.op in (LITERAL, FACING):
            return found.a, found.b
        return self._begins(found.a) if found.op == AHEAD else (0, 0)

    def _second(self, node: int) -> int:
        """Return the set of bytes that can stand behind the first character, if it is ASCII, that a node takes; -1: any."""
        bits = self._seconds(node)
        return _ANY_SET if bits == ANYTHING else self.set_number(bits)

    def _seconds(self, node: int) -> int:
        found = self.nodes[node]
        if found.op in (LITERAL, FACING):
            text = self.labels[found.a : found.a + 2]
            if found.b > 1:
                return 1 << text[1]
            return self._firsts[found.next] if found.op == LITERAL else ANYTHING
        if found.op == SET:
            return self._firsts[found.next]
        if found.op == SPLIT:
            return self._seconds(found.a) | self._seconds(found.b)
        return self._seconds(found.a) if found.op == AHEAD else ANYTHING


def _is_class(kind: Any) -> bool:
    return kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN)


def _stop_of(bits: int) -> int:
    """Return the only byte that a set lacks, line breaks apart, which no line has."""
    lacking = _ALL_BYTES & ~bits & ~_NEWLINE
    if not lacking:
        return _EVERY_BYTE
    return lacking.bit_length() - 1 if lacking & (lacking - 1) == 0 else _NO_BYTE


def class_bits(kind: Any, value: Any) -> int:
    """Return a class as a set of bytes; one that is negated takes all that is not ASCII."""
    if kind is op.ANY:
        return _ALL_BYTES & ~_NEWLINE
    if kind is op.LITERAL:
        return _ascii(value, value)
    if kind is op.NOT_LITERAL:
        return _ALL_BYTES & ~_ascii(value, value)
    negated = value[0][0] is op.NEGATE
    bits = 0
    for member, what in value[1:] if negated else value:
        if member not in (op.LITERAL, op.RANGE):
            raise UnsupportedError(rf"uses {what} in a class: write its characters, as [0-9] for \d")
        low, high = what if member is op.RANGE else (what, what)
        bits |= _ascii(low, high)
    return _ALL_BYTES & ~bits if negated else bits


def _ascii(low: int, high: int) -> int:
    if high > 127:  # noqa: PLR2004 - the end of ASCII
        raise UnsupportedError(f"names {chr(high)!r} in a class: classes name ASCII only")
    return ((1 << (high + 1)) - 1) & ~((1 << low) - 1)


def can_be_empty(body: Any) -> bool:
    """Return whether a sequence may match nothing."""
    return all(_may_be_nothing(kind, value) for kind, value in body)


def _may_be_nothing(kind: Any, value: Any) -> bool:
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return value[0] == 0 or can_be_empty(value[2])
    if kind is op.SUBPATTERN:
        return can_be_empty(value[3])
    if kind is op.BRANCH:
        return any(can_be_empty(way) for way in value[1])
    return not _is_class(kind)
