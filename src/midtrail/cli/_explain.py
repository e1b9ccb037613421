"""`midtrail explain`: what midtrail makes of one line, and why."""

import sys
from typing import Annotated

import typer

from midtrail.cli._common import Tz, Year

HELP = """Tell what midtrail makes of one line: its kind and fields, or how far the grammar got and what is near.

Examples:

  midtrail explain 'Mon Sep 13 23:25:07 2021 Info: MID 640962 queued for delivery'

  midtrail explain - < line.txt
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("explain", help=HELP)(explain)


def explain(
    line: Annotated[
        str, typer.Argument(metavar="LINE", help="The line, in quotes; '-' reads it from standard input.")
    ],
    tz: Tz = None,
    year: Year = None,
) -> int:
    """Tell what midtrail makes of one line."""
    from midtrail.cli._explain_output import known, unknown  # noqa: PLC0415 - the grammar only for verbs that read
    from midtrail.events.records import Unrecognised  # noqa: PLC0415 - likewise
    from midtrail.parse import parse_line  # noqa: PLC0415 - likewise

    text = (
        sys.stdin.buffer.readline().decode("utf-8", "surrogateescape").rstrip("\r\n") if line == "-" else line
    )
    event = parse_line(text, tz=tz, year=year)
    for told in unknown(event) if isinstance(event, Unrecognised) else known(event):
        print(told)
    return 1 if isinstance(event, Unrecognised) else 0
