"""Hostile lines: whatever a value repeats, the work grows with the line's length, not with its square.

The lines are made from the grammar itself: each terminal meets the literals that its own lookaheads and the
rest of its wordings hold, repeated thousands of times, and quotes and brackets that never close.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from midtrail.events import FieldType, all_kinds
from midtrail.grammar import binding, explain, lark_engine, quoting
from midtrail.grammar.codecs import CODECS

LENGTH = 32_000
QUICK = 0.003
"""Seconds that a linear search of so long a text never needs; below, the growth is not looked at."""
TIMES = 16
"""How many times shorter the text is that a long one is compared with."""
GROWTH = 64
"""How many times longer the long one may take: 16 by a linear search, 256 by a quadratic one."""
REPEATS = 5
TRIALS = 3
ALWAYS = (
    "a",
    "a ",
    " ",
    "'",
    '"',
    "\\",
    "\\'",
    "['",
    "('",
    "', '",
    "'a', ",
    "[",
    ")",
    "<",
    ">",
    ", ",
    "0",
    "0 ",
    "é",
)
ENDLESS = (
    ("New SMTP ICID 1 interface ", "a (b) address ", ""),
    ("New SMTP ICID 1 interface A (192.0.2.1) address 192.0.2.2 reverse dns host ", "x verified yes ", ""),
    ("ICID 1 ACCEPT SG ", "a match ", ""),
    ("ICID 1 ACCEPT SG A match ", "x  SBRS", ""),
    ("ICID 1 Address: <", "> sender rejected,, ", ""),
    ("ICID 1 MID 2 Invalid recipient address:  '", "' ", "x"),
    ("MID 9 RID [0] Response '", "' ", "x"),
    ("Bounced: DCID 1 MID 2 to RID 0 - 5.1.0 - x ('550', ['", "']) [", ""),
    ("Bounced: DCID 1 MID 2 to RID 0 - 5.1.0 - x ('550', [", "'a', ", "'b"),
    ("Bounced: DCID 1 MID 2 to RID 0 - 5.1.0 - ", " ('550', ", ""),
    ("Message done DCID 1 MID 2 to RID [0] [('a', '", "] (external quarantine) ", "x"),
    ("Connection Error: DCID 1 IP: 192.0.2.1 details: ", " interface: x reason:", ""),
    ("Connection Error: ", "x DCID: y", ""),
    ("New SMTP DCID 1 interface ", ":", "x address y z"),
)
"""Lines whose value repeats what follows it: their beginning, what is repeated, and their end."""
LOOK = re.compile(r"\(\?<?[=!:]")
LITERAL = re.compile(r"(?:\\[^a-zA-Z0-9]|[^\\\[\](){}|*+?.^$])+")


def repeated(piece: str, length: int, end: str = "") -> str:
    """Return a piece again and again, up to a length."""
    return (piece * (length // len(piece) + 1))[:length] + end


def seconds(work: Callable[[str], object], text: str) -> float:
    """Return how long the processor worked for this thread, whatever else the machine does meanwhile."""
    begun = time.thread_time()
    work(text)
    return time.thread_time() - begun


def is_linear(work: Callable[[str], object], piece: str, end: str = "", before: str = "") -> bool:
    """Tell whether many times as many repetitions take some as many times as long, not the square of it.

    Both are timed in turn, and the least times count, so that a busy machine slows both, or neither.
    """
    long, short = (before + repeated(piece, length, end) for length in (LENGTH, LENGTH // TIMES))
    least = least_short = float("inf")
    for _ in range(TRIALS):
        least = min(least, seconds(work, long))
        least_short = min(least_short, *(seconds(work, short) for _ in range(REPEATS)))
        if least < max(QUICK, GROWTH * least_short):
            return True
    return False


@cache
def pieces() -> dict[str, frozenset[str]]:
    """Return for each pattern of a terminal what a hostile value would repeat."""
    found: dict[str, set[str]] = defaultdict(set)
    for wordings in binding.load().wordings.values():
        for wording in wordings:
            for place, part in enumerate(wording.parts):
                if part.pattern is not None:
                    behind = wording.parts[place + 1 :]
                    found[part.pattern] |= {other.literal for other in behind if other.literal}
                    found[part.pattern] |= set(literals(part.pattern))
                    found[part.pattern] |= {
                        text for other in behind[:2] for text in literals(other.pattern or "")
                    }
    return {
        pattern: frozenset({*ALWAYS, *texts, *(text + end for text in texts for end in "a'")})
        for pattern, texts in found.items()
    }


def literals(pattern: str) -> Iterator[str]:
    """Yield the literal texts of a pattern."""
    for text in LITERAL.findall(LOOK.sub("(", pattern)):
        yield re.sub(r"\\(.)", r"\1", text)


@pytest.mark.parametrize("pattern", sorted(pieces()))
def test_every_terminal_is_linear(pattern: str) -> None:
    """A terminal finds its end, or none, in linear time, whatever its text repeats."""
    match = re.compile(pattern).match
    slow = [
        (piece, end, before)
        for piece in sorted(pieces()[pattern])
        for end in ("", "z")
        for before in ("", "'", '"', "<", "[")
        if (not before or match(before + "x")) and not is_linear(match, piece, end, before)
    ]
    assert not slow, f"{pattern} is not linear on {slow[:5]}"


@pytest.mark.parametrize("kind", sorted(binding.load().wordings))
def test_every_line_is_linear(kind: str) -> None:
    """A line whose own text is repeated in its last value is read, or refused, in linear time, and kept whole."""
    sample = all_kinds()[kind].sample
    for piece in (sample, sample[len(sample) // 2 :], sample[len(sample) // 2 :] + "'"):
        assert is_linear(lark_engine.parse, piece, before=sample), piece
        line = sample + repeated(piece, LENGTH)
        parsed = lark_engine.parse(line)
        assert isinstance(parsed, lark_engine.Unparsed) or lark_engine.event(parsed).body() == line


@pytest.mark.parametrize(("before", "piece", "end"), ENDLESS)
def test_a_line_that_never_ends_is_linear(before: str, piece: str, end: str) -> None:
    """A value that repeats what follows it, and the end never comes, is read, or refused, in linear time, and kept whole."""
    assert is_linear(lark_engine.parse, piece, end, before)
    line = before + repeated(piece, LENGTH, end)
    parsed = lark_engine.parse(line)
    assert isinstance(parsed, lark_engine.Unparsed) or lark_engine.event(parsed).body() == line


@pytest.mark.parametrize("kind", sorted(FieldType, key=str))
def test_every_type_is_read_in_linear_time(kind: FieldType) -> None:
    """What a terminal gives is turned into a value in linear time, whatever it is."""
    raws = ("[0, ", "'a', ", "('a', 'b'), ", '"a, ', "\\x41", "\\", "'", '"', "a ", "1", "é")
    starts = ("", "[", "'", "[(") if kind not in (FieldType.INTEGER, FieldType.RIDS) else ()
    for piece in raws:
        for before in starts:
            assert is_linear(CODECS[kind].read, piece, before=before), (piece, before)


@pytest.mark.parametrize("work", [quoting.quote, quoting.is_open, explain.named_ids])
@pytest.mark.parametrize("piece", ["'", '"', "\\", "é", "\0", "MID ", "MID 1", "DCID: 12", " "])
def test_what_else_sees_a_line_is_linear(work: Callable[[str], object], piece: str) -> None:
    """Quoting again, and looking for ids in an unknown line, take linear time."""
    assert is_linear(work, piece)


def test_the_measure_tells_linear_from_quadratic() -> None:
    """A search that begins anew at each place is not taken for linear, the same match at one place is."""
    pattern = re.compile("a*b")
    assert is_linear(pattern.match, "a")
    assert not is_linear(pattern.search, "a")


def test_a_line_of_a_megabyte_is_read() -> None:
    """A subject of a megabyte comes out whole."""
    subject = "it's ' ready 5 bytes from <x>" * 35_000
    parsed = lark_engine.parse(f'MID 1 Subject "{subject}"')
    assert isinstance(parsed, lark_engine.Parsed)
    assert lark_engine.event(parsed).values()["subject"] == subject
