"""A query of a person's own over the tables of a log: one SELECT that reads these tables and nothing else.

Three walls, each of which would do: DuckDB's own parser must call the text one SELECT, which calls no table
function but those that only make rows; it runs in a transaction that may not write; and the database is closed
to files, network, extensions, settings and the caller's variables (`Store.seal`).
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from duckdb import DuckDBPyConnection
from duckdb import Error as DuckError

from midtrail.errors import UsageError

_ROW_MAKERS = frozenset({"generate_series", "json_each", "json_tree", "range", "unnest"})
_ONLY = "a query reads tables and changes nothing: write one SELECT"


class Query(NamedTuple):
    """A query that may be run, and the names that it reads from (tables, and what it defines itself)."""

    text: str
    tables: frozenset[str]


def checked(connection: DuckDBPyConnection, text: str) -> Query:
    """Return a query that reads and does no more.

    Raises UsageError for anything but one SELECT (or VALUES, FROM, DESCRIBE, SUMMARIZE), for a table function
    that reaches beyond the tables, and for what cannot be parsed; the text is looked at, never run.
    """
    nodes = list(_nodes(_statement(connection, text)))
    for node in nodes:
        if node.get("type") == "TABLE_FUNCTION":
            _check_function(node.get("function") or {})
    tables = {str(node.get("table_name")).lower() for node in nodes if node.get("type") == "BASE_TABLE"}
    return Query(text, frozenset(tables))


def _check_function(function: dict[str, Any]) -> None:
    name = str(function.get("function_name", "")).lower()
    if name not in _ROW_MAKERS:
        raise UsageError(
            f"A query may not read from {name}(): it reads this log's tables only, "
            f"and may make rows with {', '.join(sorted(_ROW_MAKERS))}"
        )


def _statement(connection: DuckDBPyConnection, text: str) -> dict[str, Any]:
    """Return the only statement of a text, as DuckDB's parser lays it out."""
    try:
        rows = connection.execute("SELECT json_serialize_sql($1::VARCHAR)", [text]).fetchall()
        parsed: dict[str, Any] = json.loads(rows[0][0])
    except DuckError as error:
        raise UsageError(f"The query cannot be read: {one_line(error)}") from None
    except (RecursionError, UnicodeEncodeError) as error:
        raise UsageError(f"The query cannot be read: {_UNREADABLE[type(error)]}") from None
    if parsed.get("error"):
        raise UsageError(_complaint(text, parsed))
    statements = parsed.get("statements", [])
    if len(statements) != 1:
        raise UsageError(f"There are {len(statements)} statements where one is expected; {_ONLY}")
    statement: dict[str, Any] = statements[0]
    return statement


_UNREADABLE: dict[type[Exception], str] = {
    RecursionError: "it is nested too deeply",
    UnicodeEncodeError: "it is not UTF-8",
}


def _complaint(text: str, parsed: dict[str, Any]) -> str:
    if parsed.get("error_type") != "parser":
        return f"The query is no SELECT; {_ONLY}"
    place = _place(text, parsed.get("position"))
    return f"The query cannot be read{place}: {' '.join(str(parsed.get('error_message')).split())}"


def _place(text: str, position: Any) -> str:
    """Return where in a text an offset in bytes lies: ` at line 1, character 8`."""
    if not str(position).isdigit():
        return ""
    before = text.encode("utf-8", "surrogateescape")[: int(position)].decode("utf-8", "replace")
    return f" at line {before.count(chr(10)) + 1}, character {len(before) - before.rfind(chr(10))}"


def _nodes(root: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a parsed statement, however deep."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


_MORE = ("\n\nLINE ", "\n\tCandidate functions:", "\n\nPossible solutions:", '. Use "SET ')
_LONGEST = 300  # characters of DuckDB's message that are told


def one_line(error: BaseException) -> str:
    """Return DuckDB's message as one line: without the query, lists of functions, and advice on closed settings."""
    told = str(error)
    for more in _MORE:
        told = told.partition(more)[0]
    kind, found, rest = told.partition(" Error: ")
    lines = [line.strip() for line in (rest if found and "\n" not in kind else told).splitlines()]
    text = "; ".join(line.rstrip("!") for line in lines if line)
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " …"
