"""Delta tables: files of Parquet, and a log that says which of them a version of the table has.

What is committed lies safely on disk before the next thing is done, so that neither a kill nor a power failure
between two commits can turn their order round.
"""

import json
import os
import re
import time
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from midtrail.errors import ArchiveError, UsageError

_LOG = "_delta_log"
_ENTRY = ".json"
_CHECKPOINT = 10  # versions after which what went before is written as one, so that opening takes no longer
_NO_RIGHT = "Permission denied"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@cache
def deltalake() -> Any:
    """Return the package `deltalake`. Raises UsageError where it is not installed."""
    try:
        import_module("deltalake.transaction")
        return import_module("deltalake")
    except ImportError as error:
        raise UsageError(
            "The archive needs the package deltalake: install it with  pip install 'midtrail[archive]'"
        ) from error


class Added(NamedTuple):
    """A Parquet file that lies in a table's folder: its name, its rows, and the least and greatest values."""

    name: str
    rows: int
    least: Mapping[str, Any]
    greatest: Mapping[str, Any]


def exists(folder: Path) -> bool:
    """Tell whether there is a table with at least one version in a folder."""
    log = folder / _LOG
    return log.is_dir() and any(name.suffix in (".json", ".parquet") for name in log.iterdir())


def opened(folder: Path, version: int | None = None) -> Any:
    """Return the DeltaTable in a folder, as it was at a version, by default its latest.

    Raises ArchiveError where there is none, or where its log is damaged.
    """
    package = deltalake()
    try:
        _refuse_empty(folder / _LOG, version)
        return package.DeltaTable(str(folder), version=version)
    except (package.exceptions.DeltaError, OSError, ValueError) as error:
        raise damaged(folder, error) from error


def _refuse_empty(log: Path, version: int | None) -> None:
    """Raise ValueError where an entry of a table's log is empty: deltalake would take it for one that changes nothing.

    Those before the latest that tells all of what went before are not read, and may be many.
    """
    entries = sorted(path.name for path in log.iterdir() if path.suffix == _ENTRY) if log.is_dir() else []
    last = len(entries) if version is None else bisect_right(entries, f"{version:020}{_ENTRY}")
    for name in entries[max(last - 2 * _CHECKPOINT, 0) : last]:
        if not (log / name).stat().st_size:
            raise ValueError(f"{name} is empty")


def damaged(what: Path | str, error: object) -> ArchiveError:
    """Return the error that tells of a damaged part of an archive."""
    reason = told(error)
    if isinstance(error, PermissionError) or _NO_RIGHT in reason:
        return ArchiveError(f"{what}: this part of the archive cannot be read ({reason}); check its rights")
    return ArchiveError(
        f"{what}: this part of the archive is damaged or missing ({reason}); "
        "take it from a backup, or archive the log files anew into another folder"
    )


def told(error: object) -> str:
    """Return what an error says in one line, without the colours that deltalake gives it."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(_COLOURS.sub("", reason).replace("\u21b3", ":").split())[:200]


def create(folder: Path, schema: pa.Schema, indexed: Iterable[str]) -> None:
    """Make an empty table; `indexed` are the columns whose least and greatest values its log keeps."""
    folder.mkdir(parents=True, exist_ok=True)
    package = deltalake()
    settings = {
        "delta.dataSkippingStatsColumns": ",".join(indexed),
        "delta.checkpointInterval": str(_CHECKPOINT),
    }
    try:
        package.DeltaTable.create(str(folder), schema, mode="ignore", configuration=settings)
    except package.exceptions.DeltaError as error:
        raise unwritten(folder, error) from error
    _safe(folder)


def unwritten(folder: Path, error: object) -> ArchiveError:
    """Return the error that tells that an archive cannot be written."""
    return ArchiveError(f"{folder} cannot be written ({told(error)}); it is as it was before this batch")


class Latest:
    """The tables in a folder as they are now, kept open while one writer adds to them."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that the tables lie in."""
        self._folder = folder
        self._open: dict[str, Any] = {}
        self._files: dict[str, list[dict[str, Any]]] = {}

    def forget(self) -> None:
        """Open all anew: something else wrote to them."""
        self._open, self._files = {}, {}

    def table(self, name: str) -> Any:
        """Return a table, None where there is none. Raises ArchiveError where it is damaged."""
        if name not in self._open and exists(self._folder / name):
            self._open[name] = opened(self._folder / name)
        return self._open.get(name)

    def roll_back(self, name: str, version: int) -> None:
        """Make the latest version of a table that there is equal to an earlier one, if it is not."""
        table, folder = opened(self._folder / name), self._folder / name
        latest = int(table.version())
        if latest < version:
            raise damaged(folder, f"version {version} is missing, the latest is {latest}")
        if latest > version:
            table.restore(version)
            _safe(folder)
        else:
            self._open[name] = table

    def version(self, name: str) -> int | None:
        """Return the version of a table, None where there is none."""
        table = self.table(name)
        return None if table is None else int(table.version())

    def files(self, name: str) -> list[dict[str, Any]]:
        """Return the Parquet files of a table, as `files` does; the list is never changed."""
        if name not in self._files:
            table = self.table(name)
            self._files[name] = [] if table is None else files(table)
        return self._files[name]

    def create(self, name: str, schema: pa.Schema, indexed: Iterable[str]) -> None:
        """Make an empty table, if there is none."""
        if self.table(name) is None:
            create(self._folder / name, schema, indexed)

    def commit(
        self, name: str, schema: pa.Schema, added: Iterable[Added] = (), removed: Iterable[str] = ()
    ) -> None:
        """Add Parquet files to a table and take others out, in one version."""
        table, folder = self.table(name), self._folder / name
        if _commit(folder, table, schema, added, removed):
            self._files.pop(name, None)
            try:
                table.update_incremental()
            except (deltalake().exceptions.DeltaError, OSError, ValueError) as error:
                raise damaged(folder, error) from error


