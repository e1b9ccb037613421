"""Compression, told by the first bytes of the data and undone as the data comes, in bounded memory."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from midtrail.lines.raw import CHUNK, DamageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from midtrail.lines.raw import Reader


def _quicker() -> Any:
    """Return isal, four times as quick as zlib; None on machines for which there is none."""
    try:
        return import_module("isal.igzip_lib")
    except ImportError:
        return None


_quick = _quicker()
_PIECE = 1 << 17  # compressed bytes given to a decompressor at once
_QUICK_CHUNK = 1 << 19  # bytes asked of isal at once: with more, memory is grown and copied
_FIRST_QUICK_CHUNK = 1 << 14  # who asks only how a file begins has soon got it
_STEP = 1 << 10  # bytes asked of bz2 and xz at once: no more than this is lost before damaged data
_FILLER = b"\xff"  # never stands in UTF-8
_HEAD = 512
_GZIP = b"\x1f\x8b"
_XZ = b"\xfd7zXZ\0"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BZIP2 = tuple(b"BZh%d" % level + block for level in range(1, 10) for block in (b"1AY&SY", b"\x17rE8P\x90"))
_TOLD = 3  # bytes of a file cut off in its very beginning that still tell what it was


class Feed:
    """A reader that can be looked into before it is read."""

    def __init__(self, read: Reader, go_to: Callable[[int], object] | None = None) -> None:
        """Read from `read`, which gives no bytes at the end; `go_to` goes to a byte of what it reads."""
        self._read = read
        self._go_to = go_to
        self._held = b""
        self._damage: DamageError | None = None
        self.taken = 0

    def head(self) -> bytes:
        """Give the first bytes, enough to tell what they are; never waits for more once a line is there."""
        while len(self._held) < _HEAD and b"\n" not in self._held and not is_compressed(self._held):
            try:
                data = self._read(CHUNK)
            except DamageError as error:  # told behind what is held
                self._damage = error
                break
            if not data:
                break
            self._held += data
        return self._held

    def some(self, size: int = CHUNK) -> bytes:
        """Give the next bytes, at most `size`, as soon as there are any; none at the end."""
        if self._damage is not None and not self._held:
            raise self._damage
        data = self._held[:size] if self._held else self._read(size)
        self._held = self._held[size:]
        self.taken += len(data)
        return data

    @property
    def can_go_back(self) -> bool:
        """Tell whether bytes can be read again."""
        return self._go_to is not None

    def go_back(self, taken: int) -> None:
        """Go to where so many bytes were taken."""
        if self._go_to is not None:
            self._go_to(taken)
            self._held, self.taken, self._damage = b"", taken, None

    def put_back(self, data: bytes) -> None:
        """Take back bytes that were given too early."""
        self._held = data + self._held
        self.taken -= len(data)


def unpacked(feed: Feed, max_ratio: float | None = None) -> Iterator[bytes]:
    """Give the data of a feed without its compression, in pieces of about 1 MB or less.

    Raises DamageError behind the last good byte, or where the data grows beyond `max_ratio` times its size.
    """
    head = feed.head()
    unpack = _unpacker(head)
    given = 0
    for piece in filter(None, unpack(feed)):
        given += len(piece)
        if max_ratio is not None and given > CHUNK and given > max_ratio * feed.taken:
            raise DamageError(f"grows to more than {max_ratio:g} times its size and was left there")
        yield piece


def is_compressed(head: bytes) -> bool:
    """Tell whether data that begins so is compressed."""
    return head.startswith(_MAGICS)


def _unpacker(head: bytes) -> Callable[[Feed], Iterator[bytes]]:
    """Return what unpacks data that begins so, or is cut off there."""
    for magic, unpack in _UNPACKERS.items():
        if head.startswith(magic) or (len(head) >= _TOLD and magic.startswith(head)):
            return unpack
    return _plain


def _plain(feed: Feed) -> Iterator[bytes]:
    while data := feed.some():
        yield data


def _gzip(feed: Feed) -> Iterator[bytes]:
    """Undo gzip, member after member; zeros behind the last are padding, anything else there is told."""
    while True:
        yield from _gzip_member(feed) if _quick is None or not feed.can_go_back else _gzip_quickly(feed)
        rest = feed.some(_PIECE)
        while rest and not rest.strip(b"\0"):
            rest = feed.some(_PIECE)
        rest = rest.lstrip(b"\0")
        if len(rest) == 1:
            rest += feed.some(1)
        feed.put_back(rest)
        if not rest:
            return
        if not rest.startswith(_GZIP):
            raise DamageError("has other data behind its last gzip member, which was left out")


def _gzip_quickly(feed: Feed) -> Iterator[bytes]:
    """Undo one member by the quicker library; where that finds a fault, zlib tells how far the data is good."""
    start, given = feed.taken, 0
    member = _quick.IgzipDecompressor(flag=_quick.DECOMP_GZIP)
    while not member.eof:
        try:
            piece = feed.some(_PIECE) if member.needs_input else b""
            faulty = member.needs_input and not piece
            data = b"" if faulty else member.decompress(piece, _QUICK_CHUNK if given else _FIRST_QUICK_CHUNK)
        except (_quick.error, DamageError):
            faulty = True
        if faulty:
            feed.go_back(start)
            yield from _behind(given, _gzip_member(feed))
            return
        given += len(data)
        if data:
            yield data
    feed.put_back(member.unused_data)


def _behind(given: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out the first `given` bytes."""
    for piece in pieces:
        if len(piece) > given:
            yield piece[given:]
        given = max(given - len(piece), 0)


