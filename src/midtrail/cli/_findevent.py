"""`midtrail findevent`: every raw line of the messages that are looked for."""

from typing import Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._common import Files, Since, Tz, Until, Year
from midtrail.moments import moment_of

HELP = r"""Print every raw line of the messages with this MID, sender, recipient or subject, byte for byte.

The lines are those of all MIDs of a message, of the connection that brought it and of its deliveries, each once, in
order of time, with their framing and line ends as they are in the files; only a terminal gets escapes for what it
would obey. SENDER, RECIPIENT and SUBJECT are regular expressions (Python's), searched in the value as logged, a subject
also as decoded; several must all be found. Pipes are kept in a temporary file until they end.

Examples:

  midtrail findevent -m 640962 mail_logs/

  midtrail findevent -i -f '@example\.com$' mail_logs/ > evidence.log

  midtrail findevent -i -s 'invoice' --list mail_logs/
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("findevent", help=HELP)(findevent)


def findevent(
    files: Files,
    sender: Annotated[
        str | None, typer.Option("-f", "--sender", metavar="SENDER", help="In the envelope sender.")
    ] = None,
    recipient: Annotated[
        str | None,
        typer.Option("-t", "--recipient", metavar="RECIPIENT", help="In a recipient, also one rejected."),
    ] = None,
    subject: Annotated[
        str | None, typer.Option("-s", "--subject", metavar="SUBJECT", help="In the subject.")
    ] = None,
    mid: Annotated[
        list[int] | None,
        typer.Option("-m", "--mid", metavar="MID", help="This MID; may be given again.", min=0),
    ] = None,
    ignore_case: Annotated[
        bool, typer.Option("-i", "--ignore-case", help="Take upper and lower case as the same.")
    ] = False,
    list_: Annotated[
        bool,
        typer.Option(
            "--list", help="One line a message: MID, time, sender, recipients, subject, Last State, by tabs."
        ),
    ] = False,
    since: Since = None,
    until: Until = None,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Only of this appliance, which is also that of lines that name none."
        ),
    ] = None,
    tz: Tz = None,
    year: Year = None,
) -> int:
    """Print every raw line of the messages that are looked for."""
    from midtrail.cli import _findevent_output as output_of  # noqa: PLC0415 - DuckDB only for verbs that join
    from midtrail.log import read_with  # noqa: PLC0415 - likewise
    from midtrail.questions.findevent import Wanted  # noqa: PLC0415 - likewise
    from midtrail.tracking.choosing import Choice  # noqa: PLC0415 - likewise

    wanted = Wanted(
        mids=mid or (), sender=sender, recipient=recipient, subject=subject, ignore_case=ignore_case
    )
    choice = Choice(host=host, since=moment_of(since, "--since"), until=moment_of(until, "--until"))
    log = read_with(files, _common.options(tz, year, host))
    found = log.matching(wanted, choice)
    if not found:
        output_of.tell_nothing(log, wanted)
    elif list_:
        output_of.write_list(log, found)
    else:
        output_of.write_lines(log, found)
    return max(_common.tell(log.problems), 0 if found else 1)
