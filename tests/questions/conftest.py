"""Simulated archives of which it is known whose every line is."""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from midtrail.simulate import LOGS, Plan, write
from midtrail.simulate.truth import Line, Message


@dataclass
class World:
    """A simulated archive, with every line's owner as the simulated appliance wrote it."""

    folder: Path
    said: list[tuple[Line, object]] = field(default_factory=list)

    @property
    def logs(self) -> Path:
        """The folder of the logs."""
        return self.folder / LOGS

    def messages(self) -> list[Message]:
        """Return all messages of which a line was written."""
        return list({id(of): of for _, of in self.said if isinstance(of, Message)}.values())

    def lines(self, messages: Iterable[Message], logs: Path | None = None) -> list[bytes]:
        """Return each raw line of messages, of their connections and of their deliveries, in order of time.

        The lines are read from `logs`, by default as they were written.
        """
        owners = {id(owner) for one in messages for owner in (one, one.connection, *one.ways_out)}
        begins = self._begins()
        raw = {name: _physical((logs or self.logs) / name.partition("/")[2]) for name in begins}
        found = []
        for line, of in self.said:
            if id(of) in owners:
                name = _name(line)
                order = (line.second, begins[name], line.line_no, name)
                found.append((order, raw[name][line.line_no - 1 : _end(line)]))
        return [one for _, event in sorted(found, key=itemgetter(0)) for one in event]

    def _begins(self) -> dict[str, int]:
        """Return the first second of each file."""
        begins: dict[str, int] = {}
        for line, _ in self.said:
            begins.setdefault(_name(line), line.second)
        return begins


def _name(line: Line) -> str:
    assert line.file is not None
    return line.file.name


def _end(line: Line) -> int:
    return line.line_no + line.body.count("\n")


def _physical(path: Path) -> list[bytes]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [line + b"\n" for line in content.split(b"\n")]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., World]:
    """Give what writes an archive."""

    def made(**options: Any) -> World:
        found = World(tmp_path_factory.mktemp("world") / "made")
        write(Plan(**options), found.folder, seen=lambda line: found.said.append((line, line.of)))
        return found

    return made
