"""Where a log's tables come from: files that are read whole, or whatever else can give them when they are asked for."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol, cast

import pyarrow as pa

from midtrail import tracking
from midtrail.engine import read_arrow, survey_for
from midtrail.lines import FileLines, Problem, RawLines, ReadOptions, SourceFile, rewindable
from midtrail.tables import Borrowed, in_order, loading
from midtrail.text import storable
from midtrail.tracking.choosing import Choice, Marks, Seen
from midtrail.tracking.telling import Told

if TYPE_CHECKING:
    from midtrail.tables import Batches, Columns, Store

_IN_MEMORY = 128 << 20  # bytes of input up to which the tables are kept in memory

EVERYTHING = Choice()
"""The choice that asks nothing of a message."""


SEEN = """
SELECT min(mid), max(mid), (SELECT epoch_us(min(time)) FROM spine), (SELECT epoch_us(max(time)) FROM spine),
    max(mid) FILTER (mid < ?), min(mid) FILTER (mid > ?)
FROM (SELECT unnest(mids) AS mid FROM messages)
"""


class Tables(Protocol):
    """Gives stores in which the tables that a question needs are as they are known, or were known at a moment."""

    problems: list[Problem]

    @property
    def raw(self) -> RawLines:
        """What gives lines back as they were read."""

    def events(self, names: Collection[str]) -> "Store":
        """Return a store in which the spine and kinds among `names` hold all events."""

    def unread(self) -> "Store":
        """Return a store with all events and a spine that may lack the texts of lines, and their offsets."""

    def counted(self, *, joined: bool) -> "Store":
        """Return a store in which lines can be counted by where they stand and their kind; `joined` messages, too."""

    def tracked(self, as_of: datetime | None, choice: Choice = EVERYTHING) -> "Store":
        """Return a store with messages, recipients, connections and remediations; at least all chosen messages."""

    def answers(self, as_of: datetime | None) -> "tracking.Answers | None":
        """Return what gives all messages and recipients in their order; None where a store is to be asked."""

    def chosen(self, choice: Choice, as_of: datetime | None, *, numbered: bool = True) -> list[int] | None:
        """Return the numbers of the chosen messages, in their order; None where a store is to be asked.

        `numbered` as `having` has it, but for a choice of MIDs.
        """

    def having(self, marks: Marks, choice: Choice = EVERYTHING, *, numbered: bool) -> list[int] | None:
        """Return the numbers of the messages that have some marks and began when it is chosen.

        Without `numbered` they need not be those that the messages have among all. None where a store is to be asked.
        """

    def raw_lines(self, numbers: Sequence[int]) -> Iterator[bytes] | None:
        """Return every raw line of some messages, once, in the order of the timeline; None where a store is to be asked."""

    def told(self, numbers: Sequence[int], as_of: datetime | None, *, timeline: bool) -> Told | None:
        """Return some messages as rows, with their timelines where wanted; None where a store is to be asked."""

    def rows(
        self, numbers: Sequence[int], as_of: datetime | None, columns: Sequence[str] = ...
    ) -> pa.Table | None:
        """Return columns (by default all) of rows of `messages`, in their order; None where a store is to be asked."""

    def naming(
        self,
        condition: str,
        as_of: datetime | None,
        choice: Choice = EVERYTHING,
        texts: Sequence[str] = (),
        *,
        among: Sequence[int] | None = None,
        numbered: bool = True,
    ) -> "Store":
        """Return a store in which a condition on `messages` (SQL) can be asked, at least of all that are chosen.

        `texts` are the expressions that it looks for in the texts of lines: `spine` may lack all other lines. With
        `among` it is asked of these messages only. Without `numbered` messages need not have their numbers among all.
        """

    def numbered(self, numbers: Sequence[int] | None, *, timeline: bool) -> Sequence[int] | None:
        """Return the numbers of messages, None for all, under which they are told, with their timelines or without."""

    def members(self, as_of: datetime | None) -> "Store":
        """Return a store with all of that, all events, and `members`."""

    def of_messages(
        self, numbers: Sequence[int], as_of: datetime | None, *, with_lines: bool = True
    ) -> "Store":
        """Return a store with these messages and their recipients; with their lines also these and `members`."""

    def timeline(self, numbers: Sequence[int] | None, as_of: datetime | None) -> "Store":
        """Return a store with the timeline of these messages, or of all, and what it is made of."""

    def seen(self, mid: int | None) -> Seen:
        """Return what the log covers."""

    def offsets(self) -> list[tuple[int, int]]:
        """Return the clocks: the least time of lines in each (microseconds, UTC), and its seconds east of UTC."""

    def close(self) -> None:
        """Give back the memory and the disk that the tables take."""


class FileTables:
    """The tables of files that were read: all events in one store, joined when they are first asked for."""

    def __init__(
        self,
        files: list[SourceFile],
        options: ReadOptions,
        on_bytes: Callable[[int], None] | None = None,
        *,
        messages_only: bool = False,
        read_once: bool = False,
    ) -> None:
        """Read the files; `on_bytes` is told of the bytes that were read. Pipes are kept until their end first.

        With `messages_only` of the events only that is kept which messages are joined from: they can be asked then,
        with recipients, remediations and the clocks. With `read_once`, too, and each is made while it is read, for
        who reads it once; what it is not made of is given back then.
        """
        self.problems: list[Problem] = []
        files = rewindable(files, self.problems)
        self._wanted = {"messages_only": messages_only, "read_once": read_once}
        self._known_as_of: tuple[datetime | None, ...] = ()
        self._answers: tracking.Answers | None = None
        self._has_timeline = self._has_tables = False
        columns = tracking.reads() if messages_only or read_once else None
        surveyed = survey_for(files, options, self.problems)
        self._raw = FileLines(surveyed, self.problems)
        read = partial(read_arrow, files, options, survey=surveyed, columns=columns)
        batches = read(on_bytes=on_bytes, problems=self.problems)
        on_disk = sum(file.size or 0 for file in files) > _IN_MEMORY
        self._clocks = list(surveyed.host_clocks())
        self._lines: Borrowed | None = None
        """The lines where they lie, where not all may be asked."""
        self._beside = read_once and not on_disk
        """Whether each answer is read once, and made without a database."""
        self._has_spine = not self._beside
        self._surveyed = surveyed
        if columns is None or on_disk:
            self._store = self._filled(batches, columns, on_disk=on_disk)
            return
        with loading(*(_JOINED if self._beside else _ASKED)):
            if self._beside:
                batches = in_order(self._take, batches, threads=1)
            self._lines = Borrowed(columns).add_all(batches)
        self._read_whole: Callable[[], Borrowed] = lambda: Borrowed(columns).add_all(read())

    @property
    def raw(self) -> RawLines:
        """The lines of the files."""
        return self._raw

    @cached_property
    def _needed(self) -> "tracking.Needed":
        """What is known of lines that have no spine; who makes it while lines are read waits for what it loads."""
        return tracking.Needed(
            [(facts.source, facts.hosts, facts.first_time) for facts in self._surveyed.sources]
        )

    def _take(self, batch: "Batches") -> "Batches":
        """Take what is needed of a batch."""
        return self._needed.of(batch)

    @cached_property
    def _store(self) -> "Store":
        """The store of what is borrowed."""
        from midtrail.tables import BorrowingStore  # noqa: PLC0415 - DuckDB

        lines = cast("Borrowed", self._lines)
        store = BorrowingStore(columns=lines.columns, lines=lines)
        store.add_clocks(self._clocks)
        return store

    def _filled(self, batches: Iterator["Batches"], columns: "Columns | None", *, on_disk: bool) -> "Store":
        from midtrail.tables import Store  # noqa: PLC0415 - DuckDB

        store = Store(on_disk=on_disk, columns=columns).add_all(batches)
        store.add_clocks(self._clocks)
        return store

    def events(self, names: Collection[str]) -> "Store":  # noqa: ARG002 - all events are there
        """Return the store."""
        return self._store

    def unread(self) -> "Store":
        """Return the store."""
        return self._store

    def counted(self, *, joined: bool) -> "Store":
        """Return the store, joined where wanted."""
        return self.tracked(None) if joined else self._store

    def tracked(self, as_of: datetime | None, choice: Choice = EVERYTHING) -> "Store":  # noqa: ARG002 - all messages are there
        """Return the store, joined as it was known at a moment."""
        self._join(as_of)
        if self._answers is not None and not self._has_tables:
            self._answers.make()
            self._store.add_all([])  # shows them, where they lie in memory
            self._has_tables = True
        return self._store

    def _join(self, as_of: datetime | None) -> None:
        """Join the store as it was known at a moment."""
        if self._known_as_of == (as_of,):
            return
        if self._beside:
            answers = self._joined_beside(as_of)
        else:
            answers = tracking.build(self._store.connection, as_of=as_of, **self._wanted)
        self._answers = answers if self._wanted["read_once"] else None
        self._known_as_of = (as_of,)
        self._has_timeline = self._has_tables = False

    def _joined_beside(self, as_of: datetime | None) -> "tracking.Answers":
        """Join the lines where they lie; where they lack texts that are needed, the files are read once more, with all."""
        if not self._has_spine:
            with suppress(tracking.LacksTextsError):
                lines = cast("Borrowed", self._lines)
                return tracking.build_beside(lines, as_of=as_of, written=self._needed.written)
            self._lines, self._has_spine = None, True
            del self._needed
            self._lines = self._read_whole()
        return tracking.build_beside(cast("Borrowed", self._lines), as_of=as_of)

    def answers(self, as_of: datetime | None) -> "tracking.Answers | None":
        """Return what gives messages and recipients, where each is read once."""
        self._join(as_of)
        return self._answers

    def chosen(self, choice: Choice, as_of: datetime | None, *, numbered: bool = True) -> None:
        """Return nothing: the store is to be asked."""

    def having(self, marks: Marks, choice: Choice = EVERYTHING, *, numbered: bool) -> None:
        """Return nothing: the store is to be asked."""

    def raw_lines(self, numbers: Sequence[int]) -> None:
        """Return nothing: the store is to be asked."""

    def told(self, numbers: Sequence[int], as_of: datetime | None, *, timeline: bool) -> None:
        """Return nothing: the store is to be asked."""

    def rows(self, numbers: Sequence[int], as_of: datetime | None, columns: Sequence[str] = ()) -> None:
        """Return nothing: the store is to be asked."""

    def naming(
        self,
        condition: str,  # noqa: ARG002 - all columns are there
        as_of: datetime | None,
        choice: Choice = EVERYTHING,  # noqa: ARG002 - all messages are there
        texts: Sequence[str] = (),  # noqa: ARG002 - all lines are there
        *,
        among: Sequence[int] | None = None,  # noqa: ARG002 - all messages are there
        numbered: bool = True,  # noqa: ARG002 - they have their numbers
    ) -> "Store":
        """Return the store, joined."""
        return self.tracked(as_of)

    def numbered(self, numbers: Sequence[int] | None, *, timeline: bool) -> Sequence[int] | None:  # noqa: ARG002 - likewise
        """Return the numbers."""
        return numbers

    def members(self, as_of: datetime | None) -> "Store":
        """Return the store, joined."""
        return self.tracked(as_of)

    def of_messages(
        self,
        numbers: Sequence[int],  # noqa: ARG002 - all messages are there
        as_of: datetime | None,
        *,
        with_lines: bool = True,  # noqa: ARG002 - all lines are there
    ) -> "Store":
        """Return the store, joined."""
        return self.tracked(as_of)

    def timeline(self, numbers: Sequence[int] | None, as_of: datetime | None) -> "Store":
        """Return the store with the timeline of some messages, or of all."""
        store = self.tracked(as_of)
        if not self._has_timeline:
            tracking.build_timeline(store.connection, messages=numbers)
            self._has_timeline = numbers is None
        return store

    def seen(self, mid: int | None) -> Seen:
        """Return what the files cover."""
        (row,) = self.tracked(None).connection.execute(SEEN, [mid, mid]).fetchall()
        return Seen(*row)

    def offsets(self) -> list[tuple[int, int]]:
        """Return the clocks of the files."""
        if not self._has_spine:
            return self._needed.offsets((storable(clock.source), clock.utc_offset) for clock in self._clocks)
        return self._store.connection.execute(
            "SELECT epoch_us(min(s.time)), c.utc_offset FROM clocks c JOIN spine s USING (source)"
            " WHERE s.time IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).fetchall()

    def close(self) -> None:
        """Give back the memory and the disk that the tables take."""
        if "_store" in self.__dict__:
            self._store.close()


_JOINED = ("midtrail.tracking._beside", "pyarrow.compute", "midtrail.tables.parquet")
_ASKED = ("duckdb", "midtrail.tables.store", "midtrail.tracking._steps", "pyarrow.compute")
"""What joins need, which takes long to load: it is loaded while lines are read."""
