"""Of many rows of each owner the one that counts, and texts as numbers in their order."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, numbers
from midtrail.tracking._runs import first_of_runs, of_runs


def earliest(owner: Any, stamp: Any, told: Callable[[Any], pa.Table]) -> Any:
    """Return the places of the rows that count: of each owner the earliest; of one second by what is told of them.

    `told` gives what some rows tell, of which the first column counts first; what is not told comes last.
    """
    order = np.lexsort((stamp, owner))
    at = np.flatnonzero(first_of_runs(owner[order]))
    lengths = np.diff(np.append(at, len(order)))
    least = np.repeat(stamp[order][at], lengths) == stamp[order]
    chosen = order[at]
    tied = of_runs(np.add, least.astype(np.int64), at) > 1
    if tied.any():
        run = np.repeat(np.arange(len(at)), lengths)
        some = np.flatnonzero(least & tied[run])
        rows = told(order[some])
        keys = [("run", "ascending"), *((name, "ascending") for name in rows.column_names)]
        rows = rows.append_column("run", array(run[some])).append_column("row", array(order[some]))
        ordered = rows.sort_by(keys)
        first = first_of_runs(numbers(ordered["run"]))
        chosen[numbers(ordered["run"])[first]] = numbers(ordered["row"])[first]
    return chosen


def coded(*columns: pa.Array) -> list[Any]:
    """Return texts as numbers, -1 where none is told: equal for equal ones, and in text order."""
    texts = [column.cast(pa.string()) for column in columns]
    chunks = [text.chunks if isinstance(text, pa.ChunkedArray) else [text] for text in texts]
    empty = pa.array([], pa.string())
    found = pa.concat_arrays([empty, *(chunk for some in chunks for chunk in some)]).dictionary_encode()
    place = array(np.arange(len(found.dictionary)))
    ordered = pa.table({"word": found.dictionary, "place": place}).sort_by([("word", "ascending")])
    rank = np.empty(len(place), np.int64)
    rank[numbers(ordered["place"])] = np.arange(len(place))
    codes = numbers(found.indices, -1).astype(np.int64)
    codes = np.where(codes < 0, -1, rank[codes]) if len(rank) else codes
    ends = np.cumsum([0, *map(len, texts)])
    return [codes[begin:end] for begin, end in pairwise(ends.tolist())]


class Groups:
    """Rows by a number that they share, for others to find them."""

    def __init__(self, keys: Any) -> None:
        """Take the numbers of the rows."""
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def of(self, keys: Any) -> tuple[Any, Any]:
        """Return for each row that has one of these numbers the place of the number, and the row's own."""
        begin, end = (np.searchsorted(self._keys, keys, side=side) for side in ("left", "right"))
        lengths = end - begin
        asked = np.repeat(np.arange(len(keys)), lengths)
        within = np.arange(len(asked)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return asked, self._order[np.repeat(begin, lengths) + within]

    def first(self, keys: Any) -> Any:
        """Return of each number the first row that has it; -1 for none."""
        if not len(self._keys):
            return np.full(len(keys), -1)
        at = np.searchsorted(self._keys, keys)
        at = np.minimum(at, len(self._keys) - 1)
        return np.where(self._keys[at] == keys, self._order[at], -1)

    def have(self, keys: Any) -> Any:
        """Return which numbers a row has."""
        return self.first(keys) >= 0
