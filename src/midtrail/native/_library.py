"""The library in C, loaded: it holds no Python of its own, and lets other threads run meanwhile.

It is built with the wheel where there is a C compiler. Where it is missing, or of other sources (an editable
install after an update), or `MIDTRAIL_ENGINE` says `lark`,
midtrail reads everything with Lark: the same events, slower.
"""

import ctypes
import os
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

_INTERFACE = 9
"""What functions take and give, by number: raised, here and in _lines.c, when that changes."""


def library() -> ctypes.CDLL | None:
    """Return the library; None where it was not built or is not wanted."""
    found = _found()
    return None if isinstance(found, str) else found


def lacks() -> str:
    """Return why there is no library, and what to do; nothing where there is one, or none is wanted."""
    found = _found()
    return found if isinstance(found, str) else ""


@cache
def _found() -> ctypes.CDLL | str:
    if os.environ.get("MIDTRAIL_ENGINE") == "lark":
        return ""
    for suffix in EXTENSION_SUFFIXES:
        file = Path(__file__).with_name(f"_native{suffix}")
        if file.exists():
            try:
                return _typed(ctypes.CDLL(str(file)))
            except (OSError, AttributeError):
                return "it was built of other sources or for another machine: install midtrail again"
    return "it was not built: install midtrail again where a C compiler is at hand"


def _typed(loaded: ctypes.CDLL) -> ctypes.CDLL:
    """Say what the functions take and give: addresses and 64-bit numbers, unless it is told otherwise."""
    if loaded.mt_interface() != _INTERFACE:
        raise AttributeError("built of other sources")
    pointer, long, short = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32
    loaded.mt_frame.argtypes = (pointer, long, long, pointer, pointer, short, pointer, short, pointer)
    loaded.mt_frame.restype = None
    loaded.mt_skip.argtypes = (pointer, long, long, pointer, pointer, short, pointer, short)
    loaded.mt_skip.restype = long
    loaded.mt_match.argtypes = (pointer, pointer, long, *[pointer] * 3)
    loaded.mt_match.restype = short
    loaded.mt_read.argtypes = (pointer,) * 5
    loaded.mt_read.restype = long
    loaded.mt_columns.argtypes = (pointer,)
    loaded.mt_columns.restype = pointer
    loaded.mt_spine.argtypes = (pointer,) * 4
    loaded.mt_spine.restype = short
    loaded.mt_take.argtypes = (long,)
    loaded.mt_take.restype = pointer
    loaded.mt_give.argtypes = (pointer,)
    loaded.mt_give.restype = None
    loaded.mt_keep_memory.argtypes = ()
    loaded.mt_keep_memory.restype = None
    loaded.mt_free.argtypes = (pointer,)
    loaded.mt_free.restype = None
    return loaded


def address(array: Any) -> int:
    """Return where an array's bytes lie."""
    return int(array.__array_interface__["data"][0])  # three times as quick as array.ctypes.data


def keep_memory() -> None:
    """Let this process keep memory that was given back: a process that only reads is a tenth quicker so."""
    loaded = library()
    if loaded is not None:
        loaded.mt_keep_memory()
