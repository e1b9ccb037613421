"""Beside a writer, readers see each batch whole or not at all; what they have open stays as it was."""

import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.archive.answers.conftest import answers, differing, files_below

import midtrail as mt
from midtrail.archive import commits, drop_before
from midtrail.archive.adding import add
from midtrail.archive.keeping import compact
from midtrail.archive.messages import update
from midtrail.archive.snapshot import Snapshot
from midtrail.lines import ReadOptions, find_sources

LAST = datetime(2100, 1, 1, tzinfo=UTC)


def _write(folder: Path, logs: Path) -> None:
    add(folder, find_sources(str(logs)), ReadOptions(), update=update, batch_bytes=30_000)


def test_readers_see_whole_batches(made: Callable[[], Path], tmp_path: Path) -> None:
    """Whenever a reader comes while another process writes, its lines are those of whole files, its messages theirs."""
    kept = tmp_path / "kept"
    context = multiprocessing.get_context("forkserver")
    writer = context.Process(target=_write, args=(kept, made()))
    writer.start()
    seen = set()
    while writer.is_alive():
        if commits.last(kept) is None:
            time.sleep(0.01)
            continue
        log = mt.read(kept, progress=False)
        counts = {path.name: path.read_bytes().count(b"\n") for path in files_below(made())}
        spine = log.spine()
        lines = spine["source"].cast("string").value_counts().to_pylist()
        assert {Path(row["values"]).name: row["counts"] for row in lines}.items() <= counts.items()
        assert log.messages() == log.messages(as_of=LAST)
        seen.add(spine.num_rows)
        log.close()
    writer.join()
    assert writer.exitcode == 0
    assert seen
    assert differing(answers(made()), answers(kept)) == []


def test_second_writer_is_told_at_once(made: Callable[[], Path], tmp_path: Path) -> None:
    """Of two commands that write, one is told in one line, and both together leave what one alone would."""
    kept = tmp_path / "kept"
    command = [sys.executable, "-m", "midtrail", "archive", str(made()), "-o", str(kept)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate()[1] for process in both]
    for process, said in zip(both, told, strict=True):
        assert said.count("\n") == 1
        assert process.returncode == (2 if "another midtrail is writing into this archive" in said else 0)
    assert 0 in {process.returncode for process in both}
    assert differing(answers(made()), answers(kept)) == []


def test_open_reader_while_files_are_dropped_and_merged(made: Callable[[], Path], tmp_path: Path) -> None:
    """A log that was opened before files are dropped and merged answers as before; one opened after, as the rest."""
    logs, kept = tmp_path / "logs", tmp_path / "kept"
    shutil.copytree(made(), logs)
    paths = list(files_below(logs))
    for part in (paths[::2], paths[1::2]):
        mt.archive(part, kept, progress=False)
    for path in files_below(kept):
        os.utime(path, (0, 0))  # an archive that was made long ago
    before = answers(logs)
    reader = mt.read(kept, progress=False)
    half = mt.read(kept, progress=False)
    assert half.messages() == before["messages"]
    old = [file for file in Snapshot.open(kept).files if (file.last_time or 0) < _micros("2021-10-02")]
    dropped = drop_before(kept, "2021-10-02T00:00:00Z")
    assert (dropped.files, dropped.of) == (len(old), len(paths))
    assert dropped.files > 0
    compact(kept)
    assert reader.messages() == before["messages"]
    assert reader.timeline() == before["timeline"]
    assert half.recipients() == before["recipients"]
    assert b"".join(half.findevent(mid=_mid(before))) != b""
    for file in old:
        Path(file.source).unlink()
    assert differing(answers(logs), answers(kept)) == []


def _micros(moment: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1_000_000)


def _mid(told: dict[str, object]) -> int:
    return int(told["messages"]["mid"][0].as_py())  # type: ignore[index]


def test_as_of(made: Callable[[], Path], tmp_path: Path) -> None:
    """What was known at a moment is told by an archive as by the files, also when later files came first."""
    kept = tmp_path / "kept"
    paths = list(files_below(made()))
    for part in (paths[1::2], paths[::2]):
        mt.archive(part, kept, progress=False)
    files, archive = (mt.read(source, progress=False) for source in (made(), kept))
    begun = sorted(filter(None, archive.messages()["started_at"].to_pylist()))
    for moment in (begun[len(begun) // 3], begun[len(begun) // 3 * 2]):
        assert 0 < archive.messages(as_of=moment).num_rows < 150
        for table in ("messages", "recipients", "timeline", "remediations"):
            assert getattr(archive, table)(as_of=moment) == getattr(files, table)(as_of=moment)
        mid = archive.messages(as_of=moment)["mid"][0].as_py()
        told, expected = (log.message(mid, as_of=moment) for log in (archive, files))
        assert str(told) == str(expected)
