"""Where steps find lines, and where they leave tables: the same for lines in DuckDB as for lines in memory.

The SQL of the steps names `dated_KIND`: those lines of a kind that count, each with its `host`, `stamp` and `time`.
Steps that read the lines of a kind as arrays tell so by `arrays_KIND`.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from midtrail.tables import all_schemas
from midtrail.tracking._known import Known

if TYPE_CHECKING:
    import pyarrow as pa

    from midtrail.tracking._events import Dated, Events, Lines, Naming
    from midtrail.tracking._lives import Lives

T = TypeVar("T")
_READ = re.compile(r"\barrays_(\w+)")


def kinds_in(words: Iterable[str]) -> set[str]:
    """Return the kinds, and the spine, that words of SQL name."""
    return {_READ.sub(r"\1", word) for word in words} & all_schemas().keys()


class Lane(ABC):
    """Lines, what is known of them, and tables for who asks these."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.known = Known()

    @abstractmethod
    def keep(self, name: str, rows: "Callable[[], pa.Table]") -> None:
        """Make a table of rows, where tables are asked."""

    @abstractmethod
    def answer(self, name: str, pieces: "Iterable[pa.RecordBatch]") -> None:
        """Make a table that people ask, of pieces."""

    @abstractmethod
    def together(self, *tasks: Callable[[], T]) -> list[T]:
        """Do some tasks, and return what they return."""

    @abstractmethod
    def go_on(self) -> None:
        """Raise InterruptedError where nothing is to be begun any more."""

    @abstractmethod
    def hosts(self) -> "pa.Array":
        """Return the names of the appliances; their numbers count these from 1 on."""

    @abstractmethod
    def first_times(self) -> Mapping[str, int]:
        """Return the time of each file's first line that has one."""

    @abstractmethod
    def events(self) -> "Iterable[Events]":
        """Return all events, a piece at a time."""

    @abstractmethod
    def named(self, counter: str) -> "Iterable[Naming]":
        """Return the recognised events that name an id of a counter, a piece at a time."""

    @abstractmethod
    def dated(self, kind: str, columns: Sequence[str] = ()) -> "Dated":
        """Return the lines of a kind that count, with columns of them."""

    @abstractmethod
    def lines(self, kind: str, columns: Sequence[str] = ()) -> "Lines":
        """Return the lines of a kind that belong to a life of a MID, with columns of them."""

    @abstractmethod
    def rows(self, kind: str, seqs: Any, columns: Sequence[str]) -> "pa.Table":
        """Return columns of the lines of a kind that have these numbers, in any order."""

    @abstractmethod
    def spine(self, seqs: Any, columns: Sequence[str]) -> "pa.Table":
        """Return columns of some lines of the spine, given in their order."""

    @abstractmethod
    def lines_of(self, lives: Any) -> tuple[Any, Any, Any]:
        """Return life, number and second of the lines of some lives of MIDs."""

    @abstractmethod
    def place(self, lives: "Lives") -> Any:
        """Note the lives of MIDs that lines belong to; returns the time of the last line of each."""
