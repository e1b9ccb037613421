"""Small made-up archives, read once and shared."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import midtrail as mt
from midtrail.simulate import LOGS, TRUTH, Comparison, Order, Plan, compare, laid_out, write

Row = dict[str, Any]
Archive = Callable[..., Path]
Checked = Callable[..., Comparison]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Give what writes an archive and returns its folder."""

    def written(**options: Any) -> Path:
        folder = tmp_path / "made"
        write(Plan(**options), folder)
        return folder

    return written


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    """Give what reads an archive in some order and compares it with its truth."""

    def check(folder: Path, order: Order = Order.written) -> Comparison:
        scratch = tmp_path / order
        scratch.mkdir()
        log = mt.read(laid_out(folder / LOGS, order, scratch), progress=False)
        cut = order is Order.cut
        return compare(log.objects(), truth_of(folder), places=order.keeps_places, cut=cut)

    return check


def truth_of(folder: Path) -> list[Row]:
    """Return an archive's true messages."""
    return [json.loads(line) for line in (folder / TRUTH).read_text("utf-8").splitlines()]


@pytest.fixture
def truth() -> Callable[[Path], list[Row]]:
    """Give what returns an archive's true messages."""
    return truth_of


@pytest.fixture
def content() -> Callable[[Path], dict[str, bytes]]:
    """Give what returns all files of a folder by their path in it."""

    def of(folder: Path) -> dict[str, bytes]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    return of
