"""The answers: messages and recipients, a piece at a time."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

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

    def __init__(self, lane: "Lane", stop: Callable[[], None] | None = None) -> None:
        """Make them of what a lane knows."""
        self._lane = lane
        self.stop = stop
        """What ends the streams, where both may be read at the same time."""

    @property
    def known(self) -> "Known":
        """What the steps have found out."""
        return self._lane.known

    def messages(self) -> Iterator[pa.RecordBatch]:
        """Yield all messages in order, in batches of bounded size, at least one."""
        return Messages(self._lane).pieces()

    def recipients(self) -> Iterator[pa.RecordBatch]:
        """Yield all recipients likewise, in order of message, MID, RID and address."""
        return Recipients(self._lane).pieces()

    def streams(self) -> dict[str, Callable[[], pa.RecordBatchReader]]:
        """Return what gives each as a stream, by name."""
        return {
            "messages": lambda: _stream(self.messages()),
            "recipients": lambda: _stream(self.recipients()),
        }

    def make(self) -> None:
        """Make the tables `messages` and `recipients`."""
        for name, pieces in (("messages", self.messages), ("recipients", self.recipients)):
            self._lane.answer(name, pieces())


def _stream(pieces: Iterator[pa.RecordBatch]) -> pa.RecordBatchReader:
    first = next(pieces)

    def all_of_them() -> Iterator[pa.RecordBatch]:
        yield first
        yield from pieces

    return pa.RecordBatchReader.from_batches(first.schema, all_of_them())
