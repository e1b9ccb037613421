"""Batches within a window of time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.moments import microseconds
from midtrail.tables.arrow import SPINE_TABLE, Batches

_SECOND = 1_000_000
_CLOCK = "utc_offset"


def within(batches: Iterable[Batches], since: datetime | None, until: datetime | None) -> Iterator[Batches]:
    """Yield batches with only the lines from `since` on and before `until`; a line without a time is in no window.

    A bound without a zone is told in the clock of the line that it is compared with; for it the spines have the
    column `utc_offset` (seconds east of UTC), which is taken out.
    """
    for batch in batches:
        spine = batch[SPINE_TABLE]
        kept = _kept(spine, since, until)
        told = [name for name in spine.schema.names if name != _CLOCK]
        chosen = spine.select(told).filter(_mask(kept))
        first = int(spine["seq"][0].as_py()) if len(spine) else 0
        found = {SPINE_TABLE: chosen}
        for kind, rows in batch.items():
            if kind != SPINE_TABLE and len(some := rows.filter(_mask(kept[_numbers(rows["seq"]) - first]))):
                found[kind] = some
        yield found


def _kept(spine: pa.RecordBatch, since: datetime | None, until: datetime | None) -> Any:
    """Return for each line whether it is in the window."""
    times = _numbers(spine["time"].fill_null(0).view(pa.int64()))
    clocks = spine[_CLOCK].to_numpy().astype(np.int64) * _SECOND if _CLOCK in spine.schema.names else 0
    kept = spine["time"].is_valid().to_numpy(zero_copy_only=False)
    if since is not None:
        kept = kept & (times + (clocks if since.tzinfo is None else 0) >= microseconds(since, 0))
    if until is not None:
        kept = kept & (times + (clocks if until.tzinfo is None else 0) < microseconds(until, 0))
    return kept


def _numbers(column: pa.Array) -> Any:
    return column.to_numpy(zero_copy_only=False)


def _mask(kept: Any) -> pa.Array:
    bits = pa.py_buffer(np.packbits(kept, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(kept), [None, bits])
