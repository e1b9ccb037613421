"""The writer's lock: held by the operating system, so that a killed writer leaves none."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from midtrail.errors import ArchiveError

LOCK = "writer.lock"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of an archive's only writer. Raises ArchiveError at once where another holds it."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _lock(handle)
        except OSError as error:
            raise ArchiveError(
                f"{folder}: another midtrail is writing into this archive; wait until it is done "
                "(reading is always possible)"
            ) from error
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
