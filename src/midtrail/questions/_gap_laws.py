"""Lines that follow from others: where one is there and its fellow is not, a line was lost.

Each law says for which ids it can be judged (`premise`), when the line is lacking, and between which instants
it should stand. Source of the laws: docs/gaps.md. A law that most of an appliance's ids break is none there: the
appliance, or the filter before the file, does not write that line.
"""

from typing import Any, NamedTuple

import duckdb

_LEAST_KEPT = 0.2  # a line that fewer ids than this have is not written there
_OF_ID = "join gap_born using (host, span, id) join gap_spans using (counter, host, span) where counter = "
_FEW = 5  # numbers of one line that are shown
_SETTLED = "last_at < until - interval 1 hour"


class Law(NamedTuple):
    """A line that an id has to have; the four conditions are SQL over the table of its counter."""

    counter: str
    line: str
    premise: str
    lacking: str
    since: str
    until: str
    because: str
    table: str = ""
    detail: str = "null"

    @property
    def rows(self) -> str:
        """The rows that the conditions are about: the ids whose beginning is in sight."""
        return f"from {self.table or f'gap_{self.counter}s'} {_OF_ID}'{self.counter}'"


class Broken(NamedTuple):
    """An id that lacks a line, and the instants between which it should stand."""

    law: Law
    host: int
    id: int
    after: Any
    before: Any
    detail: Any

    @property
    def lacks(self) -> str:
        """The line that is lacking, with its ids."""
        return self.law.line.format(id=self.id, detail=self._detail())

    def _detail(self) -> str:
        """Return the number, or the numbers, that tell the line from others of its id."""
        if not isinstance(self.detail, list):
            return str(self.detail)
        shown = ", ".join(map(str, self.detail[:_FEW]))
        return shown if len(self.detail) <= _FEW else f"{shown}, …"


class Judged(NamedTuple):
    """How many ids of an appliance a law was asked of, and how many broke it."""

    law: Law
    host: int
    asked: int
    broken: int

    @property
    def is_kept(self) -> bool:
        """Whether the appliance writes the line at all."""
        return self.asked - self.broken >= self.asked * _LEAST_KEPT


LAWS = (
    Law(
        "icid", "ICID {id} ACCEPT, RELAY or REJECT SG …", "opened is not null and brought is not null",
        "matched is null", "opened", "brought", "a message came in on it",
    ),
    Law(
        "icid", "ICID {id} close", f"opened is not null and {_SETTLED}",
        "closed is null", "last_at", "last_at + interval 1 hour", "the log goes on for more than an hour",
    ),
    Law(
        "dcid", "DCID {id} close", f"opened is not null and {_SETTLED}",
        "closed is null", "last_at", "last_at + interval 1 hour", "the log goes on for more than an hour",
    ),
    Law(
        "mid", "Start MID {id}, or the line that creates it", "true",
        "not made", "first_at - interval 1 minute", "first_at", "its `ICID 0 From:` is there",
    ),
    Law(
        "mid", "MID {id} ICID … From:", "opened is not null and (recipient is not null or ready is not null)",
        "sender is null", "opened", "least(recipient, ready)", "what follows it is there",
    ),
    Law(
        "mid", "MID {id} ready", "opened is not null and (policy is not null or queued is not null)",
        "ready is null", "opened", "least(policy, queued)", "what follows it is there",
    ),
    Law(
        "mid", "MID {id} RID 0 To:", "opened is not null and ready is not null and sent is not null",
        "recipient is null", "opened", "ready", "it was delivered to somebody",
    ),
    Law(
        "mid", "MID {id} queued for delivery", "sent is not null", "queued is null",
        "coalesce(ready, first_at)", "sent", "its delivery starts",
    ),
    Law(
        "mid", "Message finished MID {id}", f"over is not null and {_SETTLED}", "finished is null",
        "over", "over + interval 1 hour", "it was dropped, aborted or quarantined",
    ),
    Law(
        "mid", "Message finished MID {id}", f"ended >= listed and opened is not null and {_SETTLED}",
        "finished is null", "ended_at", "ended_at + interval 1 hour", "all its recipients are done",
        "gap_recipients join gap_ended using (host, span, id) join gap_mids using (host, span, id)",
    ),
    Law(
        "mid", "MID {id} RID {detail} To:", "true", "listed <= greatest(top_rid, coalesce(ended_rid, 0))",
        "first_at", "last_at", "others of its recipients are there",
        "gap_recipients left join gap_ended using (host, span, id) join gap_mids using (host, span, id)",
        "list_filter(range(0, least(greatest(top_rid, coalesce(ended_rid, 0)), 999) + 1),"
        " lambda rid: not list_contains(rids, rid))",
    ),
    Law(
        "mid", "Delivery start DCID {detail} MID {id}", "ended is not null", "sent is null",
        "time", "ended", "what became of it is there", "gap_deliveries", "dcid",
    ),
    Law(
        "mid", "Message done DCID {detail} MID {id}, or its bounce or delay",
        "gap_deliveries.sent is not null and finished is not null", "ended is null",
        "gap_deliveries.sent", "finished", "it started and the message is finished",
        "gap_deliveries join gap_mids using (host, span, id)", "dcid",
    ),
)  # fmt: skip


def judge(connection: duckdb.DuckDBPyConnection) -> list[Judged]:
    """Ask each law of all ids of each appliance; reads the tables that gap_ids.sql and gap_parts.sql make."""
    return [
        Judged(law, *row)
        for law in LAWS
        for row in connection.execute(
            f"select host, count(*), count(*) filter ({law.lacking}) {law.rows} and ({law.premise}) group by host"
        ).fetchall()
    ]


def broken(connection: duckdb.DuckDBPyConnection, judged: Judged) -> list[Broken]:
    """Return the ids of an appliance that break a law, in order."""
    law = judged.law
    rows = connection.execute(
        f"select host, id, {law.since}, {law.until}, {law.detail} {law.rows}"
        f" and ({law.premise}) and ({law.lacking}) and host = ? order by id",
        [judged.host],
    ).fetchall()
    return [Broken(law, *row) for row in rows]