def _gzip_member(feed: Feed) -> Iterator[bytes]:
    member = zlib.decompressobj(31)
    pending = b""
    while not member.eof:
        pending = pending or feed.some(_PIECE)
        if not pending:
            raise DamageError("is cut off: its gzip data ends too early")
        before = member.copy()
        try:
            data = member.decompress(pending, CHUNK)
        except zlib.error as error:
            yield from _until_damage(before, pending)
            raise DamageError(f"holds damaged gzip data ({error})") from error
        pending = member.unconsumed_tail
        if data:
            yield data
    feed.put_back(member.unused_data)


def _until_damage(member: zlib._Decompress, pending: bytes) -> Iterator[bytes]:
    """Give what is good before a fault, by halving what is fed until the faulty byte stands alone."""
    size = len(pending)
    while size and pending:
        trial = member.copy()
        try:
            data = trial.decompress(pending[:size])
        except zlib.error:
            size //= 2
            continue
        member, pending = trial, pending[size:]
        if data:
            yield data


class _Decompressor(Protocol):
    """What bz2 and lzma share."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def _bzip2(feed: Feed) -> Iterator[bytes]:
    return _streams(feed, bz2.BZ2Decompressor, "bzip2")


def _xz(feed: Feed) -> Iterator[bytes]:
    return _streams(feed, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ), "xz")


def _streams(feed: Feed, new: Callable[[], _Decompressor], name: str) -> Iterator[bytes]:
    """Undo bzip2 or xz, stream after stream."""
    magic = feed.head()[:3]
    while True:
        stream = new()
        yield from _stream(feed, stream, name)
        rest = stream.unused_data.lstrip(b"\0")
        while len(rest) < len(magic) and (more := feed.some(_PIECE)):
            rest = (rest + more).lstrip(b"\0")
        feed.put_back(rest)
        if not rest:
            return
        if not rest.startswith(magic):
            raise DamageError(f"has other data behind its last {name} stream, which was left out")


def _stream(feed: Feed, stream: _Decompressor, name: str) -> Iterator[bytes]:
    while not stream.eof:
        data = feed.some(_PIECE) if stream.needs_input else b""
        if stream.needs_input and not data:
            while rest := stream.decompress(b"", _STEP):  # bzip2 asks for more before it has given all
                yield rest
            raise DamageError(f"is cut off: its {name} data ends too early")
        good: list[bytes] = []
        try:
            good.append(stream.decompress(data, _STEP))
            while not stream.eof and not stream.needs_input and len(good) < CHUNK // _STEP:
                good.append(stream.decompress(b"", _STEP))
        except (OSError, lzma.LZMAError, ValueError) as error:
            yield b"".join(good)
            raise DamageError(f"holds damaged {name} data ({error})") from error
        yield b"".join(good)


class _FeedFile(io.RawIOBase):
    """A feed as the file that pyarrow wants."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._feed.some(CHUNK if size < 0 else size)


def _zstd(feed: Feed) -> Iterator[bytes]:
    """Undo Zstandard through pyarrow, frame after frame.

    A failing read still fills the buffer with what came before the fault; the filler tells how much.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy, and needed for .zst alone

    stream = pa.CompressedInputStream(pa.PythonFile(_FeedFile(feed), mode="r"), "zstd")
    buffer = bytearray(CHUNK)
    while True:
        buffer[:] = _FILLER * CHUNK
        try:
            size = stream.readinto(buffer)
        except (OSError, pa.ArrowInvalid) as error:
            yield bytes(buffer).rstrip(_FILLER)
            raise DamageError(f"is cut off or holds damaged zstd data ({error})") from error
        if not size:
            return
        yield bytes(memoryview(buffer)[:size])


_UNPACKERS: dict[bytes, Callable[[Feed], Iterator[bytes]]] = {
    _GZIP: _gzip,
    **dict.fromkeys(_BZIP2, _bzip2),
    _XZ: _xz,
    _ZSTD: _zstd,
}
_MAGICS = tuple(_UNPACKERS)
