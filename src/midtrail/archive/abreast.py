"""Blocks read two abreast: reading a block's columns lets other threads run."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import current_thread
from typing import TypeVar

from midtrail.tables.threads import THREADS, in_order_by

_One = TypeVar("_One")
_Found = TypeVar("_Found")
_NAME = "midtrail-abreast"


def abreast(read: Callable[[_One], _Found], ones: Iterable[_One]) -> Iterator[_Found]:
    """Yield what a function gives of each one, in their order; few are read before they are asked for."""
    listed = [*ones]
    alone = min(len(listed), os.cpu_count() or 1) < THREADS or current_thread().name.startswith(_NAME)
    yield from map(read, listed) if alone else in_order_by(_threads(), read, listed)


def all_of(work: Callable[[_One], None], ones: Iterable[_One]) -> None:
    """Do the work of each one, some beside each other; where one fails, none is under way any more."""
    for _ in abreast(work, ones):
        pass


@cache
def _threads() -> ThreadPoolExecutor:
    """Return threads that are kept: to start them takes longer than to read a few row groups."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix=_NAME)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)  # a child has no threads but the one that forks
