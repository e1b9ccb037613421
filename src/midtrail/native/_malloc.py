"""How glibc's malloc holds memory."""

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 4 << 20


def give_memory_back(spare: int | None = None) -> None:
    """Let this process give large pieces of memory back to the system as soon as they are freed.

    Else what is freed between pieces that stay cannot hold larger ones, and the heap grows with the input. So many
    bytes as `spare` tells may stay free at its end: what is given back and taken again costs time.
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if hasattr(library, "gnu_get_libc_version") and library is not None:
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_M_ARENA_MAX, 2)
        if spare is not None:
            library.mallopt(_M_TRIM_THRESHOLD, spare)
