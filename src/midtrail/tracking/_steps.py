"""The steps of tracking in their order; each rule stands in the SQL file of its step."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import cast

import duckdb

from midtrail.tables import SPINE_TABLE, BorrowingStore, Columns, all_schemas, together
from midtrail.tracking._chains import build_ends, build_families
from midtrail.tracking._facts import build_facts, facts
from midtrail.tracking._lanes import Lane, LentLane, kinds_in, without_events
from midtrail.tracking._lent import LentLines
from midtrail.tracking._sources import SOURCE_FACTS
from midtrail.tracking._subjects import decode_subjects
from midtrail.tracking._verdicts import build_verdicts, verdicts

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
_NO_MESSAGES = frozenset(["shown_lines", "connections", "members"])
"""The steps that messages and recipients do not need."""
_NOT_ONCE = _NO_MESSAGES | {"answers", "drop_workings"}
_NOT_BESIDE = _NOT_ONCE | {"repeats", "events", "drop_events"}
_REMARK = re.compile("--.*")
_NAME = re.compile(r"\w+")
_ASKED = "create or replace temp table track_asked as select cast(? as timestamptz) as as_of"

Step = Callable[[Lane], None]


def _sql(name: str) -> Step:
    """Return the step whose statements stand in `name`.sql."""

    def run(lane: Lane) -> None:
        lane.execute(_text(name))

    run.__name__ = name
    return run


@cache
def _text(name: str) -> str:
    return _file(name).read_text("utf-8")


def _file(name: str) -> Traversable:
    return files("midtrail.tracking") / f"{name}.sql"


def tell_beginnings(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the view `track_told` (seq, counter, id, sign): the lines that begin a MID, an ICID or a DCID."""
    connection.execute(without_events(_text("told")))


def place_lines(lane: Lane) -> None:
    """Make `track_mid_lines` (life, seq, stamp, time), and let the lines of each kind be known by their lives."""
    lane.execute(_text("lines"))
    lane.place()


_EVIDENCE = "select distinct evidence_seq as seq from track_states where evidence_seq is not null"


def build_evidence(lane: Lane) -> None:
    """Make `track_evidence` (seq, source, line_no, text): the lines that decided states, as they are shown."""
    lane.fetch("track_evidence", _EVIDENCE, ("seq", "source", "line_no", "text"))


def drop_events(lane: Lane) -> None:
    """Drop `track_events`."""
    lane.execute("drop table track_events")


def drop_workings(lane: Lane) -> None:
    """Drop the temporary tables that nothing needs any more."""
    found = lane.execute("select table_name from duckdb_tables() where temporary").fetchall()
    for name in sorted(name for (name,) in found if name.startswith("track_") and name not in _KEPT):
        lane.execute(f"drop table {name}")


