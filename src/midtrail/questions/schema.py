"""The tables that a query may read, with the type and the meaning of each column.

Types are those of the tables themselves, as the declarations and tracking make them; the meaning of a column is
that of the field of its name (`midtrail.events.MEANINGS`), else it stands here.
"""

import difflib
import inspect
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from midtrail import tracking
from midtrail.errors import UsageError
from midtrail.events import MEANINGS, all_kinds
from midtrail.tables import Store


class Column(NamedTuple):
    """A column: its name, its type in DuckDB, and what it means."""

    name: str
    type: str
    meaning: str


class Table(NamedTuple):
    """A table: its name, what a row of it is, and its columns."""

    name: str
    about: str
    columns: tuple[Column, ...]


ABOUT: Mapping[str, str] = {
    "spine": "one row a physical line, in the order in which the lines were read",
    "connections": "one row a connection, incoming (ICID) or outgoing (DCID)",
    "messages": "one row a message, with its Last State",
    "recipients": "one row a recipient's copy, with its state and the line that decided it",
    "timeline": "Message Tracking's Processing Details: one row a sentence",
    "remediations": "one row a remediation batch",
    "members": "one row a message and a line of it: of its MIDs, and of the connections that it used",
    "clocks": "one row a file and appliance, with the clock of its times",
}
"""The tables that are not a kind's, and what a row of them is."""

_COLUMNS: Mapping[str, str] = {
    "seq": "number of the line over all files, from 0: the key of the spine and of each kind's table",
    "source": "file in which the line stands",
    "line_no": "number of the line in its file, from 1",
    "offset": "where the line begins in its file's content, in bytes",
    "host": "name of the appliance",
    "time": "time of the line",
    "level": "level of the line: Info, Warning, Critical",
    "kind": "kind of the line (`midtrail kinds` lists them), or blank, continuation, unrecognised",
    "text": "text of the line behind time and level",
    "message": "number of the message in this reading: the key that joins the tables",
    "mids": "all MIDs of the message, the first one first",
    "direction": "incoming or outgoing",
    "started_at": "when it began; null where its beginning is not in these logs",
    "last_event_at": "time of its last line",
    "last_state": "the message's Last State, as Message Tracking calls it",
    "open": "whether the end of the message is not in these logs",
    "head_cut": "whether the beginning is not in these logs",
    "attachments": "names of the attached files",
    "verdicts": "the latest final verdict of each engine, by engine",
    "rejected_recipients": "recipients that were refused while the message came in",
    "state": "what became of this recipient's copy",
    "delivered_at": "when the receiving host took it",
    "evidence_seq": "seq of the line that decided the state",
    "evidence_source": "file of that line",
    "evidence_line_no": "number of that line in its file",
    "evidence_text": "text of that line",
    "remediation": "what each remediation batch did for this recipient, oldest first",
    "connection": "number of the connection in this reading",
    "id": "ICID of an incoming connection, DCID of an outgoing one",
    "ended_at": "when it was closed",
    "tls_failed_reason": "why TLS failed; empty where no reason is told, null where it did not fail",
    "lost": "whether the connecting host went away without QUIT",
    "sentence": "the line in Message Tracking's words",
    "position": "place of the sentence in its message, from 1",
    "initiated_at": "when the remediation was asked for",
    "remediated": "recipients for whom it succeeded",
    "failed": "recipients for whom it failed",
    "pending": "recipients whose outcome is not in these logs",
    "last_outcome_at": "time of the last outcome",
    "utc_offset": "seconds that the clock stands east of UTC",
    "clock": "how that is known: from the file's header, an option, or not at all",
}

_ONLY_HERE: Mapping[tuple[str, str], str] = {
    ("messages", "subject"): "Subject header as a person reads it, RFC 2047 words decoded",
    ("connections", "messages"): "how many messages used the connection",
    ("remediations", "messages"): "how many messages the batch is about",
    ("remediations", "recipients"): "how many recipients the batch is about",
    ("remediations", "source"): MEANINGS["remediation_source"],
}
"""Columns that mean something else than their name does elsewhere: a count, or what is shortened in this table."""

_TYPES = """
SELECT table_name, list({'name': column_name, 'type': data_type} ORDER BY column_index)
FROM duckdb_columns() WHERE NOT internal GROUP BY table_name
"""


def tables() -> dict[str, Table]:
    """Return every table that a query may read: those of `ABOUT` first, then one a kind."""
    store = Store()
    try:
        tracking.build(store.connection)
        tracking.build_timeline(store.connection)
        found = dict(store.connection.execute(_TYPES).fetchall())
    finally:
        store.close()
    return {name: _table(name, found[name]) for name in (*ABOUT, *all_kinds())}


def chosen(names: Iterable[str]) -> list[Table]:
    """Return the tables of these names; raises UsageError for one that does not exist, and names the near ones."""
    known = tables()
    for name in names:
        if name not in known:
            near = ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.5)) or "none"
            raise UsageError(f"There is no table {name!r}; near to it: {near}")
    return [known[name] for name in names]


def _table(name: str, columns: list[dict[str, str]]) -> Table:
    about = ABOUT.get(name) or inspect.cleandoc(all_kinds()[name].__doc__ or "").partition("\n")[0]
    return Table(
        name,
        about,
        tuple(Column(column["name"], column["type"], meaning(name, column["name"])) for column in columns),
    )


def meaning(table: str, column: str) -> str:
    """Return what a column means; raises KeyError where nobody wrote it down."""
    found = _ONLY_HERE.get((table, column)) or (_COLUMNS.get(column) if table in ABOUT else None)
    return found or MEANINGS.get(column) or _COLUMNS[column]
