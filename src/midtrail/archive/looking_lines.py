"""The lines of messages that are looked up, read where they lie: of them what is asked, and no line twice."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.archive.decoding import EVERYTHING, Asked, Decoded
from midtrail.archive.facts import StoredFile
from midtrail.archive.selecting import lines_at
from midtrail.archive.snapshot import Snapshot
from midtrail.distinct import distinct
from midtrail.tables import SPINE_TABLE

_ALWAYS = (
    SPINE_TABLE,
    "recipient_accepted",
    "continuation",
)  # what pages and findevent read, though it be empty
_MEMBERS = pa.schema([("message", pa.int64()), ("seq", pa.int64())])

Batches = dict[str, list[pa.RecordBatch]]


class ReadLines:
    """Lines of messages, of which is read what is asked; where that is everything, with those that go on with them."""

    def __init__(self, shot: Snapshot, asked: Asked = EVERYTHING) -> None:
        """Take a snapshot, and what is asked."""
        self._shot = shot
        self._asked = asked
        self._told: set[int] = set()
        self._tables: dict[Asked, tuple[int, Batches]] = {}
        self.read: list[Decoded] = []
        self.members = pa.table({"message": [], "seq": []}, schema=_MEMBERS)

    def missing(self, messages: Collection[int]) -> list[int]:
        """Return which of some messages have not been added yet."""
        return [number for number in messages if number not in self._told]

    def add(self, added: Collection[int], messages: Any, files: Any, line_nos: Any) -> None:
        """Note messages, and the places of their lines, each with its message; read lines that are not there yet."""
        self._told.update(added)
        known = self._shot.places
        wanted: dict[int, Any] = {}
        seqs = np.zeros(len(files), np.int64)
        present = self.members["seq"].to_numpy()
        for file in distinct(files).tolist():
            own = files == file
            seqs[own] = known[file].base + line_nos[own] - 1
            fresh = distinct(seqs[own][~np.isin(seqs[own], present)]) - known[file].base + 1
            if len(fresh):
                wanted[file] = fresh
        if wanted:
            self.read += lines_at(self._shot, wanted, self._asked)
        told = set(zip(messages.tolist(), seqs.tolist(), strict=True))
        new = sorted(
            told.difference(zip(*(column.to_pylist() for column in self.members.columns), strict=True))
        )
        columns = list(zip(*new, strict=True)) or [(), ()]
        members = pa.table([pa.array(column, pa.int64()) for column in columns], schema=_MEMBERS)
        self.members = pa.concat_tables([self.members, members])

    def seqs(self) -> Mapping[int, list[int]]:
        """Return the numbers of the lines of each message."""
        found: dict[int, list[int]] = {}
        pairs = zip(self.members["message"].to_pylist(), self.members["seq"].to_pylist(), strict=True)
        for message, seq in pairs:
            found.setdefault(message, []).append(seq)
        return found

    def batches(self, asked: Asked) -> Batches:
        """Return the lines as the engine gives them, of their events what is asked."""
        done, found = self._tables.get(asked, (0, {name: [] for name in _ALWAYS}))
        for read in self.read[done:]:
            for name, rows in self._shot.told(read, asked).items():
                found.setdefault(name, []).append(rows)
        self._tables[asked] = (len(self.read), found)
        return found

    def raws(self) -> Mapping[int, bytes]:
        """Return the lines as they stood in their files, by their numbers."""
        return {
            seq: raw
            for read in self.read
            for seq, raw in zip(self._numbers_of(read), read.raws.to_pylist(), strict=True)
        }

    def _numbers_of(self, lines: Decoded) -> Iterable[int]:
        """Return the numbers that lines have among all."""
        files = zip(lines.files.tolist(), lines.line_nos.tolist(), strict=True)
        return [self._shot.places[file].base + line_no - 1 for file, line_no in files]

    def files(self) -> list[StoredFile]:
        """Return the files of the lines."""
        there = {file for read in self.read for file in set(read.files.tolist())}
        return [file for file in self._shot.files if file.file_id in there]
