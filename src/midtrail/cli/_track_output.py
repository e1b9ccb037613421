"""What `midtrail track` writes, in each of its formats."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from midtrail import formats
from midtrail.cli import _common
from midtrail.cli._formats import TrackFormat as Format
from midtrail.errors import UsageError
from midtrail.log import Log
from midtrail.tracking.choosing import Choice

COLUMNS = (
    "host", "mid", "mids", "icid", "direction", "started_at", "last_event_at", "last_state", "open", "head_cut", "sender",
    "recipients", "states", "rejected_recipients", "subject", "message_id", "size_bytes", "sender_group", "sender_ip",
    "reverse_dns", "reverse_dns_verified", "sbrs", "country", "policy", "attachments", "verdicts", "origin_mid",
)  # fmt: skip
BATCH_COLUMNS = (
    "host", "batch", "action", "source", "initiated_by", "initiated_at", "messages", "recipients", "remediated", "failed",
    "pending", "last_outcome_at",
)  # fmt: skip


def write_messages(log: Log, choice: Choice, format_: Format, file: IO[str], moment: datetime | None) -> bool:
    """Write the chosen messages; tells whether any was found, where some were asked for."""
    chosen = _chosen(log, choice, moment, numbered=False)
    if chosen != []:
        _write(log, chosen, format_, file, moment)
    return chosen != []


def write_parquet(log: Log, choice: Choice, folder: Path, moment: datetime | None, *, batches: bool) -> bool:
    """Write the chosen messages and their recipients as Parquet, or the batches; tells likewise."""
    chosen = None if batches else _chosen(log, choice, moment, numbered=True)
    if chosen == []:
        return False
    counts = log.to_parquet(folder, chosen, batches=batches, as_of=moment)
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    print(f"{told} written to {folder}", file=sys.stderr)
    return True


def _chosen(log: Log, choice: Choice, moment: datetime | None, *, numbered: bool) -> list[int] | None:
    """Return the numbers of the chosen messages, None for all; where none is as asked, say so."""
    if choice == Choice():
        return None
    chosen = log.numbers(choice, as_of=moment, numbered=numbered)
    if not chosen:
        asks_one = choice == Choice(mids=choice.mids, host=choice.host) and len(choice.mids) == 1
        wanted = f"has the MID {choice.mids[0]}" if asks_one else "is as asked"
        seen = log.seen(choice.mids[0] if asks_one else None)
        print(f"midtrail: no message {wanted}; {seen}", file=sys.stderr)
    return chosen


def write_batches(log: Log, format_: Format, file: IO[str], moment: datetime | None) -> bool:
    from midtrail.views import plain, print_batches  # noqa: PLC0415 - not for Parquet

    rows = [
        {name: plain(value) for name, value in row.items()}
        for row in log.remediations(as_of=moment).to_pylist()
    ]
    if format_ is Format.json:
        file.writelines(_common.safe_json((formats.dumps(row) + "\n" for row in rows), file))
    elif format_ is Format.csv:
        file.writelines(_common.safe(formats.rows_to_csv(rows, BATCH_COLUMNS), file))
    elif format_ is Format.table:
        print_batches(rows, file, log.clock())
    else:
        raise UsageError(f"--batches has no {format_}: take table, json or csv")
    return True


def _write(
    log: Log, chosen: Sequence[int] | None, format_: Format, file: IO[str], moment: datetime | None
) -> None:
    from midtrail import views  # noqa: PLC0415 - not for Parquet
    from midtrail.views.pages import html_document, print_pages, print_stories  # noqa: PLC0415 - likewise

    if format_ is Format.json:
        file.writelines(
            _common.safe_json(
                (formats.dumps(message) + "\n" for message in log.objects(chosen, as_of=moment)), file
            )
        )
    elif format_ is Format.csv:
        file.writelines(_common.safe(csv_of(log.objects(chosen, as_of=moment, timeline=False)), file))
    elif format_ is Format.table:
        views.print_table(log.objects(chosen, as_of=moment, timeline=False), file, log.clock())
    elif format_ is Format.page:
        print_pages(log.views(chosen, as_of=moment), file)
    elif format_ is Format.text:
        print_stories(log.views(chosen, as_of=moment), file)
    else:
        file.writelines(html_document(log.views(chosen, as_of=moment)))


def csv_of(messages: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield messages as CSV, one row each."""
    yield from formats.rows_to_csv(map(_row, messages), COLUMNS)


def _row(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as a row of CSV: its own facts, its recipients as one cell each."""
    recipients = message["recipients"]
    return {
        **message,
        "recipients": [recipient["recipient"] for recipient in recipients],
        "states": [recipient["state"] for recipient in recipients],
    }
