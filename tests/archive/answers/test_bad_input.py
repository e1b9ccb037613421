"""Damage, a full disk, missing rights and bombs: one clear line, and the archive is as it was."""

import bz2
import gzip
import lzma
import multiprocessing
import os
import shutil
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.archive.answers.conftest import answers, differing, files_below

import midtrail as mt
from midtrail.archive.restoring import verify
from midtrail.archive.snapshot import Snapshot
from midtrail.cli._app import run
from midtrail.errors import ArchiveError, ArchiveWarning

TABLES = ("asked", "connections", "events", "files", "forms", "lines", "links", "messages")


@pytest.fixture(scope="module")
def intact(made: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive in which every table has rows."""
    kept = tmp_path_factory.mktemp("intact") / "kept"
    mt.archive(made(), kept, progress=False)
    return kept


@pytest.fixture
def kept(intact: Path, tmp_path: Path) -> Path:
    """Return a copy of it, to be damaged."""
    return Path(shutil.copytree(intact, tmp_path / "kept"))


def contents(folder: Path) -> dict[str, bytes]:
    """Return what lies in a folder, but for the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files_below(folder)
        if path.name != "writer.lock"
    }


def _changed(path: Path) -> None:
    """Change a byte of the largest column's values."""
    with pq.ParquetFile(path) as file:
        groups = [file.metadata.row_group(at) for at in range(file.num_row_groups)]
        columns = [group.column(at) for group in groups for at in range(group.num_columns)]
        largest = max(columns, key=lambda column: column.total_compressed_size)
        at = largest.data_page_offset + largest.total_compressed_size
        if largest.dictionary_page_offset:
            at = largest.dictionary_page_offset + largest.total_compressed_size
    data = bytearray(path.read_bytes())
    data[at - 2] ^= 0x10
    path.write_bytes(data)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "a byte changed": _changed,
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "empty": lambda path: path.write_bytes(b""),
    "gone": Path.unlink,
    "a folder": _folder,
}


