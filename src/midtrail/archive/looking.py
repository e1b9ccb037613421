"""Messages that are looked up: their kept rows, and their lines, which are read where they lie.

Nothing is joined anew for it, so a look-up costs the row groups that hold these messages and their lines. Told one
by one they need no database; as tables they stand in a store, which is made when it is asked for.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import bare
from midtrail.archive.closure import linked_from
from midtrail.archive.decoding import EVERYTHING, Asked, Decoded
from midtrail.archive.facts import StoredFile
from midtrail.archive.ids import Id
from midtrail.archive.latest import latest_connections, paths_of, used_by
from midtrail.archive.newest import latest_rows_of
from midtrail.archive.places import PLACES, unpacked
from midtrail.archive.revisions import Key, keys_of
from midtrail.archive.selecting import lines_at
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.stored import Stored
from midtrail.archive.tables import CONNECTIONS, MESSAGES, PATHS, kept
from midtrail.distinct import distinct
from midtrail.tables import SPINE_TABLE
from midtrail.tracking.sentences import sentences
from midtrail.tracking.telling import Clocked, Told, clock_of, place_of, timeline_of

if TYPE_CHECKING:
    from midtrail.tables import Store

_ALWAYS = (
    SPINE_TABLE,
    "recipient_accepted",
    "continuation",
)  # what pages and findevent read, though it be empty
_MEMBERS = pa.schema([("message", pa.int64()), ("seq", pa.int64())])
_OF_LINES = ("lines", "uses", "batches")
_KEY = ("host", "mid", "born")
_RAW = Asked(kinds=frozenset({"continuation"}), spine=frozenset({"time"}))
"""What is asked of lines that are given as they were read."""


def kept_rows(shot: Snapshot, mids: AbstractSet[Id]) -> pa.Table:
    """Return the latest rows of the messages that some MIDs belong to, in the order of messages."""
    return latest_rows_of(shot, linked_from(mids, Stored(shot)))


def kept_facts(shot: Snapshot, keys: Iterable[Key]) -> pa.Table:
    """Return the latest rows of messages, in their order, without the places of their lines."""
    schema = shot.schema(MESSAGES) or pa.schema([])
    columns = [name for name in schema.names if name not in _OF_LINES]
    return latest_rows_of(shot, {(host, mid) for host, mid, _ in keys}, columns)


class LookedUp:
    """Some messages: told as they are kept, or as tables in a store of their own, their lines when asked for."""

    def __init__(self, shot: Snapshot, rows: pa.Table) -> None:
        """Take kept rows, the latest of each message, in the order of messages."""
        self._shot = shot
        self._rows = rows
        self._members = pa.table({"message": [], "seq": []}, schema=_MEMBERS)
        self._read: list[Decoded] = []
        self._tables: dict[Asked, tuple[int, dict[str, list[pa.RecordBatch]]]] = {}
        self._told: set[int] = set()

    def keys(self) -> list[Key]:
        """Return the keys of the messages, in their order."""
        return keys_of(self._rows)

    def number(self, numbers: Mapping[Key, int]) -> None:
        """Keep the messages with these keys, under these numbers."""
        told = [numbers.get(key) for key in self.keys()]
        rows = self._rows.append_column("message", pa.array(told, pa.int64()))
        known = sorted((number, at) for at, number in enumerate(told) if number is not None)
        self._rows = rows.take(pa.array([at for _, at in known], pa.int64()))

    def with_mids(self, mids: Collection[int], hosts: Collection[str] | None = None) -> list[int]:
        """Return the numbers of the messages that have one of some MIDs, in their order; of `hosts` only (lower case)."""
        wanted = set(mids)
        columns = (self._rows[name].to_pylist() for name in ("message", "host", "mids"))
        return [
            number
            for number, host, own in zip(*columns, strict=True)
            if not wanted.isdisjoint(own or ())
            and (hosts is None or (host is not None and host.lower() in hosts))
        ]

    def table(self, numbers: Collection[int]) -> pa.Table:
        """Return these messages as rows of the table `messages`."""
        return self._own(numbers).select(bare.COLUMNS)

    def _own(self, numbers: Collection[int]) -> pa.Table:
        """Return the kept rows of these messages."""
        return self._rows.filter(pc.is_in(self._rows["message"], pa.array(numbers, pa.int64())))

    def told(self, numbers: Collection[int], *, timeline: bool) -> Told:
        """Return these messages, with their timelines where wanted. Raises Unspoken where only SQL tells one for sure."""
        kept = self._own(numbers)
        messages, recipients = bare.message_rows(kept), bare.recipient_rows(kept, self._shot.places)
        if not timeline:
            return Told(messages, recipients, [], {})
        self._read_lines(numbers)
        files, lines = bare.files_of(self._files()), bare.lines_of(self._batches(_spoken()))
        own, seqs = _by_message(recipients), self._seqs()
        told: list[dict[str, Any]] = []
        clocks: dict[int, Clocked] = {}
        for message in messages:
            number = message["message"]
            rows = timeline_of(message, own.get(number, []), seqs.get(number, []), lines, files)
            clock = clock_of(message, rows, files)
            clocks |= {} if clock is None else {number: clock}
            told += rows
        return Told(messages, recipients, told, clocks)

    def _seqs(self) -> dict[int, list[int]]:
        """Return the numbers of the lines of each message."""
        found: dict[int, list[int]] = {}
        pairs = zip(self._members["message"].to_pylist(), self._members["seq"].to_pylist(), strict=True)
        for message, seq in pairs:
            found.setdefault(message, []).append(seq)
        return found

    def raw_lines(self, numbers: Collection[int]) -> Iterator[bytes]:
        """Yield all lines of these messages as they stood in their files, each once, in the order of the timeline.

        Lines that go on with one follow it.
        """
        self._read_lines(numbers)
        batches = self._batches(_RAW)
        lines, files = bare.lines_of(batches), bare.files_of(self._files())
        seqs = self._seqs()
        chosen = {seq for number in numbers for seq in seqs.get(number, [])}
        going_on = [
            (row["continues"], row["seq"])
            for rows in batches["continuation"]
            for row in rows.to_pylist()
            if row["continues"] in chosen
        ]
        pairs = [*((seq, seq) for seq in chosen), *going_on]
        pairs.sort(key=lambda pair: (place_of(lines.spine[pair[0]], files), pair[1]))
        raws = {
            seq: raw
            for read in self._read
            for seq, raw in zip(self._numbers_of(read), read.raws.to_pylist(), strict=True)
        }
        return (raws[seq] for _, seq in pairs)

    def _numbers_of(self, lines: Decoded) -> list[int]:
        """Return the numbers that lines have among all."""
        files = zip(lines.files.tolist(), lines.line_nos.tolist(), strict=True)
        return [self._shot.places[file].base + line_no - 1 for file, line_no in files]

    @cached_property
    def store(self) -> "Store":
        """A store with the messages and recipients; once `with_lines` was asked, with lines too."""
        from midtrail.archive.looking_tables import store_of  # noqa: PLC0415 - DuckDB only where it is asked

        store = store_of(self._rows, self._shot.places)
        self._register_lines(store)
        return store

    def close(self) -> None:
        """Give back what the store takes, where there is one."""
        if "store" in self.__dict__:
            self.store.close()

    def with_lines(self, numbers: Collection[int]) -> "Store":
        """Return the store; it holds the lines of these messages now, and `members`."""
        if self._read_lines(numbers):
            self._register_lines(self.store)
        return self.store

    def _read_lines(self, numbers: Collection[int]) -> bool:
        """Read the lines of messages, and tell whether any was not there yet."""
        new = [number for number in numbers if number not in self._told]
        if new:
            self._told.update(new)
            self._add_members(*self._places(new))
        return bool(new)

    def _places(self, numbers: Collection[int]) -> tuple[Any, Any, Any]:
        """Return the places of all lines of some messages, each with its message."""
        own = self._with_places(numbers)
        of = own["message"].to_pylist()
        parts = [own["lines"]]
        used = used_by(own)
        rows = kept(self._shot, CONNECTIONS, PATHS, among=("id", {(path[0], path[2]) for path in used}))
        if used and rows is not None:
            rows = latest_connections(rows)
            places = {path: at for at, path in enumerate(paths_of(rows))}
            pairs = [
                (number, places[path]) for path, users in used.items() if path in places for number in users
            ]
            of += [number for number, _ in pairs]
            parts.append(rows["lines"].take(pa.array([at for _, at in pairs], pa.int64())))
        runs = [chunk for part in parts for chunk in part.cast(PLACES).chunks]
        lists, files, line_nos = unpacked(pa.chunked_array(runs, PLACES).combine_chunks())
        return np.array(of, np.int64)[lists], files, line_nos

    def _with_places(self, numbers: Collection[int]) -> pa.Table:
        """Return rows of some messages that tell `message`, `host`, `lines` and `uses`."""
        rows = self._own(numbers)
        if "lines" in rows.schema.names:
            return rows
        keys = keys_of(rows)
        ids = {(host, mid) for host, mid, _ in keys}
        found = latest_rows_of(self._shot, ids, (*_KEY, *_OF_LINES))
        number_of = dict(zip(keys, rows["message"].to_pylist(), strict=True))
        told = pa.array([number_of.get(key) for key in keys_of(found)], pa.int64())
        return found.append_column("message", told).filter(told.is_valid())

    def _add_members(self, messages: Any, files: Any, line_nos: Any) -> None:
        """Note the lines of messages, and read those that are not there yet."""
        known = self._shot.places
        wanted: dict[int, Any] = {}
        seqs = np.zeros(len(files), np.int64)
        present = self._members["seq"].to_numpy()
        for file in distinct(files).tolist():
            own = files == file
            seqs[own] = known[file].base + line_nos[own] - 1
            fresh = distinct(seqs[own][~np.isin(seqs[own], present)]) - known[file].base + 1
            if len(fresh):
                wanted[file] = fresh
        for read in lines_at(self._shot, wanted) if wanted else ():
            self._read.append(read)
        told = set(zip(messages.tolist(), seqs.tolist(), strict=True))
        new = sorted(
            told.difference(zip(*(column.to_pylist() for column in self._members.columns), strict=True))
        )
        columns = list(zip(*new, strict=True)) or [(), ()]
        members = pa.table([pa.array(column, pa.int64()) for column in columns], schema=_MEMBERS)
        self._members = pa.concat_tables([self._members, members])

    def _batches(self, asked: Asked) -> dict[str, list[pa.RecordBatch]]:
        """Return the lines that are there as the engine gives them, of their events what is asked."""
        done, found = self._tables.get(asked, (0, {name: [] for name in _ALWAYS}))
        for read in self._read[done:]:
            for name, rows in self._shot.told(read, asked).items():
                found.setdefault(name, []).append(rows)
        self._tables[asked] = (len(self._read), found)
        return found

    def _register_lines(self, store: "Store") -> None:
        """Make tables of the lines that are there, and of what is known of their files."""
        from midtrail.archive.looking_tables import register_lines  # noqa: PLC0415 - likewise

        register_lines(store, self._batches(EVERYTHING), self._members, self._files())

    def _files(self) -> list[StoredFile]:
        """Return the files of which lines are there."""
        there = {file for read in self._read for file in set(read.files.tolist())}
        return [file for file in self._shot.files if file.file_id in there]


@cache
def _spoken() -> Asked:
    """Return what is asked of lines of which a timeline is told."""
    return Asked(frozenset({*sentences(), "recipient_accepted"}), frozenset({"time", "text"}))


def _by_message(rows: Sequence[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["message"], []).append(row)
    return found
