"""Blocks read two abreast: reading a block's columns lets other threads run."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_One = TypeVar("_One")
_Found = TypeVar("_Found")
_MOST = 2


def abreast(read: Callable[[_One], _Found], ones: Iterable[_One]) -> Iterator[_Found]:
    """Yield what a function gives of each one, in their order."""
    listed = [*ones]
    threads = min(len(listed), os.cpu_count() or 1, _MOST)
    if threads < _MOST:
        yield from map(read, listed)
        return
    with ThreadPoolExecutor(threads) as pool:
        try:
            yield from pool.map(read, listed)
        finally:
            pool.shutdown(cancel_futures=True)
