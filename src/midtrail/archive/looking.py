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
from midtrail.archive.decoding import EVERYTHING, Asked
from midtrail.archive.ids import Id
from midtrail.archive.latest import latest_connections, paths_of, used_by
from midtrail.archive.looking_lines import ReadLines
from midtrail.archive.newest import latest_rows_of, rows_at, spots_of
from midtrail.archive.places import PLACES, unpacked
from midtrail.archive.revisions import Key, keys_of
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.stored import Stored
from midtrail.archive.tables import CONNECTIONS, PATHS, SPOT, kept
from midtrail.events import all_kinds
from midtrail.tables import kind_schema
from midtrail.tracking.sentences import hidden_kinds, sentences
from midtrail.tracking.telling import Clocked, Told, clock_of, place_of, timeline_of

if TYPE_CHECKING:
    from midtrail.tables import Store

_KEY = ("host", "mid", "born")
FACTS = ("born", *bare.COLUMNS[1:], "recipients")
"""The columns of a message that tell what is shown of it, but for its timeline."""
_OF_LINES = ("lines", "uses")
"""What tells where the lines of a message are: its own, and those of connections."""
_BEGINS = (*_KEY, "mids", "started_at")
"""What tells which of the messages with a MID is meant."""
_RAW = Asked(kinds=frozenset({"continuation"}), spine=frozenset({"time"}))
"""What is asked of lines that are given as they were read."""


def kept_rows(shot: Snapshot, mids: AbstractSet[Id], columns: Sequence[str] | None = None) -> pa.Table:
    """Return the latest rows of the messages that some MIDs belong to, in the order of messages."""
    return latest_rows_of(shot, linked_from(mids, Stored(shot)), columns)


def kept_begins(shot: Snapshot, mids: AbstractSet[Id]) -> pa.Table:
    """Return where these rows are, and how their messages begin: all else is read of those that are told."""
    return spots_of(shot, linked_from(mids, Stored(shot)), _BEGINS)


def kept_facts(shot: Snapshot, keys: Iterable[Key]) -> pa.Table:
    """Return the latest rows of messages, in their order, without the places of their lines."""
    return latest_rows_of(shot, {(host, mid) for host, mid, _ in keys}, FACTS)


