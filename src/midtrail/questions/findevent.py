"""findevent: every raw line of the messages whose MID, sender, recipient or subject is as asked.

The lines of a message are those of all its MIDs (children, rewritten, reinjected), unrecognised ones that name
them and remediation among them; those of the connection that brought it and of those that took it away, as far
as they are the connection's own and no other message's; and the lines that go on with any of these. A bounce
notice and a copy are messages of their own. An event that was read twice is one event.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from midtrail.errors import UsageError
from midtrail.lines import Place, RawLines
from midtrail.questions.patterns import found_in, limited, pattern_of
from midtrail.tables import restore
from midtrail.tracking import BEGINNINGS, decode_subject

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHUNK = 20_000
_askings = count(1)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a message must have to be found: one of some MIDs, and values in which expressions are found.

    Expressions are Python's; case counts without `ignore_case`. Raises UsageError where nothing is asked, and
    where an expression is none.
    """

    mids: Sequence[int] = ()
    sender: str | None = None
    recipient: str | None = None
    subject: str | None = None
    ignore_case: bool = False

    def __post_init__(self) -> None:
        """Refuse at once what can find nothing."""
        if not self.mids and not self.patterns():
            raise UsageError(
                "findevent looks for a MID, a sender, a recipient or a subject: give one of them"
            )

    def patterns(self) -> dict[str, re.Pattern[str]]:
        """Return the expressions by what they are searched in."""
        asked = {"sender": self.sender, "recipient": self.recipient, "subject": self.subject}
        return {
            name: pattern_of(text, f"The {name}", ignore_case=self.ignore_case)
            for name, text in asked.items()
            if text is not None
        }


_VALUES = {
    "sender": """
        SELECT message, sender AS value FROM messages
        UNION SELECT message, k.sender FROM sender_received k JOIN members USING (seq)""",
    "recipient": """
        SELECT message, recipient AS value FROM recipients
        UNION SELECT message, unnest(rejected_recipients) FROM messages
        UNION SELECT message, k.recipient FROM recipient_accepted k JOIN members USING (seq)""",
    "subject": """
        SELECT message, subject AS value FROM messages
        UNION SELECT message, k.subject FROM subject_header k JOIN members USING (seq)""",
}
"""Each value of a message, as every line of it tells it: of several, one that is found is enough."""


_BY_MID = "SELECT message FROM messages WHERE list_has_any(mids, ?::BIGINT[])"


def asked_of(wanted: Wanted) -> str:
    """Return all SQL that `matching` asks: it names the tables and columns that must be there."""
    return " ".join([_BY_MID, *(_VALUES[name] for name in wanted.patterns())])


def matching(connection: "DuckDBPyConnection", wanted: Wanted) -> list[int]:
    """Return the numbers (column `message`) of the messages that have all that is wanted, in their order."""
    found: set[int] | None = None
    if wanted.mids:
        found = {number for (number,) in connection.execute(_BY_MID, [list(wanted.mids)]).fetchall()}
    with limited():
        for name, pattern in wanted.patterns().items():
            having = _having(connection, name, pattern)
            found = having if found is None else found & having
    return sorted(found or ())


def _having(connection: "DuckDBPyConnection", name: str, pattern: re.Pattern[str]) -> set[int]:
    """Return the messages in one of whose values the expression is found; each value is searched once."""
    distinct = f"SELECT DISTINCT value FROM ({_VALUES[name]}) WHERE value IS NOT NULL"
    values = connection.sql(distinct).to_arrow_table()["value"].to_pylist()
    told = pa.array([value for value in values if _is_found(pattern, value, name)], pa.string())
    connection.register("findevent_values", pa.table({"value": told}))
    rows = connection.execute(
        f"SELECT DISTINCT message FROM ({_VALUES[name]}) SEMI JOIN findevent_values USING (value)"
    ).fetchall()
    connection.unregister("findevent_values")
    return {number for (number,) in rows}


