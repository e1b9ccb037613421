"""The events that an archive holds, by the ids that they name, and what ties them together."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.decoding import EVERYTHING, Asked
from midtrail.archive.ids import IdSet, Named, ids_of, named, others_of, places_of, rows_of
from midtrail.archive.selecting import told
from midtrail.archive.snapshot import Snapshot, Span
from midtrail.archive.spotting import Spotting, lines_of
from midtrail.archive.tables import ASKED, LINKS, kept
from midtrail.archive.ties import Batch
from midtrail.tables import SPINE_TABLE, Batches
from midtrail.tracking import INITIATING


class Stored:
    """The events of a snapshot."""

    def __init__(self, shot: Snapshot, asked: Asked = EVERYTHING) -> None:
        """Take a snapshot, and what is asked of its lines."""
        self._shot = shot
        self._asked = asked
        self._spotting = Spotting(shot)

    def spots(self, wanted: Named) -> Iterator[pa.Table]:
        """Give where the lines are that name one of the ids."""
        return self._spotting.spots(wanted)

    def lines(self, at: Any) -> Iterator[Batches]:
        """Give lines by where they are (ascending, numpy), with those that go on with them."""
        self._spotting.forget()
        return told(self._shot, lines_of(at), self._asked)

    def linked(self, mids: IdSet) -> IdSet:
        """Return the MIDs to which a link leads from one of these, one step far."""
        rows = kept(self._shot, LINKS, among=("mid", mids))
        return IdSet() if rows is None else others_of(rows, mids)

    def batches_of(self, mids: IdSet) -> set[Batch]:
        """Return the remediation batches that lines of some MIDs name."""
        rows = kept(self._shot, ASKED, among=("mid", mids))
        return set() if rows is None else set(_batches(rows))

    def remedied(self, batches: set[Batch]) -> IdSet:
        """Return the MIDs that lines of these remediation batches name."""
        rows = kept(self._shot, ASKED) if batches else None
        if rows is None:
            return IdSet()
        rows = rows.filter(pc.is_in(rows["batch"], pa.array([name for _, name in batches])))
        asked = [batch in batches for batch in _batches(rows)]
        return ids_of(rows.filter(pa.array(asked, pa.bool_())), "mid")

    def asked(self, batches: set[Batch], present: IdSet) -> Iterator[pa.Table]:
        """Give where the lines are that begin these remediation batches, but for those of MIDs that are present.

        Of these MIDs there may be lines that begin others.
        """
        return self._spotting.of_kind(INITIATING, named(mids=self.remedied(batches).without(present)))


def _batches(rows: pa.Table) -> Iterator[Batch]:
    return zip(rows["host"].to_pylist(), rows["batch"].to_pylist(), strict=True)


class Before(Stored):
    """The events that were stored before a batch and still are, numbered as they will be after it."""

    def __init__(self, before: Snapshot, after: Snapshot, withdrawn: Iterable[Span], asked: Asked) -> None:
        """Take the snapshots before and after the batch, what it took out, and what is asked of lines."""
        super().__init__(before, asked)
        self._withdrawn = {span.file_id: span for span in withdrawn}
        self._ids = {file.source: file.file_id for file in before.files}
        self._places = after.places

    def lines(self, at: Any) -> Iterator[Batches]:
        """Give lines by where they are, but for those that were taken out."""
        return filter(None, map(self._moved, super().lines(at)))

    def _moved(self, batch: Batches) -> Batches | None:
        spine = batch[SPINE_TABLE]
        sources = spine["source"].cast(pa.string()).dictionary_encode()
        numbers = [self._ids[source] for source in sources.dictionary.to_pylist()]
        files = np.array(numbers, np.int64)[sources.indices.to_numpy()]
        line_nos = spine["line_no"].to_numpy()
        kept_lines = pa.array(~self._lost(files, line_nos))
        known = [self._places.get(number) for number in numbers]
        bases = np.array([0 if place is None else place.base for place in known], np.int64)
        seqs = pa.array(bases[sources.indices.to_numpy()] + line_nos - 1)
        names = pa.array(["" if place is None else place.source for place in known], pa.string())
        moved: Batches = {}
        for name, rows in batch.items():
            at = pa.array(places_of(rows, spine))
            moved[name] = rows.set_column(0, rows.schema.field(0), seqs.take(at))
        column = spine.schema.get_field_index("source")
        coded = pa.DictionaryArray.from_arrays(sources.indices, names)
        moved[SPINE_TABLE] = moved[SPINE_TABLE].set_column(column, spine.schema.field(column), coded)
        chosen = rows_of(moved, kept_lines)
        return chosen if chosen[SPINE_TABLE].num_rows else None

    def _lost(self, files: Any, line_nos: Any) -> Any:
        """Return which lines the batch took out, of lines by their files and numbers (a mask)."""
        lost = np.zeros(len(files), bool)
        for file_id, span in self._withdrawn.items():
            lost |= (files == file_id) & (line_nos >= span.start) & (line_nos < span.stop)
        return lost
