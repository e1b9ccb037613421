"""Lines in memory, of which workings and tables are shown to a connection, for who asks these."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tables import SPINE_TABLE
from midtrail.tracking._columns import array, numbers, values_and_told
from midtrail.tracking._events import COUNTERS, Events
from midtrail.tracking._lent import LentLane, seconds
from midtrail.tracking._remedial import REMEDIATING
from midtrail.tracking._runs import NEVER
from midtrail.tracking._sources import SOURCE_FACTS

if TYPE_CHECKING:
    from midtrail.tables import BorrowingStore
    from midtrail.tracking._lives import Lives
    from midtrail.tracking._repeats import FileFacts

_FACTS = "select source, epoch_us(first_time) as first_time, was_read_twice from source_facts"


class AskedLane(LentLane):
    """The lines of a store, which may be only a part of their files (`source_facts`)."""

    def __init__(self, store: "BorrowingStore") -> None:
        """Know of each line when and where it was written."""
        self.connection = store.connection
        self.connection.execute(SOURCE_FACTS)
        super().__init__(store.lines, facts=_facts(store))
        self.keep("track_hosts", self._numbered_hosts)

    def execute(self, query: str) -> None:
        """Run statements."""
        self.connection.execute(query)

    def events(self) -> Iterator[Events]:
        """Return all lines, a batch at a time."""
        end = 0
        for spine in (batch[SPINE_TABLE] for batch in self._store.borrowed):
            begin, end = end, end + len(spine)
            yield self._events_of(spine, slice(begin, end))

    def _events_of(self, spine: pa.RecordBatch, here: slice) -> Events:
        kinds = spine["kind"].dictionary.to_pylist()
        codes, _ = values_and_told(spine["kind"].indices)
        return Events(
            seq=values_and_told(spine["seq"])[0],
            host=self._host[here],
            stamp=seconds(self._time[here]),
            time=self._time[here],
            recognised=np.array([kind != "unrecognised" for kind in kinds], np.bool_)[codes],
            remedial=np.array([kind in REMEDIATING for kind in kinds], np.bool_)[codes],
            of_counters={counter: spine[counter] for counter in COUNTERS},
        )

    def keep(self, name: str, rows: Callable[[], pa.Table]) -> None:
        """Show rows where they lie."""
        self.connection.register(name, rows())

    def place(self, lives: "Lives") -> Any:
        """Note the lives of MIDs that lines belong to, and make `track_mid_lines` (life, seq) of them."""
        last = super().place(lives)
        self.keep("track_mid_lines", self._lines_of_mids)
        return last

    def _numbered_hosts(self) -> pa.Table:
        hosts = self.hosts()
        return pa.table({"host_id": array(np.arange(1, len(hosts) + 1)), "host": hosts})


def _facts(store: "BorrowingStore") -> "dict[str, FileFacts]":
    rows = store.query(_FACTS)
    first_times = numbers(rows["first_time"], NEVER).tolist()
    twice = rows["was_read_twice"].to_pylist()
    return dict(zip(rows["source"].to_pylist(), zip(first_times, twice, strict=True), strict=True))
