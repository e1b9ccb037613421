"""`midtrail sql`: a query of one's own over all tables."""

from typing import Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._common import Host, Output, Tz, Year
from midtrail.cli._formats import SqlFormat as Format
from midtrail.errors import UsageError
from midtrail.moments import moment_of

HELP = """Ask the tables of a log in SQL: spine, one table a kind, connections, messages, recipients, timeline, remediations.

QUERY is one SELECT in DuckDB's SQL. It reads these tables and nothing else: it changes nothing, and reaches no
file, no network and no setting. Times are in UTC.

Examples:

  midtrail sql "select last_state, count(*) from messages group by 1 order by 2 desc" mail_logs/

  midtrail sql "from delivery_bounced join spine using (seq) select time, dsn_text" mail_logs/ --format csv

  midtrail sql --schema

  midtrail sql --schema messages delivery_bounced
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("sql", help=HELP)(sql)


def sql(
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="One SELECT, in quotes.", show_default=False)
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILES...",
            help="Files, folders or globs of mail_logs; '-' is standard input.",
            show_default=False,
        ),
    ] = None,
    schema: Annotated[
        bool,
        typer.Option(
            "--schema", help="List the tables with the columns' meaning, or in full those that are named."
        ),
    ] = False,
    format_: Annotated[
        Format, typer.Option("--format", help="What to print; parquet needs -o FILE.")
    ] = Format.table,
    rows: Annotated[
        int, typer.Option(metavar="N", help="How many rows a table shows.", min=1, max=10_000)
    ] = 100,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="Stop the query after this time; without it, it may take as long as it takes.",
            min=0.001,
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="TIME", help="Tell the states as they were known then.")
    ] = None,
    output: Output = None,
    tz: Tz = None,
    year: Year = None,
    host: Host = None,
) -> int:
    """Ask the tables of a log in SQL."""
    from midtrail.cli import _sql_output as output_of  # noqa: PLC0415 - DuckDB and rich only for verbs that join

    if schema:
        with _common.opened(output) as file:
            output_of.write_schema([query, *(files or [])] if query else [], format_, file)
        return 0
    if not query or not files:
        raise UsageError(
            "sql takes a QUERY in quotes and then FILES; `midtrail sql --schema` lists the tables"
        )
    from midtrail.log import read_with  # noqa: PLC0415 - likewise

    output_of.check(query, format_, output)
    moment = moment_of(as_of, "--as-of")
    log = read_with(files, _common.options(tz, year, host))
    with log.answer(query, as_of=moment, timeout=timeout) as answer, _common.opened(output) as file:
        output_of.write_answer(answer, format_, rows, file)
    return _common.tell(log.problems)
