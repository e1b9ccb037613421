"""`midtrail.read`: a log as an analyst asks it, with its events, messages, recipients and connections."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from midtrail import tracking
from midtrail.engine import headers_for, read_arrow
from midtrail.errors import UsageError
from midtrail.lines import (
    FileLines,
    Problem,
    RawLines,
    ReadOptions,
    Source,
    SourceFile,
    find_sources,
    rewindable,
    survey,
)
from midtrail.moments import Moment, instant, iso_instant, microseconds, moment_of
from midtrail.progress import bar
from midtrail.questions import search
from midtrail.questions.answer import Answer
from midtrail.questions.coverage import Coverage, coverage
from midtrail.questions.findevent import Wanted, matching, raw_lines
from midtrail.questions.gaps import Gaps, gaps
from midtrail.questions.sql import checked
from midtrail.tables import Store, all_schemas
from midtrail.tracking import orphans
from midtrail.tracking.choosing import Choice, choice_of, condition
from midtrail.views import Clock, MessageView, message_views, messages_dicts

if TYPE_CHECKING:
    from datetime import datetime

_IN_MEMORY = 128 << 20  # bytes of input up to which the tables are kept in memory

_MESSAGES = "SELECT m.* FROM messages m WHERE {where} ORDER BY m.message"
_RECIPIENTS = "SELECT r.* FROM recipients r WHERE {where} ORDER BY message, mid, rid, recipient"
_REMEDIATIONS = "SELECT * FROM remediations ORDER BY host, initiated_at, batch"
_NUMBERED = "message IN (SELECT unnest(?::BIGINT[]))"


_SEEN = """
SELECT min(mid), max(mid), (SELECT epoch_us(min(time)) FROM spine), (SELECT epoch_us(max(time)) FROM spine),
    max(mid) FILTER (mid < ?), min(mid) FILTER (mid > ?)
