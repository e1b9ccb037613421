"""Lines that were read, laid aside on disk until their commit tells them: memory holds none that wait."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from midtrail.tables import Batches

_ALIGNED = 64  # bytes: Arrow reads what lies so where it lies


class Read(NamedTuple):
    """Lines as the engine gave them, numbered as in its run, and the number of each line's file (numpy)."""

    lines: Batches
    files: Any


class _Laid(NamedTuple):
    """Where one batch lies: for each table the byte where it begins and how many there are; and its files."""

    tables: dict[str, tuple[int, int]]
    files: Any


class Aside:
    """Batches of lines in a file, which is gone as soon as they are read again."""

    def __init__(self, path: Path) -> None:
        """Lay batches into a new file. Raises OSError where the disk is full, here and below."""
        path.parent.mkdir(exist_ok=True)
        self._path = path
        self._file = path.open("wb")
        self._laid: list[_Laid] = []

    def add(self, lines: Batches, files: Any) -> None:
        """Lay a batch aside, and the number of each line's file (numpy)."""
        tables = {name: self._write(rows) for name, rows in lines.items()}
        self._laid.append(_Laid(tables, files))

    def _write(self, rows: pa.RecordBatch) -> tuple[int, int]:
        start = self._file.tell()
        self._file.write(b"\0" * (-start % _ALIGNED))
        start = self._file.tell()
        with pa.ipc.new_stream(self._file, rows.schema) as out:
            out.write_batch(rows)
        return start, self._file.tell() - start

    def reads(self) -> Iterator[Read]:
        """Yield the batches: they lie in the file still, which is gone when none of them is there any more."""
        self._file.close()
        if not self._laid:
            self._path.unlink()
            return
        with pa.memory_map(str(self._path)) as file:
            with suppress(PermissionError):  # Windows: whoever removes the folder does it
                self._path.unlink()
            for laid in self._laid:
                yield Read(
                    {name: _table(file, start, size) for name, (start, size) in laid.tables.items()},
                    laid.files,
                )


def _table(file: Any, start: int, size: int) -> pa.RecordBatch:
    file.seek(start)
    return pa.ipc.open_stream(file.read_buffer(size)).read_next_batch()
