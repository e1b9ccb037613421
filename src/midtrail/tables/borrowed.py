"""Batches that are read where they lie."""

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from midtrail.tables.arrow import Batches, all_schemas

if TYPE_CHECKING:
    from midtrail.tables.store import Columns


class Borrowed:
    """Batches, each of which has the spine, and of them certain tables and columns."""

    def __init__(self, columns: "Columns") -> None:
        """Borrow nothing yet; `columns` names the tables, each with its columns."""
        self.columns = columns
        self.borrowed: list[Batches] = []
        self.answers: dict[str, pa.Table] = {}
        """Tables that were made of them."""

    def add_all(self, batches: Iterable[Batches]) -> Self:
        """Keep all batches."""
        self.borrowed.extend(map(self._chosen, batches))
        return self

    def _chosen(self, batch: Batches) -> Batches:
        """Return what the tables hold of a batch, as far as it is there."""
        return {
            name: rows.select([column for column in self.columns[name] if column in rows.schema.names])
            for name, rows in batch.items()
            if name in self.columns
        }

    def table_of(self, name: str) -> pa.Table:
        """Return a table as it was borrowed."""
        rows = [batch[name] for batch in self.borrowed if name in batch]
        return pa.Table.from_batches(rows or [self.empty(name)])

    def empty(self, name: str) -> pa.RecordBatch:
        """Return a batch of a table without rows."""
        schema = all_schemas()[name]
        return pa.RecordBatch.from_pylist(
            [], pa.schema([schema.field(column) for column in self.columns[name]])
        )

    def keep_only(self, names: Container[str]) -> None:
        """Give back all tables but these."""
        for batch in self.borrowed:
            for name in [name for name in batch if name not in names]:
                del batch[name]

    def answer(self, name: str, rows: pa.Table) -> None:
        """Keep a table that was made of them."""
        self.answers[name] = rows
