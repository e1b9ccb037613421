"""Parts: a source file as the one source that it is, or as the several that an archive holds."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from midtrail.lines.archives import TarStream, ZipMembers, is_hidden, is_tar, is_zip
from midtrail.lines.compression import Feed, is_compressed, unpacked
from midtrail.lines.raw import CHUNK, DamageError, Progress, RawFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from midtrail.lines.archives import Member
    from midtrail.lines.raw import Reader
    from midtrail.lines.sources import SourceFile


@dataclass(frozen=True, slots=True)
class Part:
    """One source of lines; `source` is its name (`x.tar!folder/name` for a member of an archive).

    `forward_only` says that going back to it means to unpack its archive again from the start.
    """

    file: SourceFile
    source: str
    member: Member | None = None
    forward_only: bool = False

    @property
    def modified(self) -> float | None:
        """The time of the last change, in seconds since the epoch, None where it is not told."""
        return self.member.modified if self.member else self.file.modified

    @property
    def folder(self) -> str | None:
        """The folder that the source lies in, for a member within its archive; None for a nameless stream."""
        inner = self._inner_folder
        return f"{self.file.path or self.file.source}!{inner}" if inner else self.file.folder

    @property
    def folder_name(self) -> str | None:
        """The bare name of that folder."""
        return (self._inner_folder or self.file.folder or "").rpartition("/")[2] or None

    @property
    def _inner_folder(self) -> str:
        return self.member.name.removeprefix("./").strip("/").rpartition("/")[0] if self.member else ""


def walk(
    file: SourceFile, progress: Progress, max_ratio: float | None
) -> Iterator[tuple[Part, Iterator[bytes]]]:
    """Give the parts of a file as they lie in it, each with its bytes, to be read before the next.

    Raises OSError where the file cannot be opened, DamageError where it ends too early.
    """
    with RawFile(file, progress) as raw:
        feed = Feed(raw.read, raw.seek if file.rewindable else None)
        if file.plain:
            yield Part(file, file.source), _rest(feed)
            return
        head = feed.head()
        if is_zip(head):
            yield from _zip_parts(file, raw, max_ratio)
            return
        unpacking = Feed(_reader(unpacked(feed, max_ratio)))
        if is_tar(unpacking.head()):
            yield from _tar_parts(file, _rest(unpacking), max_ratio, forward_only=is_compressed(head))
        else:
            yield Part(file, file.source), _rest(unpacking)


def _zip_parts(
    file: SourceFile, raw: RawFile, max_ratio: float | None
) -> Iterator[tuple[Part, Iterator[bytes]]]:
    archive = ZipMembers(raw)
    for member in archive.members():
        if not is_hidden(member.name):
            yield (
                _part(file, member, forward_only=False),
                _member_text(archive.read(member, max_ratio), max_ratio),
            )


def _tar_parts(
    file: SourceFile, chunks: Iterator[bytes], max_ratio: float | None, *, forward_only: bool
) -> Iterator[tuple[Part, Iterator[bytes]]]:
    archive = TarStream(chunks)
    for member in archive.members():
        if not is_hidden(member.name):
            part = _part(file, member, forward_only=forward_only)
            yield part, _member_text(archive.read(member, max_ratio), max_ratio)


def _part(file: SourceFile, member: Member, *, forward_only: bool) -> Part:
    return Part(file, f"{file.source}!{member.name}", member, forward_only=forward_only)


def _reader(chunks: Iterator[bytes]) -> Reader:
    """Make the reader of a feed from chunks."""
    left = b""

    def read(size: int, /) -> bytes:
        nonlocal left
        data = left or next(chunks, b"")
        left = data[size:]
        return data[:size]

    return read


def _rest(feed: Feed) -> Iterator[bytes]:
    while data := feed.some(CHUNK):
        yield data


def _member_text(chunks: Iterator[bytes], max_ratio: float | None) -> Iterator[bytes]:
    """Give a member's bytes without the compression of its own, if any; an archive in it stays as it is."""
    return unpacked(Feed(_reader(chunks)), max_ratio)


class Opener:
    """Opens parts in any order; keeps the archive of the last one open, in case the next lies in it too."""

    def __init__(self, on_bytes: Callable[[int], None] | None, max_ratio: float | None) -> None:
        """Report progress to `on_bytes`, and give up on data that grows beyond `max_ratio`."""
        self._on_bytes, self._max_ratio = on_bytes, max_ratio
        self._progress: dict[int, Progress] = {}
        self._file: SourceFile | None = None
        self._archive: TarStream | ZipMembers | None = None
        self._open = ExitStack()

    def progress(self, file: SourceFile) -> Progress:
        """Give the one progress of a file."""
        return self._progress.setdefault(id(file), Progress(self._on_bytes))

    def chunks(self, part: Part) -> Iterator[bytes]:
        """Give the bytes of a part. Raises OSError and DamageError, as `walk` does."""
        if part.member is None:
            for _, chunks in walk(part.file, self.progress(part.file), self._max_ratio):
                yield from chunks
            return
        archive = self._archive_of(part, part.member)
        yield from _member_text(archive.read(part.member, self._max_ratio), self._max_ratio)

    def _archive_of(self, part: Part, member: Member) -> TarStream | ZipMembers:
        archive = self._archive if self._file is part.file else None
        if archive is None or (isinstance(archive, TarStream) and archive.position > member.start):
            self.close()
            raw = self._open.enter_context(RawFile(part.file, self.progress(part.file)))
            archive = ZipMembers(raw) if member.in_zip else self._tar(raw, part, member)
            self._file, self._archive = part.file, archive
        return archive

    def _tar(self, raw: RawFile, part: Part, member: Member) -> TarStream:
        if part.forward_only:
            return TarStream(unpacked(Feed(raw.read), self._max_ratio))
        raw.seek(member.start)
        return TarStream(_rest(Feed(raw.read)), member.start)

    def close(self) -> None:
        """Close what is open."""
        self._open.close()
        self._file = self._archive = None


def sentence(error: Exception) -> str:
    """Say what happened to a source that could not be read whole."""
    if isinstance(error, DamageError):
        return f"This source {error}; the lines before that are given."
    reason = getattr(error, "strerror", None) or error
    return f"This source could not be opened ({reason}) and was left out: check its name and its rights."
