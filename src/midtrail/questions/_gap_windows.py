"""Stretches of time, and which of them meet: lists that are asked often, sorted once."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime

Window = tuple[datetime, datetime]


class Windows:
    """Stretches of time, those that meet or touch joined to one."""

    def __init__(self, windows: Iterable[Window]) -> None:
        """Take the stretches in any order."""
        self._begins: list[datetime] = []
        self._ends: list[datetime] = []
        for begin, end in sorted(windows):
            if self._ends and begin <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._begins.append(begin)
                self._ends.append(end)

    def windows(self) -> Iterator[Window]:
        """Yield the stretches in order."""
        return zip(self._begins, self._ends, strict=True)

    def meet(self, begin: datetime | None, end: datetime | None) -> bool:
        """Tell whether any stretch has an instant from `begin` to `end` in it; None is no instant."""
        if begin is None or end is None:
            return False
        place = bisect_left(self._ends, begin)
        return place < len(self._ends) and self._begins[place] <= end
