"""Regular expressions as a person types them (Python's `re`), searched in values that an attacker wrote."""

import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from midtrail.errors import UsageError

LONGEST = 10_000
"""Characters of a value that are searched: more than any address or subject that is one."""
SECONDS = 60
"""How long one question's expressions may take."""


def pattern_of(text: str, name: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Return an expression ready to search with. Raises UsageError that tells where it is wrong.

    `name` is what the person called it.
    """
    try:
        return re.compile(text, re.IGNORECASE if ignore_case else 0)
    except re.error as error:
        at = "" if error.pos is None else f", at character {error.pos + 1} of it"
        raise UsageError(
            f"{name} {text!r} is no regular expression: {error.msg}{at}; "
            r"put a backslash before . * + ? ( ) [ { \ where they stand for themselves"
        ) from error
    except (OverflowError, RecursionError) as error:
        raise UsageError(f"{name} is too large a regular expression: make it simpler") from error


def found_in(pattern: re.Pattern[str], value: str) -> bool:
    """Return whether an expression is found in the first 10,000 characters of a value."""
    return pattern.search(value, 0, LONGEST) is not None


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """End a search that takes too long with UsageError.

    An expression such as `(a+)+$` takes ages on a value made for it. Python's engine looks for signals as it
    goes, so a timer ends it, in the main thread of systems that have one; elsewhere only Ctrl-C does.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before: Callable[[int, FrameType | None], object] | int | None
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise UsageError(
        f"The search was stopped after {SECONDS} seconds: the expression goes back and forth in some value; "
        "write it without a repetition within a repetition, as in (a+)+"
    )
