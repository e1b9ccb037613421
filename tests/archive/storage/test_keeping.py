"""Retention and upkeep: what is dropped and merged, beside readers and bad archives."""

import shutil
from pathlib import Path

import pytest
from tests.archive.storage.conftest import Shelf, log_of, tables_of

from midtrail.archive import _delta, commits, keeping
from midtrail.archive.keeping import compact, drop_before
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.writing import Writer
from midtrail.errors import ArchiveError

_DAYS = {day: log_of(f"Start MID {day} ICID 8").replace(b"Sep 13", b"Sep %d" % day) for day in range(13, 19)}


def filled(shelf: Shelf) -> None:
    """Add a file a day, one by one."""
    for day, data in _DAYS.items():
        shelf.add(shelf.put(f"mail.@202109{day}T000000.s", data))


def test_compacted_archive_is_the_same(shelf: Shelf) -> None:
    """Merging leaves a few Parquet files, which give what the many gave; a reader of before reads on."""
    filled(shelf)
    before = Snapshot.open(shelf.folder)
    done = compact(shelf.folder)
    assert done.after == 5 < done.before
    assert shelf.stored() == shelf.read() == tables_of(before.events())
    shelf.add(shelf.put("more.log", log_of("Start MID 99 ICID 8")))
    assert shelf.stored() == shelf.read()


