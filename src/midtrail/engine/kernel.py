"""The kernel: the library in C with the program of the loaded grammar."""

import ctypes
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.engine.program import IDS, Program, load
from midtrail.native import address, library

_PROGRAM = Program._fields[: Program._fields.index("kind_of")]
_LAYOUT = ("kind_of", "kinds", "types", "places_at", "places")
ARROW_ARRAY_SIZE = 80
"""Bytes of an `ArrowArray` of Arrow's C data interface, on machines of 64 bits."""
ODD = np.dtype(
    [(name, np.int32) for name in ("kind", "field", "row", "line")] + [("start", np.int64), ("end", np.int64)]
)
"""A value that Python has to read: its kind, field and row there, its line in the chunk, and where it stands."""


class _ProgramStruct(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in _PROGRAM),
        ("start", ctypes.c_int32),
        ("stride", ctypes.c_int32),
    )


class _LayoutStruct(ctypes.Structure):
    _fields_ = (*((name, ctypes.c_void_p) for name in _LAYOUT), ("kind_count", ctypes.c_int32))


class _LinesStruct(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_void_p) for name in ("starts", "bodies", "ends", "sizes", "times", "knowns")
    )


class Kernel:
    """The kernel with the program of the loaded grammar."""

    def __init__(self, loaded: ctypes.CDLL, program: Program) -> None:
        """Hand the program over."""
        self.program = program
        self._library = loaded
        arrays = (address(getattr(program, name)) for name in _PROGRAM)
        self._program = _ProgramStruct(*arrays, program.start, program.stride)
        layout = (address(getattr(program, name)) for name in _LAYOUT)
        self._layout = _LayoutStruct(*layout, len(program.names))

    def frame(self, base: int, at: int, end: int, beginnings: Any, lines: Any, room: int) -> int:
        """Frame lines whose beginning is known, into arrays; return how many."""
        out = ctypes.byref(_LinesStruct(*lines))
        return int(self._library.mt_frame(base, at, end, *beginnings, out, room))

    def match(self, base: int, bodies: Any, ends: Any, wordings: Any, tape: Any) -> None:
        """Cut the lines whose wording is -1 into terminals."""
        arrays = map(address, (bodies, ends, wordings, tape))
        if self._library.mt_match(ctypes.byref(self._program), base, len(bodies), *arrays):
            raise MemoryError

    def columns(self, base: int, wordings: Any, tape: Any, seq: int) -> tuple[dict[int, Any], Any]:
        """Lay out the lines that have a wording.

        Returns for each kind that occurs, by its number, the address of its `ArrowArray` (in memory that the
        first item of the dictionary, under -1, keeps), and the values that Python has to read.
        """
        kinds = len(self.program.names)
        arrays = np.zeros((kinds, ARROW_ARRAY_SIZE), np.uint8)
        odds = ctypes.c_void_p()
        count = self._library.mt_columns(
            *(ctypes.byref(self._layout), base, len(wordings), address(wordings), address(tape)),
            *(self.program.stride, seq, address(arrays), ctypes.byref(odds)),
        )
        if count < 0:
            raise MemoryError
        odd = np.frombuffer(ctypes.string_at(odds, count * ODD.itemsize), ODD) if count else np.empty(0, ODD)
        self._library.mt_free(odds)
        lengths = arrays[:, :8].copy().view(np.int64).ravel()
        first = address(arrays)
        found = {int(kind): first + ARROW_ARRAY_SIZE * int(kind) for kind in np.flatnonzero(lengths)}
        return {-1: arrays, **found}, odd

    def ids(self, base: int, wordings: Any, tape: Any, which: int) -> tuple[Any, Any]:
        """Return one of the spine's ids of all lines, and whether they name one."""
        rows = len(wordings)
        values, told = np.empty(rows, np.int64), np.empty(rows, np.uint8)
        places = address(self.program.ids) + 4 * which * self.program.ids.shape[1]
        arrays = (address(wordings), places, address(tape), self.program.stride)
        self._library.mt_ints(base, rows, *arrays, address(values), address(told))
        return values, told

    def texts(self, base: int, starts: Any, ends: Any) -> pa.Array:
        """Return pieces of the buffer as texts."""
        offsets = np.zeros(len(starts) + 1, np.int32)
        np.cumsum(ends - starts, out=offsets[1:])
        data = np.empty(int(offsets[-1]), np.uint8)
        self._library.mt_copy(base, len(starts), *map(address, (starts, ends, offsets, data)))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        return pa.Array.from_buffers(pa.string(), len(starts), buffers)


@cache
def kernel() -> Kernel | None:
    """Return the kernel, ready to run; None where it was not built or is not wanted."""
    loaded = library()
    return None if loaded is None else Kernel(loaded, load())


def summary() -> str:
    """Return in one sentence whether large inputs are read by the compiled engine."""
    if library() is not None:
        return "the compiled engine reads large inputs"
    return (
        "Lark reads all inputs: the compiled engine was not built (install with a C compiler at hand) "
        "or MIDTRAIL_ENGINE=lark turns it off"
    )


__all__ = ["IDS", "Kernel", "kernel", "summary"]
