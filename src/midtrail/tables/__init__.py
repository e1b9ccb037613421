"""Event batches as Arrow tables: the spine, one row a line, and one table a kind."""

from midtrail.tables.arrow import SPINE_TABLE, Batches, all_schemas, array_of, to_arrow, to_tables
from midtrail.tables.schemas import ARROW_TYPES, SPINE_SCHEMA, kind_schema
from midtrail.text import restore, shown

__all__ = [
    "ARROW_TYPES",
    "SPINE_SCHEMA",
    "SPINE_TABLE",
    "Batches",
    "all_schemas",
    "array_of",
    "kind_schema",
    "restore",
    "shown",
    "to_arrow",
    "to_tables",
]
