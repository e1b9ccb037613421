"""An archive answers as its files do, however these came: grown, renamed, compressed, overlapping, repeated."""

import gzip
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.archive.answers.conftest import answers, differing, files_below

import midtrail as mt
from midtrail.archive.spooling import HEAD
from midtrail.errors import UsageError

Comings = Iterator[Path]
"""What happens to one file: each time that it lies there anew, its path."""


def _life(name: Path, data: bytes, chance: random.Random) -> Comings:
    """Write a file as an appliance does: it grows under its open name, is renamed when it is full, and gzipped later."""
    name.parent.mkdir(parents=True, exist_ok=True)
    current, saved, packed = (
        name.with_name(f"{name.name}{ending}") for ending in (".current", ".s", ".s.gz")
    )
    for size in sorted(chance.choices(range(len(data) + 1), k=2)):
        current.write_bytes(data[:size])
        yield current
    current.write_bytes(data)
    current.rename(saved)
    if chance.random() < 0.5:
        yield saved
    packed.write_bytes(gzip.compress(saved.read_bytes()))
    saved.unlink()
    yield packed


def _overlap(name: Path, one: bytes, other: bytes) -> Comings:
    """Write a file that has the end of one and the beginning of another, cut within lines."""
    name.parent.mkdir(parents=True, exist_ok=True)
    name.write_bytes(one[len(one) // 2 :] + other[: len(other) // 3])
    yield name


def _copy(name: Path, data: bytes) -> Comings:
    """Write the beginning of a file, or all of it, elsewhere, and take it away when it was read."""
    name.parent.mkdir(parents=True, exist_ok=True)
    name.write_bytes(data)
    yield name
    name.unlink()


def _comings(logs: Path, folder: Path, chance: random.Random) -> Iterator[Path]:
    """Yield the files of a folder as they come, all lives mixed."""
    lives, contents = [], {}
    for path in files_below(logs):
        stem = path.name.removesuffix(".current").removesuffix(".s")
        contents[folder / path.parent.name / stem] = path.read_bytes()
        lives.append(_life(folder / path.parent.name / stem, path.read_bytes(), chance))
    names = list(contents)
    for name, following in zip(names[::3], names[1::3], strict=False):
        if name.parent == following.parent:
            both = contents[name], contents[following]
            lives.append(_overlap(name.with_name(f"overlap{len(lives)}.log"), *both))
    while lives:
        life = chance.choice(lives)
        came = next(life, None)
        if came is None:
            lives.remove(life)
        else:
            yield came
            if chance.random() < 0.2:
                yield came
            data = came.read_bytes()
            if chance.random() < 0.3 and came.suffix == ".current" and len(data) > HEAD:
                lives.append(
                    _copy(folder.with_name("copies") / came.name, data[: chance.randint(HEAD, len(data))])
                )


def test_files_as_they_come(made: Callable[[], Path], tmp_path: Path) -> None:
    """Files that grow, are renamed, gzipped, repeated and overlap, added as they come in any order: the same answers."""
    chance = random.Random(1)  # noqa: S311 - an order, not secrets
    logs, kept = tmp_path / "mail_logs", tmp_path / "archive"
    waiting: list[Path] = []
    for path in _comings(made(), logs, chance):
        waiting.append(path)
        if chance.random() < 0.2:
            mt.archive([one for one in waiting if one.exists()], kept, progress=False)
            waiting = []
    mt.archive(logs, kept, progress=False)
    told = answers(kept)
    assert differing(answers(logs), told) == []
    assert told["messages"].num_rows == 150
    again = mt.archive(logs, kept, progress=False)
    assert (again.new, again.grown, again.lines) == (0, 0, 0)


def test_folder_that_holds_the_archive_itself(made: Callable[[], Path], tmp_path: Path) -> None:
    """Run again on a folder in which the archive lies too, it does not add the archive's own files."""
    logs = tmp_path / "logs"
    kept = logs / "archive"
    log = logs / "mail.current"
    logs.mkdir()
    log.write_bytes(next(files_below(made())).read_bytes())
    for new in (1, 0):
        added = mt.archive(logs, kept, progress=False)
        assert (added.new, added.known) == (new, 1 - new)
    with pytest.raises(UsageError, match="is where the archive is written"):
        mt.archive([kept / "writer.lock"], kept, progress=False)
    with pytest.raises(UsageError, match="is an archive, not log files"):
        mt.archive([log, kept], tmp_path / "other", progress=False)
    assert not (tmp_path / "other").exists()


def test_no_message(tmp_path: Path) -> None:
    """Logs in which no message is give empty tables, from an archive too."""
    log = tmp_path / "logs" / "mail.current"
    log.parent.mkdir()
    log.write_bytes(b"Mon Sep 13 23:38:03 2021 Info: Begin Logfile\nnoise\n")
    mt.archive(log, tmp_path / "kept", progress=False)
    told = answers(tmp_path / "kept")
    assert differing(answers(log), told) == []
    assert (told["messages"].num_rows, told["spine"].num_rows) == (0, 2)
