"""What is missing from a log, by the ids that count up by one: `gaps`. docs/gaps.md tells how each finding is judged."""

from importlib.resources import files
from typing import Any

import duckdb

from midtrail import tracking
from midtrail.questions._gap_counters import COUNTERS, note_spans, resets
from midtrail.questions._gap_facts import Facts
from midtrail.questions._gap_findings import COLUMNS, Appliance, Finding, Gaps
from midtrail.questions._gap_tell import findings

__all__ = ["COLUMNS", "Appliance", "Finding", "Gaps", "gaps"]


def gaps(connection: duckdb.DuckDBPyConnection) -> Gaps:
    """Return what is missing, and what only looks like it; reads the spine, the clocks and the tables of the kinds.

    Nothing is joined to messages, and memory goes with the number of ids, not of lines. The temporary tables
    that are needed on the way (`gap_*`) are gone at the end.
    """
    tracking.tell_beginnings(connection)
    _run(connection, "gap_resets")
    _run(connection, "gap_clocks")
    found, mixed = resets(connection)
    note_spans(connection, found)
    for step in ("gap_ids", "gap_parts", "gap_files"):
        _run(connection, step)
    facts = Facts(connection, found, mixed)
    answer = Gaps(sorted(findings(facts), key=_place), facts.appliances())
    _drop(connection)
    return answer


def _run(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    connection.execute((files("midtrail.questions") / f"{name}.sql").read_text("utf-8"))


def _drop(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select table_name from duckdb_tables() where temporary and starts_with(table_name, 'gap_')"
    for (name,) in connection.execute(query).fetchall():
        connection.execute(f"drop table {name}")


def _place(finding: Finding) -> tuple[Any, ...]:
    """Return the order of findings: by appliance, time, counter, id."""
    moment = finding.after or finding.before
    return (
        finding.host or "",
        moment is not None and moment.timestamp(),
        ("file", "clock", *COUNTERS).index(finding.counter),
        finding.first or 0,
    )
