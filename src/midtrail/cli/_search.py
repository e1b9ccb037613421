"""`midtrail search`: the messages that an observable leads to."""

from typing import Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._common import Files, Host, Output, Since, Tz, Until, Year
from midtrail.cli._formats import SearchFormat as Format
from midtrail.moments import moment_of
from midtrail.questions.observables import FIELDS

HELP = """Find messages by observables, as they are typed in Cisco Threat Response.

Examples:

  midtrail search 'ip:"192.0.2.59" email_subject:"Invoice Due"' mail_logs/

  midtrail search 'domain:example.net (state:delivered or url:*)' mail_logs/

  midtrail search 'sender:*@example.net not file_name:*.pdf' mail_logs/

  midtrail search 2b46dcac-9b3d-404c-9327-f114fd5d89c7 mail_logs/

A blank means and; there are also or, not and round brackets. A value stands as it is, or in double quotes where it
has blanks, round brackets or quotes, and must be the whole value; * stands for anything. \\* is a star, \\" a quote,
\\\\ a backslash. Upper and lower case are one, except in a Message-ID. A word without a field is looked for anywhere
in a message: in its facts and in the text of its lines.

Fields:

\b
{fields}
""".format(fields="\n".join(f"  {name + ':':<17}{about}" for name, about in FIELDS.items()))


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("search", help=HELP)(search)


def fields_like(incomplete: str) -> list[str]:
    """Return the fields that begin like the last word of the query."""
    before, _, word = incomplete.rpartition(" ")
    return [f"{before} {name}:".lstrip() for name in FIELDS if name.startswith(word)]


def search(
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help="What to look for, in single quotes for the shell.",
            autocompletion=fields_like,
        ),
    ],
    files: Files,
    limit: Annotated[
        int | None, typer.Option(metavar="N", help="Only the first N of the messages found.", min=1)
    ] = None,
    since: Since = None,
    until: Until = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="TIME", help="Search the states as they were known then.")
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="json prints the message objects of `track`.")
    ] = Format.table,
    output: Output = None,
    tz: Tz = None,
    year: Year = None,
    host: Host = None,
) -> int:
    """Find messages by observables."""
    from midtrail.cli import _search_output as output_of  # noqa: PLC0415 - DuckDB and rich only for verbs that join
    from midtrail.log import read_with  # noqa: PLC0415 - likewise

    question = output_of.Question(
        query, moment_of(since, "--since"), moment_of(until, "--until"), moment_of(as_of, "--as-of")
    )
    messages_only = format_ is not Format.json and not question.reads_lines
    log = read_with(files, _common.options(tz, year, host), messages_only=messages_only)
    with _common.opened(output) as file:
        found = output_of.write(log, question, format_, file, limit)
    return max(_common.tell(log.problems), 0 if found else 1)
