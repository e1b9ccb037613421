"""Tasks beside each other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


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
