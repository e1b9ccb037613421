"""Blocks read two abreast: reading a block's columns lets other threads run."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from midtrail.tables.threads import THREADS, in_order

_One = TypeVar("_One")
_Found = TypeVar("_Found")


def abreast(read: Callable[[_One], _Found], ones: Iterable[_One]) -> Iterator[_Found]:
    """Yield what a function gives of each one, in their order; few are read before they are asked for."""
    listed = [*ones]
    alone = min(len(listed), os.cpu_count() or 1) < THREADS
    yield from map(read, listed) if alone else in_order(read, listed)