def test_nobody_needs_it_any_more(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet files that were merged are deleted once no reader can have them open."""
    filled(shelf)
    monkeypatch.setattr(keeping, "KEPT_FOR", 0)
    compact(shelf.folder)
    files = [path for path in shelf.folder.rglob("*.parquet") if path.parent.name != "_delta_log"]
    assert len(files) == 6
    assert shelf.stored() == shelf.read()


def test_old_files_are_dropped(shelf: Shelf) -> None:
    """Files whose last line is older than the date go, whole; the others stay."""
    filled(shelf)
    dropped = drop_before(shelf.folder, "2021-09-16")
    assert (dropped.files, dropped.lines, dropped.of) == (3, 3, 6)
    kept = [shelf.logs / f"mail.@202109{day}T000000.s" for day in (16, 17, 18)]
    assert shelf.stored() == shelf.read(*kept)


def test_what_dropped_files_told_stays_known(shelf: Shelf) -> None:
    """Whose the other lines are does not change where the file that told it is dropped."""
    header = ("Begin Logfile", "Version: 14.0.1-033 SN: 564D1234-ABCD")
    shelf.put("a.log", log_of(*header).replace(b"Sep 13", b"Sep 12"))
    shelf.put("b.log", log_of("Start MID 1 ICID 2"))
    shelf.add()
    drop_before(shelf.folder, "2021-09-13")
    shelf.add(shelf.put("c.log", log_of("Start MID 3 ICID 4")))
    assert {row["host"] for row in shelf.stored()["spine"]} == {"564D1234-ABCD"}


def test_foreign_folder(shelf: Shelf) -> None:
    """A folder that holds something else is left as it is."""
    shelf.put("a.log", log_of("Start MID 1 ICID 2"))
    shelf.folder.mkdir()
    (shelf.folder / "letter.txt").write_text("mine")
    with pytest.raises(ArchiveError, match=r"holds 'letter\.txt' and is no archive"):
        shelf.add()
    assert [path.name for path in shelf.folder.iterdir()] == ["letter.txt"]


def test_no_archive(tmp_path: Path) -> None:
    """What is no archive is told as such."""
    with pytest.raises(ArchiveError, match="is no archive: name a folder that"):
        Snapshot.open(tmp_path)


def test_newer_format(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of a newer version is neither read nor written."""
    shelf.put("a.log", log_of("Start MID 1 ICID 2"))
    monkeypatch.setattr(commits, "FORMAT", commits.FORMAT + 1)
    shelf.add()
    monkeypatch.undo()
    before = sorted(shelf.folder.rglob("*"))
    for attempt in (lambda: Snapshot.open(shelf.folder), shelf.add):
        with pytest.raises(ArchiveError, match="a newer midtrail made this archive"):
            attempt()
    assert sorted(shelf.folder.rglob("*")) == before


def test_earlier_format(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of an earlier version is told as such, and stays as it is."""
    shelf.put("a.log", log_of("Start MID 1 ICID 2"))
    monkeypatch.setattr(commits, "FORMAT", commits.FORMAT - 1)
    shelf.add()
    monkeypatch.undo()
    before = sorted(shelf.folder.rglob("*"))
    for attempt in (lambda: Snapshot.open(shelf.folder), shelf.add):
        with pytest.raises(ArchiveError, match="an earlier midtrail made this archive"):
            attempt()
    assert sorted(shelf.folder.rglob("*")) == before


@pytest.mark.parametrize("name", ["events", "lines", "files", "forms"])
def test_damaged_table(shelf: Shelf, name: str) -> None:
    """A damaged Parquet file is told by its name, in one line."""
    shelf.put("a.log", log_of("Start MID 1 ICID 2"))
    shelf.add()
    path = Path(Snapshot.open(shelf.folder).paths(name)[0])
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ArchiveError, match=f"{path.name}: this part of the archive is damaged") as told:
        shelf.snapshot()
    assert "\n" not in str(told.value)


def test_missing_table(shelf: Shelf) -> None:
    """A table that is gone is told, and nothing is written over what is left."""
    shelf.put("a.log", log_of("Start MID 1 ICID 2"))
    shelf.add()
    (shelf.folder / "events").rename(shelf.folder.parent / "elsewhere")
    for attempt in (shelf.snapshot, shelf.add):
        with pytest.raises(ArchiveError, match="damaged or missing"):
            attempt()
    assert _delta.exists(shelf.folder / "lines")


def test_what_lies_beside_the_tables_stays(shelf: Shelf) -> None:
    """Folders and files of somebody else within an archive are neither read nor touched, whatever is done to it."""
    filled(shelf)
    for name in ("notes/letter.txt", "export/events.parquet", "mine.txt"):
        (shelf.folder / name).parent.mkdir(exist_ok=True)
        (shelf.folder / name).write_text("mine")
    shelf.add(shelf.put("more.log", log_of("Start MID 99 ICID 8")))
    compact(shelf.folder)
    drop_before(shelf.folder, "2021-09-16")
    for name in ("notes/letter.txt", "export/events.parquet", "mine.txt"):
        assert (shelf.folder / name).read_text() == "mine"
    assert set(shelf.snapshot().commit.versions) == {"events", "files", "forms", "lines", "ranges"}


@pytest.mark.parametrize("gone", ["commits", "commits/_delta_log", "the commits after the first"])
def test_lost_commits(shelf: Shelf, gone: str) -> None:
    """Where the commits are lost, all that is told is that, and nothing of what is left is taken away."""
    filled(shelf)
    log = shelf.folder / "commits" / "_delta_log"
    if gone.startswith("the"):
        for path in sorted(log.iterdir())[1:]:
            path.unlink()
    else:
        shutil.rmtree(shelf.folder / gone)
    before = {path: path.read_bytes() for path in shelf.folder.rglob("*.*") if path.is_file()}
    shelf.put("more.log", log_of("Start MID 99 ICID 8"))
    with pytest.raises(ArchiveError, match=r"commits: this part of the archive is damaged or missing"):
        shelf.add()
    assert {path: path.read_bytes() for path in shelf.folder.rglob("*.*") if path.is_file()} == before


def test_nothing_in_it(shelf: Shelf) -> None:
    """An archive into which nothing came yet says so to who reads, and takes what comes."""
    with Writer.open(shelf.folder):
        pass
    with pytest.raises(ArchiveError, match="an archive in which nothing is yet: add log files to it first"):
        Snapshot.open(shelf.folder)
    shelf.put("a.log", log_of("Start MID 1 ICID 2"))
    shelf.add()
    assert shelf.stored() == shelf.read()
