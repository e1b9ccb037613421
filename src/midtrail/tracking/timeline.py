"""The timeline: every line of a message as Message Tracking's sentence, in the log's own order.

Order: time, then the first time of the line's file, then the line number. Two sentences have no line of their
own: the direction stands behind the sender's line, the sender group behind `ready`. Their `seq`, `source` and
`line_no` are null.
"""

from collections.abc import Iterable, Sequence

from duckdb import DuckDBPyConnection

from midtrail.tracking._sources import BEGINNINGS, SOURCE_FACTS
from midtrail.tracking.sentences import ADDRESSES, CLOCK, ROW, Sentence, hidden_kinds, literal, sentences


def build_timeline(connection: DuckDBPyConnection, *, messages: Sequence[int] | None = None) -> None:
    """Create the table `timeline` of all messages, or only of `messages` (their surrogate numbers).

    Columns: message, seq, time, kind, source, line_no, sentence, position (from 1 in each message). Reads
    spine, the kinds' tables, members, messages, recipients, source_facts, and clocks where it exists.
    """
    told = _told(connection)
    plain = [_plain(kind, sentence) for kind, sentence in told.items() if not sentence.names_recipients]
    named = [_named(kind, sentence) for kind, sentence in told.items() if sentence.names_recipients]
    hidden = ", ".join(literal(kind) for kind in ("", *hidden_kinds()))
    connection.execute(SOURCE_FACTS)
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE timeline AS
        WITH chosen AS (SELECT DISTINCT message, seq FROM members {_only(messages)}),
        files AS ({BEGINNINGS}),
        clock AS ({_clock(connection)}),
        {_ADDRESSES},
        plain(seq, sentence) AS ({_union(plain, _NO_PLAIN)}),
        named(message, seq, sentence) AS ({_union(named, _NO_NAMED)}),
        {_LINES.format(hidden=hidden)},
        {_ADDED}
        {_ORDERED}
        """
    )


def _told(connection: DuckDBPyConnection) -> dict[str, Sentence]:
    """Return the sentences of the kinds that occur."""
    present = {kind for (kind,) in connection.execute("SELECT DISTINCT kind FROM spine").fetchall()}
    return {kind: sentence for kind, sentence in sentences().items() if kind in present}


def _only(messages: Sequence[int] | None) -> str:
    if messages is None:
        return ""
    wanted = ", ".join(str(int(message)) for message in messages)
    return f"WHERE message IN (SELECT unnest([{wanted}]::BIGINT[]))"


def _clock(connection: DuckDBPyConnection) -> str:
    known = connection.execute(
        "SELECT 1 FROM information_schema.tables WHERE table_name = 'clocks'"
    ).fetchone()
    if known is None:
        return "SELECT NULL::VARCHAR AS source, 0 AS utc_offset WHERE false"
    return "SELECT source, any_value(utc_offset) AS utc_offset FROM clocks GROUP BY source"


def _plain(kind: str, sentence: Sentence) -> str:
    return f'SELECT {ROW}.seq, {sentence.sql} FROM "{kind}" {ROW} {_with_clock(sentence)}'


def _named(kind: str, sentence: Sentence) -> str:
    return f"""SELECT m.message, {ROW}.seq, {sentence.sql} FROM "{kind}" {ROW} JOIN chosen m USING (seq)
        LEFT JOIN addresses {ADDRESSES} ON {ADDRESSES}.message = m.message AND {ADDRESSES}.mid = {ROW}.mid
        {_with_clock(sentence)}"""


def _with_clock(sentence: Sentence) -> str:
    if not sentence.tells_time:
        return ""
    return f"JOIN spine l ON l.seq = {ROW}.seq LEFT JOIN clock {CLOCK} ON {CLOCK}.source = l.source"


def _union(selects: Iterable[str], nothing: str) -> str:
    return "\nUNION ALL\n".join(selects) or nothing


_NO_PLAIN = "SELECT NULL::BIGINT, NULL::VARCHAR WHERE false"
_NO_NAMED = "SELECT NULL::BIGINT, NULL::BIGINT, NULL::VARCHAR WHERE false"

_ADDRESSES = """
accepted AS (
    SELECT m.message, t.mid, t.rid, min_by(t.recipient, t.seq) AS recipient
    FROM recipient_accepted t JOIN chosen m USING (seq) GROUP BY ALL
),
addressed AS (
    FROM accepted
    UNION ALL
    SELECT message, mid, rid, min(recipient) FROM recipients r ANTI JOIN accepted USING (message, mid, rid)
    WHERE rid IS NOT NULL AND recipient IS NOT NULL GROUP BY ALL
),
addresses AS (
    SELECT message, mid, map(list(rid), list(recipient)) AS addresses FROM addressed GROUP BY message, mid
)
"""
"""The address of each RID of each MID: as its own line tells it, else as it was inherited."""

_LINES = """
lines AS (
    SELECT o.message, s.seq, s.time, s.kind, s.source, s.line_no,
        coalesce(n.sentence, p.sentence, s.text) AS sentence,
        row_number() OVER (
            PARTITION BY o.message ORDER BY s.time NULLS LAST, f.begins NULLS LAST, s.line_no, s.seq
        ) AS place
    FROM chosen o JOIN spine s ON s.seq = o.seq
        LEFT JOIN files f ON f.source = s.source
        LEFT JOIN plain p ON p.seq = o.seq
        LEFT JOIN named n ON n.seq = o.seq AND n.message = o.message
    WHERE s.kind NOT IN ({hidden})
)
"""

_ADDED = """
behind AS (
    SELECT message, kind, min(place) AS place, min_by(time, place) AS time
    FROM lines WHERE kind IN ('sender_received', 'message_ready') GROUP BY message, kind
),
added AS (
    SELECT message, b.time, 'direction' AS kind, b.place,
        'Message ' || m.mid || ' direction: ' || direction AS sentence
    FROM behind b JOIN messages m USING (message)
    WHERE b.kind = 'sender_received' AND direction IS NOT NULL
    UNION ALL
    SELECT message, b.time, 'sender_group_summary', b.place, 'Message ' || m.mid || ' has sender_group: '
        || sender_group || coalesce(', sender_ip: ' || sender_ip, '') || coalesce(' and sbrs: ' || sbrs, '')
    FROM behind b JOIN messages m USING (message)
    WHERE b.kind = 'message_ready' AND sender_group IS NOT NULL
)
"""

_ORDERED = """
SELECT message, seq, time, kind, source, line_no, sentence,
    row_number() OVER (PARTITION BY message ORDER BY place, behind) AS position
FROM (
    SELECT message, seq, time, kind, source, line_no, sentence, place, 0 AS behind FROM lines
    UNION ALL
    SELECT message, NULL, time, kind, NULL, NULL, sentence, place, 1 FROM added
)
ORDER BY message, position
"""
