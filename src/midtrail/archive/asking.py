"""An archive as the tables that people ask: what is kept is read, and events only where they are needed.

Whole tables are made in one store. Messages that are looked up (by MID, by page) are told anew from the events
around them, in a store of their own; their numbers are below zero, so that none is taken for one of all messages.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from midtrail import tracking
from midtrail.archive.bare import COLUMNS
from midtrail.archive.commits import is_archive
from midtrail.archive.decoding import Asked
from midtrail.archive.few import Few
from midtrail.archive.looking import LookedUp
from midtrail.archive.numbering import Numbering
from midtrail.archive.rereading import StoredLines
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.tables import MESSAGES, kept
from midtrail.archive.within import Window, Within
from midtrail.errors import UsageError
from midtrail.lines import Problem, RawLines
from midtrail.moments import microseconds
from midtrail.tables import SPINE_TABLE, all_schemas
from midtrail.tracking.choosing import Choice, Marks, Seen, asks_time_only
from midtrail.tracking.spoken import Unspoken
from midtrail.tracking.telling import Told

if TYPE_CHECKING:
    from midtrail.archive.narrow import Narrow
    from midtrail.tables import Store

_IN_MEMORY = 1_000_000  # lines up to which whole tables are kept in memory
_FEW = 2_000  # messages that are told anew; more are told faster with all others
_SOME = 50_000  # likewise, where their lines are not told
_EVERYTHING = Choice()
_COUNTED = Asked(
    kinds=frozenset({"unrecognised", "logfile_version"}),
    spine=frozenset({"host", "mid", "text"}),
    texts=frozenset({"unrecognised"}),
)
"""What coverage reads of the lines."""
_UNREAD = Asked(spine=frozenset({"host", "time", "level", "mid", "icid", "dcid"}))

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
        self._shot = Snapshot.open(folder, quickly=True)
        self._events: set[str] = set()  # the spine and kinds whose events are all there
        self._joined: _Moment | None = None  # of when the whole tables are, made of all events
        self._has_members = False  # the store of what is counted has messages, too
        self._kept = False  # the whole tables are there as they are kept
        self._timeline: _Moment | None = None
        self._near: tuple[Window, Within | None] | None = None  # messages of the window that was asked last
        self._near_narrow: tuple[Within, Narrow] | None = None  # these in few columns
        self._numbering = Numbering(self._shot)
        self._few = Few(self._shot, self._numbering.keys_of)

    @cached_property
    def _store(self) -> "Store":
        """The store of the whole tables."""
        return self._new_store()

    def _new_store(self) -> "Store":
        from midtrail.tables import Store  # noqa: PLC0415 - DuckDB only where it is asked

        store = Store(on_disk=self._is_large)
        store.add_clocks(self._shot.clocks())
        return store

    @property
    def _is_large(self) -> bool:
        return sum(file.lines for file in self._shot.files) > _IN_MEMORY

    @cached_property
    def _narrow(self) -> "Narrow":
        """All messages in few columns."""
        from midtrail.archive.narrow import Narrow  # noqa: PLC0415 - DuckDB only where it is asked

        return Narrow(self._shot, self._numbering)

    @cached_property
    def raw(self) -> RawLines:
        """The stored lines."""
        return StoredLines(self._shot)

    def events(self, names: Collection[str]) -> "Store":
        """Return the store in which the spine and kinds among `names` hold all events."""
        missing = (set(names) & all_schemas().keys()) - self._events
        if missing:
            spine = None if SPINE_TABLE in missing else frozenset[str]()
            asked = Asked(kinds=frozenset(missing), spine=spine)
            batches = self._shot.events(asked=asked)
            self._store.add_all({name: batch[name] for name in missing & batch.keys()} for batch in batches)
            self._events |= missing
        return self._store

    def counted(self, *, joined: bool) -> "Store":
        """Return a store in which lines can be counted, and where wanted messages: of the spine what that takes."""
        if self._joined == (None,):
            return self._store
        store = self._counted
        if joined and not self._has_members:
            if not self._made_whole(store):
                return self.members(None)
            self._add_members(store)
            self._has_members = True
        return store

    def unread(self) -> "Store":
        """Return a store with all events, the spine without texts."""
        if all_schemas().keys() <= self._events:
            return self._store
        return self._unread

    @cached_property
    def _unread(self) -> "Store":
        return self._new_store().add_all(self._shot.events(asked=_UNREAD))

    @cached_property
    def _counted(self) -> "Store":
        return self._new_store().add_all(self._shot.events(asked=_COUNTED))

    def tracked(self, as_of: datetime | None, choice: Choice = _EVERYTHING) -> "Store":
        """Return a store with messages, recipients, connections and remediations; at least all chosen messages."""
        if choice.mids:
            return self._few.by_mid(choice).store if as_of is None else self._few.as_known(choice, as_of)
        if as_of is not None:
            return self.members(as_of)
        if not self._kept and self._joined != (None,):
            if not self._made_whole(self._store):
                return self.members(None)
            self._kept = True
        return self._store

    def answers(self, as_of: datetime | None) -> None:
        """Return nothing: the store is to be asked."""

    def chosen(self, choice: Choice, as_of: datetime | None, *, numbered: bool = True) -> list[int] | None:
        """Return the numbers of messages that are chosen by nothing but MIDs, of an appliance or of all, or by time."""
        if as_of is None and asks_time_only(choice):
            near = None if numbered else self._within(choice)
            return None if near is None else near.numbers()
        if not choice.mids or as_of is not None or replace(choice, mids=(), host=None) != _EVERYTHING:
            return None
        return self._few.chosen(choice)

    def having(self, marks: Marks, choice: Choice = _EVERYTHING, *, numbered: bool) -> list[int] | None:
        """Return the numbers of the messages that have some marks, among all messages or below zero."""
        numbers_of = self._numbering.numbers_of if numbered else None
        return self._few.having(marks, _window_of(choice), numbers_of)

    def numbered(self, numbers: Sequence[int] | None, *, timeline: bool) -> Sequence[int] | None:
        """Return numbers as they are, and of many messages those that they have among all: they are told together."""
        if numbers is None or len(numbers) <= (_FEW if timeline else _SOME) or max(numbers) > 0:
            return numbers
        return self._few.numbered(numbers, self._numbering.numbers_of)

    def told(self, numbers: Sequence[int], as_of: datetime | None, *, timeline: bool) -> Told | None:
        """Return messages that were looked up, told one by one."""
        if self._whole_of(numbers, as_of, with_lines=timeline):
            return None
        home = self._few.home(numbers, as_of)
        if not isinstance(home, LookedUp):
            return None
        try:
            return home.told(numbers, timeline=timeline)
        except (Unspoken, OverflowError, ValueError):
            return None

    def rows(
        self, numbers: Sequence[int], as_of: datetime | None, columns: Sequence[str] = COLUMNS
    ) -> pa.Table | None:
        """Return rows of the table `messages` of messages that were looked up."""
        if self._whole_of(numbers, as_of, with_lines=False):
            return None
        home = self._few.home(numbers, as_of)
        return home.table(numbers, columns) if isinstance(home, LookedUp) else None

    def raw_lines(self, numbers: Sequence[int]) -> Iterator[bytes] | None:
        """Return every raw line of messages that were looked up."""
        if self._whole_of(numbers, None, with_lines=True):
            return None
        home = self._few.home(numbers, None)
        return home.raw_lines(numbers) if isinstance(home, LookedUp) else None

    def naming(
        self,
        condition: str,
        as_of: datetime | None,
        choice: Choice = _EVERYTHING,
        texts: Sequence[str] = (),
        *,
        among: Sequence[int] | None = None,
        numbered: bool = True,
    ) -> "Store":
        """Return a store in which a condition on messages can be asked, of all that are chosen.

        For one that looks for `texts` in lines, the text of every line is printed.
        """
        reads_lines = "members" in condition
        if among is not None:
            return self._naming_some(condition, among)
        if reads_lines and (as_of is not None or ("spine" in condition and not texts)):
            return self.members(as_of)
        if self._joined == (as_of,):
            return self._store
        if not reads_lines and (choice.mids or as_of is not None or self._kept):
            return self.tracked(as_of, choice)
        near = None if numbered or reads_lines else self._within(choice)
        return (self._narrow if near is None else self._narrow_of(near)).naming(condition, texts)

    def _naming_some(self, condition: str, numbers: Sequence[int]) -> "Store":
        """Return a store with some messages, in which a condition can be asked."""
        reads_lines = "members" in condition
        store = self.of_messages(numbers, None, with_lines=reads_lines)
        if reads_lines and not self._whole_of(numbers, None, with_lines=True):
            home = self._few.home(numbers, None)
            if isinstance(home, LookedUp):
                home.show(re.findall(r'FROM "?(\w+)"? k\b', condition))
        return store

    def _within(self, choice: Choice) -> Within | None:
        """Return the messages that began when it is chosen; None where all are asked as soon."""
        if self._numbering.is_read:
            return None
        window = _window_of(choice)
        if self._near is None or self._near[0] != window:
            self._near = window, self._few.within(window)
        return self._near[1]

    def _narrow_of(self, some: Within) -> "Narrow":
        """Return some messages in few columns, and give back those that were asked before."""
        from midtrail.archive.narrow import Narrow  # noqa: PLC0415 - DuckDB only where it is asked

        if self._near_narrow is not None and self._near_narrow[0] is some:
            return self._near_narrow[1]
        if self._near_narrow is not None:
            self._near_narrow[1].store.close()
        self._near_narrow = some, Narrow(self._shot, some)
        return self._near_narrow[1]

    def members(self, as_of: datetime | None) -> "Store":
        """Return the store with all events joined as they were known at a moment."""
        if self._joined != (as_of,):
            store = self.events(all_schemas().keys())
            if as_of is None and (self._kept or self._made_whole(store)):
                self._add_members(store)
                self._joined, self._kept = (None,), True
            else:
                tracking.build(store.connection, as_of=as_of)
                self._joined, self._kept = (as_of,), False
        return self._store

    def of_messages(
        self, numbers: Sequence[int], as_of: datetime | None, *, with_lines: bool = True
    ) -> "Store":
        """Return a store with these messages and their recipients; with their lines also these and `members`."""
        if self._whole_of(numbers, as_of, with_lines=with_lines):
            if self._joined == (as_of,) or (self._kept and as_of is None and not with_lines):
                return self._store
            return self.members(as_of) if with_lines or as_of is not None else self.tracked(None)
        home = self._few.home(numbers, as_of)
        if isinstance(home, LookedUp):
            return home.with_lines(numbers) if with_lines else home.store
        return home

    def timeline(self, numbers: Sequence[int] | None, as_of: datetime | None) -> "Store":
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
        for name in ("_counted", "_unread"):
            if name in self.__dict__:
                self.__dict__[name].close()
        if "_narrow" in self.__dict__:
            self._narrow.store.close()
        if self._near_narrow is not None:
            self._near_narrow[1].store.close()
        self._few.close()

    def _made_whole(self, store: "Store") -> bool:
        """Make the whole tables of what is kept in a store; tells false where no message is."""
        from midtrail.archive.whole import make_whole  # noqa: PLC0415 - DuckDB only where it is asked

        return make_whole(store.connection, self._shot)

    def _add_members(self, store: "Store") -> None:
        """Make `members` of what is kept, in a store that has the whole tables."""
        from midtrail.archive.whole import make_members  # noqa: PLC0415 - likewise

        make_members(store.connection, self._shot)

    def _whole_of(self, numbers: Sequence[int], as_of: datetime | None, *, with_lines: bool) -> bool:
        """Tell whether messages are told from the whole tables: these are there, or the messages are many."""
        if any(number < 0 for number in numbers):
            return False
        there = self._joined == (as_of,) or (self._kept and as_of is None and not with_lines)
        return there or len(numbers) > (_FEW if with_lines else _SOME) or as_of is not None


def _window_of(choice: Choice) -> Window:
    """Return the window in which chosen messages began, of a choice whose moments are instants."""
    since, until = (
        None if moment is None else microseconds(moment, 0) for moment in (choice.since, choice.until)
    )
    return since, until
