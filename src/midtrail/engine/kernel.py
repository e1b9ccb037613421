"""The kernel, loaded through ctypes: it needs nothing but itself, and lets other threads run meanwhile.

It is built with the wheel where there is a C compiler. Where it is missing, or `MIDTRAIL_ENGINE` says `lark`,
midtrail reads everything with Lark: the same events, slower.
"""

import ctypes
import os
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

import numpy as np

from midtrail.engine.program import Program, load

_ARRAYS = Program._fields[:11]


class _ProgramStruct(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in _ARRAYS),
        ("start", ctypes.c_int32),
        ("stride", ctypes.c_int32),
    )


class _LinesStruct(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_void_p) for name in ("starts", "bodies", "ends", "sizes", "times", "knowns")
    )


class Kernel:
    """The kernel with the program of the loaded grammar."""

    def __init__(self, file: Path, program: Program) -> None:
        """Load the library and hand the program over. Raises OSError."""
        library = ctypes.CDLL(str(file))
        self.program = program
        self._library = library
        self._short = ctypes.PyDLL(str(file))  # for calls so short that letting other threads in costs more
        self._struct = _ProgramStruct(
            *(address(getattr(program, name)) for name in _ARRAYS), program.start, program.stride
        )
        library.mt_frame.restype = ctypes.c_int64

    def frame(self, base: int, at: int, end: int, beginnings: Any, lines: Any, room: int) -> int:
        """Frame lines whose beginning is known, into arrays; return how many."""
        known, order, count = beginnings
        return int(
            self._library.mt_frame(
                *(ctypes.c_void_p(base), ctypes.c_int64(at), ctypes.c_int64(end)),
                *(ctypes.c_void_p(known), ctypes.c_void_p(order), ctypes.c_int32(count)),
                *(ctypes.byref(_LinesStruct(*lines)), ctypes.c_int64(room)),
            )
        )

    def match(self, base: int, bodies: Any, ends: Any, wordings: Any, tape: Any) -> None:
        """Cut the lines whose wording is -1 into terminals."""
        arrays = (bodies, ends, wordings, tape)
        failed = self._library.mt_match(
            ctypes.byref(self._struct),
            ctypes.c_void_p(base),
            ctypes.c_int64(len(bodies)),
            *_pointers(*arrays),
        )
        if failed:
            raise MemoryError

    def spans(
        self, base: int, lines: Any, wordings: Any, places: Any, tape: Any, form: int
    ) -> tuple[Any, Any, Any]:
        """Return where the values of a field begin and end, and whether (2: in what form) there are any."""
        rows = len(lines)
        starts, ends, told = np.empty(rows, np.int64), np.empty(rows, np.int64), np.empty(rows, np.uint8)
        self._short.mt_spans(
            *(ctypes.c_void_p(base), ctypes.c_int64(rows), *_pointers(lines, wordings, places, tape)),
            *(ctypes.c_int64(self.program.stride), ctypes.c_int32(form), *_pointers(starts, ends, told)),
        )
        return starts, ends, told

    def copy(self, base: int, starts: Any, ends: Any, offsets: Any, data: Any) -> None:
        """Lay the texts side by side."""
        self._short.mt_copy(
            ctypes.c_void_p(base), ctypes.c_int64(len(starts)), *_pointers(starts, ends, offsets, data)
        )

    def ints(self, base: int, lines: Any, wordings: Any, places: Any, tape: Any) -> tuple[Any, Any]:
        """Return the integers of a field, and whether there are any."""
        rows = len(lines)
        values, told = np.empty(rows, np.int64), np.empty(rows, np.uint8)
        self._short.mt_ints(
            *(ctypes.c_void_p(base), ctypes.c_int64(rows), *_pointers(lines, wordings, places, tape)),
            *(ctypes.c_int64(self.program.stride), *_pointers(values, told)),
        )
        return values, told


def address(array: Any) -> int:
    """Return where an array's bytes lie."""
    return int(array.__array_interface__["data"][0])  # three times as quick as array.ctypes.data


def _pointers(*arrays: Any) -> tuple[ctypes.c_void_p, ...]:
    return tuple(ctypes.c_void_p(address(array)) for array in arrays)


@cache
def kernel() -> Kernel | None:
    """Return the kernel, ready to run; None where it was not built or is not wanted."""
    if os.environ.get("MIDTRAIL_ENGINE") == "lark":
        return None
    for suffix in EXTENSION_SUFFIXES:
        file = Path(__file__).with_name(f"_kernel{suffix}")
        if file.exists():
            try:
                return Kernel(file, load())
            except OSError:
                return None
    return None


def summary() -> str:
    """Return in one sentence whether large inputs are read by the compiled engine."""
    if kernel() is not None:
        return "the compiled engine reads large inputs"
    return (
        "Lark reads all inputs: the compiled engine was not built (install with a C compiler at hand) "
        "or MIDTRAIL_ENGINE=lark turns it off"
    )