def commit(folder: Path, schema: pa.Schema, added: Iterable[Added] = (), removed: Iterable[str] = ()) -> None:
    """Add Parquet files to a table and take others out, in one version."""
    _commit(folder, opened(folder), schema, added, removed)


def _commit(
    folder: Path, table: Any, schema: pa.Schema, added: Iterable[Added], removed: Iterable[str]
) -> bool:
    """Write the next version of a table, and tell whether there was anything to write."""
    package = deltalake()
    now = int(time.time() * 1000)
    actions: list[Any] = [_add_action(folder, file) for file in added]
    actions += [package.transaction.RemoveAction(name, True, now) for name in removed]  # noqa: FBT003 - deltalake's
    if not actions:
        return False
    for file in actions:
        _flush(folder / file.path)
    try:
        table.create_write_transaction(actions, mode="append", schema=schema)
    except package.exceptions.DeltaError as error:
        raise unwritten(folder, error) from error
    _safe(folder)
    return True


def _add_action(folder: Path, file: Added) -> Any:
    facts = (folder / file.name).stat()
    stats = {"numRecords": file.rows, "minValues": dict(file.least), "maxValues": dict(file.greatest)}
    return deltalake().transaction.AddAction(
        path=file.name,
        size=facts.st_size,
        partition_values={},
        modification_time=int(facts.st_mtime * 1000),
        data_change=True,
        stats=json.dumps({**stats, "nullCount": {}}),
    )


def version_of(folder: Path) -> int | None:
    """Return the latest version of a table, None where there is no table."""
    return int(opened(folder).version()) if exists(folder) else None


def end_of_log(folder: Path) -> tuple[str, int]:
    """Return what a table's log ends with: the name of its newest entry, and its checksum."""
    newest = max((folder / _LOG).glob(f"*{_ENTRY}"))
    return newest.name, zlib.crc32(newest.read_bytes())


def log_ends(folder: Path, end: Iterable[Any]) -> bool:
    """Tell whether a table's log still ends as `end_of_log` told. Raises OSError where that entry is gone."""
    name, checksum = end
    following = f"{int(name.removesuffix(_ENTRY)) + 1:020}{_ENTRY}"
    log = folder / _LOG
    return not (log / following).exists() and zlib.crc32((log / name).read_bytes()) == checksum


def files(table: Any) -> list[dict[str, Any]]:
    """Return the Parquet files of a table: `path`, `num_records`, and `min.C` and `max.C` for indexed columns."""
    return list(pa.table(table.get_add_actions(flatten=True)).to_pylist())


def _safe(folder: Path) -> None:
    """Bring the log's newest entry to disk, and the newest that tells all of what went before."""
    log = folder / _LOG
    names = sorted(log.iterdir())
    for suffix in (".json", ".parquet"):
        for newest in [name for name in names if name.suffix == suffix][-1:]:
            _flush(newest)
    _flush(log)
    _flush(folder)


def _flush(path: Path) -> None:
    """Bring a file or a folder to disk; where folders cannot be opened (Windows), the system does it."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        if path.is_file():
            raise
    finally:
        os.close(handle)
