"""What the tests of this room share: a tiny reader of log-file headers, and files in a folder."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Protocol

import pytest

from midtrail.lines import Line, LogfileHeader, Problem, ReadOptions, Source, find_sources, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class TinyHeaders:
    """Reads headers of a made-up wording: `#begin`, `#serial S version V`, `#east SECONDS`."""

    needles = (b"#begin", b"#serial ", b"#east ")

    def read(self, text: str) -> LogfileHeader | None:
        """Give what a header line tells."""
        if text == "#begin":
            return LogfileHeader(None, None, None)
        if found := re.fullmatch(r"#serial (\S+) version (\S+)", text):
            return LogfileHeader(found[2], found[1], None)
        if found := re.fullmatch(r"#east (-?\d+)", text):
            return LogfileHeader(None, None, int(found[1]))
        return None


class ReadAll(Protocol):
    """Reads sources into a list of lines."""

    def __call__(
        self,
        sources: Source | Iterable[Source],
        *,
        tz: str | None = None,
        year: int | None = None,
        host: str | None = None,
        problems: list[Problem] | None = None,
        max_ratio: float | None = None,
    ) -> list[Line]:
        """Read."""


class Write(Protocol):
    """Writes a file and gives its path."""

    def __call__(self, name: str, data: bytes | str, *, modified: float | None = None) -> str:
        """Write."""


@pytest.fixture
def headers() -> TinyHeaders:
    """Give the tiny reader of headers."""
    return TinyHeaders()


@pytest.fixture
def read(headers: TinyHeaders) -> ReadAll:
    """Give a function that reads all lines of sources."""

    def read_all(
        sources: Source | Iterable[Source],
        *,
        tz: str | None = None,
        year: int | None = None,
        host: str | None = None,
        problems: list[Problem] | None = None,
        max_ratio: float | None = None,
    ) -> list[Line]:
        options = ReadOptions(tz=tz, year=year, host=host)
        files = find_sources(sources)
        return list(read_lines(files, options, headers, problems=problems, max_ratio=max_ratio))

    return read_all


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes a file below a fresh folder."""

    def write_file(name: str, data: bytes | str, *, modified: float | None = None) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        if modified is not None:
            os.utime(path, (modified, modified))
        return str(path)

    return write_file
