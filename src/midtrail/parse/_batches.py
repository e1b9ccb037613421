"""Event batches: what the one loop makes of lines, column by column."""

from dataclasses import dataclass, field
from typing import Any

SPINE = ("seq", "source", "line_no", "offset", "host", "time", "level", "kind", "mid", "icid", "dcid", "text")
"""The spine's columns, in order."""


@dataclass(slots=True)
class KindColumns:
    """The events of one kind: `columns` holds the declared fields, in the order of the declaration."""

    columns: tuple[list[Any], ...]
    seq: list[int] = field(default_factory=list)
    variant: list[int] = field(default_factory=list)
    kept: list[tuple[tuple[str, str], ...]] = field(default_factory=list)

    def add(self, seq: int, variant: int, values: list[Any], kept: tuple[tuple[str, str], ...]) -> None:
        """Add one event."""
        self.seq.append(seq)
        self.variant.append(variant)
        self.kept.append(kept)
        for column, value in zip(self.columns, values, strict=True):
            column.append(value)


@dataclass(slots=True)
class EventBatch:
    """Some consecutive lines: the spine, one row a line, and the columns of each kind that occurs."""

    spine: tuple[list[Any], ...] = field(default_factory=lambda: tuple([] for _ in SPINE))
    kinds: dict[str, KindColumns] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.spine[0])
