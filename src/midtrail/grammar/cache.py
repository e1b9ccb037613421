"""What is made of the grammar, kept where caches belong, so that a second process starts at once.

It lies under `XDG_CACHE_HOME` (else `~/.cache`), in a folder of the user's own, under a hash of the grammar's
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
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from midtrail.errors import CacheWarning

Made = TypeVar("Made")


def kept(name: str, sources: Iterable[Path], make: Callable[[], Any]) -> Any:
    """Return what `make` makes of the sources' text, from the cache where it was made before."""
    return kept_as(
        name,
        sources,
        make,
        pickle.load,
        lambda found, file: pickle.dump(found, file, protocol=pickle.HIGHEST_PROTOCOL),
    )


def kept_as(
    name: str,
    sources: Iterable[Path],
    make: Callable[[], Made],
    load: Callable[[Any], Made],
    save: Callable[[Made, Any], None],
) -> Made:
    """Return the same, written to a file and read from it by `save` and `load`."""
    place = _kept_at(name, sources)
    found = _load(place, load)
    if found is None:
        found = make()
        _save(place, found, save)
    return found


def _kept_at(name: str, sources: Iterable[Path]) -> Path:
    digest = hashlib.sha256(f"{sys.version} {name}".encode() + _lark())
    for file in sources:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "midtrail", f"{name}-{digest.hexdigest()[:32]}.pickle")


@cache
def _lark() -> bytes:
    """Return what tells Lark's version, without loading it."""
    spec = find_spec("lark")
    return Path(spec.origin).read_bytes() if spec and spec.origin else b""


def _load(kept_at: Path, load: Callable[[Any], Made]) -> Made | None:
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


def _save(kept_at: Path, found: Made, save: Callable[[Made, Any], None]) -> None:
    try:
        kept_at.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=kept_at.parent)
        with os.fdopen(handle, "wb") as file:
            save(found, file)
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
