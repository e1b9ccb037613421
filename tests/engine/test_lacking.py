"""Where the compiled engine is missing, Lark reads all, and says so once, with what to do."""

import warnings
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import midtrail as mt
from midtrail.engine import kernel, reading
from midtrail.native import _library

LINE = b"Mon Sep 13 23:24:47 2021 Info: MID 640962 queued for delivery\n"


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Have no library beside the module, and a log that is long enough to tell."""
    monkeypatch.setattr(_library, "__file__", str(tmp_path / "_library.py"))
    monkeypatch.setattr(reading, "_LONG", 1)
    caches = (_library._found, reading._tell_why, kernel.kernel)
    for kept in caches:
        kept.cache_clear()
    log = tmp_path / "mail.log"
    log.write_bytes(LINE * 200)
    yield log
    monkeypatch.undo()
    for kept in caches:
        kept.cache_clear()


def _read(log: Path) -> tuple[int, list[str]]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        lines = sum(batch["queued_for_delivery"].num_rows for batch in mt.read_batches(log))
    return lines, [str(warning.message) for warning in told]


def test_it_is_told_once(missing: Path) -> None:
    """All is read, by Lark; the first long log says why that takes so long, and what to do."""
    lines, told = _read(missing)
    assert lines == 200
    assert len(told) == 1
    assert told[0] == (
        "The compiled engine is missing, so Lark reads these logs, some fifty times slower; "
        "it was not built: install midtrail again where a C compiler is at hand"
    )
    assert _read(missing) == (200, [])


def test_one_of_other_sources(missing: Path) -> None:
    """A library that is none, or was built of other sources, is told apart from one that was not built."""
    for suffix in EXTENSION_SUFFIXES:
        missing.with_name(f"_native{suffix}").write_bytes(b"no library")
    _, told = _read(missing)
    assert told[0].endswith("it was built of other sources or for another machine: install midtrail again")


def test_what_is_wanted_is_not_told(missing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for Lark gets it without a word."""
    monkeypatch.setenv("MIDTRAIL_ENGINE", "lark")
    assert _read(missing) == (200, [])
