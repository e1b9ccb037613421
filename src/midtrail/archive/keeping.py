"""Retention and upkeep: old files dropped, small Parquet files merged, what no reader needs any more deleted."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive import _delta, commits, storing
from midtrail.archive._lock import LOCK
from midtrail.archive.blocks import MOST_LINES, merged
from midtrail.archive.facts import StoredFile, latest_rows
from midtrail.archive.snapshot import Snapshot, Span
from midtrail.archive.tables import INDEXED, written
from midtrail.archive.writing import LAYOUTS, OWN, RANGES, Draft, Update, Writer
from midtrail.moments import Moment, microseconds, moment_of

KEPT_FOR = 1
"""Hours for which Parquet files stay that are in no table any more: so long may a reader take."""

_SMALL = 16 << 20
_MANY = 2
_AT_ONCE = 16  # blocks written before they are committed


class Dropped(NamedTuple):
    """What was dropped: so many files with so many lines, of so many files."""

    files: int
    lines: int
    of: int


def drop_before(folder: Path, moment: Moment, update: Update | None = None) -> Dropped:
    """Drop the files whose last line is older than a moment, and return how many these were.

    A moment without a zone is told in each file's own clock. A file that has later lines stays whole, as does
    one that has no times. Raises UsageError for what is no time, ArchiveError as `add` does.
    """
    told = moment_of(moment, "--drop-before")
    with _opened(folder) as writer:
        draft = writer.draft()
        files = draft.before.files
        old = [
            file
            for file in files
            if told is not None
            and file.last_time is not None
            and file.last_time < microseconds(told, _east(file))
        ]
        if old:
            draft.add_files(replace(file, batch=draft.batch, dropped=True) for file in old)
            spans = draft.take_out(Span(file.file_id) for file in old)
            draft.commit(None, spans, update)
        return Dropped(len(old), sum(file.lines for file in old), len(files))


def _opened(folder: Path) -> AbstractContextManager[Writer]:
    """Open an archive that there is for writing."""
    if not commits.is_archive(folder) and not (folder / LOCK).exists():
        raise commits.missing(folder)
    return Writer.open(folder)


def _east(file: StoredFile) -> int:
    return next((clock.utc_offset for clock in file.clocks), 0)


class Compacted(NamedTuple):
    """How many Parquet files there were, and how many are left in the archive."""

    before: int
    after: int


def compact(folder: Path) -> Compacted:
    """Merge small Parquet files, delete those that nobody can need any more, and return how many there are.

    Readers go on undisturbed. Raises ArchiveError as `add` does.
    """
    with _opened(folder) as writer:
        before = _count(writer.snapshot())
        groups = list(_groups(writer.snapshot()))
        for start in range(0, len(groups), _AT_ONCE):
            draft = writer.draft()
            for group in groups[start : start + _AT_ONCE]:
                draft.add_block(merged([draft.before.block(number) for number in group]))
                for number in group:
                    draft.drop_block(number)
            draft.commit(None, [])
        _merge_tables(writer.draft())
        for name in writer.snapshot().commit.versions:
            _clean(folder / name)
        writer.tables.forget()
        writer.draft().commit(None, [])
        commits.shorten(folder)
        _clean(folder / commits.COMMITS)
        return Compacted(before, _count(writer.snapshot()))


def _count(snapshot: Snapshot) -> int:
    return sum(len(snapshot.paths(name)) for name in snapshot.commit.versions)


def _groups(snapshot: Snapshot) -> Iterable[list[int]]:
    """Yield blocks, one after the other, that together make no more than one."""
    rows = snapshot.block_rows()
    group: list[int] = []
    for number in sorted(rows):
        if group and sum(rows[one] for one in group) + rows[number] > MOST_LINES:
            if len(group) >= _MANY:
                yield group
            group = []
        group.append(number)
    if len(group) >= _MANY:
        yield group


def _merge_tables(draft: Draft) -> None:
    """Merge the small files of all tables that have no blocks, as many at a time as make one that is not small."""
    for name in draft.before.commit.versions:
        if name not in OWN and name in {*INDEXED, *LAYOUTS}:
            for paths in _small_ones(draft.before.parquet(name)):
                rows = pa.concat_tables(
                    [storing.read_file(draft.folder / name / path) for path in paths],
                    promote_options="default",
                )
                draft.remove(name, paths)
                _add_merged(draft, name, rows)
    draft.commit(None, [])


def _add_merged(draft: Draft, name: str, rows: pa.Table) -> None:
    if name in INDEXED:
        rows = rows.sort_by([(column, "ascending") for column in INDEXED[name]])
        draft.add_written(name, written(draft.folder / name, rows, INDEXED[name]))
        draft.stage(name, rows.schema, storing.Layout(INDEXED[name]))
    else:
        draft.add(name, _that_count(name, rows, draft.before))


def _small_ones(files: Iterable[dict[str, Any]]) -> Iterator[list[str]]:
    """Yield names of small files, several at a time, that together are not small any more, but for the last."""
    paths: list[str] = []
    size = 0
    for file in sorted(files, key=lambda file: file["modification_time"]):
        if file["size_bytes"] < _SMALL:
            paths.append(file["path"])
            size += file["size_bytes"]
        if size >= _SMALL:
            if len(paths) >= _MANY:
                yield paths
            paths, size = [], 0
    if len(paths) >= _MANY:
        yield paths


def _that_count(name: str, rows: pa.Table, before: Snapshot) -> pa.Table:
    """Return of a small table the rows that are still needed."""
    if name == RANGES:
        return rows.filter(pc.is_in(rows["block"], pa.array(before.blocks, pa.int64())))
    return latest_rows(rows) if name == "files" else rows


def _clean(folder: Path) -> None:
    """Delete the Parquet files that are in no version that a reader may still have open, and old entries of the log."""
    table = _delta.opened(folder)
    table.vacuum(retention_hours=KEPT_FOR, enforce_retention_duration=False, dry_run=False, full=True)
    table = _delta.opened(folder)
    table.create_checkpoint()
