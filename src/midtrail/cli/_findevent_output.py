"""What `midtrail findevent` writes."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from midtrail.cli import _common
from midtrail.log import Log
from midtrail.questions.findevent import Wanted
from midtrail.text import shown
from midtrail.views import Clock

UNKNOWN = "-"


def write_lines(log: Log, found: Sequence[int]) -> None:
    """Write the raw lines of messages to standard output, byte for byte; to a terminal with escapes where it would obey."""
    lines = log.raw_lines(found)
    with _common.opened(None) as file:
        if file.isatty():
            file.writelines(_common.safe((line.decode("utf-8", "surrogateescape") for line in lines), file))
            return
        file.flush()
        file.buffer.writelines(lines)  # type: ignore[attr-defined]  # standard output has one
        file.buffer.flush()  # type: ignore[attr-defined]  # likewise


def write_list(log: Log, found: Sequence[int]) -> None:
    """Write one line a message to standard output, with tabs between its values."""
    clock = log.clock()
    with _common.opened(None) as file:
        for message in log.objects(found, timeline=False):
            file.write("\t".join(map(shown, _values(message, clock))) + "\n")


def tell_nothing(log: Log, wanted: Wanted) -> None:
    """Say on stderr that nothing was found, and what the log covers."""
    asks_one = len(wanted.mids) == 1 and not wanted.patterns()
    what = f"has the MID {wanted.mids[0]}" if asks_one else "is as asked"
    seen = log.seen(wanted.mids[0] if asks_one else None)
    print(f"midtrail: no message {what}; {seen}", file=sys.stderr)


def _values(message: Mapping[str, Any], clock: Clock) -> Iterator[str]:
    moment = message["started_at"] or message["last_event_at"]
    recipients = [recipient["recipient"] or UNKNOWN for recipient in message["recipients"]]
    yield str(message["mid"])
    yield clock.stamp(moment) if moment else UNKNOWN
    yield UNKNOWN if message["sender"] is None else message["sender"] or "<>"
    yield ", ".join(recipients) or UNKNOWN
    yield message["subject"] or "(No Subject)"
    yield message["last_state"] or UNKNOWN