class LookedUp:
    """Some messages: told as they are kept, or as tables in a store of their own, their lines when asked for."""

    def __init__(self, shot: Snapshot, rows: pa.Table) -> None:
        """Take kept rows, the latest of each message, in the order of messages, or where they are."""
        self._shot = shot
        self._rows = rows
        self._read: tuple[list[int], pa.Table] | None = None  # of those of which it is told where they are
        self._lines: dict[Asked, ReadLines] = {}

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

    def table(self, numbers: Collection[int], columns: Sequence[str] = bare.COLUMNS) -> pa.Table:
        """Return columns of these messages as rows of the table `messages`."""
        rows = self._told_of(numbers)
        return (rows if set(columns) <= set(rows.schema.names) else self._own(numbers)).select(columns)

    def _told_of(self, numbers: Collection[int]) -> pa.Table:
        """Return what was told of these messages."""
        return self._rows.filter(pc.is_in(self._rows["message"], pa.array(numbers, pa.int64())))

    def _own(self, numbers: Collection[int]) -> pa.Table:
        """Return the kept rows of these messages."""
        told = self._told_of(numbers)
        if SPOT[0] not in told.schema.names:
            return told
        listed = told["message"].to_pylist()
        if self._read is None or self._read[0] != listed:
            rows = rows_at(self._shot, told, (*FACTS, *_OF_LINES))
            self._read = listed, rows.append_column("message", told["message"])
        return self._read[1]

    def told(self, numbers: Collection[int], *, timeline: bool) -> Told:
        """Return these messages, with their timelines where wanted. Raises Unspoken where only SQL tells one for sure."""
        kept = self._own(numbers)
        messages, recipients = bare.message_rows(kept), bare.recipient_rows(kept, self._shot.places)
        if not timeline:
            return Told(messages, recipients, [], {})
        own = _by_message(recipients)
        found = self._timelines(messages, own, _spoken())
        if any(row["sentence"] is None for row in found[0]):  # it is the line's text
            found = self._timelines(messages, own, _written())
        return Told(messages, recipients, *found)

    def _timelines(
        self, messages: Sequence[dict[str, Any]], recipients: Mapping[int, list[dict[str, Any]]], asked: Asked
    ) -> tuple[list[dict[str, Any]], dict[int, Clocked]]:
        """Return the timelines of messages, of whose lines is read what is asked, and their clocks."""
        read = self._with_lines([message["message"] for message in messages], asked)
        files, lines, seqs = bare.files_of(read.files()), bare.lines_of(read.batches(asked)), read.seqs()
        told: list[dict[str, Any]] = []
        clocks: dict[int, Clocked] = {}
        for message in messages:
            number = message["message"]
            rows = timeline_of(message, recipients.get(number, []), seqs.get(number, []), lines, files)
            clock = clock_of(message, rows, files)
            clocks |= {} if clock is None else {number: clock}
            told += rows
        return told, clocks

    def raw_lines(self, numbers: Collection[int]) -> Iterator[bytes]:
        """Yield all lines of these messages as they stood in their files, each once, in the order of the timeline.

        Lines that go on with one follow it.
        """
        read = self._with_lines(numbers)
        batches = read.batches(_RAW)
        lines, files, seqs = bare.lines_of(batches), bare.files_of(read.files()), read.seqs()
        chosen = {seq for number in numbers for seq in seqs.get(number, [])}
        going_on = [
            (row["continues"], row["seq"])
            for rows in batches["continuation"]
            for row in rows.to_pylist()
            if row["continues"] in chosen
        ]
        pairs = [*((seq, seq) for seq in chosen), *going_on]
        pairs.sort(key=lambda pair: (place_of(lines.spine[pair[0]], files), pair[1]))
        raws = read.raws()
        return (raws[seq] for _, seq in pairs)

    @cached_property
    def store(self) -> "Store":
        """A store with the messages and recipients; once `with_lines` was asked, with lines too."""
        from midtrail.archive.looking_tables import store_of  # noqa: PLC0415 - DuckDB only where it is asked

        store = store_of(self._own(self._rows["message"].to_pylist()), self._shot.places)
        self._register_lines(store)
        return store

    def close(self) -> None:
        """Give back what the store takes, where there is one."""
        if "store" in self.__dict__:
            self.store.close()

    def with_lines(self, numbers: Collection[int]) -> "Store":
        """Return the store; it holds the lines of these messages now, and `members`."""
        store = self.store
        if self._lines_of(EVERYTHING).missing(numbers):
            self._with_lines(numbers)
            self._register_lines(store)
        return store

    def show(self, kinds: Iterable[str]) -> None:
        """Make empty tables in the store of those of some kinds that no line has."""
        present = self._lines_of(EVERYTHING).batches(EVERYTHING).keys()
        for kind in set(kinds).difference(present):
            self.store.connection.register(kind, kind_schema(kind).empty_table())

    def _register_lines(self, store: "Store") -> None:
        """Make tables of the lines that are there, and of what is known of their files."""
        from midtrail.archive.looking_tables import register_lines  # noqa: PLC0415 - likewise

        read = self._lines_of(EVERYTHING)
        register_lines(store, read.batches(EVERYTHING), read.members, read.files())

    def _lines_of(self, asked: Asked) -> ReadLines:
        """Return the lines of which is read what is asked, so far."""
        return self._lines.setdefault(asked, ReadLines(self._shot, asked))

    def _with_lines(self, numbers: Collection[int], asked: Asked = EVERYTHING) -> ReadLines:
        """Return the same, those of some messages among them."""
        read = self._lines_of(asked)
        new = read.missing(numbers)
        if new:
            read.add(new, *self._places(new))
        return read

    def _places(self, numbers: Collection[int]) -> tuple[Any, Any, Any]:
        """Return the places of all lines of some messages, each with its message."""
        own = self._with_places(numbers)
        of = own["message"].to_pylist()
        parts = [own["lines"]]
        used = used_by(own)
        ids = {(host, number) for host, _, number, _ in used}
        rows = kept(self._shot, CONNECTIONS, PATHS, among=("id", ids)) if ids else None
        if rows is not None:
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


@cache
def _spoken() -> Asked:
    """Return what is asked of lines of which a timeline is told: the texts of those only that have no sentence."""
    shown = frozenset(all_kinds()).difference(hidden_kinds())
    return _written()._replace(texts=shown.difference(sentences()))


@cache
def _written() -> Asked:
    """Return what is asked of such lines where a sentence cannot be told: all texts."""
    return Asked(frozenset({*sentences(), "recipient_accepted"}), frozenset({"time", "text"}))


def _by_message(rows: Sequence[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["message"], []).append(row)
    return found
