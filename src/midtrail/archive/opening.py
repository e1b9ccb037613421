"""What a reader begins with, in one small file: the archive's Parquet files, its log files and its forms.

Every table tells it, too, but to ask them all takes a tenth of a second and more, the more batches there were. The
file is written behind a writer's last commit and tells nothing new: it counts only while the log of commits ends as
it did then. Where it is missing, damaged, or left behind by a later commit, the tables are read.
"""

import json
import warnings
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from midtrail.archive import _delta, commits
from midtrail.archive.commits import COMMITS, FORMAT, Commit
from midtrail.archive.facts import StoredFile
from midtrail.archive.printing import Form
from midtrail.archive.stretches import (
    NUMBERED,
    TIMES,
    Part,
    Stretches,
    packed,
    stretches_in,
    times_in,
    unpacked,
)
from midtrail.errors import ArchiveWarning

if TYPE_CHECKING:
    from midtrail.archive.contents import Contents

NAME = "opening"
_TIMED = "messages"
_LAYOUT = 1
"""The number of the way in which the file is laid out; another one is not read."""
_MOST_RATIO = 64
"""How many times larger than the file is what is packed in it: ten times as many as is usual."""
_NOT_NEEDED = ("null_count.", "modification_time")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error)
_FIELDS = tuple(field.name for field in fields(StoredFile))


@dataclass(frozen=True)
class Opening:
    """What the file tells: the last commit, and of it each table's Parquet files, the stored files and the forms.

    `parquet` is as `_delta.files` tells them, but for when they were written; `files` are in the order in which they
    are read, `gone` those that were dropped. `stretches` are those of the tables in which ids are looked for, and
    those of time (TIMES), which may be missing.
    """

    commit: Commit
    parquet: Mapping[str, list[dict[str, Any]]]
    files: list[StoredFile]
    gone: list[StoredFile]
    forms: Mapping[int, Form]
    stretches: Mapping[str, Stretches]


def write(shot: "Contents") -> None:
    """Write what a reader begins with, once its commit is made. Raises OSError where it cannot be written."""
    places, numbers = packed(_stretches(shot))
    told = {
        "layout": _LAYOUT,
        "format": FORMAT,
        "ends": _delta.end_of_log(shot.folder / COMMITS),
        "batch": shot.commit.batch,
        "at": shot.commit.at.isoformat(),
        "versions": shot.commit.versions,
        "parquet": {name: _columns(shot.parquet(name)) for name in shot.commit.versions},
        "files": [_values(file) for file in shot.files],
        "gone": [_values(file) for file in shot.gone],
        "forms": [[number, *form] for number, form in shot.forms.items()],
        "stretches": places,
    }
    path = shot.folder / NAME
    made = path.with_name(f".{NAME}")
    made.write_bytes(zlib.compress(json.dumps(told, separators=(",", ":")).encode() + b"\n" + numbers))
    made.replace(path)


def last_commit(folder: Path) -> Commit | None:
    """Return the last commit of an archive, as `commits.last` does, and raise what that raises.

    Warns where the file was written behind a later one: the entry that told it is gone.
    """
    told = _batch(folder)  # read before the commits, to which a writer beside this adds first
    commit = commits.last(folder)
    if told > (0 if commit is None else commit.batch):
        warnings.warn(
            f"{folder} has lost its last commit, of batch {told}, and is as it was before that: "
            "archive its log files again, or take it from a backup",
            ArchiveWarning,
            stacklevel=3,
        )
    return commit


def _batch(folder: Path) -> int:
    """Return the batch behind which the file was written, 0 where it tells none."""
    try:
        return int(_content(folder)[0]["batch"])
    except _UNREADABLE:
        return 0


def remove(folder: Path) -> None:
    """Take away the file of an archive in a folder, also one that was not written whole."""
    for name in (NAME, f".{NAME}"):
        (folder / name).unlink(missing_ok=True)


def _stretches(shot: "Contents") -> dict[str, dict[str, Sequence[Part]]]:
    """Return the stretches of all Parquet files; those that were told before are taken: no file is ever changed."""
    try:
        told, numbers = _content(shot.folder)
        known = unpacked(told["stretches"], numbers)
    except _UNREADABLE:
        known = {}
    of_ids: dict[str, dict[str, Sequence[Part]]] = {
        name: {
            path.name: known.get(name, {}).get(path.name) or stretches_in(path, column)
            for path in map(Path, shot.paths(name))
        }
        for name, column in NUMBERED.items()
    }
    of_times: dict[str, Sequence[Part]] = {
        path.name: known.get(TIMES, {}).get(path.name) or times_in(path)
        for path in map(Path, shot.paths(_TIMED))
    }
    return {**of_ids, TIMES: of_times}


def read(folder: Path) -> Opening | None:
    """Return what the file in an archive's folder tells, None where it does not count."""
    try:
        told, numbers = _content(folder)
        if told["format"] != FORMAT or not _delta.log_ends(folder / COMMITS, told["ends"]):
            return None
        return Opening(
            Commit(told["batch"], datetime.fromisoformat(told["at"]), told["versions"]),
            {name: _rows(columns) for name, columns in told["parquet"].items()},
            [_file(values) for values in told["files"]],
            [_file(values) for values in told["gone"]],
            {number: Form(*form) for number, *form in told["forms"]},
            {name: Stretches(parts) for name, parts in unpacked(told["stretches"], numbers).items()},
        )
    except _UNREADABLE:
        return None


def _content(folder: Path) -> tuple[dict[str, Any], bytes]:
    """Return what the file holds. Raises one of _UNREADABLE."""
    unpacker = zlib.decompressobj()
    data = (folder / NAME).read_bytes()
    head, _, numbers = unpacker.decompress(data, _MOST_RATIO * len(data)).partition(b"\n")
    if not unpacker.eof:
        raise ValueError("cut off, or too large")
    told: dict[str, Any] = json.loads(head)
    if told["layout"] != _LAYOUT:
        raise ValueError(told["layout"])
    return told, numbers


def _columns(files: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = [name for name in dict.fromkeys(n for f in files for n in f) if not name.startswith(_NOT_NEEDED)]
    return {name: [file.get(name) for file in files] for name in names}


def _rows(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _values(file: StoredFile) -> list[Any]:
    return [getattr(file, name) for name in _FIELDS]


def _file(values: list[Any]) -> StoredFile:
    told = dict(zip(_FIELDS, values, strict=True))
    return StoredFile(**{**told, "hosts": tuple(told["hosts"])})