FROM (SELECT unnest(mids) AS mid FROM messages)
"""


class Log:
    """A log that has been read: every line typed, and every message joined when it is first asked for.

    Tables are Arrow tables (`.to_pandas()` where you like); times are instants in UTC; an address, a
    subject or a file name is hostile text. `problems` tells what could not be read whole.
    """

    def __init__(
        self, files: list[SourceFile], options: ReadOptions, on_bytes: Callable[[int], None] | None = None
    ) -> None:
        """Read the files; `on_bytes` is told of the bytes that were read. Pipes are kept until their end first."""
        self.problems: list[Problem] = []
        files = rewindable(files, self.problems)
        self._known_as_of: tuple[datetime | None, ...] = ()
        self._has_timeline = False
        self._store = Store(on_disk=sum(file.size or 0 for file in files) > _IN_MEMORY)
        surveyed = survey(files, options, headers_for(files), problems=self.problems)
        self._raw: RawLines = FileLines(surveyed, self.problems)
        self._store.add_all(
            read_arrow(files, options, survey=surveyed, on_bytes=on_bytes, problems=self.problems)
        )
        self._store.add_clocks(surveyed.host_clocks())

    @cached_property
    def coverage(self) -> Coverage:
        """How many lines were read and recognised, by file, appliance and version, and what lacks an end."""
        self._tracked()
        return coverage(self._store.connection, orphans(self._store.connection))

    def spine(self) -> pa.Table:
        """Return one row a physical line: seq, source, line_no, offset, host, time, level, kind, ids, text."""
        return self._store.table("spine")

    def events(self, kind: str) -> pa.Table:
        """Return all events of a kind, with `seq` (the spine's key) and the kind's fields.

        Raises UsageError for a kind that does not exist.
        """
        return self._store.table(kind)

    def messages(self, *, as_of: Moment = None, mid: int | None = None, **choice: Any) -> pa.Table:
        """Return one row a message, ordered by host, start and MID, with its Last State.

        `as_of` tells it as it was known then (an instant, or ISO 8601; in the appliance's clock without a
        zone). Messages can be chosen by `mid`, `since`, `until` (of their start), `sender`, `recipient`,
        `subject`, `state` and `host`, as `midtrail track` chooses them. Raises UsageError for an unknown choice.
        """
        wanted = choice_of(mids=() if mid is None else (mid,), **choice)
        self._tracked(as_of)
        where, values = condition(self._resolved(wanted))
        return self._store.query(_MESSAGES.format(where=where), values)

    def search(self, query: str, *, as_of: Moment = None, **choice: Any) -> pa.Table:
        """Return the messages that a query finds, in the columns and the order of `messages`.

        A query holds observables, `ip:"4.2.2.2" email_subject:"Invoice Due*"`, together with spaces, `or`, `not`
        and brackets; `midtrail search --help` lists the fields. `as_of` and `choice` are those of `messages`.
        Raises UsageError for what is no query.
        """
        asked = search.condition(query)
        wanted = choice_of(**choice)
        self._tracked(as_of)
        asked = search.resolved(asked, self._store.connection, self._instant)
        where, values = condition(self._resolved(wanted))
        found = f"SELECT m.* FROM messages m WHERE {where} AND {asked.sql} ORDER BY m.message"
        return self._store.query(found, [*values, *asked.values])

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
        self._timeline(None, as_of)
        return self._store.query("SELECT * FROM timeline ORDER BY message, position")

    def sql(self, query: str, *, as_of: Moment = None, timeout: float | None = None) -> pa.Table:
        """Return what a query over all of these tables gives: one SELECT in DuckDB's SQL.

        The query reads the tables and nothing else: it changes nothing, and reaches no file, no network, no
        setting and no variable. `timeout` is how many seconds it may take. Raises UsageError for a query that
        does more, cannot be answered, or takes longer; `midtrail sql --schema` lists tables and columns.
        """
        with self.answer(query, as_of=as_of, timeout=timeout) as answer:
            return answer.table()

    def answer(self, query: str, *, as_of: Moment = None, timeout: float | None = None) -> Answer:
        """Return what `sql` returns, a batch of rows at a time: an answer that is to be closed."""
        asked = checked(self._store.connection, query)
        if not asked.tables or asked.tables - all_schemas().keys():
            self._tracked(as_of)
        if "timeline" in asked.tables:  # the largest table is made only for who asks for it
            self._timeline(None, as_of)
        self._store.seal()
        return Answer(self._store.connection, asked, timeout)

    def message(self, mid: int, host: str | None = None, *, as_of: Moment = None) -> MessageView:
        """Return the message that a MID belongs to; it shows itself as the Message Tracking page.

        `host` names the appliance where several count alike. Where the MID was used again, the latest
        message. Raises UsageError where there is none.
        """
        found = self.messages(mid=mid, host=host, as_of=as_of).sort_by("started_at")["message"].to_pylist()
        if not found:
            raise UsageError(f"No message has the MID {mid}; {self.seen(mid)}.")
        return next(iter(self.views(found[-1:], as_of=as_of)))

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
        wanted = Wanted(
            mids=() if mid is None else (mid,),
            sender=sender,
            recipient=recipient,
            subject=subject,
            ignore_case=ignore_case,
        )
        return self.raw_lines(self.matching(wanted))

    def matching(self, wanted: Wanted, choice: Choice | None = None) -> list[int]:
        """Return the numbers of the messages that `findevent` finds, of those that were chosen."""
        self._tracked()
        found = matching(self._store.connection, wanted)
        if choice is None or not found:
            return found
        chosen = set(self.numbers(choice))
        return [number for number in found if number in chosen]

    def raw_lines(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """Yield every raw line of some messages (by their numbers), each once, in order of time."""
        self._tracked()
        return raw_lines(self._store.connection, numbers, self._raw)

    def gaps(self) -> Gaps:
        """Return what is missing: ids that never occur, lines that lack, counters set back, files that do not meet.

        One finding each, with its reason and how sure that is, those that are normal too; `.abnormal` are the
        others, `.rows()` gives dictionaries. docs/gaps.md tells how each is judged.
        """
        return gaps(self._store.connection)

    def numbers(self, choice: Choice, *, as_of: Moment = None) -> list[int]:
        """Return the numbers (column `message`) of the chosen messages, in their order."""
        self._tracked(as_of)
        where, values = condition(self._resolved(choice))
        query = f"SELECT m.message FROM messages m WHERE {where} ORDER BY m.message"
        return [row[0] for row in self._store.connection.execute(query, values).fetchall()]

    def objects(
        self, numbers: Sequence[int] | None = None, *, as_of: Moment = None, timeline: bool = True
    ) -> Iterator[dict[str, Any]]:
        """Yield messages as the objects that `midtrail track --format json` prints; all of them by default.

        Without `timeline` it is left out, which spares reading the messages' lines.
        """
        if timeline:
            self._timeline(numbers, as_of)
        else:
            self._tracked(as_of)
        yield from messages_dicts(self._store.connection, numbers, timeline=timeline)

    def views(self, numbers: Sequence[int] | None = None, *, as_of: Moment = None) -> Iterator[MessageView]:
        """Yield messages as views, each of which shows itself as the Message Tracking page."""
        self._timeline(numbers, as_of)
        yield from message_views(self._store.connection, numbers)

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

        self._tracked(as_of)
        where, values = ("true", None) if numbers is None else (_NUMBERED, [list(numbers)])
        asked: dict[str, tuple[str, object]] = {
            "messages": (_MESSAGES.format(where=where), values),
            "recipients": (_RECIPIENTS.format(where=where), values),
        }
        if batches:
            asked = {"remediations": (_REMEDIATIONS, None)}
        tables = ((name, self._store.stream(*query)) for name, query in asked.items())
        return write_tables(tables, Path(folder))

    def clock(self) -> Clock:
        """Return the clock in which a table of all messages is told: the one that all files share, else UTC."""
        rows = self._store.connection.execute("SELECT DISTINCT utc_offset FROM clocks").fetchall()
        return Clock(utc_offset=rows[0][0]) if len(rows) == 1 else Clock()

    def seen(self, mid: int | None = None) -> str:
        """Return in words which MIDs and which time the log covers, and the MIDs nearest to one that it lacks."""
        self._tracked()
        (row,) = self._store.connection.execute(_SEEN, [mid, mid]).fetchall()
        if row[0] is None:
            return "the log has no messages"
        first, last = instant(row[2]), instant(row[3])
        times = f", from {iso_instant(first)} to {iso_instant(last)}" if first and last else ""
        near = " and ".join(str(other) for other in row[4:] if other is not None)
        nearest = f"; nearest to it: {near}" if near else ""
        return f"the log has MIDs from {row[0]} to {row[1]}{times}{nearest}"

    def _ask(self, query: str, as_of: Moment = None) -> pa.Table:
        self._tracked(as_of)
        return self._store.query(query)

    def _tracked(self, as_of: Moment = None) -> None:
        """Join the events, as they are known now or were known then, where that is not done yet."""
        moment = self._instant(moment_of(as_of, "as_of"))
        if self._known_as_of != (moment,):
            tracking.build(self._store.connection, as_of=moment)
            self._known_as_of = (moment,)
            self._has_timeline = False

    def _resolved(self, choice: Choice) -> Choice:
        return replace(choice, since=self._instant(choice.since), until=self._instant(choice.until))

    def _instant(self, moment: "datetime | None") -> "datetime | None":
        """Return a moment as an instant: one without a zone is told in the clock of the file that it falls in."""
        if moment is None or moment.tzinfo is not None:
            return moment
        rows = self._store.connection.execute(
            "SELECT epoch_us(min(s.time)), c.utc_offset FROM clocks c JOIN spine s USING (source)"
            " WHERE s.time IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        begun = [offset for first, offset in rows if first <= microseconds(moment, offset)]
        offset = begun[-1] if begun else next((offset for _, offset in rows), 0)
        return instant(microseconds(moment, offset))

    def _timeline(self, numbers: Sequence[int] | None = None, as_of: Moment = None) -> None:
        """Make the timeline of some messages, or of all, where it is not there yet."""
        self._tracked(as_of)
        if not self._has_timeline:
            tracking.build_timeline(self._store.connection, messages=numbers)
            self._has_timeline = numbers is None

    def close(self) -> None:
        """Give back the memory and the disk that the tables take."""
        self._store.close()


def read(
    sources: Source | Iterable[Source],
    *,
    tz: str | None = None,
    year: int | None = None,
    host: str | None = None,
    progress: bool | None = None,
) -> Log:
    """Read mail_logs and return the log.

    `sources`: a path, a glob, a folder, `-` for standard input, an open binary file, or several of them,
    compressed or not. `tz`: the appliance's clock where no log-file header tells it (an IANA name, `UTC-5`
    or `-05:00`); `year`: of the first line of a syslog without years; `host`: the appliance of lines that
    name none; `progress`: a bar on stderr, by default where that is a terminal. Raises SourceError for what
    cannot be read at all and UsageError for an unknown zone; what is in the log never raises.
    """
    files = find_sources(sources)
    with bar(sum(file.size or 0 for file in files), "reading", wanted=progress) as advance:
        return Log(files, ReadOptions(tz=tz, year=year, host=host), on_bytes=advance)
