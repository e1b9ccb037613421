"""`midtrail track`: what became of every message."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from midtrail.cli import _common
from midtrail.cli._common import Files, Host, Output, Tz, Year
from midtrail.formats import dumps, rows_to_csv
from midtrail.lines import ReadOptions, find_sources
from midtrail.progress import bar
from midtrail.views import print_table
from midtrail.views.pages import html_document, print_pages

if TYPE_CHECKING:
    from midtrail.log import Log

COLUMNS = (
    "host", "mid", "mids", "icid", "direction", "started_at", "last_event_at", "last_state", "open", "head_cut", "sender",
    "recipients", "states", "rejected_recipients", "subject", "message_id", "size_bytes", "sender_group", "sender_ip",
    "reverse_dns", "reverse_dns_verified", "sbrs", "country", "policy", "attachments", "verdicts", "origin_mid",
)  # fmt: skip

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
    mid: Annotated[
        list[int] | None,
        typer.Option(
            "--mid", metavar="N", help="Only the messages with this MID; may be given again.", min=0
        ),
    ] = None,
    format_: Annotated[
        Format,
        typer.Option("--format", help="page is the Message Tracking page; html the same for a browser."),
    ] = Format.table,
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
    chosen = log.numbers(mids=mid or []) if mid or format_ in (Format.page, Format.html) else None
    if mid and not chosen:
        print(f"midtrail: no message has the MID {mid[0]}; {log.seen()}", file=sys.stderr)
        return 1
    with _common.opened(output) as file:
        _write(log, chosen, format_, file)
    return _common.tell(log.problems)


def _write(log: "Log", chosen: Sequence[int] | None, format_: Format, file: IO[str]) -> None:
    if format_ is Format.json:
        file.writelines(dumps(message) + "\n" for message in log.objects(chosen))
    elif format_ is Format.csv:
        file.writelines(rows_to_csv(map(_row, log.objects(chosen)), COLUMNS))
    elif format_ is Format.table:
        print_table(log.objects(chosen), file, log.clock())
    elif format_ is Format.page:
        print_pages(log.views(chosen), file)
    else:
        file.writelines(html_document(log.views(chosen)))


def _row(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as a row of CSV: its own facts, its recipients as one cell each."""
    recipients = message["recipients"]
    return {
        **message,
        "recipients": [recipient["recipient"] for recipient in recipients],
        "states": [recipient["state"] for recipient in recipients],
    }
