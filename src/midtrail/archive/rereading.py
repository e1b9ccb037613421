"""Stored lines as they stood in their files, byte for byte, by their places."""

from collections.abc import Iterable, Iterator
from itertools import groupby

import numpy as np

from midtrail.archive.snapshot import Snapshot
from midtrail.lines import Place


class StoredLines:
    """The lines of an archive."""

    def __init__(self, shot: Snapshot) -> None:
        """Take a snapshot."""
        self._shot = shot
        self._ids = {file.source: file.file_id for file in shot.files}

    def raw_lines(self, places: Iterable[Place]) -> Iterator[tuple[int, bytes]]:
        """Yield (seq, line) for places in ascending seq; each line with its framing and its line end."""
        for source, wanted in groupby(places, lambda place: place.source):
            seqs = {place.line_no: place.seq for place in wanted}
            for line_no, line in self._lines(self._ids[source], seqs.keys()):
                yield seqs[line_no], line

    def _lines(self, file_id: int, line_nos: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Yield lines of a file by their numbers, in order; only they are printed."""
        wanted = np.array(sorted(line_nos), np.int64)
        found: list[tuple[int, bytes]] = []
        for number in self._shot.blocks_of([file_id]):
            picker = self._shot.picker(number)
            rows = picker.at(file_id, wanted)
            if len(rows):
                chosen = picker.picked(rows)
                found += zip(chosen.line_nos.tolist(), chosen.raws.to_pylist(), strict=True)
        yield from sorted(found)
