"""An archive survives a writer that is killed, at whatever moment."""

import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.archive.answers.conftest import answers, differing, files_below

import midtrail as mt
from midtrail.archive import _delta, commits, drop_before
from midtrail.archive.adding import add
from midtrail.archive.keeping import compact
from midtrail.archive.messages import update
from midtrail.archive.restoring import verify
from midtrail.archive.snapshot import Snapshot
from midtrail.lines import ReadOptions, find_sources
from midtrail.simulate import Plan, write

KILLS = int(os.environ.get("MIDTRAIL_KILLS", "6"))
"""How often the writer is killed; MIDTRAIL_KILLS=50 kills that of a larger archive, and takes some minutes."""

STEPS = 1 if KILLS >= 50 else 11
"""After every how many steps a writer is stopped."""

MESSAGES = 25 * KILLS
SMALL_BATCHES = 100_000
SHARE_OF_COMPACTIONS = 0.3


def write_all(folder: Path, logs: Path) -> None:
    """Add all logs in small batches, and keep their messages."""
    add(folder, find_sources(str(logs)), ReadOptions(), update=update, batch_bytes=SMALL_BATCHES)


def killed(work: Callable[..., object], arguments: tuple[Path, ...], after: float) -> None:
    """Begin a work in a process of its own, and kill it with SIGKILL after some seconds, if it still runs."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["midtrail.archive.adding", "midtrail.archive.messages", "midtrail.archive.keeping", "deltalake"]
    )
    process = context.Process(target=work, args=arguments)
    process.start()
    process.join(after)
    process.kill()
    process.join()


class _Stopped(BaseException):
    """What ends a writer at once, whatever it would catch."""


def _stopping(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Stop a writer when it brings something to disk for the time after so many."""
    flush, left = _delta._flush, [steps]

    def stop_or_flush(path: Path) -> None:
        if not left[0]:
            raise _Stopped
        left[0] -= 1
        flush(path)

    monkeypatch.setattr(_delta, "_flush", stop_or_flush)


def _add(kept: Path, paths: list[Path]) -> None:
    mt.archive(paths, kept, progress=False)


def _drop(kept: Path, _: list[Path]) -> None:
    drop_before(kept, "2021-10-02T00:00:00Z")


def _merge(kept: Path, _: list[Path]) -> None:
    compact(kept)


@pytest.mark.parametrize("work", [_add, _drop, _merge])
def test_stopped_between_steps(
    made: Callable[[], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[Path, list[Path]], None],
) -> None:
    """Stopped after any number of steps, an archive is as before or as after, and the same work again ends it."""
    paths = list(files_below(made()))[:8]
    begun, ended, kept = tmp_path / "begun", tmp_path / "ended", tmp_path / "kept"
    for part in (paths[:3], paths[3:6]):
        mt.archive(part, begun, progress=False)
    shutil.copytree(begun, ended)
    work(ended, paths[6:])
    before, after = (mt.read(folder, progress=False).messages() for folder in (begun, ended))
    for steps in range(0, 1000, STEPS):
        shutil.copytree(begun, kept)
        with monkeypatch.context() as patch:
            _stopping(patch, steps)
            try:
                work(kept, paths[6:])
            except _Stopped:
                stopped = True
            else:
                stopped = False
        assert [checked for checked in verify(Snapshot.open(kept)) if checked.problem] == []
        found = mt.read(kept, progress=False).messages()
        assert found == after or (stopped and found == before)
        work(kept, paths[6:])
        assert mt.read(kept, progress=False).messages() == after
        shutil.rmtree(kept)
        if not stopped:
            break
    assert not stopped


def test_killed_at_random_moments(tmp_path: Path) -> None:
    """Killed again and again, while it adds or merges, an archive equals the one that nobody disturbed."""
    write(Plan(messages=MESSAGES, seed=4, appliances=3, resets=True), tmp_path)
    logs, calm, disturbed = tmp_path / "mail_logs", tmp_path / "calm", tmp_path / "disturbed"
    began = time.monotonic()
    write_all(calm, logs)
    lasts = time.monotonic() - began
    expected, count = answers(calm), len(list(files_below(logs)))
    chance = random.Random(KILLS)  # noqa: S311 - moments, not secrets
    for _ in range(KILLS):
        after = chance.uniform(0, lasts)
        if commits.last(disturbed) is not None and chance.random() < SHARE_OF_COMPACTIONS:
            killed(compact, (disturbed,), after)
        else:
            killed(write_all, (disturbed, logs), after)
        if commits.last(disturbed) is not None:
            found = Snapshot.open(disturbed)
            assert [checked for checked in verify(found) if checked.problem] == []
            if len(found.files) == count:
                assert differing(answers(disturbed), expected) == []
                shutil.rmtree(disturbed)
    write_all(disturbed, logs)
    compact(disturbed)
    assert [checked for checked in verify(Snapshot.open(disturbed)) if checked.problem] == []
    assert differing(answers(disturbed), expected) == []
    assert not (disturbed / ".spool").exists()
