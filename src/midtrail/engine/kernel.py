"""The kernel: the library in C with the program of the loaded grammar."""

import ctypes
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from midtrail.engine.program import IDS, Program, load, narrowed
from midtrail.native import address, lacks, library

if TYPE_CHECKING:
    from midtrail.engine.chunks import Chunk

_PROGRAM = Program._fields[: Program._fields.index("kind_of")]
_LAYOUT = ("kind_of", "kinds", "types", "places_at", "places")
READ, UNKNOWN, LEFT = -1, -2, -3
"""Instead of a line's wording: that it is to be read, that the grammar knows none, that it is left to Python."""
ARROW_ARRAY_SIZE = 80
"""Bytes of an `ArrowArray` of Arrow's C data interface, on machines of 64 bits."""
SLACK = 64
"""Bytes behind a text that the kernel may read, and behind texts laid side by side that it may write."""
ODD = np.dtype(
    [(name, np.int32) for name in ("kind", "field", "row", "line")] + [("start", np.int64), ("end", np.int64)]
)
"""A value that Python has to read: its kind, field and row there, its line in the chunk, and where it stands."""


class _ProgramStruct(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in _PROGRAM),
        ("start", ctypes.c_int32),
        ("stride", ctypes.c_int32),
        ("most_numbers", ctypes.c_int32),
    )


class _LayoutStruct(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in _LAYOUT),
        ("kind_count", ctypes.c_int32),
        ("field_count", ctypes.c_int32),
    )


class Lines(ctypes.Structure):
    """Framed lines (`lines_t` in the kernel): where their memory lies, how many there are, how far that is."""

    _fields_ = (
        ("texts", ctypes.c_void_p),
        ("used", ctypes.c_int64),
        ("all", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("ends", "sizes", "times", "knowns", "changed")),
        *((name, ctypes.c_int64) for name in ("change_count", "lines", "most", "behind")),
    )


class _SpineStruct(ctypes.Structure):
    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in ("offsets", "sizes", "times", "knowns", "segments", "known", "records")
        ),
        *((name, ctypes.c_int64) for name in ("rows", "seq", "segment_count", "record_count")),
    )


class _ReadingStruct(ctypes.Structure):
    _fields_ = (
        ("base", ctypes.c_void_p),
        *((name, ctypes.c_void_p) for name in ("offsets", "knowns", "clocks", "wordings", "ids", "told")),
        *((name, ctypes.c_int64) for name in ("lines", "seq", "room")),
        ("places", ctypes.c_void_p),
        ("wording_count", ctypes.c_int64),
    )


class _ReadStruct(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("wordings", "kind_of", "ids", "told")),
        ("room", ctypes.c_int64),
    )


class _CutsStruct(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("wordings", "tape", "tape_at", "values", "values_at")),
        ("tape_used", ctypes.c_int64),
        ("values_used", ctypes.c_int64),
    )


class Cut:
    """Lines cut into terminals.

    `wordings` has the wording of each line, or UNKNOWN or LEFT, `tape` from `tape_at` of a line on where its first
    terminal begins and where each ends, `values` from `values_at` on its integers; of lines without a wording the
    state of the program, and the byte, where reading ended.
    """

    def __init__(self, wordings: Any, program: Program) -> None:
        """Begin with what is to be done with each line, and with room for what is found out."""
        rows = len(wordings)
        self.wordings = wordings
        self.tape, self.tape_at = np.empty(rows * program.stride, np.uint32), np.empty(rows, np.int32)
        self.values, self.values_at = (
            np.empty(rows * program.most_numbers, np.int64),
            np.empty(rows, np.int32),
        )
        arrays = (wordings, self.tape, self.tape_at, self.values, self.values_at)
        self.struct = _CutsStruct(*map(address, arrays), 0, 0)

    def bounds(self, row: int, place: int) -> tuple[int, int]:
        """Return where one terminal of a line begins and ends."""
        at = int(self.tape_at[row]) + place
        return int(self.tape[at]), int(self.tape[at + 1])

    def value(self, row: int, place: int) -> int:
        """Return one of a line's values."""
        return int(self.values[self.values_at[row] + place])


class Texts:
    """Memory for the texts of lines, which can go with an Arrow array."""

    def __init__(self, loaded: ctypes.CDLL, size: int) -> None:
        """Take so many bytes. Raises MemoryError."""
        self._library = loaded
        self.at = int(loaded.mt_take(size) or 0)
        if not self.at:
            raise MemoryError
        self.size = size

    def bytes(self) -> "np.ndarray[tuple[Any, ...], np.dtype[np.uint8]]":
        """Return the bytes as an array, which holds as long as this is kept, and after that with the array of Arrow."""
        return np.frombuffer(memoryview((ctypes.c_uint8 * self.size).from_address(self.at)), np.uint8)

    def let_go(self) -> None:
        """Leave them to the array."""
        self.at = 0

    def __del__(self) -> None:
        """Give them back."""
        if self.at:
            self._library.mt_give(self.at)


