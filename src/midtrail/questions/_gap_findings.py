"""A finding about what is missing from a log, and all findings together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from midtrail.moments import iso_instant
from midtrail.text import restore

COLUMNS = (
    "host", "counter", "first", "last", "missing", "after", "before", "normal", "reason",
    "confidence", "lacks", "after_line", "before_line",
)  # fmt: skip
"""The keys of a finding, in the order in which they are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is missing, goes back, or looks as if.

    `counter` is mid, icid or dcid, or file or clock. `first` and `last` are ids (of a counter that goes back: the last
    one before and the first one after), `missing` how many of them never occur: 0 where all that is gone is
    a line of an id that others name, and then `lacks` is that line. `after` and `before` are the instants
    between which it should stand, `after_line` and `before_line` the lines (`FILE:NUMBER`) at those times.
    `normal` says that nothing was lost, `reason` why, and `confidence` how sure that is: high, medium or low.
    """

    host: str | None
    counter: str
    reason: str
    normal: bool = False
    first: int | None = None
    last: int | None = None
    missing: int = 0
    after: datetime | None = None
    before: datetime | None = None
    confidence: str = "high"
    lacks: str | None = None
    after_line: str | None = None
    before_line: str | None = None

    def row(self) -> dict[str, Any]:
        """Return the finding as `midtrail gaps --format json` prints it: times in ISO 8601, UTC."""
        values = {name: getattr(self, name) for name in COLUMNS}
        return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso_instant(value)
    return restore(value) if isinstance(value, str) else value


class Appliance(NamedTuple):
    """What there is of an appliance: its lines, from when to when, and how many of them are gone.

    `checked` lines follow from others that are there, `lacking` of them are not; `lines_by_time` counts the
    lines in slices of equal length from `begins` to `ends`.
    """

    host: str | None
    begins: datetime | None
    ends: datetime | None
    lines: int
    checked: int
    lacking: int
    lines_by_time: tuple[int, ...]


class Gaps(Sequence[Finding]):
    """All findings of a log, by appliance and time; prints itself as a sentence and one line a finding."""

    def __init__(self, findings: Sequence[Finding], appliances: Sequence[Appliance]) -> None:
        """Take the findings in order, and what there is of each appliance."""
        self._findings = tuple(findings)
        self.appliances = tuple(appliances)

    @property
    def abnormal(self) -> list[Finding]:
        """The findings that say that something is missing or wrong."""
        return [finding for finding in self._findings if not finding.normal]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each finding as a dictionary of plain values, as JSON takes them."""
        return (finding.row() for finding in self._findings)

    def __len__(self) -> int:
        """Return how many findings there are, normal ones too."""
        return len(self._findings)

    def __getitem__(self, place: Any) -> Any:
        """Return a finding, or several as a tuple."""
        return self._findings[place]

    def __str__(self) -> str:
        """Return what is missing for people: one line a finding that is not normal."""
        told = [f"{finding.counter}: {finding.reason}" for finding in self.abnormal]
        return "\n".join(told) or "Nothing is missing."
