"""Lines that are laid aside come back as they were."""

from pathlib import Path

import numpy as np

import midtrail as mt
from midtrail.archive.aside import Aside

_LINES = b"""Mon Sep 13 23:38:03 2021 Info: Start MID 7 ICID 5
Mon Sep 13 23:38:04 2021 Info: MID 7 ICID 5 From: <a@example.com>
no line of a log
"""


def test_back_as_they_were(tmp_path: Path) -> None:
    """All tables of all batches, with the numbers of their files; nothing of them stays on disk."""
    log = tmp_path / "mail.log"
    log.write_bytes(_LINES)
    batches = [*mt.read_batches(log, progress=False)] * 2
    files = [np.full(3, 4), np.array([5, 5, 6])]
    aside = Aside(tmp_path / "spool" / "lines")
    for batch, numbers in zip(batches, files, strict=True):
        aside.add(batch, numbers)
    found = list(aside.reads())
    assert [read.lines for read in found] == batches
    assert [read.files.tolist() for read in found] == [[4, 4, 4], [5, 5, 6]]
    assert found[0].lines["spine"]["mid"].to_pylist() == [7, 7, None]
    assert not list((tmp_path / "spool").iterdir())


def test_nothing(tmp_path: Path) -> None:
    """Where nothing was laid aside, nothing comes back and nothing stays."""
    assert not list(Aside(tmp_path / "spool" / "lines").reads())
    assert not list((tmp_path / "spool").iterdir())