class Columns:
    """Memory for the columns of kinds, which begin as large as they were for the lines before, and for lines' ids."""

    def __init__(self, loaded: ctypes.CDLL, layout: _LayoutStruct, rows: int) -> None:
        """Make room for the ids of so many lines. Raises MemoryError."""
        self._library, self._layout = loaded, layout
        self.at = int(loaded.mt_columns(ctypes.byref(layout)) or 0)
        if not self.at:
            raise MemoryError
        self.rows = -(-rows // 8) * 8
        self.ids = np.empty(self.rows * len(IDS), np.int64)
        self.told = np.empty(self.rows // 8 * len(IDS), np.uint8)

    def __del__(self) -> None:
        """Give it back."""
        if self.at:
            self._library.mt_free(self.at)


class Kernel:
    """The kernel with the program of the loaded grammar."""

    def __init__(
        self, loaded: ctypes.CDLL, program: Program, columns: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Hand the program over; `columns` are the kinds that are laid out, with their columns: None means all."""
        self.program = program if columns is None else narrowed(program, columns)
        self.columns_wanted = columns
        self._library = loaded
        arrays = (address(getattr(self.program, name)) for name in _PROGRAM)
        self._program = _ProgramStruct(*arrays, program.start, program.stride, program.most_numbers)
        layout = (address(getattr(self.program, name)) for name in _LAYOUT)
        self._layout = _LayoutStruct(*layout, len(program.names), len(program.types))

    def narrowed(self, columns: Mapping[str, Sequence[str]]) -> "Kernel":
        """Return a kernel that lays out these kinds only, with these fields."""
        return Kernel(self._library, self.program, columns)

    def frame(self, base: int, at: int, end: int, known: Any, lines: Lines) -> None:
        """Add lines whose beginning is known and whose body begins with no needle, as long as there is room.

        `known` are the beginnings and the needles.
        """
        self._library.mt_frame(base, at, end, *known, ctypes.byref(lines))

    def texts(self, size: int) -> Texts:
        """Return memory for texts."""
        return Texts(self._library, size)

    def match(self, base: int, bodies: Any, ends: Any, wordings: Any) -> Cut:
        """Cut the lines whose wording is READ into terminals; their texts are as tables store them."""
        cut = Cut(wordings, self.program)
        rows = (len(wordings), address(bodies), address(ends))
        if self._library.mt_match(ctypes.byref(self._program), base, *rows, ctypes.byref(cut.struct)):
            raise MemoryError
        return cut

    def columns(self, rows: int) -> "Columns":
        """Return memory for the columns of the kinds of so many lines, and for their ids."""
        return Columns(self._library, self._layout, rows)

    def read(
        self, chunk: "Chunk", wordings: Any, clocks: Any, columns: "Columns"
    ) -> tuple[dict[int, int], Any, Any]:
        """Read the lines whose wording is READ, and lay out what they say.

        `clocks` are those of `chunk.known`, in microseconds east of UTC.

        Returns the number of each kind that occurs with the address of its `ArrowArray`, the values that Python
        has to read, and the memory in which those arrays lie until they are imported.
        """
        arrays = np.zeros((len(self.program.names), ARROW_ARRAY_SIZE), np.uint8)
        odds, ids = ctypes.c_void_p(), self.program.ids
        lines = (chunk.offsets, chunk.knowns, clocks, wordings, columns.ids, columns.told)
        reading = _ReadingStruct(
            *(chunk.texts.at, *map(address, lines), chunk.rows, chunk.seq, columns.rows),
            *(address(ids), ids.shape[1]),
        )
        count = self._library.mt_read(
            *(ctypes.byref(self._program), columns.at, ctypes.byref(reading)),
            address(arrays),
            ctypes.byref(odds),
        )
        if count < 0:
            raise MemoryError
        odd = np.frombuffer(ctypes.string_at(odds, count * ODD.itemsize) if count else b"", ODD)
        lengths = arrays[:, :8].copy().view(np.int64).ravel()
        first = address(arrays)
        return (
            {int(kind): first + ARROW_ARRAY_SIZE * int(kind) for kind in np.flatnonzero(lengths)},
            odd,
            arrays,
        )

    def spine(
        self,
        chunk: "Chunk",
        wordings: Any,
        columns: "Columns",
        segments: Sequence[Sequence[int]],
        known: Sequence[Sequence[int]],
        told: Sequence[Sequence[int]],
    ) -> tuple[int, Any]:
        """Lay out the spine of a chunk's lines, words by their numbers; the chunk's texts go with it.

        `segments` are the chunk's, with the sources' numbers; `known` for each number of `chunk.known` host and level
        by number (-1: none), and whether such lines have a time; `told` for each line without a wording its row, the
        number of its kind, its ids, and whether it names them.

        Returns the address of the `ArrowArray`, and the memory in which it lies until it is imported.
        """
        out = np.zeros(ARROW_ARRAY_SIZE, np.uint8)
        tables = (np.array(segments, np.int64), np.array(known, np.int32), np.array(told, np.int64))
        lines = (chunk.offsets, chunk.sizes, chunk.times, chunk.knowns, *tables)
        spine = _SpineStruct(*map(address, lines), chunk.rows, chunk.seq, len(segments), len(told))
        read = _ReadStruct(
            *map(address, (wordings, self.program.kind_of, columns.ids, columns.told)), columns.rows
        )
        structs = (ctypes.byref(read), address(out))
        if self._library.mt_spine(ctypes.byref(spine), chunk.texts.at, *structs):
            raise MemoryError
        chunk.texts.let_go()
        return address(out), out


@cache
def kernel() -> Kernel | None:
    """Return the kernel, ready to run; None where it was not built or is not wanted."""
    loaded = library()
    return None if loaded is None else Kernel(loaded, load())


def summary() -> str:
    """Return in one sentence whether large inputs are read by the compiled engine."""
    if library() is not None:
        return "the compiled engine reads large inputs"
    reason = lacks() or "MIDTRAIL_ENGINE=lark turns it off"
    return f"Lark reads all inputs, as the compiled engine is missing; {reason}"
