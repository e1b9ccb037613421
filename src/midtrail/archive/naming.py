"""Under which names files come out of an archive: never outside of the folder, never two under one name.

Names were told by whoever made the logs or packed the tar, and are not trusted. They also have to do on systems
that take capital and small letters, or two spellings of an accent, for the same.
"""

import os
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from midtrail.text import restore

_STDIN = "stdin.log"
_LONGEST = 255  # bytes of a name within its folder
_MOST_PARTS = 100  # folders are made one within the other, each by a call within a call
_DEEPEST = 3000  # bytes of a whole name: systems take 4096, with the folder before it
_PACKED = (".gz", ".bz2", ".xz", ".zst")
_SURROGATES = range(0xDC80, 0xDD00)
_OF_WINDOWS = frozenset('<>:"|?*')


def names(sources: Iterable[str], ending: str = "") -> list[PurePosixPath]:
    """Return for each source a relative name that stays within a folder, all different, with an ending behind it.

    What leads upwards or to the root falls away, and the ending of a compression; what all names begin with stays.
    """
    taken = _Taken()
    return [PurePosixPath(*taken.take(_parts(source, ending), ending)) for source in sources]


class _Taken:
    """The files and folders that there are already, by names in which all that some system takes as one is one."""

    def __init__(self) -> None:
        self._files: set[tuple[str, ...]] = set()
        self._folders: set[tuple[str, ...]] = set()

    def take(self, parts: list[str], ending: str) -> list[str]:
        """Take a name; where a part of it is taken, another stands in its place."""
        *folders, name = parts
        place: list[str] = []
        keys: tuple[str, ...] = ()
        for folder in folders:
            place.append(next(one for one in _numbered(folder) if (*keys, _key(one)) not in self._files))
            keys = (*keys, _key(place[-1]))
            self._folders.add(keys)
        place.append(next(one for one in _numbered(name, ending) if not self._has((*keys, _key(one)))))
        self._files.add((*keys, _key(place[-1])))
        return place

    def _has(self, keys: tuple[str, ...]) -> bool:
        return keys in self._files or keys in self._folders


def _numbered(name: str, ending: str = "") -> Iterable[str]:
    """Yield a name, then the same with `~2` and so on behind it, before its ending."""
    yield name
    base, count = name.removesuffix(ending), 1
    while True:
        count += 1
        yield _cut(base, f"~{count}{ending}")


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _parts(source: str, ending: str) -> list[str]:
    told = restore(source).replace("\\", "/").replace("!", "/").split("/")
    parts = [_unpacked(_clean(part)) for part in told if part not in ("", ".", "..")]
    if not parts or parts == ["-"]:
        parts = [_STDIN]
    parts = [*(_cut(part) for part in parts[:-1]), _cut(parts[-1], ending)]
    while len(parts) > _MOST_PARTS or sum(_size(part) + 1 for part in parts) > _DEEPEST:
        del parts[0]
    return parts


def _clean(part: str) -> str:
    """Return a part without what a terminal obeys or a system takes as its own; other bytes are as they were."""
    return "".join(char if _is_harmless(char) else "_" for char in part)


def _is_harmless(char: str) -> bool:
    return ord(char) in _SURROGATES or (char.isprintable() and not (os.name == "nt" and char in _OF_WINDOWS))


def _unpacked(name: str) -> str:
    """Return a name without the ending of its compression, since what is written is plain."""
    base = name
    for ending in _PACKED:
        base = base.removesuffix(ending)
    return base or name


def _cut(name: str, ending: str = "") -> str:
    """Return a name with an ending behind it, as much of it as systems take."""
    room = _LONGEST - _size(ending)
    return _bytes(name)[:room].decode("utf-8", "surrogateescape") + ending


def _size(name: str) -> int:
    return len(_bytes(name))


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
