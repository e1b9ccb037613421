"""The answers: messages and recipients, a piece at a time."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from midtrail.tracking._messages import MESSAGES, Messages
from midtrail.tracking._recipients import RECIPIENTS, Recipients

if TYPE_CHECKING:
    from midtrail.tracking._known import Known
    from midtrail.tracking._lanes import Lane

ANSWERS = f"{MESSAGES} {RECIPIENTS}"
"""What is read to make them."""


class Answers:
    """Messages and recipients of a log that was joined, made while they are read."""

    def __init__(self, lane: "Lane", beside: "Lane | None" = None) -> None:
        """Make messages in one lane, and recipients in the other, where there is one."""
        self._lanes = lane, beside or lane

    @property
    def known(self) -> "Known":
        """What the steps have found out."""
        return self._lanes[0].known

    def query(self, query: str) -> pa.Table:
        """Return what a query gives of the tables that are left."""
        return self._lanes[0].query(query)

    def messages(self) -> Iterator[pa.RecordBatch]:
        """Yield all messages in order, in batches of bounded size, at least one."""
        return Messages(self._lanes[0]).pieces()

    def recipients(self) -> Iterator[pa.RecordBatch]:
        """Yield all recipients likewise, in order of message, MID, RID and address."""
        return Recipients(self._lanes[1]).pieces()

    def streams(self) -> dict[str, Callable[[], pa.RecordBatchReader]]:
        """Return what gives each as a stream, by name; remediation's batches, too."""
        return {
            "messages": lambda: _stream(self.messages()),
            "recipients": lambda: _stream(self.recipients()),
            "remediations": self._remediations,
        }

    def _remediations(self) -> pa.RecordBatchReader:
        rows: Any = self._lanes[0].connection.sql(
            "select * from remediations order by host, initiated_at, batch"
        )
        return pa.RecordBatchReader.from_stream(rows)

    @property
    def stop(self) -> Callable[[], None] | None:
        """What ends the streams, where both may be read at the same time."""
        return None if self._lanes[0] is self._lanes[1] else self._lanes[1].connection.interrupt

    def make(self) -> None:
        """Make the tables `messages` and `recipients`."""
        for name, pieces in (("messages", self.messages), ("recipients", self.recipients)):
            rows = pieces() if self.stop is None else [*pieces()]
            for lane in dict.fromkeys(self._lanes):
                lane.answer(name, rows)


def _stream(pieces: Iterator[pa.RecordBatch]) -> pa.RecordBatchReader:
    first = next(pieces)

    def all_of_them() -> Iterator[pa.RecordBatch]:
        yield first
        yield from pieces

    return pa.RecordBatchReader.from_batches(first.schema, all_of_them())
