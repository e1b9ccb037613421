"""What these tests share: archives with their messages, and all that a log answers, from files or from an archive."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

import midtrail as mt
from midtrail.simulate import Plan, write
from midtrail.tables import all_schemas

Answers = dict[str, pa.Table]
TOLD = ("messages", "recipients", "connections", "remediations", "timeline", "spine")


def answers(sources: Path | Iterable[Path]) -> Answers:
    """Return every table that a log gives: messages, recipients and the like, timelines, lines, all kinds."""
    log = mt.read(sources, progress=False)
    told = {name: getattr(log, name)() for name in TOLD}
    kinds = {name: log.events(name) for name in all_schemas() if name != "spine"}
    log.close()
    return {name: _plain(rows) for name, rows in {**told, **kinds}.items()}


def _plain(rows: pa.Table) -> pa.Table:
    """Return rows with words that are coded as plain words, in one piece."""
    columns = {
        name: rows[name].cast(pa.string()) if pa.types.is_dictionary(rows[name].type) else rows[name]
        for name in rows.schema.names
    }
    return pa.table(columns).combine_chunks()


def differing(one: Answers, other: Answers) -> list[str]:
    """Return the names of the tables that differ."""
    return [name for name in one.keys() | other.keys() if not one[name].equals(other[name])]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return what makes, once, the logs of three appliances whose counters are reset."""
    found: list[Path] = []

    def make() -> Path:
        if not found:
            folder = tmp_path_factory.mktemp("made")
            write(Plan(messages=150, seed=8, appliances=3, resets=True), folder)
            found.append(folder / "mail_logs")
        return found[0]

    return make


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, in order of their names."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file())
