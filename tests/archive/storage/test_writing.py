"""Where a disk is full an archive stays as it was, and beside a writer there is no other."""

import errno
import os
from typing import Any

import pytest
from tests.archive.storage.conftest import Shelf, log_of

from midtrail.archive import storing
from midtrail.archive.snapshot import Snapshot
from midtrail.errors import ArchiveError

_LINES = [f"New SMTP ICID {number} interface Data1 (192.0.2.1) address 198.51.100.7" for number in range(40)]


def facts_of(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    """Return what an archive has, its batches apart."""
    return [
        (file.source, file.size, file.sha256, file.lines, file.first_time, file.last_time, file.hosts)
        for file in snapshot.files
    ]


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
    with pytest.raises(ArchiveError, match=r"cannot be written \(No space left on device\)"):
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
