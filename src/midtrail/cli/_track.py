"""`midtrail track`: what became of every message."""

from typing import Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._common import Files, Output, Since, Tz, Until, Year
from midtrail.cli._formats import TrackFormat as Format
from midtrail.moments import moment_of

HELP = """Tell what became of every message: who sent what to whom, what each engine said, its Last State.

Examples:

  midtrail track mail_logs/

  midtrail track mail_logs/ --mid 640962 --format page

  midtrail track mail_logs/ --mid 640962 --format text

  midtrail track mail_logs/ --sender '*@example.com' --state 'Quarantined*' --since 2021-09-13

  midtrail track mail_logs/ --mid 640962 --as-of 2021-09-13T23:30-05:00 --format json

  midtrail track mail_logs/ --batches

  midtrail track mail_logs/ --format parquet -o tracked/
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("track", help=HELP)(track)


def track(
    files: Files,
    mid: Annotated[
        list[int] | None,
        typer.Option("--mid", metavar="N", help="Only messages with this MID; may be given again.", min=0),
    ] = None,
    since: Since = None,
    until: Until = None,
    sender: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Only from this sender; * stands for anything, a name without @ is a domain.",
        ),
    ] = None,
    recipient: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Only with this recipient, likewise.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only with this in the subject.")
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(metavar="STATE", help="Only with this Last State: Remediated, 'Quarantined*'."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Only of this appliance, which is also that of lines that name none."
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="TIME", help="Tell the states as they were known then.")
    ] = None,
    batches: Annotated[
        bool, typer.Option("--batches", help="Tell the remediation batches instead of the messages.")
    ] = False,
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            help="page is the Message Tracking page, html the same for a browser, text the story; parquet needs -o FOLDER.",
        ),
    ] = Format.table,
    output: Output = None,
    tz: Tz = None,
    year: Year = None,
) -> int:
    """Tell what became of every message."""
    from midtrail.cli import _track_output as output_of  # noqa: PLC0415 - DuckDB and rich only for verbs that join
    from midtrail.log import read_with  # noqa: PLC0415 - likewise
    from midtrail.native import keep_memory  # noqa: PLC0415 - likewise
    from midtrail.tracking.choosing import Choice  # noqa: PLC0415 - likewise

    wanted = {"since": moment_of(since, "--since"), "until": moment_of(until, "--until")}
    choice = Choice(
        mids=mid or (), sender=sender, recipient=recipient, subject=subject, state=state, host=host, **wanted
    )
    moment = moment_of(as_of, "--as-of")
    folder = (
        _common.folder(output, "messages.parquet and recipients.parquet")
        if format_ is Format.parquet
        else None
    )
    messages_only = batches or format_ in {Format.parquet, Format.csv, Format.table}
    read_once = format_ is Format.parquet and choice == Choice() and not batches
    if read_once:
        keep_memory()
    log = read_with(files, _common.options(tz, year, host), messages_only=messages_only, read_once=read_once)
    if folder is not None:
        found = output_of.write_parquet(log, choice, folder, moment, batches=batches)
        return max(_common.tell(log.problems), 0 if found else 1)
    with _common.opened(output) as file:
        found = (
            output_of.write_batches(log, format_, file, moment)
            if batches
            else output_of.write_messages(log, choice, format_, file, moment)
        )
    return max(_common.tell(log.problems), 0 if found else 1)
