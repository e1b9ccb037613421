"""The commits of an archive: one row a batch, which names the version of every table. It is the atomic point.

Whoever reads takes the last row and opens each table at the version that it names, and so never sees half a
batch; what tables hold beyond it was left behind by a writer that was killed.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from midtrail.archive import _delta, storing
from midtrail.errors import ArchiveError

FORMAT = 2
"""The number of the way in which archives are laid out; a higher one was made by a newer midtrail."""

COMMITS = "commits"
_LAYOUT = storing.Layout(indexed=("batch",))
_SCHEMA = pa.schema(
    [
        ("batch", pa.int64()),
        ("format", pa.int64()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("tables", pa.list_(pa.struct([("name", pa.string()), ("version", pa.int64())]))),
    ]
)


class Commit(NamedTuple):
    """What one batch left: its number, when it was committed, and each table's version."""

    batch: int
    at: datetime
    versions: dict[str, int]


def is_archive(folder: Path) -> bool:
    """Tell whether a folder is an archive."""
    return _delta.exists(folder / COMMITS)


def missing(folder: Path) -> ArchiveError:
    """Return the error that tells that a folder is no archive."""
    return ArchiveError(f"{folder} is no archive: name a folder that `midtrail archive FILES -o FOLDER` made")


def last(folder: Path) -> Commit | None:
    """Return the last commit, None where none was made yet.

    Raises ArchiveError for a damaged archive, or one that a newer midtrail made.
    """
    if not is_archive(folder):
        return None
    table = _delta.opened(folder / COMMITS)
    newest = max(_delta.files(table), key=lambda file: file.get("max.batch") or 0, default=None)
    if newest is None:
        return None
    rows = storing.read_file(folder / COMMITS / newest["path"]).sort_by("batch").to_pylist()
    try:
        row = rows[-1]
        if row["format"] > FORMAT:
            raise ArchiveError(
                f"{folder}: a newer midtrail made this archive (format {row['format']}; this one knows "
                f"{FORMAT}); use that version, or a later one"
            )
        if row["format"] < FORMAT:
            raise ArchiveError(
                f"{folder}: an earlier midtrail made this archive (format {row['format']}; this one reads "
                f"{FORMAT}); restore its files with that version, and archive them anew"
            )
        return Commit(row["batch"], row["at"], {table["name"]: table["version"] for table in row["tables"]})
    except (IndexError, KeyError, TypeError) as error:
        raise _delta.damaged(folder / COMMITS, f"no {error} in the last commit") from error


def begin(folder: Path) -> None:
    """Make the table of commits, without any."""
    _delta.create(folder / COMMITS, _SCHEMA, _LAYOUT.indexed)


def append(tables: _delta.Latest, folder: Path, batch: int, versions: dict[str, int]) -> Commit:
    """Add a commit; when this returns, it is on disk."""
    target = folder / COMMITS
    commit = Commit(batch, datetime.now(tz=UTC), versions)
    told = [{"name": name, "version": version} for name, version in sorted(versions.items())]
    row = {"batch": batch, "format": FORMAT, "at": commit.at, "tables": told}
    tables.commit(COMMITS, _SCHEMA, [storing.write(target, pa.Table.from_pylist([row], _SCHEMA), _LAYOUT)])
    return commit


def shorten(folder: Path) -> None:
    """Keep the last commit only, in one file."""
    target = folder / COMMITS
    table = _delta.opened(target)
    old = [file["path"] for file in _delta.files(table)]
    rows = storing.read(table).sort_by("batch")
    kept = storing.write(target, rows.slice(rows.num_rows - 1), _LAYOUT)
    _delta.commit(target, _SCHEMA, [kept], old)
