"""Raw bytes of a source file, as they come, counted for a progress bar."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from midtrail.lines.sources import SourceFile

CHUNK = 1 << 20
_NOT_YET = 0.01  # seconds until a stream that does not block is asked again


class DamageError(Exception):
    """The data ends here, before its end: raised behind the last good byte, caught in this room only."""


class Reader(Protocol):
    """Gives some bytes, at most n, as soon as there are any; none at the end."""

    def __call__(self, size: int, /) -> bytes:
        """Give at most `size` bytes."""


class Progress:
    """Tells how many bytes of one file were read, each byte once, however often it is read."""

    def __init__(self, on_bytes: Callable[[int], None] | None) -> None:
        """Report to `on_bytes`, which is given the bytes read since it was last called."""
        self._on_bytes = on_bytes
        self._seen = 0

    def reached(self, position: int) -> None:
        """Note that the file was read up to a position."""
        if self._on_bytes is not None and position > self._seen:
            self._on_bytes(position - self._seen)
            self._seen = position


class RawFile(io.RawIOBase):
    """A source file opened for reading from its start; use it as a context."""

    def __init__(self, file: SourceFile, progress: Progress) -> None:
        """Open the file. Raises OSError."""
        self._own = file.path is not None
        self._stream = _opened(file)
        self._start, self._rewindable = file.start, file.rewindable
        self._position = 0
        self._progress = progress
        if self._rewindable and not self._own:
            self._stream.seek(self._start)

    def read(self, size: int = -1, /) -> bytes:
        """Give at most `size` bytes as soon as there are any. Raises DamageError where the disk fails."""
        try:
            data = self._some(CHUNK if size < 0 else size)
        except OSError as error:
            raise DamageError(f"cannot be read any further ({error.strerror or error})") from error
        self._position += len(data)
        self._progress.reached(self._position)
        return data

    def _some(self, size: int) -> bytes:
        read = getattr(self._stream, "read1", None) or self._stream.read
        while (data := read(size)) is None:
            time.sleep(_NOT_YET)
        return bytes(data)

    def readinto(self, buffer: object, /) -> int:
        """Fill a buffer, for the libraries that want a file."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Tell a file from a pipe."""
        return self._rewindable

    def seek(self, position: int, whence: int = 0, /) -> int:
        """Go to a position, counted from where this source starts."""
        base = self._start if whence == io.SEEK_SET else 0
        self._position = self._stream.seek(base + position, whence) - self._start
        return self._position

    def tell(self) -> int:
        """Give the position, counted from where this source starts."""
        return self._position

    def close(self) -> None:
        """Close what was opened here; a file object that was handed in stays open."""
        if self._own and not self.closed:
            self._stream.close()
        super().close()


def _opened(file: SourceFile) -> BinaryIO:
    if file.path is not None:
        return cast("BinaryIO", io.FileIO(file.path))
    if file.stream is None:
        raise ValueError(f"{file.source} has neither a path nor a stream")
    return file.stream
