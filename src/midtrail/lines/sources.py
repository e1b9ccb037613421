"""Sources: from what a person names (paths, patterns, folders, standard input, file objects) to files."""

from __future__ import annotations

import glob
import io
import os
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from midtrail.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Source: TypeAlias = str | os.PathLike[str] | BinaryIO
STDIN = "-"
LARGE = 1 << 13
"""The bytes on disk from which on files are quicker read by the compiled engine than by Lark, its loading included."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One thing to read: a file on disk, a pipe, or an open binary file.

    `source` is the name that its lines carry; `size` is in bytes as it lies on disk, None where unknown.
    `rewindable` says that it can be read twice, so that a survey is possible; `plain`, that it is text,
    whatever packed data it may look like.
    """

    source: str
    path: str | None = None
    stream: BinaryIO | None = field(default=None, compare=False)
    size: int | None = None
    rewindable: bool = True
    start: int = 0
    modified: float | None = None
    plain: bool = False

    @property
    def folder(self) -> str | None:
        """The absolute path of the folder that the file lies in, None for a nameless stream."""
        if self.path is None and (self.source == STDIN or self.source.startswith("<")):
            return None
        return os.path.dirname(os.path.abspath(self.path or self.source))  # noqa: PTH100, PTH120  # links stay as named


def is_large(files: Iterable[SourceFile]) -> bool:
    """Tell whether there is so much to read that the compiled engine is quicker; of a pipe nobody knows."""
    sizes = [file.size for file in files]
    return None not in sizes and sum(size or 0 for size in sizes) >= LARGE


def find_sources(sources: Source | Iterable[Source]) -> list[SourceFile]:
    """Give the files behind paths, glob patterns, folders, `-` and open binary files, each real file once.

    Folders are searched recursively and sorted by name; hidden files and folders in them are left out, links
    to folders are followed once. Raises SourceError for what cannot be read at all.
    """
    found: dict[object, SourceFile] = {}
    for source in _listed(sources):
        for file in _expand(source):
            found.setdefault(_identity(file), file)
    return list(found.values())


def _listed(sources: Source | Iterable[Source]) -> list[Source]:
    if isinstance(sources, (str, os.PathLike)):
        return [sources]
    if hasattr(sources, "read"):  # a file object is iterable too, line by line
        return [cast("BinaryIO", sources)]
    return list(sources)


def _identity(file: SourceFile) -> object:
    if file.path is not None:
        return os.path.realpath(file.path)
    return id(file.stream)


def _expand(source: Source) -> Iterator[SourceFile]:
    if not isinstance(source, (str, os.PathLike)):
        yield _from_stream(source)
        return
    name = os.fspath(source)
    if name == STDIN:
        if sys.stdin is None:
            raise SourceError("Standard input is closed: name a file, or send the log through a pipe.")
        yield SourceFile(STDIN, stream=sys.stdin.buffer, rewindable=False)
    elif os.path.isdir(name):  # noqa: PTH112  # paths stay strings: their names are shown as they were given
        yield from _from_folder(name)
    elif os.path.lexists(name) or not glob.has_magic(name):
        yield _named_file(name)
    else:
        yield from _from_pattern(name)


def _from_stream(stream: BinaryIO) -> SourceFile:
    """Take a file object as it stands: from its present position, twice if it can go back there."""
    if isinstance(stream, io.TextIOBase) or not hasattr(stream, "read"):
        raise SourceError(f"{stream!r} gives no bytes: open the file in binary mode ('rb').")
    name = getattr(stream, "name", None)
    source = name if isinstance(name, str) else "<stream>"
    if not (hasattr(stream, "seekable") and stream.seekable()):
        return SourceFile(source, stream=stream, rewindable=False)
    start = stream.tell()
    size = stream.seek(0, os.SEEK_END) - start
    stream.seek(start)
    return SourceFile(source, stream=stream, size=size, start=start)


def _from_folder(folder: str) -> Iterator[SourceFile]:
    files = list(_walk(folder, set()))
    if not files:
        raise SourceError(f"The folder {folder!r} holds no files: name a folder with logs, or log files.")
    yield from files


def _walk(folder: str, seen: set[str]) -> Iterator[SourceFile]:
    """Give a folder's files, sorted; a folder that was entered before, by whatever link, is passed over."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208
    except OSError as error:
        raise SourceError(
            f"The folder {folder!r} cannot be listed ({error.strerror}): check its rights.",
        ) from error
    for name in names:
        path = os.path.join(folder, name)  # noqa: PTH118
        if name.startswith("."):
            continue
        if os.path.isdir(path):  # noqa: PTH112
            yield from _walk(path, seen)
        elif _is_plain_or_broken(path):
            yield _file(path)


def _is_plain_or_broken(path: str) -> bool:
    """Tell files, and links to nothing (told as a problem when they are read), from pipes and devices."""
    return os.path.isfile(path) or not os.path.exists(path)  # noqa: PTH113, PTH110


def _from_pattern(pattern: str) -> Iterator[SourceFile]:
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
    folders = [match for match in matches if os.path.isdir(match)]  # noqa: PTH112
    seen: set[str] = set()
    files = [_file(match) for match in matches if match not in folders and _is_plain_or_broken(match)]
    files += [file for folder in folders for file in _walk(folder, seen)]
    if not files:
        raise SourceError(f"No file matches the pattern {pattern!r}: check it, or name a folder or files.")
    yield from sorted(files, key=lambda file: file.source)


def _named_file(name: str) -> SourceFile:
    """Take a path that was named itself, and say at once where it cannot be read."""
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116
    except OSError as error:
        raise SourceError(
            f"The file {name!r} cannot be read ({error.strerror}): "
            "expected a log file, a folder, a pattern, or - for standard input.",
        ) from error
    if stat.S_ISFIFO(mode):
        return SourceFile(name, path=name, rewindable=False)
    if not stat.S_ISREG(mode):
        raise SourceError(
            f"{name!r} is a device or a socket, which holds no log: "
            "expected a log file, a folder, a pattern, or - for standard input.",
        )
    try:
        Path(name).open("rb").close()
    except OSError as error:
        raise SourceError(
            f"The file {name!r} cannot be opened ({error.strerror}): check its rights, or leave it out.",
        ) from error
    return _file(name)


def _file(path: str) -> SourceFile:
    try:
        facts = os.stat(path)  # noqa: PTH116
    except OSError:
        return SourceFile(path, path=path)
    return SourceFile(path, path=path, size=facts.st_size, modified=facts.st_mtime)
