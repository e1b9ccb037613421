"""`midtrail track`: what became of every message."""

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from midtrail.cli import _common
from midtrail.cli._common import Files, Host, Output, Tz, Year
from midtrail.errors import UsageError
from midtrail.formats import dumps, rows_to_csv
from midtrail.lines import ReadOptions, find_sources
from midtrail.progress import bar

HELP = """Tell what became of every message: who sent what to whom, what each engine said, its Last State.

Examples:

  midtrail track mail_logs/

  midtrail track mail_logs/ --mid 640962 --format page

  midtrail track mail_logs/ --format json | jq 'select(.last_state == "Remediated")'
"""


class Format(StrEnum):
    """The formats of `track`."""

    table = "table"
    json = "json"
    csv = "csv"
    page = "page"
    html = "html"


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("track", help=HELP)(track)


def track(
    files: Files,
    mid: Annotated[list[int] | None, typer.Option("--mid", metavar="N", help="Only the messages with this MID; may be given again.", min=0)] = None,
    format_: Annotated[Format, typer.Option("--format", help="page is the Message Tracking page; html the same for a browser.")] = Format.table,
    output: Output = None,
    tz: Tz = None,
    year: Year = None,
    host: Host = None,
) -> int:
    """Tell what became of every message."""
    from midtrail.log import Log  # noqa: PLC0415 - DuckDB only for verbs that join

    sources = find_sources(files)
    with bar(sum(file.size or 0 for file in sources), "reading") as advance:
        log = Log(sources, ReadOptions(tz=tz, year=year, host=host), on_bytes=advance)
    chosen = log.message_numbers(mids=mid or [])
    if mid and not chosen:
        raise UsageError(f"no message has the MID {mid[0]}; {log.seen()}")
    _print(log, chosen if mid else None, format_, output)
    return _common.tell(log.problems)


def _print(log: "Log", chosen: list[int] | None, format_: Format, output: Path | None) -> None:
    objects = log.objects(chosen)
    with _common.opened(output) as file:
        if format_ is Format.json:
            file.writelines(dumps(message) + "\n" for message in objects)
        elif format_ is Format.csv:
            file.writelines(_csv(objects))
        elif format_ is Format.table:
            views.print_table(objects, file)
        else:
            pages = (views.MessageView(message, log.clock_of(number)) for number, message in zip(log.message_numbers_of(chosen), objects, strict=True))
            _pages(pages, format_, file)
