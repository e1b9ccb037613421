"""Event batches as Arrow tables: the spine, one row a line, and one table a kind."""

from typing import TYPE_CHECKING

from midtrail.lazily import names_of
from midtrail.tables.arrow import (
    SPINE_TABLE,
    Batches,
    all_schemas,
    array_of,
    kinds_to_arrow,
    to_arrow,
    to_tables,
)
from midtrail.tables.borrowed import Borrowed
from midtrail.tables.schemas import ARROW_TYPES, SPINE_SCHEMA, kind_schema
from midtrail.tables.threads import in_order, loading, together
from midtrail.text import restore, shown

if TYPE_CHECKING:
    from midtrail.tables.store import BorrowingStore, Columns, Store

__all__ = [
    "ARROW_TYPES",
    "SPINE_SCHEMA",
    "SPINE_TABLE",
    "Batches",
    "Borrowed",
    "BorrowingStore",
    "Columns",
    "Store",
    "all_schemas",
    "array_of",
    "in_order",
    "kind_schema",
    "kinds_to_arrow",
    "loading",
    "restore",
    "shown",
    "to_arrow",
    "to_tables",
    "together",
]

__getattr__ = names_of(__name__, dict.fromkeys(("BorrowingStore", "Columns", "Store"), "store"))
