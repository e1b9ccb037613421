"""What the archive's tests share: archives made of files, and what reading the files themselves gives."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from midtrail.archive.adding import Added, add
from midtrail.archive.restoring import verify
from midtrail.archive.snapshot import Snapshot
from midtrail.engine import read_arrow
from midtrail.lines import ReadOptions, find_sources
from midtrail.tables import Batches, all_schemas

Tables = dict[str, list[dict[str, Any]]]
NATIVE = "Mon Sep 13 23:38:%02d 2021 Info: %s\n"


def tables_of(batches: Iterable[Batches]) -> Tables:
    """Return all rows of all tables, as Python objects."""
    parts: dict[str, list[pa.RecordBatch]] = {}
    schemas = all_schemas()
    for batch in batches:
        for name, rows in batch.items():
            assert rows.schema == schemas[name]
            parts.setdefault(name, []).append(rows)
    return {name: pa.Table.from_batches(rows).to_pylist() for name, rows in parts.items()}


def log_of(*texts: str) -> bytes:
    """Return lines with these texts, a second apart, as an appliance writes them."""
    return "".join(NATIVE % (second, text) for second, text in enumerate(texts)).encode()


class Shelf:
    """An archive beside a folder of logs."""

    def __init__(self, root: Path) -> None:
        """Take an empty folder."""
        self.logs = root / "logs"
        self.logs.mkdir(parents=True)
        self.folder = root / "archive"

    def put(self, name: str, data: bytes) -> Path:
        """Write a log file."""
        path = self.logs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def add(self, *paths: Path, options: ReadOptions | None = None) -> Added:
        """Add files, by default all, to the archive."""
        return add(self.folder, find_sources([*map(str, paths)] or str(self.logs)), options or ReadOptions())

    def snapshot(self) -> Snapshot:
        """Return the archive as it is, checked."""
        found = Snapshot.open(self.folder)
        assert [checked for checked in verify(found) if checked.problem] == []
        return found

    def stored(self) -> Tables:
        """Return what the archive gives."""
        return tables_of(self.snapshot().events())

    def read(self, *paths: Path, options: ReadOptions | None = None) -> Tables:
        """Return what reading the files gives."""
        return tables_of(read_arrow(find_sources([*map(str, paths)] or str(self.logs)), options))

    def contents(self) -> dict[str, bytes]:
        """Return the contents of the stored files by the last part of their names."""
        found = self.snapshot()
        return {Path(file.source).name: b"".join(found.bytes_of(file)) for file in found.files}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return an empty archive beside an empty folder of logs."""
    return Shelf(tmp_path)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return what makes, once, a small simulated archive of three appliances with resets."""
    from midtrail.cli._app import run  # noqa: PLC0415 - the command line only where it is needed

    made: list[Path] = []

    def make() -> Path:
        if not made:
            folder = tmp_path_factory.mktemp("simulated")
            status = run(
                ["simulate", "300", "-o", str(folder), "--seed", "8", "--appliances", "3", "--reset"]
            )
            assert status == 0
            made.append(folder / "mail_logs")
        return made[0]

    return make
