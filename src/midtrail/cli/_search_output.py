"""What `midtrail search` writes, in each of its formats."""

import sys
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import IO

from midtrail.cli import _common
from midtrail.cli._formats import SearchFormat as Format
from midtrail.cli._track_output import csv_of
from midtrail.formats import dumps
from midtrail.log import Log
from midtrail.questions.search_values import sought_by
from midtrail.views import print_table


@dataclass(frozen=True)
class Question:
    """What is asked; a query that cannot be read raises UsageError before any file is."""

    query: str
    since: datetime | None
    until: datetime | None
    as_of: datetime | None

    def __post_init__(self) -> None:
        """Read the query."""
        _ = self.reads_lines

    @cached_property
    def reads_lines(self) -> bool:
        """Whether lines are asked, and not only what is joined of them."""
        sought = sought_by(self.query)
        if not sought.rest:
            return bool(sought.marks.hashes)
        from midtrail.questions.search import condition  # noqa: PLC0415 - what makes SQL of a query

        return condition(self.query).reads_lines

    def answer(self, log: Log) -> list[int]:
        """Return the numbers of the messages found, in their order."""
        return log.found(self.query, as_of=self.as_of, numbered=False, since=self.since, until=self.until)


def write(log: Log, question: Question, format_: Format, file: IO[str], limit: int | None) -> bool:
    """Write the messages found, the first `limit` of them; tells whether there was any."""
    found = question.answer(log)
    if not found:
        from midtrail.questions.search import mid_of  # noqa: PLC0415 - likewise

        print(f"midtrail: no message is as asked; {log.seen(mid_of(question.query))}", file=sys.stderr)
        return False
    chosen = found[:limit]
    if len(chosen) < len(found):
        print(f"midtrail: the first {len(chosen):,} of {len(found):,} messages found", file=sys.stderr)
    _write(log, chosen, format_, file, question.as_of)
    return True


def _write(log: Log, chosen: list[int], format_: Format, file: IO[str], as_of: datetime | None) -> None:
    if format_ is Format.json:
        file.writelines(
            _common.safe_json((dumps(message) + "\n" for message in log.objects(chosen, as_of=as_of)), file)
        )
        return
    messages = log.objects(chosen, as_of=as_of, timeline=False)
    if format_ is Format.csv:
        file.writelines(_common.safe(csv_of(messages), file))
    else:
        print_table(messages, file, log.clock())