def _is_found(pattern: re.Pattern[str], value: str, name: str) -> bool:
    logged = restore(value)
    return found_in(pattern, logged) or (
        name == "subject" and "=?" in logged and found_in(pattern, decode_subject(logged))
    )


_LINES = """
CREATE TEMP TABLE {found} AS
WITH chosen AS (
    SELECT DISTINCT seq FROM members WHERE message IN (SELECT unnest(?::BIGINT[]))
),
files AS ({files}),
lines AS (
    SELECT seq AS event, seq FROM chosen
    UNION ALL
    SELECT chosen.seq, continuation.seq FROM continuation JOIN chosen ON chosen.seq = continues
)
SELECT
    lines.seq, spine.source, spine.line_no, spine."offset", spine.text,
    row_number() OVER (ORDER BY lines.seq) AS turn,
    row_number() OVER (
        ORDER BY event.time NULLS LAST, begins NULLS LAST, event.line_no, event.seq, lines.seq
    ) AS position
FROM lines
JOIN spine USING (seq)
JOIN spine AS event ON event.seq = lines.event
LEFT JOIN files ON files.source = event.source
ORDER BY turn
"""
"""Order: time, then the first time of the line's file, then the line number; lines that go on with an event follow it."""


def raw_lines(connection: "DuckDBPyConnection", messages: Sequence[int], source: RawLines) -> Iterator[bytes]:
    """Yield every raw line of some messages (by their numbers), once, in the order of the timeline.

    Each line is whole, with its framing and its line end, as `source` gives it; one without a line end, the last
    of its file, gets one. Memory stays bounded: what is found waits in temporary tables for its turn.
    """
    asking = next(_askings)
    found, read, sorted_ = (f"findevent_{name}_{asking}" for name in ("found", "read", "sorted"))
    try:
        connection.execute(_LINES.format(found=found, files=BEGINNINGS), [list(messages)])
        connection.execute(f"CREATE TEMP TABLE {read} (seq BIGINT, line BLOB)")
        lines = source.raw_lines(_places(connection, found))
        while chunk := list(islice(lines, _CHUNK)):
            _keep(connection, read, chunk)
        connection.execute(
            f"CREATE TEMP TABLE {sorted_} AS"
            f" SELECT position, line FROM {read} JOIN {found} USING (seq) ORDER BY position"
        )
        for line in _slices(connection, f"SELECT line FROM {sorted_}", "position", found):
            yield ended(line[0])
    finally:
        for name in (found, read, sorted_):
            connection.execute(f"DROP TABLE IF EXISTS {name}")


def ended(line: bytes) -> bytes:
    """Return a line with its line end, which the last of a file may lack."""
    return line if line.endswith(b"\n") else line + b"\n"


def _places(connection: "DuckDBPyConnection", found: str) -> Iterator[Place]:
    query = f'SELECT seq, source, line_no, "offset", text FROM {found}'
    return map(Place._make, _slices(connection, query, "turn", found))


def _keep(connection: "DuckDBPyConnection", table: str, chunk: list[tuple[int, bytes]]) -> None:
    seqs, lines = zip(*chunk, strict=True)
    connection.register(
        "findevent_chunk", pa.table({"seq": pa.array(seqs), "line": pa.array(lines, pa.binary())})
    )
    connection.execute(f"INSERT INTO {table} SELECT * FROM findevent_chunk")
    connection.unregister("findevent_chunk")


def _slices(connection: "DuckDBPyConnection", query: str, key: str, found: str) -> Iterator[tuple[Any, ...]]:
    """Yield a query's rows by their place in `key`, some at a time, so that other queries may come between."""
    row = connection.execute(f"SELECT count(*) FROM {found}").fetchone()
    last = 0 if row is None else row[0]
    for first in range(1, last + 1, _CHUNK):
        slice_ = f"{query} WHERE {key} BETWEEN ? AND ? ORDER BY {key}"
        yield from connection.execute(slice_, [first, first + _CHUNK - 1]).fetchall()
