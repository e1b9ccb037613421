"""`midtrail parse`: every line as a typed event."""

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer

from midtrail.cli import _common
from midtrail.cli._common import Files, Host, Output, Since, Tz, Until, Year
from midtrail.errors import UsageError
from midtrail.formats import dumps, fields_of, flat, rows_to_csv
from midtrail.lines import Problem, ReadOptions, find_sources
from midtrail.parse import SPINE, Record, read_records
from midtrail.progress import bar

HELP = """Print every line as a typed event.

One record a physical line, in order: the spine's columns (seq, source, line_no, offset, host, time, level, kind,
mid, icid, dcid, text), then the fields of its kind. Times are in UTC.

Examples:

  midtrail parse mail.@20210913T220000.s

  tail -F mail.current | midtrail parse - | jq 'select(.kind == "delivery_bounced")'

  midtrail parse archive/ --format parquet -o events/
"""


class Format(StrEnum):
    """The formats of `parse`."""

    ndjson = "ndjson"
    csv = "csv"
    parquet = "parquet"


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
    sources = find_sources(files)
    problems: list[Problem] = []
    window = (_common.instant(since, "--since"), _common.instant(until, "--until"))
    with bar(sum(file.size or 0 for file in sources), "reading") as advance:
        records = read_records(
            sources, ReadOptions(tz=tz, year=year, host=host), on_bytes=advance, problems=problems
        )
        chosen = within(records, *window)
        if format_ is Format.parquet:
            if output is None:
                raise UsageError("--format parquet writes one file a kind: name a folder with -o FOLDER")
            _to_parquet(chosen, output)
        else:
            _to_text(chosen, format_, output, eager=_common.STDIN in files)
    return _common.tell(problems)


def within(records: Iterable[Record], since: int | None, until: int | None) -> Iterator[Record]:
    """Yield the records of a time window (microseconds); a line without a time is in no window."""
    if since is None and until is None:
        yield from records
        return
    for record in records:
        time = record.line.time
        if time is not None and (since is None or time >= since) and (until is None or time < until):
            yield record


def _to_text(records: Iterable[Record], format_: Format, output: Path | None, *, eager: bool) -> None:
    with _common.opened(output) as file:
        lines = _ndjson(records) if format_ is Format.ndjson else _csv(records)
        if eager:
            _print_at_once(lines, file)
        else:
            file.writelines(lines)


def _print_at_once(lines: Iterable[str], file: IO[str]) -> None:
    for line in lines:
        file.write(line)
        file.flush()


def _ndjson(records: Iterable[Record]) -> Iterator[str]:
    return (dumps(flat(record)) + "\n" for record in records)


def _csv(records: Iterable[Record]) -> Iterator[str]:
    rows = ({**flat(record), "fields": fields_of(record)} for record in records)
    return rows_to_csv(rows, (*SPINE, "fields"))


def _to_parquet(records: Iterable[Record], folder: Path) -> None:
    from midtrail.tables.parquet import write_parquet  # noqa: PLC0415 - Arrow only where it is written

    count = write_parquet(records, folder)
    print(f"{count} lines written to {folder}", file=sys.stderr)
