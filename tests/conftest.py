"""What the tests of several rooms share: lines that are written from its own wordings."""

import re
import signal
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from midtrail.events import all_kinds
from midtrail.grammar import binding
from midtrail.grammar.binding import Part, Wording

PIECES = re.compile(r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|\(\?<?[=!:]|.")


@cache
def without_lookaheads(pattern: str) -> re.Pattern[str]:
    """Return a terminal's pattern for the value alone: what must stand behind it is left out."""
    kept, depth, inside = "", 0, 0
    for piece in PIECES.findall(pattern):
        opens, closes = piece.startswith("("), piece == ")"
        depth += opens
        if piece in ("(?=", "(?!") and not inside:
            inside = depth
        if not inside:
            kept += piece
        elif closes and depth == inside:
            inside = 0
        depth -= closes
    return re.compile(kept)


@cache
def shown() -> dict[str, tuple[str, ...]]:
    """Return what the declarations' own lines show for each terminal."""
    found: dict[str, list[str]] = defaultdict(list)
    for declaration in all_kinds().values():
        for line in filter(None, (declaration.sample, *declaration.also)):
            for token in binding.load().lark.parse(line).scan_values(lambda _: True):
                found[token.type].append(str(token))
    return {terminal: tuple(dict.fromkeys(values)) for terminal, values in found.items()}


class Writer:
    """Writes lines from the grammar's wordings."""

    @staticmethod
    def alone(pattern: str) -> re.Pattern[str]:
        """Return a terminal's pattern for the value alone, without what must stand behind it."""
        return without_lookaheads(pattern)

    @staticmethod
    def all_shown() -> Mapping[str, tuple[str, ...]]:
        """Return what the samples show for each terminal."""
        return shown()

    @staticmethod
    def takes(part: Part, text: str) -> bool:
        """Tell whether a part's terminal takes a text, whatever stands behind it."""
        return part.pattern is not None and without_lookaheads(part.pattern).fullmatch(text) is not None

    @staticmethod
    def shown(part: Part) -> tuple[str, ...]:
        """Return what may stand for a part by the samples; nothing where they show nothing."""
        return (part.literal,) if part.literal is not None else shown().get(part.terminal, ())

    @staticmethod
    def wordings() -> tuple[Wording, ...]:
        """Return all wordings of all kinds."""
        return tuple(wording for of_kind in binding.load().wordings.values() for wording in of_kind)


@pytest.fixture(scope="session", autouse=True)
def heard() -> Iterator[None]:
    """Let tests hear Ctrl-C also where they run in the background, whose processes are born deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def writer() -> Writer:
    """Give what writes lines from wordings."""
    return Writer()
