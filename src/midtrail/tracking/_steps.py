"""The steps of tracking in their order; each rule stands in the SQL file, or the module, of its step."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, cast

from midtrail.tables import all_schemas
from midtrail.tracking._answers import ANSWERS, Answers
from midtrail.tracking._arrivals import ARRIVALS, build_arrivals
from midtrail.tracking._beginnings import BEGINNINGS, TOLD
from midtrail.tracking._claims import CLAIMS, claim
from midtrail.tracking._deliveries import DELIVERIES, build_deliveries
from midtrail.tracking._entries import build_entries
from midtrail.tracking._facts import FACTS, build_facts
from midtrail.tracking._holds import HELD, build_holds
from midtrail.tracking._lanes import Lane, kinds_in
from midtrail.tracking._links import LINKS, build_links
from midtrail.tracking._listed import LISTED, build_listed
from midtrail.tracking._lists import LISTS, list_recipients
from midtrail.tracking._lives import build_lives
from midtrail.tracking._mids import build_mids
from midtrail.tracking._openings import OPENINGS, build_openings
from midtrail.tracking._remedial import REMEDIAL, build_remedial
from midtrail.tracking._remedial_entries import find_remedied
from midtrail.tracking._remediations import build_remediations
from midtrail.tracking._shown_lines import build_shown_lines
from midtrail.tracking._sources import SOURCE_FACTS
from midtrail.tracking._states import STATES, decide
from midtrail.tracking._subjects import decode_subjects
from midtrail.tracking._verdicts import VERDICTS, build_verdicts

if TYPE_CHECKING:
    import duckdb

    from midtrail.tables import Columns
    from midtrail.tracking._stored import StoredLane

_KEPT = frozenset(
    [
        "track_connection_lines",
        "track_hosts",
        "track_lives",
        "track_mid_lines",
        "track_mids",
        "track_numbers",
        "track_remedial",
        "track_unrecognised_lines",
        "track_uses",
    ]
)
_NO_MESSAGES = frozenset(["build_shown_lines", "connections", "members"])
"""The steps that messages and recipients do not need."""
NOT_ONCE = _NO_MESSAGES | {"answer", "drop_workings"}
_REMARK = re.compile("--.*")
_OF_ARRAYS = re.compile(r"select ([\w\s,]+) from arrays_(\w+)")
_NAME = re.compile(r"\w+")
_ASKED = "create or replace temp table track_asked as select cast(? as timestamptz) as as_of"

Step = Callable[[Lane], None]


def _sql(name: str) -> Step:
    """Return the step whose statements stand in `name`.sql."""

    def run(lane: Lane) -> None:
        cast("StoredLane", lane).execute(text_of(name))

    run.__name__ = name
    return run


@cache
def text_of(name: str) -> str:
    """Return an SQL file."""
    return _file(name).read_text("utf-8")


def _file(name: str) -> Traversable:
    return files("midtrail.tracking") / f"{name}.sql"


def tell_beginnings(connection: "duckdb.DuckDBPyConnection") -> None:
    """Make the view `track_told` (seq, counter, id, sign): the lines that begin a MID, an ICID or a DCID."""
    connection.execute(TOLD)


def answer(lane: Lane) -> None:
    """Make the tables that people ask for messages and recipients."""
    Answers(lane).make()


def drop_events(lane: Lane) -> None:
    """Drop `track_events`."""
    cast("StoredLane", lane).execute("drop table track_events")


def drop_workings(lane: Lane) -> None:
    """Drop the temporary tables that nothing needs any more."""
    connection = cast("StoredLane", lane).connection
    found = connection.execute("select table_name from duckdb_tables() where temporary").fetchall()
    for name in sorted(name for (name,) in found if name.startswith("track_") and name not in _KEPT):
        connection.execute(f"drop table {name}")


PHASES: tuple[tuple[tuple[Step, ...], ...], ...] = (
    (
        (
            _sql("line_runs"),  # lines that follow one another in one second
            _sql("seconds"),  # the seconds of files, and which several files tell
            _sql("shared_lines"),  # what is told in these
            _sql("repeats"),  # which lines tell again what another told
            _sql("events"),  # each event once, with its second
            build_lives,  # of MIDs, ICIDs and DCIDs, and which life of a MID a line belongs to
            build_shown_lines,  # which lines belong to connections, and which name a MID and are not recognised
        ),
    ),
    (
        (
            build_links,  # which MID goes on as which
            list_recipients,  # the recipients that a MID lists
            build_mids,  # every MID in its family, and the messages in their order
        ),
        (
            build_openings,  # which lines tell of a connection
            build_holds,  # what quarantines hold, and what came meanwhile
            build_deliveries,  # what happened to single recipients
        ),
    ),
    (
        (
            build_remedial,  # remediation's messages
            build_entries,  # one entry a (MID, RID) that carries a recipient at last
            find_remedied,  # and remediation's recipients
            drop_events,  # the largest table: no later step reads single events
            build_remediations,  # what became of what batches asked for
            _sql("remediations"),  # one row a batch
        ),
        (
            claim,  # every line that may decide a state
            build_arrivals,  # which connection brought a message
            build_facts,  # what a message is
            build_listed,  # its attachments and rejected recipients
        ),
    ),
    (
        (
            decide,  # the line that decides
        ),
        (
            build_verdicts,  # the engines' final verdicts
            decode_subjects,  # RFC 2047 words
        ),
    ),
    (
        (
            answer,  # one row a message, one row a recipient
            _sql("connections"),  # incoming and outgoing
            _sql("members"),  # which lines belong to which message
            drop_workings,  # what only the steps needed
        ),
    ),
)
"""Every step, in order: each reads what the ones before it made. Those of one phase stand in lanes, which may run
beside each other: none reads what another lane of its phase makes."""

STEPS: tuple[Step, ...] = tuple(step for phase in PHASES for lane in phase for step in lane)


@cache
def reads(further: str = "") -> "Columns":
    """Return the events that messages are joined from, table by table: the columns that steps need.

    These are the columns whose names stand in the SQL, of kinds that stand there, and those that arrays are made of.
    With `further` SQL, those that all steps and this SQL read.
    """
    left_out = () if further else _NO_MESSAGES
    texts = [_text_without_remarks(step) for step in STEPS if step.__name__ not in left_out]
    names = {word for text in (*texts, further) for word in _NAME.findall(_OF_ARRAYS.sub("", text))}
    of_arrays: dict[str, set[str]] = {}
    for columns, table in (found for text in texts for found in _OF_ARRAYS.findall(text)):
        of_arrays.setdefault(table, {"seq"}).update(_NAME.findall(columns))
    kinds = kinds_in(names)
    wanted = {
        table: (names if table in kinds else set()) | of_arrays.get(table, set())
        for table in all_schemas()
        if table in kinds or table in of_arrays
    }
    return {
        table: [column for column in schema.names if column in wanted[table]]
        for table, schema in all_schemas().items()
        if table in wanted
    }


def words_of(steps: Iterable[Step]) -> set[str]:
    """Return the words of the SQL of some steps; among them the tables that they read."""
    return {word for step in steps for word in _NAME.findall(_text_without_remarks(step))}


def _text_without_remarks(step: Step) -> str:
    return _REMARK.sub("", _sql_of(step.__name__))


@cache
def _sql_of(step: str) -> str:
    """Return the SQL of a step, or words that name what it reads."""
    return _READ_BY[step] if step in _READ_BY else text_of(step) if _file(step).is_file() else ""


_READ_BY = {
    build_lives.__name__: BEGINNINGS,
    build_links.__name__: LINKS,
    list_recipients.__name__: LISTS,
    build_openings.__name__: OPENINGS,
    build_holds.__name__: HELD,
    build_deliveries.__name__: DELIVERIES,
    build_remedial.__name__: REMEDIAL,
    claim.__name__: CLAIMS,
    build_arrivals.__name__: ARRIVALS,
    build_facts.__name__: FACTS,
    build_listed.__name__: LISTED,
    decide.__name__: STATES,
    build_verdicts.__name__: VERDICTS,
    answer.__name__: ANSWERS,
}
"""Of steps that are no SQL file what they read."""


def build(
    connection: "duckdb.DuckDBPyConnection",
    *,
    as_of: datetime | None = None,
    messages_only: bool = False,
    read_once: bool = False,
) -> Answers:
    """Make the tables `connections`, `messages`, `recipients`, `remediations` and the view `members`.

    The connection holds `spine` and one table a kind; and `source_facts`, where `spine` is only a part of its
    files (columns source, first_time, begins, was_read_twice: what all their lines would tell). `as_of` leaves
    out all that was logged later, so states are as they were known then; a time without a zone is UTC. With
    `messages_only` connections and members are not made, and of the events only `reads` is needed; with `read_once`
    neither, and messages and recipients are not stored, but given by what is returned. The steps work in temporary
    tables `track_*`, of which only those stay that others read; building again replaces all.
    """
    from midtrail.tracking._stored import StoredLane  # noqa: PLC0415 - only where lines are in tables

    _begin(connection, as_of)
    left_out = NOT_ONCE if read_once else _NO_MESSAGES if messages_only else ()
    lane = StoredLane(connection)
    for step in STEPS:
        if step.__name__ not in left_out:
            step(lane)
    return Answers(lane)


def _begin(connection: "duckdb.DuckDBPyConnection", as_of: datetime | None) -> None:
    """Note the moment as of which messages are told, and what is known of files."""
    if as_of is not None and as_of.tzinfo is None:
        as_of = as_of.replace(tzinfo=UTC)
    connection.execute(SOURCE_FACTS)
    connection.execute(_ASKED, [as_of])
