"""Messages that are looked up, by their MIDs or by the numbers that they have among all, each once.

Those that are looked up by their MIDs have numbers below zero, so that none is taken for one of all messages.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from midtrail import tracking
from midtrail.archive.closure import around_mids
from midtrail.archive.facts import StoredFile
from midtrail.archive.ids import Id
from midtrail.archive.looking import LookedUp, kept_begins, kept_facts
from midtrail.archive.revisions import Key
from midtrail.archive.seeking import messages_having
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.stored import Stored
from midtrail.archive.tables import CONNECTIONS, LINKS, MESSAGES
from midtrail.archive.within import Window, Within, within
from midtrail.archive.writing import OWN
from midtrail.tables import Batches
from midtrail.tracking.choosing import Choice, Marks

if TYPE_CHECKING:
    from midtrail.tables import Store

_TABLES = ("files", LINKS, MESSAGES, "forms", CONNECTIONS, *OWN)
"""The tables that a look-up reads."""
KeysOf = Callable[[Sequence[int]], dict[int, Key]]
"""Gives the keys of messages by their numbers among all."""
NumbersOf = Callable[[Sequence[Key]], dict[Key, int]]
"""Gives the numbers that messages have among all by their keys."""


class Few:
    """The messages of a snapshot that were looked up."""

    def __init__(self, shot: Snapshot, keys_of: KeysOf) -> None:
        """Take a snapshot; `keys_of` tells the keys of numbers above zero."""
        self._shot = shot
        self._keys_above = keys_of
        self._keys: dict[int, Key] = {}  # of the numbers below zero
        self._homes: dict[tuple[int, datetime | None], Store | LookedUp] = {}  # of the numbers below zero
        self._found: dict[frozenset[Id], LookedUp] = {}
        self._had: dict[str, list[int] | None] = {}  # the numbers of the messages with marks that were asked
        self._again: tuple[dict[Key, int], LookedUp] | None = None  # those of numbers above zero
        self._stores: dict[tuple[frozenset[Id], datetime | None], Store] = {}

    def close(self) -> None:
        """Give back what the stores take."""
        for store in self._stores.values():
            store.close()
        for found in (*self._found.values(), *([self._again[1]] if self._again else [])):
            found.close()

    def chosen(self, choice: Choice) -> list[int] | None:
        """Return the numbers of the messages that a choice of MIDs finds; None where its host is a pattern."""
        hosts = _hosts_of(choice)
        if choice.host is not None and hosts is None:
            return None
        return self.by_mid(choice).with_mids(choice.mids, hosts)

    def by_mid(self, choice: Choice) -> LookedUp:
        """Return the messages of the MIDs that are chosen."""
        self._shot.open_tables(_TABLES)
        asked = frozenset(self._ids(choice))
        if asked not in self._found:
            found = LookedUp(self._shot, kept_begins(self._shot, set(asked)))
            numbers = self._new_numbers(found.keys())
            self._homes.update(((number, None), found) for number in numbers.values())
            found.number(numbers)
            self._found[asked] = found
        return self._found[asked]

    def within(self, window: Window) -> Within | None:
        """Return the messages that began within a window, with new numbers; None where all are to be asked."""
        return within(self._shot, window, self._new_numbers)

    def numbered(self, numbers: Sequence[int], numbers_of: NumbersOf) -> list[int]:
        """Return the numbers that some messages have among all, in their order."""
        return sorted(numbers_of(list(self._keys_of(numbers).values())).values())

    def having(self, marks: Marks, window: Window, numbers_of: NumbersOf | None) -> list[int] | None:
        """Return the numbers of the messages that have some marks and began within a window.

        None where all messages are to be asked. `numbers_of` tells the numbers that they have among all; without it
        they get some below zero. What is asked again has the same numbers.
        """
        asked = repr((marks, window, numbers_of is None))
        if asked not in self._had:
            rows = messages_having(self._shot, marks, window)
            self._had[asked] = None if rows is None else self._kept(LookedUp(self._shot, rows), numbers_of)
        found = self._had[asked]
        return None if found is None else [*found]

    def _kept(self, found: LookedUp, numbers_of: NumbersOf | None) -> list[int]:
        """Give messages numbers, and keep them."""
        if numbers_of is None:
            numbers = self._new_numbers(found.keys())
            self._homes.update(((number, None), found) for number in numbers.values())
        else:
            numbers = numbers_of(found.keys())
            self._again = (numbers, found)
        found.number(numbers)
        return sorted(numbers.values())

    def as_known(self, choice: Choice, as_of: datetime) -> "Store":
        """Return a store with the messages of the MIDs that are chosen, as they were known at a moment."""
        return self._around(self._ids(choice), as_of)

    @cached_property
    def _hosts(self) -> set[str | None]:
        return {host for file in self._shot.files for host in file.hosts} | {None}

    def _ids(self, choice: Choice) -> set[Id]:
        """Return the MIDs that are chosen, of each appliance that may be meant."""
        named = _hosts_of(choice)
        meant = [
            host for host in self._hosts if named is None or (host is not None and host.lower() in named)
        ]
        return {(host, mid) for mid in choice.mids for host in meant}

    def home(self, numbers: Sequence[int], as_of: datetime | None) -> "Store | LookedUp":
        """Return what has some messages (by their numbers)."""
        homes = {id(home): home for home in (self._homes.get((number, as_of)) for number in numbers)}
        (home,) = homes.values() if len(homes) == 1 else (None,)
        if home is not None:
            return home
        keys = {key: number for number, key in self._keys_of(numbers).items()}
        if as_of is None:
            return self._looked_up_again(keys)
        store = self._around({(host, mid) for host, mid, _ in keys}, as_of)
        _renumber(store, keys)
        return store

    def _looked_up_again(self, numbers: dict[Key, int]) -> LookedUp:
        """Return messages that have numbers; the last of them are kept."""
        if self._again is None or self._again[0] != numbers:
            found = LookedUp(self._shot, kept_facts(self._shot, numbers))
            found.number(numbers)
            self._again = (numbers, found)
        return self._again[1]

    def _around(self, mids: set[Id], as_of: datetime | None) -> "Store":
        """Return a store with the messages of some MIDs, numbered below zero."""
        from midtrail.archive.messages import facts_of  # noqa: PLC0415 - DuckDB only where messages are told anew
        from midtrail.archive.retelling import store_of  # noqa: PLC0415 - likewise

        asked = (frozenset(mids), as_of)
        if asked not in self._stores:
            gathered = around_mids(mids, Stored(self._shot))
            store = store_of(gathered, facts_of(_of(gathered.batches, self._shot.files)))
            store.add_clocks(self._shot.clocks())
            tracking.build(store.connection, as_of=as_of)
            self._stores[asked] = store
            self._number(store, gathered.mids, as_of)
        return self._stores[asked]

    def _number(self, store: "Store", mids: AbstractSet[Id], as_of: datetime | None) -> None:
        """Give the messages of some MIDs new numbers below zero, in their order, and take by-standers away."""
        keys = [(key, number) for key, number in _keys_in(store) if key[:2] in mids]
        numbers = self._new_numbers([key for key, _ in keys])
        self._homes.update(((number, as_of), store) for number in numbers.values())
        _renumber(store, numbers)

    def _new_numbers(self, keys: Sequence[Key]) -> dict[Key, int]:
        """Return numbers for messages, in their order: below zero, and of all that were given the least."""
        least = -len(self._keys) - len(keys)
        numbers = {key: least + at for at, key in enumerate(keys)}
        self._keys.update((number, key) for key, number in numbers.items())
        return numbers

    def _keys_of(self, numbers: Sequence[int]) -> dict[int, Key]:
        """Return the keys of messages that were numbered."""
        found = {number: self._keys[number] for number in numbers if number in self._keys}
        above = [number for number in numbers if number > 0]
        return found | (self._keys_above(above) if above else {})


def _hosts_of(choice: Choice) -> set[str] | None:
    """Return the hosts that a choice names, in small letters; None where it names a pattern, or all."""
    if choice.host is None or not choice.host.isascii() or "*" in choice.host:
        return None
    return {choice.host.lower()}


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


def _keys_in(store: "Store") -> list[tuple[Key, int]]:
    """Return the keys of a store's messages, with their numbers, in their order."""
    rows = store.connection.execute(_KEYS).fetchall()
    return [((host, mid, born), number) for host, mid, born, number in rows]


def _renumber(store: "Store", wanted: dict[Key, int]) -> None:
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
