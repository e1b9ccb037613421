"""Which blocks may hold an id: the stretches of ids that each block's lines name, appliance by appliance.

A block of one appliance's week names one long stretch of its MIDs, and, in lines that come late, some short ones
before it. The least and the greatest of all would tell of every block between. A block of which nothing is known
may hold every id.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.blocks import Block
from midtrail.archive.ids import Named
from midtrail.distinct import distinct

RANGES_SCHEMA = pa.schema(
    [
        ("block", pa.int64()),
        ("host", pa.string()),
        ("counter", pa.string()),
        ("least", pa.int64()),
        ("greatest", pa.int64()),
    ]
)
_COUNTERS = {"mid": "mids", "icid": "icids", "dcid": "dcids"}
_MOST = 64  # stretches of one counter in one block


def ranges_of(block: Block, number: int) -> pa.Table:
    """Return the stretches of a block, which has this number."""
    hosts = block.lines["host"].combine_chunks().dictionary_encode()
    host_of_event = hosts.indices.fill_null(-1).to_numpy()[block.line_of_event]
    names = [*hosts.dictionary.to_pylist(), None]
    found = []
    for counter in sorted(_COUNTERS.keys() & set(block.events.schema.names)):
        values = block.events[counter].combine_chunks()
        told = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False))
        ids, of_host = values.drop_null().to_numpy(), host_of_event[told]
        for code in distinct(of_host).tolist():
            least, greatest = stretches(distinct(ids[of_host == code]), _MOST)
            own = [pa.array([value] * len(least)) for value in (number, names[code], counter)]
            found.append(pa.table([*own, pa.array(least), pa.array(greatest)], RANGES_SCHEMA.names))
    return pa.concat_tables([table.cast(RANGES_SCHEMA) for table in found] or [RANGES_SCHEMA.empty_table()])


def stretches(ids: Any, most: int) -> tuple[Any, Any]:
    """Return where at most so many stretches of ids, ascending, begin and end: they part where the widest gaps are."""
    gaps = np.diff(ids)
    widest = np.sort(np.argsort(gaps, kind="stable")[-(most - 1) :])
    parted = widest[gaps[widest] > 1]
    return np.append(ids[:1], ids[parted + 1]), np.append(ids[parted], ids[-1:])


class Ranges:
    """The stretches of all blocks."""

    def __init__(self, rows: pa.Table) -> None:
        """Take rows of the table."""
        self._blocks = rows["block"].to_numpy()
        self._known = np.unique(self._blocks)
        self._least, self._greatest = rows["least"].to_numpy(), rows["greatest"].to_numpy()
        self._hosts = rows["host"].combine_chunks().dictionary_encode()
        self._counters = rows["counter"].combine_chunks().dictionary_encode()

    def holding(self, wanted: Named, blocks: list[int]) -> list[int]:
        """Return which of some blocks may hold a line that names one of the ids."""
        parts = list(self._holding(wanted))
        held = np.concatenate(parts) if parts else self._known[:0]
        numbers = np.array(blocks, np.int64)
        found = numbers[np.isin(numbers, held) | ~np.isin(numbers, self._known)]
        return [int(number) for number in found]

    def hosts(self, block: int) -> list[str | None] | None:
        """Return the appliances of the lines of a block that name ids; None of a block of which nothing is known."""
        if not np.isin(block, self._known):
            return None
        found: list[str | None] = pc.unique(self._hosts.filter(pa.array(self._blocks == block))).to_pylist()
        return found

    def _holding(self, wanted: Named) -> Iterator[Any]:
        for host, of_host in wanted.items():
            mine = self._is(self._hosts, host)
            for counter, name in _COUNTERS.items():
                ids = getattr(of_host, name)
                rows = np.flatnonzero(mine & self._is(self._counters, counter))
                first = np.searchsorted(ids, self._least[rows])
                last = np.searchsorted(ids, self._greatest[rows], "right")
                yield self._blocks[rows[first < last]]

    @staticmethod
    def _is(words: pa.DictionaryArray, word: str | None) -> Any:
        """Return which rows have a word (a mask)."""
        code = -1 if word is None else pc.index(words.dictionary, word).as_py()
        absent = code < 0 and word is not None
        return np.full(len(words), False) if absent else words.indices.fill_null(-1).to_numpy() == code  # noqa: FBT003 - numpy's signature
