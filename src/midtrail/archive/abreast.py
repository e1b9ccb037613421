"""Blocks read two abreast: reading a block's columns lets other threads run."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_One = TypeVar("_One")
_Found = TypeVar("_Found")
_MOST = 2


def abreast(read: Callable[[_One], _Found], ones: Iterable[_One]) -> Iterator[_Found]:
    """Yield what a function gives of each one, in their order; few are read before they are asked for."""
    listed = [*ones]
    threads = min(len(listed), os.cpu_count() or 1, _MOST)
    if threads < _MOST:
        yield from map(read, listed)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[_Found]] = deque()
        try:
            for one in listed:
                waiting.append(pool.submit(read, one))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
