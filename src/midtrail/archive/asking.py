"""An archive as the tables that people ask: what is kept is read, and events only where they are needed.

Whole tables are made in one store. Messages that are looked up (by MID, by page) are told anew from the events
around them, in a store of their own; their numbers are below zero, so that none is taken for one of all messages.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from os import PathLike
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from midtrail import tracking
from midtrail.archive.closure import around_mids
from midtrail.archive.commits import is_archive
from midtrail.archive.facts import StoredFile
from midtrail.archive.ids import Id, IdSet
from midtrail.archive.looking import LookedUp, kept_rows
from midtrail.archive.messages import facts_of
from midtrail.archive.narrow import Narrow
from midtrail.archive.rereading import StoredLines
from midtrail.archive.retelling import store_of
from midtrail.archive.revisions import Key
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.stored import Stored
from midtrail.archive.tables import CONNECTIONS, MESSAGES, kept
from midtrail.archive.whole import build_whole
from midtrail.errors import UsageError
from midtrail.lines import Problem, RawLines
from midtrail.tables import Batches, Store, all_schemas
from midtrail.tracking.choosing import Choice, Seen

_IN_MEMORY = 1_000_000  # lines up to which whole tables are kept in memory
_FEW = 2_000  # messages that are told anew; more are told faster with all others
_EVERYTHING = Choice()

_Moment = tuple[datetime | None]


def archive_among(sources: Sequence[object]) -> Path | None:
    """Return the archive that some sources name, None where they name files.

    Raises UsageError where they name more than one archive.
    """
    folders = [Path(source) for source in sources if isinstance(source, str | PathLike)]
    found = [folder for folder in folders if folder.is_dir() and is_archive(folder)]
    if found and len(sources) > 1:
        raise UsageError(f"{found[0]} is an archive, which is read alone: name nothing beside it")
    return found[0] if found else None


class ArchiveTables:
    """The tables of an archive as it was when it was opened."""

    def __init__(self, folder: Path) -> None:
        """Open an archive. Raises ArchiveError where there is none."""
        self.problems: list[Problem] = []
        self._shot = Snapshot.open(folder)
        self._events: set[str] = set()  # the spine and kinds whose events are all there
        self._joined: _Moment | None = None  # of when the whole tables are, made of all events
        self._kept = False  # the whole tables are there as they are kept
        self._timeline: _Moment | None = None
        self._few: dict[tuple[frozenset[Id], datetime | None], Store] = {}
        self._keys: dict[int, Key] = {}  # of the numbers below zero
        self._homes: dict[tuple[int, datetime | None], Store | LookedUp] = {}  # of the numbers below zero
        self._found: dict[frozenset[Id], LookedUp] = {}

    @cached_property
    def _store(self) -> Store:
        """The store of the whole tables."""
        store = Store(on_disk=sum(file.lines for file in self._shot.files) > _IN_MEMORY)
        store.add_clocks(self._shot.clocks())
        return store

    @cached_property
    def _narrow(self) -> Narrow:
        """All messages in few columns."""
        return Narrow(self._shot)

    @cached_property
    def raw(self) -> RawLines:
        """The stored lines."""
        return StoredLines(self._shot)

    def events(self, names: Collection[str]) -> Store:
        """Return the store in which the spine and kinds among `names` hold all events."""
        missing = (set(names) & all_schemas().keys()) - self._events
        if missing:
            self._store.add_all(
                {name: batch[name] for name in missing & batch.keys()} for batch in self._shot.events()
            )
            self._events |= missing
        return self._store

    def tracked(self, as_of: datetime | None, choice: Choice = _EVERYTHING) -> Store:
        """Return a store with messages, recipients, connections and remediations; at least all chosen messages."""
        if choice.mids:
            mids = {(host, mid) for mid in choice.mids for host in self._hosts}
            return self._looked_up(mids).store if as_of is None else self._around(mids, as_of)
        if as_of is not None:
            return self.members(as_of)
        if not self._kept and self._joined != (None,):
            self._read_kept()
        return self._store

    def naming(self, condition: str, as_of: datetime | None, choice: Choice = _EVERYTHING) -> Store:
        """Return a store in which a condition on messages can be asked, of all that are chosen.

        One that reads `spine` reads every line.
        """
        reads_lines = "members" in condition
        if reads_lines and (as_of is not None or "spine" in condition):
            return self.members(as_of)
        if self._joined == (as_of,):
            return self._store
        if not reads_lines and (choice.mids or as_of is not None or self._kept):
            return self.tracked(as_of, choice)
        return self._narrow.naming(condition)

    def members(self, as_of: datetime | None) -> Store:
        """Return the store with all events joined as they were known at a moment."""
        if self._joined != (as_of,):
            store = self.events(all_schemas().keys())
            tracking.build(store.connection, as_of=as_of)
            self._joined, self._kept = (as_of,), False
        return self._store

    def of_messages(
        self, numbers: Sequence[int], as_of: datetime | None, *, with_lines: bool = True
    ) -> Store:
        """Return a store with these messages and their recipients; with their lines also these and `members`."""
        below = any(number < 0 for number in numbers)
        if not below and (self._joined == (as_of,) or (self._kept and as_of is None and not with_lines)):
            return self._store
        if not below and (len(numbers) > _FEW or as_of is not None):
            return self.members(as_of) if with_lines or as_of is not None else self.tracked(None)
        homes = {id(home): home for home in (self._homes.get((number, as_of)) for number in numbers)}
        (home,) = homes.values() if len(homes) == 1 else (None,)
        if isinstance(home, LookedUp):
            return home.with_lines(numbers) if with_lines else home.store
        if home is not None:
            return home
        keys = self._keys_of(numbers)
        if as_of is None:
            found = self._looked_up_again({key: number for number, key in keys.items()})
            return found.with_lines(numbers) if with_lines else found.store
        store = self._around({(host, mid) for host, mid, _ in keys.values()}, as_of)
        _renumber(store, {key: number for number, key in keys.items()})
        return store

    def timeline(self, numbers: Sequence[int] | None, as_of: datetime | None) -> Store:
        """Return a store with the timeline of these messages, or of all, and what it is made of."""
        if numbers is None:
            store = self.members(as_of)
            if self._timeline != (as_of,):
                tracking.build_timeline(store.connection)
                self._timeline = (as_of,)
            return store
        store = self.of_messages(numbers, as_of)
        tracking.build_timeline(store.connection, messages=numbers)
        self._timeline = None
        return store

    def seen(self, mid: int | None) -> Seen:
        """Return what the archive covers."""
        rows = kept(self._shot, MESSAGES, ("mids",))
        mids = pa.array([], pa.int64()) if rows is None else pc.list_flatten(rows["mids"])
        below = None if mid is None else pc.max(mids.filter(pc.less(mids, mid))).as_py()
        above = None if mid is None else pc.min(mids.filter(pc.greater(mids, mid))).as_py()
        ends = pc.min_max(mids)
        first = min((file.begins for file in self._shot.files if file.begins is not None), default=None)
        last = max((file.last_time for file in self._shot.files if file.last_time is not None), default=None)
        return Seen(ends["min"].as_py(), ends["max"].as_py(), first, last, below, above)

    def offsets(self) -> list[tuple[int, int]]:
        """Return the clocks of the stored files."""
        found: dict[int, int] = {}
        for file in self._shot.files:
            for clock in file.clocks:
                if file.begins is not None:
                    found[clock.utc_offset] = min(file.begins, found.get(clock.utc_offset, file.begins))
        return sorted((first, offset) for offset, first in found.items())

    def close(self) -> None:
        """Give back the memory and the disk that the tables take."""
        if "_store" in self.__dict__:
            self._store.close()
        if "_narrow" in self.__dict__:
            self._narrow.store.close()
        for store in (*self._few.values(), *(found.store for found in self._found.values())):
            store.close()

    @cached_property
    def _hosts(self) -> set[str | None]:
        return {host for file in self._shot.files for host in file.hosts} | {None}

    def _read_kept(self) -> None:
        """Make the whole tables of what is kept, or of all events where no message is."""
        connection = self._store.connection
        tables = {
            "kept_messages": kept(self._shot, MESSAGES),
            "kept_connections": kept(self._shot, CONNECTIONS),
        }
        if None in tables.values():
            self.members(None)
            return
        for name, rows in tables.items():
            connection.register(name, rows)
        connection.register("kept_files", _files(self._shot.files))
        build_whole(connection)
        for name in (*tables, "kept_files"):
            connection.unregister(name)
        self._kept = True

    def _looked_up(self, mids: set[Id]) -> LookedUp:
        """Return the messages of some MIDs, numbered below zero."""
        asked = frozenset(mids)
        if asked not in self._found:
            found = LookedUp(self._shot, kept_rows(self._shot, mids))
            keys = found.keys()
            least = -len(self._keys) - len(keys)
            numbers = {key: least + at for at, key in enumerate(keys)}
            self._keys.update((number, key) for key, number in numbers.items())
            self._homes.update(((number, None), found) for number in numbers.values())
            found.number(numbers)
            self._found[asked] = found
        return self._found[asked]

    def _looked_up_again(self, numbers: dict[Key, int]) -> LookedUp:
        """Return messages that have numbers."""
        found = LookedUp(self._shot, kept_rows(self._shot, {(host, mid) for host, mid, _ in numbers}))
        found.number(numbers)
        return found

    def _around(self, mids: set[Id], as_of: datetime | None) -> Store:
        """Return a store with the messages of some MIDs, numbered below zero."""
        asked = (frozenset(mids), as_of)
        if asked not in self._few:
            gathered = around_mids(mids, Stored(self._shot))
            store = store_of(gathered, facts_of(_of(gathered.batches, self._shot.files)))
            store.add_clocks(self._shot.clocks())
            tracking.build(store.connection, as_of=as_of)
            self._few[asked] = store
            self._number(store, gathered.mids, as_of)
        return self._few[asked]

    def _number(self, store: Store, mids: IdSet, as_of: datetime | None) -> None:
        """Give the messages of some MIDs new numbers below zero, in their order, and take by-standers away."""
        keys = [(key, number) for key, number in _keys_in(store) if key[:2] in mids]
        least = -len(self._keys) - len(keys)
        numbers = {key: least + at for at, (key, _) in enumerate(keys)}
        self._keys.update((number, key) for key, number in numbers.items())
        self._homes.update(((number, as_of), store) for number in numbers.values())
        _renumber(store, numbers)

    def _keys_of(self, numbers: Iterable[int]) -> dict[int, Key]:
        """Return the keys of messages that were numbered."""
        found = {number: self._keys[number] for number in numbers if number in self._keys}
        found.update(self._narrow.keys_of([number for number in numbers if number > 0]))
        return found


def _files(files: Iterable[StoredFile]) -> pa.Table:
    rows = [{"file": file.file_id, "source": file.source, "base": file.base} for file in files]
    return pa.Table.from_pylist(
        rows, pa.schema([("file", pa.int64()), ("source", pa.string()), ("base", pa.int64())])
    )


def _of(batches: Iterable[Batches], files: Iterable[StoredFile]) -> list[StoredFile]:
    """Return the files of which lines are there."""
    names = {
        name
        for batch in batches
        for name in pc.unique(batch["spine"]["source"].cast(pa.string())).to_pylist()
    }
    return [file for file in files if file.source in names]


_KEYS = """
    select messages.host, messages.mid, case when track_mids.head_cut then -1 else track_mids.first_at end as born, message
    from messages
    join track_numbers using (message)
    join track_mids using (family)
    where place = 1
    order by message
"""


def _keys_in(store: Store) -> list[tuple[Key, int]]:
    """Return the keys of a store's messages, with their numbers, in their order."""
    rows = store.connection.execute(_KEYS).fetchall()
    return [((host, mid, born), number) for host, mid, born, number in rows]


def _renumber(store: Store, wanted: dict[Key, int]) -> None:
    """Give messages the wanted numbers, and take the others away."""
    numbers = [(number, wanted[key]) for key, number in _keys_in(store) if key in wanted]
    if [old for old, _ in numbers] == [new for _, new in numbers]:
        return
    columns = ([old for old, _ in numbers], [new for _, new in numbers])
    table = pa.table({"old": pa.array(columns[0], pa.int64()), "new": pa.array(columns[1], pa.int64())})
    store.connection.register("numbers_wanted", table)
    for name in ("messages", "recipients", "track_numbers"):
        for statement in (
            f"delete from {name} where message not in (select old from numbers_wanted)",
            f"update {name} set message = new from numbers_wanted where message = old",
        ):
            store.connection.execute(statement)
    store.connection.unregister("numbers_wanted")
