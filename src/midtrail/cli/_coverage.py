"""`midtrail coverage`: how much of a log is understood, and what is not."""

from typing import TYPE_CHECKING, Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._common import Files, Host, Output, Tz, Year
from midtrail.cli._formats import CoverageFormat as Format
from midtrail.progress import bar

if TYPE_CHECKING:
    from midtrail.lines import Problem

HELP = """Tell how many lines were read and recognised, and what the others look like.

Counts of lines, in total and by appliance, AsyncOS version and file: events, log-file headers, blank ones, lines that
continue the one before, unknown ones. Then the kinds; the shapes of the unknown lines, with the first line of each and
the nearest kind; and what does not hang together (messages without a beginning, say), which takes the join of all
messages and is left out with --no-orphans.

--format json prints one object: total; files, appliances and versions, each an object of counts by name (the name is
empty where the log tells none); kinds; unknown, a list of shapes; unknown_others; orphans.

Examples:

  midtrail coverage mail_logs/

  midtrail coverage mail_logs/ --no-orphans --fail-under 99.5

  midtrail coverage mail_logs/ --format json | jq '.unknown[] | [.count, .shape]'
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("coverage", help=HELP)(coverage)


def coverage(
    files: Files,
    fail_under: Annotated[
        float | None,
        typer.Option(
            "--fail-under",
            metavar="PERCENT",
            help="Exit with 1 where less of the lines with text is recognised.",
            min=0,
            max=100,
        ),
    ] = None,
    orphans: Annotated[
        bool, typer.Option("--orphans/--no-orphans", help="Tell what does not hang together.")
    ] = True,
    format_: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.table,
    output: Output = None,
    tz: Tz = None,
    year: Year = None,
    host: Host = None,
) -> int:
    """Tell how many lines were read and recognised, and what the others look like."""
    from midtrail.archive.asking import archive_among  # noqa: PLC0415 - likewise
    from midtrail.cli import _coverage_output as output_of  # noqa: PLC0415 - DuckDB only for verbs that join
    from midtrail.lines import find_sources  # noqa: PLC0415 - likewise
    from midtrail.log import read_with  # noqa: PLC0415 - likewise
    from midtrail.questions.coverage import read_coverage  # noqa: PLC0415 - likewise

    problems: list[Problem] = []
    options = _common.options(tz, year, host)
    if orphans or archive_among(files) is not None:
        log = read_with(files, options)
        problems = log.problems
        found = log.coverage if orphans else log.counted()
    else:
        sources = find_sources(files)
        with bar(sum(file.size or 0 for file in sources), "reading") as advance:
            found = read_coverage(sources, options, on_bytes=advance, problems=problems)
    with _common.opened(output) as file:
        output_of.write(found, format_, file)
    too_few = fail_under is not None and output_of.tell_if_under(found, fail_under)
    return max(_common.tell(problems), int(too_few))
