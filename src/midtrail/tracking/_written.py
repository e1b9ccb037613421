"""Lines of a batch as joins need them: when and where each was written, and which ids it names.

Most lines follow one another in a file, so where each stands need not be kept of each; of three ids most lines name one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from mmap import mmap
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, bits, numbers, told, values_and_told
from midtrail.tracking._events import COUNTERS, ids_named
from midtrail.tracking._remedial import REMEDIATING
from midtrail.tracking._runs import NEVER, first_of_runs, of_runs

_LINE_UP = 64  # bytes
_SMALL = np.iinfo(np.int32)

Kept = Callable[[Any, "Sequence[Stretch]"], Any]
"""Tells by the times of lines, and their stretches, of which lines the texts are kept."""


class LacksTextsError(Exception):
    """It takes a text that was left out."""


class Stretch(NamedTuple):
    """Lines of a batch that follow one another, of one file and one appliance."""

    begin: int
    end: int
    source: str
    host: str | None
    least: int
    most: int
    untimed: bool
    first_line: int
    last_line: int


def spread(stretches: Sequence[Stretch], values: Sequence[int]) -> Any:
    """Return for each line the value of its stretch."""
    lengths = np.array([one.end - one.begin for one in stretches], np.int64)
    return np.repeat(np.array(values, np.int64), lengths)


class Named(NamedTuple):
    """The recognised lines that name an id of a counter: their rows, the ids, and which of them are of remediation."""

    rows: Any
    ids: Any
    remedial: Any


class Written:
    """The lines of a batch."""

    def __init__(self, spine: pa.RecordBatch, kept: Kept | None = None) -> None:
        """Look at lines of the spine; all texts are kept, or those that `kept` tells."""
        times, timed = values_and_told(spine["time"])
        self._count = len(spine)
        self.time = np.where(timed, times, NEVER)
        """In microseconds, NEVER where a line has none."""
        self.stretches = _stretches(spine, self.time)
        self.names = np.logical_or.reduce([told(spine[counter]) for counter in COUNTERS])
        """Which lines name an id."""
        self.named = _named(spine)
        self._standing = _Standing(spine)
        self._rows: Any = None
        """The rows whose texts are kept, if not all."""
        self._texts = spine["text"]
        if kept is not None:
            keeps = kept(self.time, self.stretches)
            self._rows = np.flatnonzero(keeps).astype(np.int32)
            self._texts = self._texts.filter(
                pa.Array.from_buffers(pa.bool_(), len(keeps), [None, bits(keeps)])
            )
            self._move()

    def __len__(self) -> int:
        """Return how many lines there are."""
        return self._count

    def let_go(self) -> None:
        """Forget times and ids."""
        self.time = self.names = np.empty(0, np.int64)
        self.named = {}

    def _move(self) -> None:
        """Move what is needed at first only to memory of its own, which goes back to the system with it."""
        columns = [self.time, self.names, *(column for named in self.named.values() for column in named)]
        self.time, self.names, *rest = _in_memory_of_their_own(columns)
        parts = zip(*[iter(rest)] * len(Named._fields), strict=True)
        self.named = {counter: Named(*columns) for counter, columns in zip(self.named, parts, strict=True)}

    def taken(self, rows: Any, columns: Sequence[str]) -> pa.RecordBatch:
        """Return columns of some lines: `source`, `line_no`, `text`. Raises LacksTextsError."""
        ways: dict[str, Callable[[], pa.Array]] = {
            "source": lambda: self._standing.sources(rows),
            "line_no": lambda: array(self.line_nos(rows)),
            "text": lambda: self._texts_of(rows),
        }
        return pa.RecordBatch.from_arrays([ways[name]() for name in columns], list(columns))

    def line_nos(self, rows: Any) -> Any:
        """Return the line numbers of some lines."""
        return self._standing.line_nos(rows)

    def _texts_of(self, rows: Any) -> pa.Array:
        places = rows
        if self._rows is not None and len(rows):
            places = np.searchsorted(self._rows, rows)
            if not len(self._rows) or (self._rows[np.minimum(places, len(self._rows) - 1)] != rows).any():
                raise LacksTextsError
        return self._texts.take(array(places))


class _Standing:
    """Where lines stand in their files: the rows that do not follow the one before, and where these stand."""

    def __init__(self, spine: pa.RecordBatch) -> None:
        source, line_no = values_and_told(spine["source"].indices)[0], values_and_told(spine["line_no"])[0]
        begins = first_of_runs(source)
        begins[1:] |= line_no[1:] - line_no[:-1] != 1
        self._begins = np.flatnonzero(begins)
        self._source, self._line_no = source[self._begins], line_no[self._begins]
        self._words = spine["source"].dictionary

    def sources(self, rows: Any) -> pa.Array:
        """Return the files of some lines."""
        return self._words.take(array(self._source[self._run_of(rows)]))

    def line_nos(self, rows: Any) -> Any:
        """Return the line numbers of some lines."""
        run = self._run_of(rows)
        return self._line_no[run] + rows - self._begins[run]

    def _run_of(self, rows: Any) -> Any:
        return np.searchsorted(self._begins, rows, side="right") - 1


def _named(spine: pa.RecordBatch) -> Mapping[str, Named]:
    codes, kinds = values_and_told(spine["kind"].indices)[0], spine["kind"].dictionary.to_pylist()
    recognised = np.array([kind != "unrecognised" for kind in kinds], np.bool_)[codes]
    remedial = np.array([kind in REMEDIATING for kind in kinds], np.bool_)[codes]
    return {counter: _of_counter(spine[counter], counter, recognised, remedial) for counter in COUNTERS}


def _of_counter(column: pa.Array, counter: str, recognised: Any, remedial: Any) -> Named:
    ids, names = ids_named(column, counter)
    rows = np.flatnonzero(names & recognised).astype(np.int32)
    ids = ids[rows]
    if len(ids) and _SMALL.min <= ids.min() and ids.max() <= _SMALL.max:
        ids = ids.astype(np.int32)
    return Named(rows, ids, remedial[rows])


def _in_memory_of_their_own(columns: Sequence[Any]) -> Iterable[Any]:
    """Yield copies of arrays that lie side by side."""
    sizes = [-(-column.nbytes // _LINE_UP) * _LINE_UP for column in columns]
    memory, at = mmap(-1, max(sum(sizes), 1)), 0
    for column, size in zip(columns, sizes, strict=True):
        copy = np.frombuffer(memory, column.dtype, len(column), at)
        copy[:] = column
        at += size
        yield copy


def _stretches(spine: pa.RecordBatch, time: Any) -> list[Stretch]:
    if not len(spine):
        return []
    source, host = (numbers(spine[name].indices, -1) for name in ("source", "host"))
    begins = np.flatnonzero(first_of_runs(source, host))
    untimed = time == NEVER
    line_no = values_and_told(spine["line_no"])[0]
    sources, hosts = spine["source"].dictionary.to_pylist(), [*spine["host"].dictionary.to_pylist(), None]
    columns = (
        begins,
        np.append(begins[1:], len(time)),
        source[begins],
        host[begins],
        of_runs(np.minimum, time, begins),
        of_runs(np.maximum, np.where(untimed, -NEVER, time), begins),
        of_runs(np.logical_or, untimed, begins),
        of_runs(np.minimum, line_no, begins),
        of_runs(np.maximum, line_no, begins),
    )
    return [
        Stretch(begin, end, sources[source], hosts[host], *rest)
        for begin, end, source, host, *rest in zip(*(column.tolist() for column in columns), strict=True)
    ]
