"""`midtrail gaps`: what is missing from a log."""

import sys
from typing import Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._common import Files, Host, Output, Tz, Year
from midtrail.cli._formats import GapsFormat as Format

HELP = """Tell what is missing: MIDs, ICIDs and DCIDs count up by one on each appliance, so holes show.

Told are ranges of ids that never occur (a file that was never collected, syslog packets that were lost, lines that
were cut out), single lines without which others cannot be, counters that were set back, times that run backwards,
files whose ends do not meet, changes of the time zone; each with its reason, and whether it is normal.

Exit status: 0 where nothing is missing or all is normal, 1 where something is not, so that cron can watch.

Examples:

  midtrail gaps mail_logs/

  midtrail gaps mail_logs/ --all

  midtrail gaps 'mail_logs/*.s' --format json | jq 'select(.normal | not)'

  midtrail gaps /var/log/esa/ > /dev/null || echo 'mail logs have gaps' | mail admin@example.com
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("gaps", help=HELP)(gaps)


def gaps(
    files: Files,
    all_: Annotated[
        bool, typer.Option("--all", help="Show what is normal too; json and csv always do.")
    ] = False,
    format_: Annotated[
        Format, typer.Option("--format", help="json is one object a finding; table is for people.")
    ] = Format.table,
    output: Output = None,
    host: Host = None,
    tz: Tz = None,
    year: Year = None,
) -> int:
    """Tell what is missing from a log."""
    from midtrail.cli import _gaps_output as output_of  # noqa: PLC0415 - DuckDB and rich only for verbs that join
    from midtrail.log import read_with  # noqa: PLC0415 - likewise

    log = read_with(files, _common.options(tz, year, host))
    found = log.gaps()
    plain = output is None and not (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    with _common.opened(output) as file:
        if format_ is Format.table:
            output_of.write_table(found, file, log.clock(), all_=all_, plain=plain)
        else:
            output_of.write_rows(found, format_, file)
    return max(_common.tell(log.problems), 1 if found.abnormal else 0)
