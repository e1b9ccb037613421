"""An archive survives whatever stops its writer, at whatever moment."""

import errno
import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.archive.storage.conftest import Shelf, log_of

from midtrail.archive import storing
from midtrail.archive.adding import add
from midtrail.archive.commits import is_archive
from midtrail.archive.keeping import compact
from midtrail.archive.snapshot import Snapshot
from midtrail.errors import ArchiveError
from midtrail.lines import ReadOptions, find_sources

KILLS = int(os.environ.get("MIDTRAIL_KILLS", "6"))
"""How often the writer is killed; MIDTRAIL_KILLS=50 takes a few minutes."""

SMALL_BATCHES = 100_000
SHARE_OF_COMPACTIONS = 0.3
_LINES = [f"New SMTP ICID {number} interface Data1 (192.0.2.1) address 198.51.100.7" for number in range(40)]


def facts_of(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    """Return what an archive has, its batches apart."""
    return [
        (file.source, file.size, file.sha256, file.lines, file.first_time, file.last_time, file.hosts)
        for file in snapshot.files
    ]


def write_all(folder: Path, logs: Path) -> None:
    """Add all logs in small batches."""
    add(folder, find_sources(str(logs)), ReadOptions(), batch_bytes=SMALL_BATCHES)


def test_killed_at_random_moments(shelf: Shelf, simulated: Callable[[], Path], tmp_path: Path) -> None:
    """Killed with SIGKILL again and again and begun anew, while it adds or merges, an archive equals the one that nobody disturbed."""
    logs = simulated()
    began = time.monotonic()
    write_all(shelf.folder, logs)
    lasts = time.monotonic() - began
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["midtrail.archive.adding", "midtrail.archive.keeping", "deltalake"])
    chance = random.Random(KILLS)  # noqa: S311 - moments, not secrets
    disturbed = Shelf(tmp_path / "disturbed")
    for _ in range(KILLS):
        writer = context.Process(
            target=add,
            args=(disturbed.folder, find_sources(str(logs)), ReadOptions()),
            kwargs={"batch_bytes": SMALL_BATCHES},
        )
        if is_archive(disturbed.folder) and chance.random() < SHARE_OF_COMPACTIONS:
            writer = context.Process(target=compact, args=(disturbed.folder,))
        writer.start()
        writer.join(chance.uniform(0, lasts))
        writer.kill()
        writer.join()
        if is_archive(disturbed.folder) and len(found := disturbed.snapshot().files) == len(_sources(logs)):
            assert facts_of(Snapshot.open(disturbed.folder)) == facts_of(shelf.snapshot()), found
            shutil.rmtree(disturbed.folder)
    write_all(disturbed.folder, logs)
    assert facts_of(disturbed.snapshot()) == facts_of(shelf.snapshot())
    assert disturbed.stored() == shelf.stored()


def _sources(logs: Path) -> list[Path]:
    return [path for path in logs.rglob("*") if path.is_file()]


@pytest.mark.parametrize("calls", range(4))
def test_full_disk(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    """Where the disk is full at any of a batch's writes, the archive is as before, and the next run goes on."""
    shelf.put("a.log", log_of(*_LINES[:20]))
    shelf.add()
    before = facts_of(shelf.snapshot())
    shelf.put("b.log", log_of(*_LINES[20:]))
    left = [calls]
    write = storing.write

    def full(*arguments: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "part.parquet")
        return write(*arguments)

    monkeypatch.setattr(storing, "write", full)
    with pytest.raises(OSError, match="No space left"):
        shelf.add()
    assert facts_of(shelf.snapshot()) == before
    monkeypatch.undo()
    shelf.add()
    assert shelf.stored() == shelf.read()


def test_second_writer(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second writer is told at once that another writes, and a reader reads."""
    shelf.put("a.log", log_of(*_LINES))
    shelf.add()
    shelf.put("b.log", log_of(*_LINES[:3]))
    write = storing.write
    met: list[str] = []

    def watched(*arguments: Any) -> Any:
        monkeypatch.setattr(storing, "write", write)
        with pytest.raises(ArchiveError) as told:
            shelf.add()
        met.append(str(told.value))
        assert list(shelf.contents()) == ["a.log"]
        return write(*arguments)

    monkeypatch.setattr(storing, "write", watched)
    shelf.add()
    assert len(met) == 1
    assert met[0].startswith(
        f"{shelf.folder}: another midtrail is writing into this archive; wait until it is done"
    )
    assert sorted(shelf.contents()) == ["a.log", "b.log"]
