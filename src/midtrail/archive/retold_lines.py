"""The lines of messages and connections that are told anew: where they lie, and a digest of what they show.

A digest is a sum of numbers of 64 bits, one for each line, which its file, its number and its time make. A line of a
stored file never has another text, but for a last one that has no line end: that grows with its file, and so the
file's size counts there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.archive.places import packed
from midtrail.tables import SPINE_TABLE, Batches
from midtrail.tracking.sentences import hidden_kinds

_ODD = tuple(
    np.uint64(number)
    for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)
)
_UNTIMED = -1


class SourceFact(NamedTuple):
    """What all lines of a file tell: its first line's time, its least time, whether it holds lines twice.

    `file` is its number, `unended` that of a last line that has no line end, 0 where there is none, `size` its bytes.
    """

    source: str
    first_time: datetime | None
    begins: datetime | None
    was_read_twice: bool
    file: int
    unended: int = 0
    size: int = 0


class Lines:
    """All lines that are there, numbered from 0 on."""

    def __init__(self, batches: Sequence[Batches], facts: Iterable[SourceFact]) -> None:
        """Take the lines in their order, and what is known of their files."""
        known = {fact.source: fact for fact in facts}
        spines = [batch[SPINE_TABLE] for batch in batches if batch[SPINE_TABLE].num_rows]
        self._files = _joined(_files_of(spine, known) for spine in spines)
        self._numbers = _joined(spine["line_no"].to_numpy() for spine in spines)
        self._shown = _joined(_shown_in(spine) for spine in spines).astype(bool)
        times = _joined(spine["time"].cast(pa.int64()).fill_null(_UNTIMED).to_numpy() for spine in spines)
        self._marks = _mixed(self._files, self._numbers, times)
        for fact in known.values():
            if fact.unended:
                grows = (self._files == fact.file) & (self._numbers == fact.unended)
                self._marks[grows] ^= np.uint64(fact.size)

    def places(self, owners: Any, seqs: Any, count: int) -> pa.Array:
        """Return where the lines lie of each of so many owners, as they are kept; owners and lines are given row by row."""
        order = np.lexsort((self._numbers[seqs], self._files[seqs], owners))
        starts = np.searchsorted(owners[order], np.arange(count + 1))
        return packed(starts, self._files[seqs[order]], self._numbers[seqs[order]])

    def digests(self, owners: Any, seqs: Any, count: int, *, shown: bool = False) -> Any:
        """Return the digest of the lines of each of so many owners, or only of those that are shown."""
        found = np.zeros(count, np.uint64)
        some = self._shown[seqs] if shown else slice(None)
        np.add.at(found, owners[some], self._marks[seqs[some]])
        return found


def _joined(parts: Iterable[Any]) -> Any:
    return np.concatenate([np.array([], np.int64), *parts])


def _files_of(spine: pa.RecordBatch, known: dict[str, SourceFact]) -> Any:
    """Return the number of each line's file; there may be names of files that have no line."""
    files = [known[name].file if name in known else 0 for name in spine["source"].dictionary.to_pylist()]
    numbers = np.array(files, np.int64)
    return numbers[spine["source"].indices.to_numpy()]


def _shown_in(spine: pa.RecordBatch) -> Any:
    hidden = hidden_kinds()
    shown = np.array([kind not in hidden for kind in spine["kind"].dictionary.to_pylist()], np.int64)
    return shown[spine["kind"].indices.to_numpy()]


def _mixed(*columns: Any) -> Any:
    """Return a number for each row that its numbers make, as if by chance (the end of SplitMix64)."""
    found = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        found = (found + column.astype(np.uint64) + _ODD[0]) * _ODD[3]
        found = (found ^ (found >> np.uint64(30))) * _ODD[1]
        found = (found ^ (found >> np.uint64(27))) * _ODD[2]
        found ^= found >> np.uint64(31)
    return found
