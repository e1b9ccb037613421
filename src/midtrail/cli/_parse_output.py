"""What `midtrail parse` writes, in each of its formats."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from midtrail.cli import _common
from midtrail.cli._formats import ParseFormat as Format
from midtrail.formats import dumps, fields_of, flat, rows_to_csv
from midtrail.moments import microseconds
from midtrail.parse import SPINE, Record

if TYPE_CHECKING:
    from midtrail.formats.columns import Piece
    from midtrail.tables import Batches


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
        lines = (
            _common.safe_json(_ndjson(records), file)
            if format_ is Format.ndjson
            else _common.safe(_csv(records), file)
        )
        if eager:
            _print_at_once(lines, file)
        else:
            file.writelines(lines)


def is_archive(files: list[str]) -> bool:
    """Return whether an archive is named, and not log files."""
    folders = [Path(file) for file in files if Path(file, "commits").is_dir()]
    if not folders:
        return False
    from midtrail.archive import commits  # noqa: PLC0415 - Arrow only for what looks like an archive

    return any(map(commits.is_archive, folders))


def write_archive(
    files: list[str], format_: Format, output: Path | None, window: tuple[datetime | None, datetime | None]
) -> int:
    """Write the lines of an archive, in the order and with the numbers that reading its files gives."""
    from midtrail.archive.asking import archive_among  # noqa: PLC0415 - only for archives
    from midtrail.archive.snapshot import Snapshot  # noqa: PLC0415 - likewise
    from midtrail.tables.window import within as window_of  # noqa: PLC0415 - likewise

    shot = Snapshot.open(archive_among(files) or Path(files[0]))
    everything = window == (None, None)
    found = shot.events() if everything else window_of(shot.events(clocks=True), *window)
    write_arrow(found, format_, output)
    return 0


def write_arrow(found: Iterable["Batches"], format_: Format, output: Path | None) -> None:
    """Write Arrow batches: as Parquet, or as the text that `write_text` writes."""
    if format_ is Format.parquet:
        write_folder(found, output)
    else:
        _write_columns(found, format_, output)


def _write_columns(found: Iterable["Batches"], format_: Format, output: Path | None) -> None:
    from midtrail.formats import columns  # noqa: PLC0415 - Arrow only where there is much to read
    from midtrail.tables.threads import in_order  # noqa: PLC0415 - likewise

    made = columns.ndjson if format_ is Format.ndjson else columns.csv
    with _common.opened_bytes(output) as file:
        if format_ is Format.csv:
            file.write(columns.csv_header())
        for pieces in in_order(lambda batch: list(made(batch)), found):
            file.writelines([_safe(pieces, format_)] if file.isatty() else pieces)


def _safe(pieces: list["Piece"], format_: Format) -> bytes:
    """Return text that a terminal does not obey."""
    text = b"".join(pieces).decode("utf-8", "surrogateescape")
    safe = _common.json_for_terminal if format_ is Format.ndjson else _common.for_terminal
    return safe(text).encode("utf-8", "backslashreplace")


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

    folder = _common.folder(folder, "one file a kind")
    count = write_parquet(found, folder)
    print(f"{count} lines written to {folder}", file=sys.stderr)
