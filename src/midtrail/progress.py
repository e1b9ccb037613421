"""The progress bar: after a second, on stderr, with the bytes read and the time left."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE = 1.0  # seconds of work before the bar is shown

Advance = Callable[[int], None]


@contextmanager
def bar(total: int, what: str, *, wanted: bool | None = None) -> Iterator[Advance | None]:
    """Give a function that is told of the bytes read, or None where no bar is shown.

    `total` is in bytes. The bar appears on stderr when the work lasts longer than a second; by default only
    where stderr is a terminal.
    """
    if not total or wanted is False or (wanted is None and not sys.stderr.isatty()):
        yield None
        return
    with _shown(total, what) as advance:
        yield advance


@contextmanager
def line_bar(
    total: int, what: str, *, wanted: bool | None = None
) -> Iterator[tuple[Advance | None, Advance | None]]:
    """Give two such functions, or None and None: one is told of bytes, the other of lines, for lines a second."""
    if not total or wanted is False or (wanted is None and not sys.stderr.isatty()):
        yield None, None
        return
    lines = 0
    began = time.monotonic()

    def rate() -> str:
        return f"{what}, {lines / max(time.monotonic() - began, 1e-9):,.0f} lines/s" if lines else what

    def count(more: int) -> None:
        nonlocal lines
        lines += more

    with _shown(total, what, rate) as advance:
        yield advance, count


@contextmanager
def _shown(total: int, what: str, told: Callable[[], str] | None = None) -> Iterator[Advance]:
    from rich import progress as rich_progress  # noqa: PLC0415 - only where a bar is shown
    from rich.console import Console  # noqa: PLC0415 - likewise

    shown = rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = shown.add_task(what, total=total)
    began = time.monotonic()
    running = False

    def advance(count: int) -> None:
        nonlocal running
        shown.update(task, advance=count, description=told() if told else what)
        if not running and time.monotonic() - began > _PATIENCE:
            shown.start()
            running = True

    try:
        yield advance
    finally:
        if running:
            shown.stop()
