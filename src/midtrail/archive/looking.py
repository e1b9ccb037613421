"""Messages that are looked up: their kept rows as tables, and their lines, which are read where they lie.

Nothing is told anew for it, so a look-up costs the row groups that hold these messages and their lines.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import _delta
from midtrail.archive.closure import linked_from
from midtrail.archive.ids import Id, names_any
from midtrail.archive.places import PLACES, unpacked
from midtrail.archive.revisions import Key
from midtrail.archive.selecting import lines_at
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.stored import Stored
from midtrail.archive.tables import CONNECTIONS, MESSAGES, kept
from midtrail.archive.whole import LATEST_CONNECTIONS, LATEST_MESSAGES, build_messages
from midtrail.moments import instant
from midtrail.tables import SPINE_TABLE, Store, all_schemas

_ALWAYS = (
    SPINE_TABLE,
    "recipient_accepted",
    "continuation",
)  # what pages and findevent read, though it be empty
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
_MEMBERS = pa.schema([("message", pa.int64()), ("seq", pa.int64())])

_KEYS = "select host, mid, born from latest_messages order by host nulls first, first_at, mid, born"

_NUMBERED = """
    create temp table numbered_messages as
    select message, latest.*
    from latest_messages as latest
    join numbers_wanted as wanted
        on wanted.host is not distinct from latest.host and wanted.mid = latest.mid and wanted.born = latest.born
"""

_OWN = "select message, lines from numbered_messages where message in (select unnest(?))"

_USED = """
    select distinct message, host, case when path.incoming then 'incoming' else 'outgoing' end as direction,
        path.id, path.born
    from (select message, host, unnest(uses) as path from numbered_messages where message in (select unnest(?)))
"""

_OF_CONNECTIONS = """
    select used.message, latest.lines
    from latest_connections as latest
    join used_connections as used
        on used.host is not distinct from latest.host and used.direction = latest.direction
        and used.id = latest.id and used.born = latest.born
"""


def kept_rows(shot: Snapshot, mids: set[Id]) -> pa.Table:
    """Return the kept rows of the messages that some MIDs belong to, all revisions."""
    family = linked_from(mids, Stored(shot))
    rows = kept(shot, MESSAGES, among=("mid", {mid for _, mid in family}))
    if rows is None:
        raise _delta.damaged(shot.folder / MESSAGES, "the table is missing")
    return rows.filter(names_any(rows, "mid", family))


class LookedUp:
    """Some messages in a store of their own: messages and recipients at once, their lines when asked for."""

    def __init__(self, shot: Snapshot, rows: pa.Table) -> None:
        """Take kept rows, of which the latest of each message count."""
        self.store = Store(bare=True)
        self._shot = shot
        self._connection = self.store.connection
        self._connection.execute("set threads = 1")
        self._connection.register("kept_messages", rows)
        self._connection.execute(LATEST_MESSAGES)
        self._batches: dict[str, list[pa.RecordBatch]] = {name: [] for name in _ALWAYS}
        self._members = pa.table({"message": [], "seq": []}, schema=_MEMBERS)
        self._told: set[int] = set()

    def keys(self) -> list[Key]:
        """Return the keys of the messages, in their order."""
        return [(host, mid, born) for host, mid, born in self._connection.execute(_KEYS).fetchall()]

    def number(self, numbers: Mapping[Key, int]) -> None:
        """Make the tables `messages` and `recipients` of the messages with these keys, under these numbers."""
        hosts, mids, borns = (
            pa.array([key[at] for key in numbers], kind)
            for at, kind in enumerate((pa.string(), pa.int64(), pa.int64()))
        )
        told = pa.array(numbers.values(), pa.int64())
        self._register(
            "numbers_wanted", pa.table({"host": hosts, "mid": mids, "born": borns, "message": told})
        )
        self._connection.execute(_NUMBERED)
        evidence = self._connection.execute(
            "select distinct copy.evidence_file from (select unnest(recipients) as copy from numbered_messages)"
        ).fetchall()
        self._register("kept_files", self._files(file for (file,) in evidence if file is not None))
        build_messages(self._connection)
        self._register_lines()

    def with_lines(self, numbers: Sequence[int]) -> Store:
        """Return the store; it holds the lines of these messages now, and `members`."""
        new = [number for number in numbers if number not in self._told]
        if new:
            self._told.update(new)
            messages, files, line_nos = self._places(new)
            self._add_members(messages, files, line_nos)
            self._register_lines()
        return self.store

    def _places(self, numbers: Sequence[int]) -> tuple[Any, Any, Any]:
        """Return the places of all lines of some messages, each with its message."""
        parts = [self.store.query(_OWN, [list(numbers)])]
        used = self.store.query(_USED, [list(numbers)])
        ids = set(used["id"].to_pylist())
        columns = ("host", "direction", "id", "born", "batch", "gone", "lines")
        rows = kept(self._shot, CONNECTIONS, columns, among=("id", ids)) if ids else None
        if rows is not None:
            self._register("used_connections", used)
            self._register("kept_connections", rows.filter(pc.is_in(rows["id"], pa.array(ids, pa.int64()))))
            self._connection.execute(LATEST_CONNECTIONS)
            parts.append(self.store.query(_OF_CONNECTIONS))
        of = np.concatenate([part["message"].to_numpy() for part in parts])
        runs = [chunk for part in parts for chunk in part["lines"].cast(PLACES).chunks]
        lists, files, line_nos = unpacked(pa.chunked_array(runs, PLACES).combine_chunks())
        return of[lists], files, line_nos

    def _add_members(self, messages: Any, files: Any, line_nos: Any) -> None:
        """Note the lines of messages, and read those that are not there yet."""
        known = self._shot.places
        wanted: dict[int, Any] = {}
        seqs = np.zeros(len(files), np.int64)
        present = self._members["seq"].to_numpy()
        for file in np.unique(files).tolist():
            own = files == file
            seqs[own] = known[file].base + line_nos[own] - 1
            fresh = np.setdiff1d(seqs[own], present) - known[file].base + 1
            if len(fresh):
                wanted[file] = fresh
        for batch in lines_at(self._shot, wanted) if wanted else ():
            for name, rows in batch.items():
                self._batches.setdefault(name, []).append(rows)
        members = pa.table({"message": pa.array(messages), "seq": pa.array(seqs)}, schema=_MEMBERS)
        self._members = pa.concat_tables([self._members, members]).group_by(["message", "seq"]).aggregate([])

    def _register_lines(self) -> None:
        """Make tables of the lines that are there, and of what is known of their files."""
        schemas = all_schemas()
        for name, batches in self._batches.items():
            self._register(name, pa.Table.from_batches(batches, schemas[name]).unify_dictionaries())
        self._register("members", self._members)
        sources = {
            source
            for rows in self._batches[SPINE_TABLE]
            for source in pc.unique(rows["source"].cast(pa.string())).to_pylist()
        }
        files = [file for file in self._shot.files if file.source in sources] if sources else []
        facts = [(file.source, _instant(file.first_time), _instant(file.begins), False) for file in files]
        self._register("source_facts", _rows(facts, _FACTS))
        self._register("clocks", _rows([clock for file in files for clock in file.clocks], _CLOCKS))

    def _files(self, numbers: Iterable[int]) -> pa.Table:
        known = self._shot.places
        return _rows([(number, known[number].source, known[number].base) for number in numbers], _FILES)

    def _register(self, name: str, rows: pa.Table) -> None:
        self._connection.register(name, rows)


def _rows(rows: Collection[Sequence[object]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else instant(microseconds)
