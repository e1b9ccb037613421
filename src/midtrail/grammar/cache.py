"""The grammar's LALR tables, kept where caches belong, so that a second process starts at once.

They lie under `XDG_CACHE_HOME` (else `~/.cache`), in a folder of the user's own, under a hash of the grammar's
text and the versions of Python and Lark. A cache that cannot be read is done without, and so, with a hint, is one
that cannot be written.
"""

import hashlib
import os
import pickle
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import lark
from lark import Lark, Token, UnexpectedCharacters

from midtrail.errors import CacheWarning


def compiled(folder: str, start: str) -> Lark:
    """Return the loaded grammar whose start is the file `start` of a folder."""
    place = _kept_at(f"grammar-{start}", sorted(Path(folder).glob("*.lark")))
    found: Lark | None = _load(place, Lark.load)
    if found is None:
        found = Lark.open(
            f"{folder}/{start}",
            parser="lalr",
            lexer="contextual",
            keep_all_tokens=True,
            maybe_placeholders=False,
        )
        _save(place, found.save)
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


def kept(name: str, sources: Iterable[Path], make: Callable[[], Any]) -> Any:
    """Return what `make` makes of the sources' text, from the cache where it was made before."""
    place = _kept_at(name, sources)
    found = _load(place, pickle.load)
    if found is None:
        found = make()
        _save(place, lambda file: pickle.dump(found, file, protocol=pickle.HIGHEST_PROTOCOL))
    return found


def _kept_at(name: str, sources: Iterable[Path]) -> Path:
    digest = hashlib.sha256(f"{sys.version} {lark.__version__} {name}".encode())
    for file in sources:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "midtrail", f"{name}-{digest.hexdigest()[:32]}.pickle")


def _load(kept_at: Path, load: Callable[[Any], Any]) -> Any:
    try:
        mine = not hasattr(os, "getuid") or kept_at.stat().st_uid == os.getuid()
        if not mine:
            return None
        with kept_at.open("rb") as file:
            return load(file)
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


def _save(kept_at: Path, save: Callable[[Any], None]) -> None:
    try:
        kept_at.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=kept_at.parent)
        with os.fdopen(handle, "wb") as file:
            save(file)
        Path(name).replace(kept_at)
    except OSError as error:
        _hint(kept_at.parent, error.strerror or str(error))


@cache
def _hint(folder: Path, reason: str) -> None:
    warnings.warn(
        f"{folder}: {reason}; the grammar is made anew at each start, which takes a second or two: "
        "let XDG_CACHE_HOME name a folder that can be written",
        CacheWarning,
        stacklevel=1,
    )
