"""Single columns of a Parquet file: of all rows, or of the row groups that hold some."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from midtrail.archive import _delta
from midtrail.archive.blocks import Parts
from midtrail.distinct import distinct


class Columns:
    """A Parquet file of which single columns are read, of all rows or some. Raises ArchiveError where it is damaged.

    Threads read of it one after the other: what Arrow reads ahead of one read is not there for another beside it.
    """

    def __init__(self, path: Path, words: Sequence[str] | None = None) -> None:
        """Open a file; columns among `words` are read as dictionaries, by default those that are stored so."""
        self._path = path
        try:
            facts = pq.read_metadata(path) if words is None else None
            told = _stored_as_words(facts) if words is None else words
            self._file = pq.ParquetFile(
                path,
                metadata=facts,
                read_dictionary=list(told),
                pre_buffer=False,
                page_checksum_verification=True,
            )
        except (OSError, pa.ArrowException) as error:
            raise _delta.damaged(path, error) from error
        self.names = frozenset(self._file.schema_arrow.names)
        self.facts = self._file.metadata
        self._reading = Lock()
        self._whole: dict[str, pa.Array] = {}
        self._parts: dict[tuple[str, int], pa.Array] = {}

    def whole(self, name: str) -> pa.Array:
        """Return all values of a column, which are kept."""
        found = self._whole.get(name)
        if found is None:
            found = self._whole[name] = self.read(name)
        return found

    def part(self, name: str, group: int) -> pa.Array:
        """Return the values of a column in one row group, which are kept."""
        found = self._parts.get((name, group))
        if found is None:
            found = self._parts[name, group] = self.read(name, group)
        return found

    def forget(self) -> None:
        """Give back the columns that are kept."""
        self._whole.clear()
        self._parts.clear()

    def holding(self, name: str, value: int) -> Iterator[tuple[int, int]]:
        """Yield the row groups that may hold a value in a column, as they tell of it, each with its first row."""
        for group, first in enumerate(self._bounds[:-1].tolist()):
            told = self._statistics(name, group)
            if told is None or not told.has_min_max or told.min <= value <= told.max:
                yield group, first

    def filled(self, name: str) -> Iterator[tuple[int, pa.Array]]:
        """Yield the values of a column in the row groups that have any, as they tell, each with its first row."""
        for group, (first, end) in enumerate(pairwise(self._bounds.tolist())):
            told = self._statistics(name, group)
            if told is None or not told.has_null_count or told.null_count < end - first:
                yield first, self.read(name, group)

    def _statistics(self, name: str, group: int) -> Any:
        return self.facts.row_group(group).column(self._places[name]).statistics

    @cached_property
    def _places(self) -> dict[str, int]:
        """The place of each column among those of values."""
        schema = self.facts.schema
        return {schema.column(at).path: at for at in range(len(schema))}

    def rows(self, names: Iterable[str], rows: Any) -> pa.Table:
        """Return some rows, ascending (numpy), of those columns among `names` that there are; words in full."""
        told = tuple(names)
        known = [name for name in told if name in self._whole]
        found = self.rows_of([([name for name in told if name not in self._whole], rows)])
        for name in known:
            found = found.append_column(name, self._whole[name].take(pa.array(rows)))
        return _in_full(found.select([name for name in told if name in found.schema.names]))

    def rows_of(self, wanted: Iterable[tuple[Iterable[str], Any]]) -> pa.Table:
        """Return the same of runs of rows, one behind the other, each with the columns that it needs; else null."""
        by_group: dict[int, tuple[dict[str, None], list[Any]]] = {}
        for names, rows in wanted:
            groups = self.groups_of(rows)
            for group in distinct(groups).tolist():
                told, places = by_group.setdefault(group, ({}, []))
                told.update((name, None) for name in names if name in self.names)
                places.append(rows[groups == group] - self._bounds[group])
        parts = [
            self._taken(group, told, np.concatenate(places))
            for group, (told, places) in sorted(by_group.items())
        ]
        found = pa.concat_tables([_in_full(part) for part in parts], promote_options="default")
        return found.combine_chunks()

    def _taken(self, group: int, names: Mapping[str, None], rows: Any) -> pa.Table:
        """Return some rows of a row group, of which what lies behind them is not read; columns that are kept neither."""
        kept = {name: self._parts.get((name, group)) for name in names}
        known = {name: values.take(pa.array(rows)) for name, values in kept.items() if values is not None}
        missing = [name for name in names if name not in known]
        found = self.some_of(group, missing, rows) if missing else None
        found = pa.table({"": pa.nulls(len(rows))}) if found is None else found
        for name, values in known.items():
            found = found.append_column(name, values)
        return found

    def some_of(self, group: int, names: Sequence[str] | None, rows: Any) -> pa.Table:
        """Return some rows of a row group (numpy), of columns or of all: of what lies behind them no values are made."""
        count, batches = int(rows.max()) + 1, []
        told = None if names is None else list(names)
        try:
            with self._reading:
                for batch in self._file.iter_batches(count, [group], told, use_threads=False):
                    batches.append(batch)
                    count -= batch.num_rows
                    if count <= 0:
                        break
        except (OSError, pa.ArrowException) as error:
            raise _delta.damaged(self._path, error) from error
        return pa.Table.from_batches(batches).take(pa.array(rows))

    def group(self, group: int, names: Iterable[str]) -> pa.Table:
        """Return columns of a row group."""
        return self._read([group], [*names])

    def runs(self, groups: Iterable[int] | None = None) -> Iterator[tuple[int, int]]:
        """Yield from which row to which some row groups, or all, lie, in their order."""
        wanted = range(len(self._bounds) - 1) if groups is None else sorted(set(groups))
        return ((int(self._bounds[group]), int(self._bounds[group + 1])) for group in wanted)

    def groups_of(self, rows: Any) -> Any:
        """Return the row group of each row."""
        return np.searchsorted(self._bounds, rows, "right") - 1

    def numbers(self, name: str, rows: Any) -> Any:
        """Return the numbers (numpy) that some rows have in a column without nulls; its row groups are kept."""
        groups = self.groups_of(rows)
        found = np.empty(len(rows), np.int64)
        for group in set(groups.tolist()):
            own = groups == group
            found[own] = self.part(name, group).to_numpy()[rows[own] - self._bounds[group]]
        return found

    def parts(self, names_of: Callable[[int, int], Iterable[str]]) -> Parts:
        """Return all rows in parts; `names_of` tells which columns those from one row to another need."""
        found = []
        for group, (start, stop) in enumerate(pairwise(self._bounds.tolist())):
            told = [name for name in names_of(start, stop) if name in self.names]
            found.append(_in_full(self._read([group], told)))
        return Parts(found)

    def read(self, name: str, group: int | None = None) -> pa.Array:
        """Return the values of a column, all or those of one row group."""
        groups = range(self.facts.num_row_groups) if group is None else [group]
        return self._read(groups, [name])[name].combine_chunks()

    @cached_property
    def _bounds(self) -> Any:
        """The number of each row group's first row, and behind them that of all rows."""
        sizes = [self.facts.row_group(at).num_rows for at in range(self.facts.num_row_groups)]
        return np.append(0, np.cumsum(sizes)).astype(np.int64)

    def _read(self, groups: Iterable[int], names: list[str]) -> pa.Table:
        try:
            with self._reading:
                return self._file.read_row_groups(list(groups), names, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise _delta.damaged(self._path, error) from error


def _stored_as_words(facts: Any) -> list[str]:
    """Return the columns of texts that have a dictionary, which is told by the first row group: each costs half to read."""
    if not facts.num_row_groups:
        return []
    group = facts.row_group(0)
    leaves = [(at, facts.schema.column(at)) for at in range(facts.num_columns)]
    return [
        leaf.path
        for at, leaf in leaves
        if leaf.physical_type == "BYTE_ARRAY"
        and leaf.path == leaf.name
        and leaf.logical_type.type == "STRING"
        and "RLE_DICTIONARY" in group.column(at).encodings
    ]


def _in_full(table: pa.Table) -> pa.Table:
    """Return a table with its words in full."""
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            kind = field.type.value_type
            table = table.set_column(at, field.with_type(kind), table.column(at).cast(kind))
    return table