def said_by(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """Run the command, and return its status and the lines that it says, which have no control characters."""
    status = run(list(arguments))
    said = capsys.readouterr().err.splitlines()
    assert all(line.isprintable() for line in said)
    return status, said


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("table", TABLES)
def test_damaged_table(kept: Path, table: str, damage: str) -> None:
    """Whichever Parquet file is damaged in whatever way, verify names it in one line; reading changes nothing."""
    path = Path(Snapshot.open(kept).paths(table)[0])
    DAMAGES[damage](path)
    before = contents(kept)
    with pytest.raises(
        ArchiveError, match=f"{path.name}: this part of the archive is damaged or missing"
    ) as error:
        list(verify(Snapshot.open(kept)))
    assert "\n" not in str(error.value)
    assert contents(kept) == before


@pytest.mark.parametrize("end", [-30, 0], ids=["cut off", "empty"])
@pytest.mark.parametrize("table", [*TABLES, "commits"])
def test_damaged_log(kept: Path, table: str, end: int) -> None:
    """A table's log that is cut off or empty is told in one line by who reads and who writes, which changes nothing."""
    log = max((kept / table / "_delta_log").glob("*.json"))
    log.write_bytes(log.read_bytes()[:end])
    before = contents(kept)
    for attempt in (
        lambda: list(verify(Snapshot.open(kept))),
        lambda: mt.archive([__file__], kept, progress=False),
    ):
        with pytest.raises(ArchiveError, match=f"{table}: this part of the archive is damaged") as error:
            attempt()
        assert "\n" not in str(error.value)
    assert contents(kept) == before


def _limited(size: int, logs: Path, kept: Path, said: Any) -> None:
    """Add logs where no file can grow beyond a size, as if the disk were full there."""
    import resource  # noqa: PLC0415 - not there on Windows

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        mt.archive(logs, kept, progress=False)
    except ArchiveError as error:
        said.put(str(error))
    else:
        said.put("")


def test_lost_commit(kept: Path, tmp_path: Path) -> None:
    """Whoever reads or writes next is told of a commit whose entry is gone, once it is made again no more."""
    whole = sorted(mt.read(kept, progress=False).messages()["mid"].to_pylist())
    log = tmp_path / "late.log"
    log.write_bytes(b"Mon Sep 13 23:38:03 2021 Info: Start MID 987654 ICID 5\n")
    mt.archive(log, kept, progress=False)
    entries = sorted((kept / "commits" / "_delta_log").glob("*.json"))
    entries[-1].unlink()
    with pytest.warns(ArchiveWarning, match="has lost its last commit, of batch 2"):
        assert sorted(mt.read(kept, progress=False).messages()["mid"].to_pylist()) == whole
    with pytest.warns(ArchiveWarning, match="archive its log files again"):
        assert mt.archive(log, kept, progress=False).new == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error", ArchiveWarning)
        assert sorted(mt.read(kept, progress=False).messages()["mid"].to_pylist()) == sorted([*whole, 987654])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_full_disk(made: Callable[[], Path], tmp_path: Path) -> None:
    """Wherever writing ends for want of room, one line tells, the archive is as it was, and the next run goes on."""
    paths = list(files_below(made()))
    kept = tmp_path / "kept"
    mt.archive(paths[:3], kept, progress=False)
    before = mt.read(kept, progress=False).messages()
    context = multiprocessing.get_context("spawn")
    said = context.Queue()
    ends = []
    for size in (0, 1_000, 5_000, 60_000):
        process = context.Process(target=_limited, args=(size, made(), kept, said))
        process.start()
        ends.append(said.get(timeout=120))
        process.join()
        assert mt.read(kept, progress=False).messages() == before
    assert [end for end in ends if "cannot be written" not in end or "\n" in end] == []
    mt.archive(made(), kept, progress=False)
    assert differing(answers(made()), answers(kept)) == []


def test_no_right(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the archive may not be written or read, one line tells."""
    lock, table = kept / "writer.lock", kept / "files"
    lock.chmod(0o400)
    if os.access(lock, os.W_OK):
        pytest.skip("whoever runs this may write and read everything")
    try:
        for path, mode, arguments in (
            (lock, 0o400, ("archive", __file__, "-o", str(kept))),
            (table, 0o000, ("verify", str(kept))),
            (kept, 0o000, ("verify", str(kept))),
        ):
            path.chmod(mode)
            status, (said,) = said_by(capsys, *arguments)
            assert status == 2
            assert "Permission denied" in said or "is not readable" in said
            path.chmod(0o700)
    finally:
        kept.chmod(0o700)


BOMB = b"Mon Sep 13 23:38:03 2021 Info: Start MID 1 ICID 2\n" * 40_000
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "gz twice": lambda data: gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :]),
}


@pytest.mark.parametrize("packed", PACKED)
def test_bomb(tmp_path: Path, packed: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Data that grows beyond --max-ratio is left there: told in a line, status 1, and what came before is kept."""
    bomb, kept = tmp_path / "bomb", tmp_path / "kept"
    bomb.write_bytes(PACKED[packed](BOMB))
    status, (_, said) = said_by(capsys, "archive", str(bomb), "-o", str(kept), "--max-ratio", "50")
    assert status == 1
    assert "This source grows to more than 50 times its size and was left there" in said
    (file,) = Snapshot.open(kept).files
    assert 0 < file.size < len(BOMB)
    assert BOMB.startswith(b"".join(Snapshot.open(kept).bytes_of(file)))


def test_bomb_in_a_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a zip the limit holds for each member; the others are kept whole."""
    bomb, kept = tmp_path / "logs.zip", tmp_path / "kept"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb.log", BOMB)
        file.writestr("small.log", BOMB[:50])
    status, (_, said) = said_by(capsys, "archive", str(bomb), "-o", str(kept), "--max-ratio", "50")
    assert status == 1
    assert "logs.zip!bomb.log: This source grows to more than 50 times its size" in said
    sizes = {file.source.rpartition("!")[2]: file.size for file in Snapshot.open(kept).files}
    assert sizes["small.log"] == 50
    assert sizes["bomb.log"] < len(BOMB)


@pytest.mark.parametrize("order", ["--compact", "--drop-before=2021-09-13"])
def test_what_is_no_archive(tmp_path: Path, order: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Who keeps an archive that is not there is told so, and none is made."""
    status, (said,) = said_by(capsys, "archive", order, "-o", str(tmp_path / "typo"))
    assert status == 2
    assert "typo is no archive: name a folder that `midtrail archive FILES -o FOLDER` made" in said
    assert not (tmp_path / "typo").exists()


def test_no_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A ratio that is no number would be no limit, and is told."""
    status, (said,) = said_by(capsys, "archive", __file__, "-o", str(tmp_path / "kept"), "--max-ratio", "nan")
    assert status == 2
    assert "--max-ratio nan is no limit: give a number from 1 on, as 1000" in said
    assert not (tmp_path / "kept").exists()
