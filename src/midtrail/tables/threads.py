"""Tasks beside each other."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from importlib import import_module
from threading import Thread
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")
THREADS = 2


def together(tasks: Sequence[Callable[[], T]], stop: Callable[[], None]) -> list[T]:
    """Do all tasks at the same time, the first in this thread, and return what they return.

    Where one fails, or this thread is interrupted, the others are asked to `stop`.
    """
    with ThreadPoolExecutor(max(1, len(tasks) - 1), thread_name_prefix="midtrail-beside") as pool:
        others = [pool.submit(task) for task in tasks[1:]]
        try:
            return [tasks[0](), *(other.result() for other in others)]
        except BaseException:
            stop()
            raise


@contextmanager
def loading(*modules: str) -> Iterator[None]:
    """Load modules in a thread meanwhile; they are there at the end."""
    loads = Thread(target=lambda: [import_module(module) for module in modules], name="midtrail-loads")
    loads.start()
    try:
        yield
    finally:
        loads.join()


def in_order(work: Callable[[S], T], ones: Iterable[S], threads: int = THREADS) -> Iterator[T]:
    """Yield what `work` makes of each one, in their order; a few are made ahead, in so many threads."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="midtrail-ahead")
    try:
        yield from _ahead(work, ones, pool, deque())
    finally:
        pool.shutdown(cancel_futures=True)


def in_order_by(pool: ThreadPoolExecutor, work: Callable[[S], T], ones: Iterable[S]) -> Iterator[T]:
    """Yield the same, made in threads that are kept."""
    waiting: deque[Future[T]] = deque()
    try:
        yield from _ahead(work, ones, pool, waiting)
    finally:
        wait([one for one in waiting if not one.cancel()])


def _ahead(
    work: Callable[[S], T], ones: Iterable[S], pool: ThreadPoolExecutor, waiting: deque[Future[T]]
) -> Iterator[T]:
    for one in ones:
        waiting.append(pool.submit(work, one))
        if len(waiting) > THREADS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
