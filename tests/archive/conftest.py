"""An archive in memory: what is kept, and the events that it knows."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from midtrail import tracking
from midtrail.archive.closure import around_lines
from midtrail.archive.ids import Id, Named, Wanted, named_ids, rows_of
from midtrail.archive.retelling import told_anew
from midtrail.archive.retold_lines import SourceFact
from midtrail.archive.revisions import Key, Revision, keys_of, revised
from midtrail.archive.ties import Batch, Ties, ties_of
from midtrail.archive.whole import build_whole
from midtrail.lines import find_sources
from midtrail.parse import batches, read_records
from midtrail.tables import Batches, Store, to_arrow

Rows = list[tuple[Any, ...]]
Pieces = dict[str, list[str]]

_MOST_LINES = 1_000_000  # of a file

_TABLES = {
    "messages": "select * from messages order by all",
    "recipients": "select * from recipients order by all",
    "connections": "select * from connections order by all",
    "remediations": "select * from remediations order by all",
}


class Memory:
    """Events in memory, and what ties them together."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.batches: list[Batches] = []
        self._ties = Ties(set(), set())

    def learn(self, fresh: list[Batches]) -> None:
        """Add events."""
        self.batches += fresh
        ties = ties_of(fresh)
        self._ties.links.update(ties.links)
        self._ties.batches.update(ties.batches)

    def spots(self, wanted: Named) -> Iterator[pa.Table]:
        """Give where all lines are that name one of the ids."""
        counters = {"mid": named_ids(wanted, 0), "icid": named_ids(wanted, 1), "dcid": named_ids(wanted, 2)}
        for batch in self.batches:
            mask = pa.array([False] * batch["spine"].num_rows)
            for column, ids in counters.items():
                mask = pc.or_(mask, Wanted(ids).named_in(batch["spine"], column))
            yield _spots(batch["spine"].filter(mask))

    def lines(self, at: Any) -> Iterator[Batches]:
        """Give lines by where they are."""
        return (rows_of(batch, pc.is_in(batch["spine"]["seq"], pa.array(at))) for batch in self.batches)

    def linked(self, mids: AbstractSet[Id]) -> AbstractSet[Id]:
        """Return the MIDs to which a link leads."""
        return {other for one, other in self._ties.links if one in mids}

    def batches_of(self, mids: AbstractSet[Id]) -> set[Batch]:
        """Return the batches of MIDs."""
        return {(mid[0], name) for mid, name in self._ties.batches if mid in mids}

    def remedied(self, wanted: set[Batch]) -> set[Id]:
        """Return the MIDs of batches."""
        return {mid for mid, name in self._ties.batches if (mid[0], name) in wanted}

    def asked(self, wanted: set[Batch], present: AbstractSet[Id]) -> Iterator[pa.Table]:  # noqa: ARG002 - gives them all
        """Give where the lines are that begin batches."""
        names = pa.array([name for _, name in wanted], pa.string())
        for batch in self.batches:
            rows = batch.get(tracking.INITIATING)
            if rows is not None:
                seqs = rows.filter(pc.is_in(rows["batch"], names))["seq"]
                yield _spots(batch["spine"].filter(pc.is_in(batch["spine"]["seq"], seqs)))


def _spots(spine: pa.RecordBatch) -> pa.Table:
    rows = pa.Table.from_batches([spine.select(["seq", "host", "mid", "icid", "dcid"])])
    return rows.rename_columns(["at", "host", "mid", "icid", "dcid"])


class Kept:
    """Messages that are kept up to date, batch by batch, beside a store with all events."""

    def __init__(self, folder: Path) -> None:
        """Begin with nothing; pieces of logs are written below `folder` to be read."""
        self.whole = Store()
        self.whole.connection.execute("set threads = 1")
        self.rows: dict[Key, dict[str, Any]] = {}
        self.touched = 0
        self._folder = folder
        self._memory = Memory()
        self._connections: list[pa.Table] = []
        self._lines: dict[str, int] = {}
        self._schema = pa.schema([])

    def add(self, pieces: Pieces) -> None:
        """Add lines to files, `HOST/FILE: lines`, and keep the messages up to date."""
        fresh = list(self._read(pieces))
        gathered = around_lines(fresh, self._memory)
        self._memory.learn(fresh)
        self.whole.add_all(fresh)
        messages, connections = told_anew(gathered, self._facts())
        last = {
            key: Revision(row["revision"], row["digest"], row["gone"])
            for key, row in self.rows.items()
            if key[:2] in gathered.mids
        }
        news = revised(messages, last)
        self.touched += news.num_rows
        self._schema = news.schema
        self.rows.update(zip(keys_of(news), news.to_pylist(), strict=True))
        count = connections.num_rows
        batch, gone = pa.array([len(self._connections)] * count, pa.int64()), pa.array([False] * count)
        self._connections.append(connections.append_column("batch", batch).append_column("gone", gone))

    def tables(self) -> dict[str, Rows]:
        """Return the tables of what is kept."""
        connection = duckdb.connect()
        kept = pa.Table.from_pylist(list(self.rows.values()), schema=self._schema)
        connection.register("kept_messages", kept)
        connection.register("kept_connections", pa.concat_tables(self._connections))
        connection.register("kept_files", self.whole.query(_FILES))
        build_whole(connection)
        return _rows(connection)

    def built(self) -> dict[str, Rows]:
        """Return the tables of a build on all events."""
        tracking.build(self.whole.connection)
        return _rows(self.whole.connection)

    def _facts(self) -> list[SourceFact]:
        rows = self.whole.connection.execute(
            "select source, arg_min(time, line_no) filter (where time is not null), min(time), false, hash(source) >> 1"
            " from spine group by source"
        ).fetchall()
        return [SourceFact(*row) for row in rows]

    def _read(self, pieces: Pieces) -> Iterator[Batches]:
        """Read pieces of files as what follows the lines that these files had."""
        folder = self._folder / str(len(self._connections))
        for name, lines in pieces.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(lines), "utf-8", "surrogateescape")
            before = self._lines.get(name, 0)
            self._lines[name] = before + len(lines)
            base = _MOST_LINES * list(self._lines).index(name)
            for batch in map(to_arrow, batches(read_records(find_sources([path])))):
                yield _moved(batch, name, before, base)


_FILES = "select hash(source) >> 1 as file, source, min(seq - line_no) + 1 as base from spine group by source"


def _moved(batch: Batches, name: str, before: int, base: int) -> Batches:
    moved = {
        table: rows.set_column(0, rows.schema.field(0), pc.add(rows["seq"], base + before))
        for table, rows in batch.items()
    }
    spine = moved["spine"]
    columns = {
        "source": pa.array([name] * spine.num_rows),
        "line_no": pc.add(spine["line_no"], before),
        "host": pa.array([name.split("/", 1)[0]] * spine.num_rows),
    }
    for column, values in columns.items():
        at = spine.schema.get_field_index(column)
        field = spine.schema.field(at)
        coded = values.dictionary_encode() if pa.types.is_dictionary(field.type) else values
        spine = spine.set_column(at, field, coded.cast(field.type))
    return {**moved, "spine": spine}


def _rows(connection: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    return {name: connection.execute(query).fetchall() for name, query in _TABLES.items()}


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Return an archive in memory with nothing in it."""
    return Kept(tmp_path)


@pytest.fixture
def kept_in() -> Callable[[Path], Kept]:
    """Return the function that makes an archive in memory."""
    return Kept
