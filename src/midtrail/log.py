"""`midtrail.read`: a log as an analyst asks it, with its events, messages, recipients and connections."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from midtrail.errors import UsageError
from midtrail.lines import Problem, ReadOptions
from midtrail.moments import Moment, instant, iso_instant, microseconds, moment_of
from midtrail.progress import bar
from midtrail.tables import all_schemas
from midtrail.tracking.choosing import Choice, Marks, asks_time_only, choice_of, condition

if TYPE_CHECKING:
    from datetime import datetime

    from midtrail.lines import Source, SourceFile
    from midtrail.questions.answer import Answer
    from midtrail.questions.coverage import Coverage
    from midtrail.questions.findevent import Wanted
    from midtrail.questions.gaps import Gaps
    from midtrail.questions.search import Condition
    from midtrail.questions.search_query import Query
    from midtrail.questions.search_values import Sought
    from midtrail.reading import Tables
    from midtrail.tables import Store
    from midtrail.views import Clock, MessageView

_MESSAGES = "SELECT m.* FROM messages m WHERE {where} ORDER BY m.message"
_RECIPIENTS = "SELECT r.* FROM recipients r WHERE {where} ORDER BY message, mid, rid, recipient"
_REMEDIATIONS = "SELECT * FROM remediations ORDER BY host, initiated_at, batch"
_MEMBERS = "CREATE OR REPLACE TABLE main.members AS SELECT DISTINCT message, seq FROM temp.members"
_NEVER = instant(0)
_FEW = 50  # messages of which lines are read sooner than those of all
_NUMBERED = "message IN (SELECT unnest(?::BIGINT[]))"


class Log:
    """A log that has been read: every line typed, and every message joined when it is first asked for.

    Tables are Arrow tables (`.to_pandas()` where you like); times are instants in UTC; an address, a
    subject or a file name is hostile text. `problems` tells what could not be read whole.
    """

    def __init__(
        self,
        files: "list[SourceFile]",
        options: ReadOptions,
        on_bytes: Callable[[int], None] | None = None,
        *,
        messages_only: bool = False,
        read_once: bool = False,
    ) -> None:
        """Read the files; `on_bytes` is told of the bytes that were read. Pipes are kept until their end first.

        With `messages_only` no event is kept: messages, recipients and remediations can be asked;
        with `read_once`, too, by who reads each once.
        """
        from midtrail.reading import FileTables  # noqa: PLC0415 - DuckDB and the engine, not for an archive

        self._tables: Tables = FileTables(
            files, options, on_bytes, messages_only=messages_only, read_once=read_once
        )
        self.problems: list[Problem] = self._tables.problems

    @classmethod
    def of(cls, tables: "Tables") -> Self:
        """Return a log whose tables come from elsewhere."""
        log = cls.__new__(cls)
        log._tables = tables  # noqa: SLF001 - its own
        log.problems = tables.problems
        return log

    @cached_property
    def coverage(self) -> "Coverage":
        """How many lines were read and recognised, by file, appliance and version, and what lacks an end."""
        from midtrail.questions.coverage import coverage  # noqa: PLC0415 - each question is loaded where it is asked
        from midtrail.tracking.orphans import orphans  # noqa: PLC0415 - likewise

        connection = self._tables.counted(joined=True).connection
        return coverage(connection, orphans(connection))

    def counted(self) -> "Coverage":
        """Return the coverage without what lacks an end, for which no message need be joined."""
        from midtrail.questions.coverage import coverage  # noqa: PLC0415 - likewise

        return coverage(self._tables.counted(joined=False).connection)

    def spine(self) -> pa.Table:
        """Return one row a physical line: seq, source, line_no, offset, host, time, level, kind, ids, text."""
        return self._tables.events(("spine",)).table("spine")

    def events(self, kind: str) -> pa.Table:
        """Return all events of a kind, with `seq` (the spine's key) and the kind's fields.

        Raises UsageError for a kind that does not exist.
        """
        return self._tables.events((kind,)).table(kind)

    def messages(self, *, as_of: Moment = None, mid: int | None = None, **choice: Any) -> pa.Table:
        """Return one row a message, ordered by host, start and MID, with its Last State.

        `as_of` tells it as it was known then (an instant, or ISO 8601; in the appliance's clock without a
        zone). Messages can be chosen by `mid`, `since`, `until` (of their start), `sender`, `recipient`,
        `subject`, `state` and `host`, as `midtrail track` chooses them. Raises UsageError for an unknown choice.
        """
        wanted = choice_of(mids=() if mid is None else (mid,), **choice)
        moment = self._moment(as_of)
        if wanted == Choice():
            return self._ask(_MESSAGES.format(where="true"), as_of)
        return self._rows_of(self.numbers(wanted, as_of=as_of), moment)

    def search(self, query: str, *, as_of: Moment = None, **choice: Any) -> pa.Table:
        """Return the messages that a query finds, in the columns and the order of `messages`.

        A query holds observables, `ip:"4.2.2.2" email_subject:"Invoice Due*"`, together with spaces, `or`, `not`
        and brackets; `midtrail search --help` lists the fields. `as_of` and `choice` are those of `messages`.
        Raises UsageError for what is no query.
        """
        return self._rows_of(self.found(query, as_of=as_of, **choice), self._moment(as_of))

    def found(self, query: str, *, as_of: Moment = None, numbered: bool = True, **choice: Any) -> list[int]:
        """Return the numbers (column `message`) of the messages that `search` finds, in their order.

        Without `numbered` they need not be those among all messages, but name the messages to this log only: to
        number them takes longer, the more messages there are.
        """
        from midtrail.questions.search_values import sought_by  # noqa: PLC0415 - likewise

        moment, sought = self._moment(as_of), sought_by(query)
        wanted = self._resolved(choice_of(**choice))
        if moment is not None:
            return self._as_known(sought.parts, wanted, moment)
        wanted = self._within(wanted, sought)
        near = self._tables.having(sought.marks, wanted, numbered=numbered)
        if near is not None:
            return self._among(near, sought, wanted)
        if sought.marks == Marks() and not sought.rest:
            return self.numbers(wanted, numbered=numbered)
        return self._among_all(sought, wanted, numbered=numbered)

    def _among(self, near: list[int], sought: "Sought", wanted: Choice) -> list[int]:
        """Return which of the messages that have a query's marks, and began when it asks, fulfil the rest of it."""
        if not near or (not sought.rest and asks_time_only(wanted)):
            return near
        from midtrail.questions import search  # noqa: PLC0415 - what makes SQL of a query

        of_messages, of_lines = search.conditions(sought.rest)
        if of_messages != search.ANY or not asks_time_only(wanted):
            near = self._fulfilling(of_messages, wanted, near)
        return self._telling(of_lines, near, sought, wanted)

    def _among_all(self, sought: "Sought", wanted: Choice, *, numbered: bool) -> list[int]:
        """Return which messages fulfil a query, of all that are chosen: lines are asked last, and where few are left."""
        from midtrail.questions import search  # noqa: PLC0415 - what makes SQL of a query

        of_messages, of_lines = search.conditions(sought.parts)
        if of_messages == search.ANY and wanted == Choice():
            return self._as_known(sought.parts, wanted, None)
        near = self._fulfilling(of_messages, wanted, numbered=numbered)
        return self._telling(of_lines, near, sought, wanted)

    def _telling(
        self, of_lines: "Condition | None", near: list[int], sought: "Sought", wanted: Choice
    ) -> list[int]:
        """Return which of the messages that fulfil all else that is asked have lines that tell what is asked of these."""
        if of_lines is None or not near:
            return near
        if len(near) <= _FEW:
            return self._fulfilling(of_lines, Choice(), near)
        return self._as_known(sought.parts, wanted, None)

    def _within(self, wanted: Choice, sought: "Sought") -> Choice:
        """Return a choice of no more time than a query asks for."""
        since = [wanted.since, *map(self._instant, sought.since)]
        until = [wanted.until, *map(self._instant, sought.until)]
        return replace(
            wanted,
            since=max((moment for moment in since if moment), default=None),
            until=min((moment for moment in until if moment), default=None),
        )

    def _as_known(self, parts: "Sequence[Query]", wanted: Choice, moment: "datetime | None") -> list[int]:
        """Return the numbers of the messages that fulfil all parts of a query, of those that are chosen."""
        from midtrail.questions import search  # noqa: PLC0415 - likewise

        return self._fulfilling(search.condition_of(parts), wanted, moment=moment)

    def _fulfilling(
        self,
        asked: "Condition",
        wanted: Choice,
        among: Sequence[int] | None = None,
        *,
        moment: "datetime | None" = None,
        numbered: bool = True,
    ) -> list[int]:
        """Return the numbers of the messages that fulfil a condition, of those that are chosen among some or all."""
        from midtrail.questions.search import resolved  # noqa: PLC0415 - likewise

        where, values = condition(wanted)
        where = f"{where} AND {asked.sql}"
        if among is not None:
            where, values = f"{_NUMBERED} AND {where}", [list(among), *values]
        store = self._tables.naming(where, moment, wanted, asked.texts, among=among, numbered=numbered)
        asked = resolved(asked, store.connection, self._instant)
        return _numbers_of(store, where, [*values, *asked.values])

    def recipients(self, *, as_of: Moment = None) -> pa.Table:
        """Return one row a recipient's copy, with its state and the line that decided it."""
        return self._ask(_RECIPIENTS.format(where="true"), as_of)

    def connections(self, *, as_of: Moment = None) -> pa.Table:
        """Return one row a connection, incoming (ICID) and outgoing (DCID)."""
        return self._ask("SELECT * FROM connections ORDER BY connection", as_of)

    def remediations(self, *, as_of: Moment = None) -> pa.Table:
        """Return one row a remediation batch, with how many of its recipients ended how."""
        return self._ask(_REMEDIATIONS, as_of)

    def timeline(self, *, as_of: Moment = None) -> pa.Table:
        """Return Message Tracking's Processing Details: one row a sentence."""
        store = self._tables.timeline(None, self._moment(as_of))
        return store.query("SELECT * FROM timeline ORDER BY message, position")

    def sql(self, query: str, *, as_of: Moment = None, timeout: float | None = None) -> pa.Table:
        """Return what a query over all of these tables gives: one SELECT in DuckDB's SQL.

        The query reads the tables and nothing else: it changes nothing, and reaches no file, no network, no
        setting and no variable. `timeout` is how many seconds it may take. Raises UsageError for a query that
        does more, cannot be answered, or takes longer; `midtrail sql --schema` lists tables and columns.
        """
        with self.answer(query, as_of=as_of, timeout=timeout) as answer:
            return answer.table()

    def answer(self, query: str, *, as_of: Moment = None, timeout: float | None = None) -> "Answer":
        """Return what `sql` returns, a batch of rows at a time: an answer that is to be closed."""
        from midtrail.questions.answer import Answer  # noqa: PLC0415 - likewise
        from midtrail.questions.sql import checked  # noqa: PLC0415 - likewise

        store = self._tables.events(())
        asked = checked(store.connection, query)
        moment = self._moment(as_of)
        if "timeline" in asked.tables:  # the largest table is made only for who asks for it
            store = self._tables.timeline(None, moment)
        elif "members" in asked.tables:
            store = self._tables.members(moment)
        else:
            store = self._tables.events(asked.tables)
            if not asked.tables or asked.tables - all_schemas().keys():
                store = self._tables.tracked(moment)
        if "members" in asked.tables:  # a query has a connection of its own, which sees no temporary view
            store.connection.execute(_MEMBERS)
        store.seal()
        return Answer(store.connection, asked, timeout)

    def message(self, mid: int, host: str | None = None, *, as_of: Moment = None) -> "MessageView":
        """Return the message that a MID belongs to; it shows itself as the Message Tracking page.

        `host` names the appliance where several count alike. Where the MID was used again, the latest
        message. Raises UsageError where there is none.
        """
        found = self.numbers(Choice(mids=(mid,), host=host), as_of=as_of)
        if not found:
            raise UsageError(f"No message has the MID {mid}; {self.seen(mid)}.")
        return next(iter(self.views([self._latest(found, self._moment(as_of))], as_of=as_of)))

    def _latest(self, numbers: Sequence[int], moment: "datetime | None") -> int:
        """Return the message that began last; one whose beginning is out of sight counts as later than all."""
        if len(numbers) == 1:
            return numbers[0]
        told = self._tables.rows(numbers, moment, ("message", "started_at"))
        rows = (self._rows_of(numbers, moment) if told is None else told).to_pylist()
        begun = sorted(rows, key=lambda row: (row["started_at"] is None, row["started_at"] or _NEVER))
        return int(begun[-1]["message"])

    def findevent(
        self,
        *,
        mid: int | None = None,
        sender: str | None = None,
        recipient: str | None = None,
        subject: str | None = None,
        ignore_case: bool = False,
    ) -> Iterator[bytes]:
        """Yield every raw line of the messages that have all of what is asked, byte for byte, in order of time.

        `sender`, `recipient` and `subject` are regular expressions, searched in the value as logged, a subject
        also as decoded. The lines are those of all MIDs of a message, of its connection and of its deliveries,
        each once. Where a file changed since it was read, `problems` tells. Raises UsageError for what is no
        expression, and where nothing is asked.
        """
        from midtrail.questions.findevent import Wanted  # noqa: PLC0415 - likewise

        wanted = Wanted(
            mids=() if mid is None else (mid,),
            sender=sender,
            recipient=recipient,
            subject=subject,
            ignore_case=ignore_case,
        )
        return self.raw_lines(self.matching(wanted))

    def matching(self, wanted: "Wanted", choice: Choice | None = None) -> list[int]:
        """Return the numbers of the messages that `findevent` finds, of those that were chosen."""
        from midtrail.questions.findevent import asked_of, matching  # noqa: PLC0415 - likewise

        others = (wanted.sender, wanted.recipient, wanted.subject)
        by_mid_only = bool(wanted.mids) and others == (None, None, None)
        if by_mid_only:
            found = self.numbers(Choice(mids=wanted.mids))
        else:
            found = matching(self._tables.naming(asked_of(wanted), None).connection, wanted)
        if choice is None or not found:
            return found
        chosen = set(self.numbers(replace(choice, mids=tuple(wanted.mids)) if by_mid_only else choice))
        return [number for number in found if number in chosen]

    def raw_lines(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """Yield every raw line of some messages (by their numbers), each once, in order of time."""
        from midtrail.questions.findevent import ended, raw_lines  # noqa: PLC0415 - likewise

        found = self._tables.raw_lines(numbers)
        if found is not None:
            return map(ended, found)
        return raw_lines(self._tables.of_messages(numbers, None).connection, numbers, self._tables.raw)

    def gaps(self) -> "Gaps":
        """Return what is missing: ids that never occur, lines that lack, counters set back, files that do not meet.

        One finding each, with its reason and how sure that is, those that are normal too; `.abnormal` are the
        others, `.rows()` gives dictionaries. docs/gaps.md tells how each is judged.
        """
        from midtrail.questions.gaps import gaps  # noqa: PLC0415 - likewise

        return gaps(self._tables.unread().connection)

    def numbers(self, choice: Choice, *, as_of: Moment = None, numbered: bool = True) -> list[int]:
        """Return the numbers (column `message`) of the chosen messages, in their order; `numbered` as `found` has it."""
        moment, choice = self._moment(as_of), self._resolved(choice)
        found = self._tables.chosen(choice, moment, numbered=numbered)
        if found is not None:
            return found
        where, values = condition(choice)
        return _numbers_of(self._tables.naming(where, moment, choice, numbered=numbered), where, values)

    def objects(
        self, numbers: Sequence[int] | None = None, *, as_of: Moment = None, timeline: bool = True
    ) -> Iterator[dict[str, Any]]:
        """Yield messages as the objects that `midtrail track --format json` prints; all of them by default.

        Without `timeline` it is left out, which spares reading the messages' lines.
        """
        from midtrail.views import messages_dicts, told_dicts  # noqa: PLC0415 - only where something is shown

        moment = self._moment(as_of)
        numbers = self._tables.numbered(numbers, timeline=timeline)
        told = None if numbers is None else self._tables.told(numbers, moment, timeline=timeline)
        if told is not None:
            yield from told_dicts(told, timeline=timeline)
            return
        store = self._tables.timeline(numbers, moment) if timeline else self._holding(numbers, moment)
        yield from messages_dicts(store.connection, numbers, timeline=timeline)

    def views(self, numbers: Sequence[int] | None = None, *, as_of: Moment = None) -> Iterator["MessageView"]:
        """Yield messages as views, each of which shows itself as the Message Tracking page."""
        from midtrail.views import message_views, told_views  # noqa: PLC0415 - likewise

        moment = self._moment(as_of)
        numbers = self._tables.numbered(numbers, timeline=True)
        told = None if numbers is None else self._tables.told(numbers, moment, timeline=True)
        if told is not None:
            yield from told_views(told)
            return
        yield from message_views(self._tables.timeline(numbers, moment).connection, numbers)

    def to_parquet(
        self,
        folder: str | Path,
        numbers: Sequence[int] | None = None,
        *,
        batches: bool = False,
        as_of: Moment = None,
    ) -> dict[str, int]:
        """Write messages.parquet and recipients.parquet, of some messages or all, and return how many rows each has.

        With `batches` it is remediations.parquet instead. The files take their names when they are whole.
        """
        from midtrail.tables.parquet import write_tables  # noqa: PLC0415 - only where it is written

        names = ("remediations",) if batches else ("messages", "recipients")
        answers = self._tables.answers(self._moment(as_of)) if numbers is None else None
        if answers is not None:
            ways = answers.streams()
            return write_tables({name: ways[name] for name in names}, Path(folder), answers.stop)
        store = self._holding(numbers, self._moment(as_of))
        where, values = ("true", None) if numbers is None else (_NUMBERED, [list(numbers)])
        asked: dict[str, tuple[str, object]] = {
            "messages": (_MESSAGES.format(where=where), values),
            "recipients": (_RECIPIENTS.format(where=where), values),
            "remediations": (_REMEDIATIONS, None),
        }
        return write_tables({name: partial(store.stream, *asked[name]) for name in names}, Path(folder))

    def clock(self) -> "Clock":
        """Return the clock in which a table of all messages is told: the one that all files share, else UTC."""
        from midtrail.views import Clock  # noqa: PLC0415 - only where something is shown

        offsets = {offset for _, offset in self._tables.offsets()}
        return Clock(utc_offset=offsets.pop()) if len(offsets) == 1 else Clock()

    def seen(self, mid: int | None = None) -> str:
        """Return in words which MIDs and which time the log covers, and the MIDs nearest to one that it lacks."""
        row = self._tables.seen(mid)
        if row.first_mid is None:
            return "the log has no messages"
        first, last = instant(row.first_time), instant(row.last_time)
        times = f", from {iso_instant(first)} to {iso_instant(last)}" if first and last else ""
        near = " and ".join(str(other) for other in (row.below, row.above) if other is not None)
        nearest = f"; nearest to it: {near}" if near else ""
        return f"the log has MIDs from {row.first_mid} to {row.last_mid}{times}{nearest}"

    def _ask(self, query: str, as_of: Moment = None) -> pa.Table:
        return self._tables.tracked(self._moment(as_of)).query(query)

    def _holding(self, numbers: Sequence[int] | None, moment: "datetime | None") -> "Store":
        """Return a store with the facts of some messages, or of all."""
        if numbers is None:
            return self._tables.tracked(moment)
        return self._tables.of_messages(numbers, moment, with_lines=False)

    def _rows_of(self, numbers: Sequence[int], moment: "datetime | None") -> pa.Table:
        """Return the rows of some messages."""
        found = self._tables.rows(numbers, moment)
        if found is not None:
            return found
        return self._holding(numbers, moment).query(_MESSAGES.format(where=_NUMBERED), [list(numbers)])

    def _moment(self, as_of: Moment) -> "datetime | None":
        return self._instant(moment_of(as_of, "as_of"))

    def _resolved(self, choice: Choice) -> Choice:
        return replace(choice, since=self._instant(choice.since), until=self._instant(choice.until))

    def _instant(self, moment: "datetime | None") -> "datetime | None":
        """Return a moment as an instant: one without a zone is told in the clock of the file that it falls in."""
        if moment is None or moment.tzinfo is not None:
            return moment
        rows = self._tables.offsets()
        begun = [offset for first, offset in rows if first <= microseconds(moment, offset)]
        offset = begun[-1] if begun else next((offset for _, offset in rows), 0)
        return instant(microseconds(moment, offset))

    def close(self) -> None:
        """Give back the memory and the disk that the tables take."""
        self._tables.close()


def _numbers_of(store: "Store", where: str, values: list[Any]) -> list[int]:
    """Return the numbers of the messages that fulfil a condition, in their order."""
    query = f"SELECT m.message FROM messages m WHERE {where} ORDER BY m.message"
    return [number for (number,) in store.connection.execute(query, values).fetchall()]


def read(
    sources: "Source | Iterable[Source]",
    *,
    tz: str | None = None,
    year: int | None = None,
    host: str | None = None,
    progress: bool | None = None,
) -> Log:
    """Read mail_logs and return the log.

    `sources`: an archive that `midtrail archive` made, or log files: a path, a glob, a folder, `-` for standard
    input, an open binary file, or several of them, compressed or not. `tz`: the appliance's clock where no
    log-file header tells it (an IANA name, `UTC-5` or `-05:00`); `year`: of the first line of a syslog without
    years; `host`: the appliance of lines that name none; `progress`: a bar on stderr, by default where that is a
    terminal. An archive knows all of that already. Raises SourceError for what
    cannot be read at all and UsageError for an unknown zone; what is in the log never raises.
    """
    return read_with(sources, ReadOptions(tz=tz, year=year, host=host), progress=progress)


def read_with(
    sources: "Source | Iterable[Source]",
    options: ReadOptions,
    *,
    progress: bool | None = None,
    messages_only: bool = False,
    read_once: bool = False,
) -> Log:
    """Return the log of some sources, read with options, or of the archive that they name.

    With `messages_only` no event of log files is kept, only what is joined of them; with `read_once` not even that,
    messages and recipients are joined while they are read.
    """
    listed: list[Any] = (
        [sources] if isinstance(sources, str | PathLike) or hasattr(sources, "read") else [*sources]
    )
    archive = _archive_among(listed)
    if archive is not None:
        return archive
    from midtrail.lines import find_sources  # noqa: PLC0415 - what reads files, not for an archive

    files = find_sources(listed)
    with bar(sum(file.size or 0 for file in files), "reading", wanted=progress) as advance:
        return Log(files, options, on_bytes=advance, messages_only=messages_only, read_once=read_once)


def _archive_among(sources: list[Any]) -> Log | None:
    """Return the log of the archive that some sources name, None where they name files."""
    folders = [source for source in sources if isinstance(source, str | PathLike)]
    if not any(Path(folder, "commits").is_dir() for folder in folders):
        return None
    from midtrail.archive.asking import ArchiveTables, archive_among  # noqa: PLC0415 - only for what looks like one

    archive = archive_among(sources)
    return None if archive is None else Log.of(ArchiveTables(archive))
