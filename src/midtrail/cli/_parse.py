"""`midtrail parse`: every line as a typed event."""

from typing import TYPE_CHECKING, Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._common import Files, Host, Output, Since, Tz, Until, Year
from midtrail.cli._formats import ParseFormat as Format
from midtrail.cli._quick import be_quick_with_parquet
from midtrail.moments import moment_of
from midtrail.progress import bar

if TYPE_CHECKING:
    from midtrail.lines import Problem

HELP = """Print every line as a typed event.

One record a physical line, in order: the spine's columns (seq, source, line_no, offset, host, time, level, kind,
mid, icid, dcid, text), then the fields of its kind. Times are in UTC.

Examples:

  midtrail parse mail.@20210913T220000.s

  tail -F mail.current | midtrail parse - | jq 'select(.kind == "delivery_bounced")'

  midtrail parse archive/ --format parquet -o events/
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("parse", help=HELP)(parse)


def parse(
    files: Files,
    format_: Annotated[
        Format, typer.Option("--format", help="What to print; parquet needs -o FOLDER.")
    ] = Format.ndjson,
    output: Output = None,
    tz: Tz = None,
    year: Year = None,
    host: Host = None,
    since: Since = None,
    until: Until = None,
) -> int:
    """Print every line as a typed event."""
    if format_ is Format.parquet:
        be_quick_with_parquet()
    from midtrail.cli import _parse_output as output_of  # noqa: PLC0415 - the grammar only for verbs that read
    from midtrail.lines import find_sources, is_large  # noqa: PLC0415 - likewise
    from midtrail.parse import read_records  # noqa: PLC0415 - likewise

    window = (moment_of(since, "--since"), moment_of(until, "--until"))
    if output_of.is_archive(files):
        return output_of.write_archive(files, format_, output, window)
    sources = find_sources(files)
    problems: list[Problem] = []
    with bar(sum(file.size or 0 for file in sources), "reading") as advance:
        options = _common.options(tz, year, host)
        if format_ is Format.parquet or is_large(sources):
            from midtrail.engine import read_arrow  # noqa: PLC0415 - Arrow only where it is worth its loading
            from midtrail.native import keep_memory  # noqa: PLC0415 - likewise
            from midtrail.tables.window import within  # noqa: PLC0415 - likewise

            keep_memory()
            windowed = window != (None, None)
            found = read_arrow(sources, options, on_bytes=advance, problems=problems, clocks=windowed)
            output_of.write_arrow(within(found, *window) if windowed else found, format_, output)
            return _common.tell(problems)
        records = read_records(sources, options, on_bytes=advance, problems=problems)
        output_of.write_text(
            output_of.within(records, *window), format_, output, eager=_common.STDIN in files
        )
    return _common.tell(problems)
