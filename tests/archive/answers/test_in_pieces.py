"""What gives more lines than one commit takes is committed piece by piece, while the next piece is read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.archive.answers.conftest import answers, differing, files_below

import midtrail as mt
from midtrail.archive import _delta, commits, filling
from midtrail.archive.restoring import verify
from midtrail.archive.snapshot import Snapshot
from midtrail.engine import chunks

LINES = 500
"""Of a chunk, of a block, and of a commit."""

STEPS = 37
"""After every how many steps a writer is stopped."""


class _Stopped(BaseException):
    """What ends a writer at once, whatever it would catch."""


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make blocks, and commits, of few lines."""
    monkeypatch.setattr(chunks, "ROWS", LINES)
    monkeypatch.setattr(filling, "MOST_LINES", LINES)
    monkeypatch.setattr(filling, "_COMMIT_LINES", LINES)


@pytest.mark.usefixtures("in_pieces")
def test_pieces_answer_as_one(made: Callable[[], Path], tmp_path: Path) -> None:
    """Committed in pieces, logs answer as they do from files, and come out as they were."""
    kept = tmp_path / "kept"
    logs = list(files_below(made()))
    added = mt.archive(logs, kept, progress=False)
    assert added.batches > 2
    assert Snapshot.open(kept).batch == added.batches
    assert differing(answers(kept), answers(logs)) == []
    assert [checked for checked in verify(Snapshot.open(kept)) if checked.problem] == []


@pytest.mark.usefixtures("in_pieces")
def test_stopped_between_pieces(
    made: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after any number of steps, an archive has the pieces that were committed, and goes on from there."""
    logs = list(files_below(made()))[:4]
    flush, reached = _delta._flush, set()
    expected = mt.read(logs, progress=False).messages()
    for steps in range(1, 1000, STEPS):
        kept, left = tmp_path / str(steps), [steps]

        def stop_or_flush(path: Path, left: list[int] = left) -> None:
            if not left[0]:
                raise _Stopped
            left[0] -= 1
            flush(path)

        with monkeypatch.context() as patch:
            patch.setattr(_delta, "_flush", stop_or_flush)
            try:
                mt.archive(logs, kept, progress=False)
            except _Stopped:
                stopped = True
            else:
                stopped = False
        last = commits.last(kept)
        if last is not None:
            reached.add(last.batch)
            assert [checked for checked in verify(Snapshot.open(kept)) if checked.problem] == []
        mt.archive(logs, kept, progress=False)
        assert mt.read(kept, progress=False).messages() == expected
        if not stopped:
            break
    assert not stopped
    assert len(reached) > 1
