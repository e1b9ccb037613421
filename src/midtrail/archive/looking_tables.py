"""Messages that were looked up, and their lines, as the tables of a store: for what is asked in SQL."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.decoding import Place
from midtrail.archive.facts import StoredFile
from midtrail.archive.whole import build_messages
from midtrail.moments import instant
from midtrail.tables import Store, all_schemas
from midtrail.text import storable

_FILES = pa.schema([("file", pa.int64()), ("source", pa.string()), ("base", pa.int64())])
_INSTANT = pa.timestamp("us", tz="UTC")
_FACTS = pa.schema(
    [
        ("source", pa.string()),
        ("first_time", _INSTANT),
        ("begins", _INSTANT),
        ("was_read_twice", pa.bool_()),
    ]
)
_CLOCKS = pa.schema(
    [
        *((name, pa.string()) for name in ("source", "host", "serial", "version")),
        ("utc_offset", pa.int64()),
        ("clock", pa.string()),
    ]
)


def store_of(rows: pa.Table, places: Mapping[int, Place]) -> Store:
    """Return a store with the messages and recipients of kept rows that are numbered."""
    store = Store(bare=True)
    store.connection.execute("set threads = 1")
    store.connection.register("numbered_messages", rows)
    evidence = pc.unique(pc.list_flatten(rows["recipients"]).combine_chunks().field("evidence_file"))
    files = [(file, places[file].source, places[file].base) for file in evidence.drop_null().to_pylist()]
    store.connection.register("kept_files", _rows(files, _FILES))
    build_messages(store.connection)
    return store


def register_lines(
    store: Store,
    batches: Mapping[str, Iterable[pa.RecordBatch]],
    members: pa.Table,
    files: Sequence[StoredFile],
) -> None:
    """Give a store tables of lines, by kind, of the messages that they belong to, and of what is known of their files."""
    schemas = all_schemas()
    for name, some in batches.items():
        rows = pa.Table.from_batches(some, schemas[name]).unify_dictionaries()
        store.connection.register(name, rows)
    store.connection.register("members", members)
    facts = [(file.source, _instant(file.first_time), _instant(file.begins), False) for file in files]
    store.connection.register("source_facts", _rows(facts, _FACTS))
    clocks = [storable(tuple(clock)) for file in files for clock in file.clocks]
    store.connection.register("clocks", _rows(clocks, _CLOCKS))


def _rows(rows: Collection[Sequence[object]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else instant(microseconds)
