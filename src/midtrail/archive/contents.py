"""What an archive holds after one commit: its tables, and what they tell of files, forms and ids."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from midtrail.archive import _delta, commits, opening, storing
from midtrail.archive.abreast import abreast
from midtrail.archive.commits import Commit
from midtrail.archive.decoding import Place
from midtrail.archive.facts import StoredFile, stored_in
from midtrail.archive.opening import Opening
from midtrail.archive.printing import Form
from midtrail.archive.ranges import RANGES_SCHEMA, Ranges
from midtrail.archive.stretches import Stretches
from midtrail.errors import ArchiveError
from midtrail.lines import HostClock


class Contents:
    """The tables of an archive after one commit."""

    def __init__(
        self,
        folder: Path,
        commit: Commit,
        latest: _delta.Latest | None = None,
        told: Opening | None = None,
    ) -> None:
        """Take a folder and the commit to read.

        Of `latest`, the writer's tables, those are taken that are as old; `told` is what is told of this commit.
        """
        self.folder = folder
        self.commit = commit
        self._deltas: dict[str, Any] = {}
        self._told = told
        self._parquet: dict[str, list[dict[str, Any]]] = {} if told is None else dict(told.parquet)
        for name, version in commit.versions.items():
            if latest is not None and latest.version(name) == version:
                self._parquet[name] = latest.files(name)

    @classmethod
    def open(cls, folder: Path, *, quickly: bool = False) -> Self:
        """Return the archive in a folder as it is now. Raises ArchiveError where there is none.

        With `quickly` what one file tells of its tables is believed, so that fewer are read.
        """
        told = opening.read(folder) if quickly else None
        if told is not None:
            return cls(folder, told.commit, told=told)
        commit = opening.last_commit(folder)
        if commit is None and commits.is_archive(folder):
            raise ArchiveError(f"{folder} is an archive in which nothing is yet: add log files to it first")
        if commit is None:
            raise commits.missing(folder)
        return cls(folder, commit)

    @property
    def batch(self) -> int:
        """The number of the last batch."""
        return self.commit.batch

    def delta(self, name: str) -> Any:
        """Return a table of the archive as a DeltaTable, at its version; None where it has none."""
        if name not in self._deltas:
            self._deltas[name] = self._opened(name)
        return self._deltas[name]

    def open_tables(self, names: Iterable[str]) -> None:
        """Open tables that will be asked for: two abreast, as each takes some milliseconds."""
        closed = [name for name in names if name not in self._deltas and name not in self._parquet]
        self._deltas |= zip(closed, abreast(self._opened, closed), strict=True)

    def _opened(self, name: str) -> Any:
        version = self.commit.versions.get(name)
        return None if version is None else _delta.opened(self.folder / name, version)

    def schema(self, name: str) -> pa.Schema | None:
        """Return the columns of a table, as its Parquet files tell them; None where the archive has no such table."""
        if name not in self.commit.versions:
            return None
        paths = self.paths(name)
        return storing.schema_of(Path(paths[0])) if paths else pa.schema(self.delta(name).schema().to_arrow())

    def parquet(self, name: str) -> list[dict[str, Any]]:
        """Return the Parquet files of a table, as `_delta.files` tells them; none where it has no such table."""
        if name not in self._parquet:
            table = self.delta(name)
            self._parquet[name] = [] if table is None else _delta.files(table)
        return self._parquet[name]

    def paths(self, name: str) -> list[str]:
        """Return the Parquet files of a table."""
        return [str(self.folder / name / file["path"]) for file in self.parquet(name)]

    def stretches(self, name: str) -> Stretches | None:
        """Return the stretches of ids in a table's Parquet files; None where they are not told."""
        return None if self._told is None else self._told.stretches.get(name)

    def _rows(self, name: str) -> pa.Table:
        """Return all rows of a small table; its Parquet files are read once a process."""
        found = list(abreast(storing.read_once, [Path(path) for path in self.paths(name)]))
        return pa.concat_tables(found, promote_options="default") if found else pa.table({})

    @cached_property
    def files(self) -> list[StoredFile]:
        """The stored files in the order in which they are read."""
        return self._files[0]

    @cached_property
    def gone(self) -> list[StoredFile]:
        """The files that were dropped."""
        return self._files[1]

    @cached_property
    def _files(self) -> tuple[list[StoredFile], list[StoredFile]]:
        if self._told is not None:
            return self._told.files, self._told.gone
        return stored_in(tuple(storing.version_of(Path(path)) for path in self.paths("files")))

    @cached_property
    def by_id(self) -> dict[int, StoredFile]:
        """The stored files by their numbers."""
        return {file.file_id: file for file in self.files}

    @cached_property
    def places(self) -> dict[int, Place]:
        """The name and the first line's number of each file."""
        return {file.file_id: Place(file.source, file.base) for file in self.files}

    @cached_property
    def forms(self) -> Mapping[int, Form]:
        """The forms in which lines are written."""
        if self._told is not None:
            return self._told.forms
        rows = self._rows("forms").to_pylist()
        return {row["form"]: Form(row["kind"], row["pattern"]) for row in rows}

    def clocks(self) -> list[HostClock]:
        """Return the appliances in each file, and their clocks."""
        return [clock for file in self.files for clock in file.clocks]

    @cached_property
    def ranges(self) -> Ranges:
        """Which ids the blocks are known to hold."""
        rows = self._rows("ranges")
        return Ranges(rows if rows.num_rows else RANGES_SCHEMA.empty_table())