PHASES: tuple[tuple[tuple[Step, ...], ...], ...] = (
    (
        (
            _sql("repeats"),  # which lines tell again what another told
            _sql("events"),  # each event once, with its second
            _sql("named"),  # each with every id that it names
            _sql("told"),  # the lines that begin an id, by kind
            _sql("beginnings"),  # those of them that begin a life
            _sql("lives"),  # of MIDs, ICIDs and DCIDs
            _sql("living"),  # which life a line belongs to
            place_lines,  # which life of a MID an event belongs to
            _sql(
                "shown_lines"
            ),  # which lines belong to connections, and which name a MID and are not recognised
        ),
    ),
    (
        (
            _sql("links"),  # which MID goes on as which
            _sql("lists"),  # the recipients that a MID lists
            _sql("passing_on"),  # which MID hands its recipients on
            build_families,  # MIDs that are one message
            build_ends,  # where recipients arrive at last
            _sql("mids"),  # every MID in its family
        ),
        (
            _sql("openings"),  # which lines tell of a connection
            _sql("holds"),  # what quarantines hold, and when
            _sql("deliveries"),  # what happened to single recipients
            _sql("engines"),  # the engine that a drop or a quarantine names
        ),
    ),
    (
        (
            _sql("entries"),  # one entry a (MID, RID) that carries a recipient at last
            _sql("claims"),  # every line that may decide a state
            _sql("remedial"),  # remediation's messages, recipients and claims
            drop_events,  # the largest table: no later step reads single events
            _sql("states"),  # the line that decides
            build_evidence,  # that line, as it is shown
            _sql("endings"),  # when a message was last told of, and which are still open
            _sql("remediations"),  # what became of what batches asked for
        ),
        (
            _sql("arrivals"),  # which connection brought a message
            build_facts,  # what a message is
            _sql("shown_lists"),  # its attachments and rejected recipients
            build_verdicts,  # the engines' final verdicts
            decode_subjects,  # RFC 2047 words
            _sql("numbers"),  # the messages in their order
        ),
    ),
    (
        (
            _sql("rows"),  # one row a message, one row a recipient
            _sql("answers"),  # the tables of both
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
def reads(further: str = "") -> Columns:
    """Return the events that messages are joined from, table by table: the columns whose names stand in the SQL.

    With `further` SQL, those that all steps and this SQL read.
    """
    left_out = () if further else _NO_MESSAGES
    names = _words(step for step in STEPS if step.__name__ not in left_out).union(_NAME.findall(further))
    kinds = kinds_in(names)
    return {
        table: [column for column in schema.names if column in names]
        for table, schema in all_schemas().items()
        if table in kinds
    }


def _words(steps: Iterable[Step]) -> set[str]:
    """Return the words of the SQL of some steps; among them the tables that they read."""
    texts = (_REMARK.sub("", _sql_of(step.__name__)) for step in steps)
    words = {word for text in texts for word in _NAME.findall(text)}
    return words.union(_NAME.findall(_text("living"))) if "track_living" in words else words


@cache
def _sql_of(step: str) -> str:
    if step == build_verdicts.__name__:
        return verdicts()
    if step == build_evidence.__name__:
        return f"{_EVIDENCE}; select source, line_no, text from spine"
    if step == build_facts.__name__:
        return facts()
    name = "lines" if step == place_lines.__name__ else step
    return _text(name) if _file(name).is_file() else ""


def build(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: datetime | None = None,
    messages_only: bool = False,
    read_once: bool = False,
) -> None:
    """Make the tables `connections`, `messages`, `recipients`, `remediations` and the view `members`.

    The connection holds `spine` and one table a kind; and `source_facts`, where `spine` is only a part of its
    files (columns source, first_time, begins, was_read_twice: what all their lines would tell). `as_of` leaves
    out all that was logged later, so states are as they were known then; a time without a zone is UTC. With
    `messages_only` connections and members are not made, and of the events only `reads` is needed; with `read_once`
    neither, and messages and recipients are views, for who reads each once. The steps work in temporary tables
    `track_*`, of which only those stay that others read; building again replaces all.
    """
    _begin(connection, as_of)
    left_out = _NOT_ONCE if read_once else _NO_MESSAGES if messages_only else ()
    lane = Lane(connection)
    for step in STEPS:
        if step.__name__ not in left_out:
            step(lane)
    if read_once:
        connection.execute(_text("answers_once"))


def build_beside(store: BorrowingStore, *, as_of: datetime | None = None) -> None:
    """Make what `build` makes to be read once, on the two connections of a store.

    The lanes of a phase run on one each, beside each other: below some hundred thousand rows DuckDB has but one
    thread for a statement. Messages and recipients can be read from both. The workings are no temporary tables,
    so that both see them; and what a phase reads of the lines is lent to it where they lie (`_lent.py`), and given
    back as soon as no later one reads it.
    """
    connections = (store.connection, cast("duckdb.DuckDBPyConnection", store.beside))
    connections[0].execute("RESET threads")
    (threads,) = connections[0].execute("SELECT current_setting('threads')").fetchall()[0]
    _begin(connections[0], as_of)
    connections[0].execute(_text("repeats").replace("temp table", "table"))
    lines = LentLines(store, as_of)
    lanes = [LentLane(connection, store, lines) for connection in connections]
    for place, phase in enumerate(PHASES[:-1], 1):
        if len(phase) > 1:  # each lane brings a thread of its own
            connections[0].execute(f"SET threads = {max(1, threads - 1)}")
        tasks: list[Callable[[], object]] = [
            partial(_run, steps, lane) for steps, lane in zip(phase, lanes, strict=False)
        ]
        # what later steps load of Arrow takes long, and the first phase leaves a processor to it
        tasks.append(partial(import_module, "pyarrow.compute"))
        together(tasks, lanes[1].connection.interrupt)
        needed = _words(_beside(PHASES[place:]))
        _drop_all_but(connections[0], needed)
        store.keep_only(kinds_in(needed) | {SPINE_TABLE})
    store.keep_only(kinds_in(needed))
    for lane, other in zip(lanes, reversed(lanes), strict=True):
        for name, rows in other.kept.items():
            lane.register(name, rows)
        lane.borrow(needed)
        for name in ("rows", "answers_once"):
            lane.execute(_text(name))


def _beside(phases: Iterable[Iterable[Iterable[Step]]]) -> Iterable[Step]:
    """Return the steps of phases that are needed where each answer is read once."""
    return (step for phase in phases for lane in phase for step in lane if step.__name__ not in _NOT_BESIDE)


def _run(steps: Sequence[Step], lane: LentLane) -> None:
    chosen = list(_beside([[steps]]))
    lane.borrow(_words(chosen))
    for step in chosen:
        step(lane)
    lane.give_back()


def _drop_all_but(connection: duckdb.DuckDBPyConnection, names: set[str]) -> None:
    """Drop the workings that have none of these names."""
    found = connection.execute(
        "select table_name from duckdb_tables() where table_name like 'track%'"
    ).fetchall()
    for name in sorted({name for (name,) in found} - names):
        connection.execute(f"drop table {name}")


def _begin(connection: duckdb.DuckDBPyConnection, as_of: datetime | None) -> None:
    if as_of is not None and as_of.tzinfo is None:
        as_of = as_of.replace(tzinfo=UTC)
    connection.execute(SOURCE_FACTS)
    connection.execute(_ASKED, [as_of])
