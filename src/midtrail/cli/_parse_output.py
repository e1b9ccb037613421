"""What `midtrail parse` writes, in each of its formats."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from midtrail.cli import _common
from midtrail.cli._formats import ParseFormat as Format
from midtrail.errors import UsageError
from midtrail.formats import dumps, fields_of, flat, rows_to_csv
from midtrail.moments import microseconds
from midtrail.parse import SPINE, Record, batches

if TYPE_CHECKING:
    from midtrail.tables import Batches

_BATCH_LINES = 65_536


def within(records: Iterable[Record], since: datetime | None, until: datetime | None) -> Iterator[Record]:
    """Yield the records of a time window; a line without a time is in no window.

    A bound without a zone is told in the clock of the line that it is compared with.
    """
    if since is None and until is None:
        yield from records
        return
    for record in records:
        time, clock = record.line.time, record.line.utc_offset
        early = since is not None and time is not None and time < microseconds(since, clock)
        late = until is not None and time is not None and time >= microseconds(until, clock)
        if time is not None and not early and not late:
            yield record


def write_text(records: Iterable[Record], format_: Format, output: Path | None, *, eager: bool) -> None:
    """Write records as text; `eager` sends each on at once."""
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


def write_folder(found: Iterable["Batches"], folder: Path | None) -> None:
    """Write Arrow batches as Parquet, one file a kind. Raises UsageError where no folder is named."""
    from midtrail.tables.parquet import write_parquet  # noqa: PLC0415 - Arrow only where it is written

    if folder is None:
        raise UsageError("--format parquet writes one file a kind: name a folder with -o FOLDER")
    count = write_parquet(found, folder)
    print(f"{count} lines written to {folder}", file=sys.stderr)


def as_arrow(records: Iterable[Record]) -> Iterator["Batches"]:
    """Yield records as Arrow batches."""
    from midtrail.tables import to_arrow  # noqa: PLC0415 - Arrow only where it is written

    return map(to_arrow, batches(records, _BATCH_LINES))
