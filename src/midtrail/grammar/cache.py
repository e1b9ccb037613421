"""The grammar's LALR tables, kept where caches belong, so that a second process starts at once.

They lie under `XDG_CACHE_HOME` (else `~/.cache`), in a folder of the user's own, under a hash of the grammar's
text and the versions of Python and Lark. A cache that cannot be written or read is done without.
"""

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
from pathlib import Path

import lark
from lark import Lark, Token, UnexpectedCharacters


def compiled(folder: str, start: str) -> Lark:
    """Return the loaded grammar whose start is the file `start` of a folder."""
    kept = _kept_at(folder, start)
    found = _load(kept)
    if found is None:
        found = Lark.open(
            f"{folder}/{start}",
            parser="lalr",
            lexer="contextual",
            keep_all_tokens=True,
            maybe_placeholders=False,
        )
        _save(found, kept)
    found.parser.lexer.root_lexer = _NoSecondLook()
    return found


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


def _kept_at(folder: str, start: str) -> Path:
    digest = hashlib.sha256(f"{sys.version} {lark.__version__} {start}".encode())
    for file in sorted(Path(folder).glob("*.lark")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "midtrail", f"grammar-{digest.hexdigest()[:32]}.pickle")


def _load(kept: Path) -> Lark | None:
    try:
        mine = not hasattr(os, "getuid") or kept.stat().st_uid == os.getuid()
        if not mine:
            return None
        with kept.open("rb") as file:
            return Lark.load(file)
    except (
        OSError,
        EOFError,
        pickle.UnpicklingError,
        AttributeError,
        KeyError,
        ImportError,
        TypeError,
        ValueError,
    ):
        return None


def _save(grammar: Lark, kept: Path) -> None:
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=kept.parent)
        with os.fdopen(handle, "wb") as file:
            grammar.save(file)
        Path(name).replace(kept)
