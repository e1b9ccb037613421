"""Gathered lines put in their order and numbered one behind the other, so that tracking reads them where they lie."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.tables import SPINE_TABLE, Batches, Columns

_MOST_RUNS = 2048
"""Runs of lines that are told apart; where there are more, the lines are copied."""
_FEW = 1 << 17  # lines that are copied sooner than told apart


def in_order(batches: Sequence[Batches], columns: Columns) -> list[Batches]:
    """Return the lines of batches in the order of their numbers, of each table the columns that are asked.

    They are numbered anew, from 0 on. Every batch has a spine, which is empty where it has events.
    """
    told = [batch for batch in batches if batch[SPINE_TABLE].num_rows]
    if not told:
        return []
    spines = [_ascending(batch[SPINE_TABLE].select(columns[SPINE_TABLE])) for batch in told]
    numbers = np.concatenate([spine["seq"].to_numpy() for spine in spines])
    order = np.argsort(numbers, kind="stable")
    numbers = numbers[order]
    lines = [{SPINE_TABLE: _numbered(spine, numbers)} for spine in _in_runs(spines, order)]
    nothing = lines[0][SPINE_TABLE].slice(0, 0)
    events = [
        {
            SPINE_TABLE: nothing,
            **{
                name: _numbered(rows.select(columns[name]), numbers)
                for name, rows in batch.items()
                if name in columns and name != SPINE_TABLE
            },
        }
        for batch in told
    ]
    return [*lines, *events]


def _ascending(spine: pa.RecordBatch) -> pa.RecordBatch:
    """Return lines in the order of their numbers."""
    numbers = spine["seq"].to_numpy()
    return spine if (np.diff(numbers) > 0).all() else spine.take(pa.array(np.argsort(numbers)))


def _in_runs(spines: Sequence[pa.RecordBatch], order: Any) -> Iterator[pa.RecordBatch]:
    """Yield lines in an order, those together that lie together."""
    starts = np.cumsum([0, *(spine.num_rows for spine in spines)])
    breaks = np.diff(order) != 1
    breaks[np.isin(order[1:], starts)] = True
    bounds = [0, *(np.flatnonzero(breaks) + 1).tolist(), len(order)]
    if len(spines) > 1 and (len(order) < _FEW or len(bounds) > _MOST_RUNS):
        every = pa.Table.from_batches(spines).unify_dictionaries()
        yield every.take(pa.array(order)).combine_chunks().to_batches()[0]
        return
    for start, stop in pairwise(bounds):
        at = int(np.searchsorted(starts, order[start], "right")) - 1
        yield spines[at].slice(int(order[start] - starts[at]), stop - start)


def _numbered(rows: pa.RecordBatch, numbers: Any) -> pa.RecordBatch:
    """Return rows numbered by the places of their numbers among all."""
    places = np.searchsorted(numbers, rows["seq"].to_numpy())
    return rows.set_column(rows.schema.get_field_index("seq"), rows.schema.field("seq"), pa.array(places))
