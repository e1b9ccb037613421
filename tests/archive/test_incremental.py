"""Messages kept up to date batch by batch are those of a build on all events, whatever the batches are."""

import random
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from midtrail.simulate import Plan, write

_TRACKING = Path(__file__).parents[1] / "tracking"
_WORLDS = 12
_FILES = ("a.log", "b.log", "c.log")

Pieces = dict[str, list[str]]


def _worlds() -> dict[str, list[str]]:
    """Return worlds of made-up lines that contradict each other, each the log of an appliance."""
    world = runpy.run_path(str(_TRACKING / "test_any_order.py"))["_world"]
    native = runpy.run_path(str(_TRACKING / "conftest.py"))["native"]
    return {f"world{seed}": [f"{native(line)}\n" for line in world(seed)] for seed in range(_WORLDS)}


def _dealt(seed: int, worlds: dict[str, list[str]]) -> Iterator[Pieces]:
    """Yield the lines of all worlds in batches, in any order, some of them again and again."""
    dice = random.Random(seed)  # noqa: S311 - the same batches each time
    waiting = {
        host: dice.sample(lines, len(lines)) if dice.random() < 0.5 else lines
        for host, lines in worlds.items()
    }
    while any(waiting.values()):
        pieces: Pieces = {}
        for host, lines in waiting.items():
            count = dice.choice((0, 30, 60))
            taken, waiting[host] = lines[:count], lines[count:]
            again = dice.sample(worlds[host], dice.choice((0, 0, 5)))
            for file, part in ((dice.choice(_FILES), taken), ("again.log", again)):
                if part:
                    pieces[f"{host}/{file}"] = part
        yield pieces


def test_worlds_in_any_batches(kept: Any) -> None:
    """After each batch of lines in any order, with repeats, all tables are those of a build on all so far."""
    for pieces in _dealt(1, _worlds()):
        kept.add(pieces)
        assert kept.tables() == kept.built()


def test_files_in_any_order(tmp_path: Path, kept_in: Callable[[Path], Any]) -> None:
    """Simulated files of two appliances with resets, added in any order, some twice: the same tables."""
    write(Plan(messages=300, seed=7, appliances=2, resets=True), tmp_path / "made")
    files = _files(tmp_path / "made" / "mail_logs")
    dice = random.Random(7)  # noqa: S311 - the same order each time
    names = dice.sample(sorted(files), len(files))
    kept = kept_in(tmp_path / "read")
    for at in range(0, len(names), 40):
        pieces = {name: files[name] for name in names[at : at + 40]}
        copy = dice.choice(names[: at + 1])
        kept.add({**pieces, f"{copy}.copy{at}": files[copy]})
        assert kept.tables() == kept.built()


def test_a_late_line_changes_only_its_messages(tmp_path: Path, kept_in: Callable[[Path], Any]) -> None:
    """A remediation days later is one revision of one message; an unchanged message stays at revision 1."""
    write(Plan(messages=60, seed=3), tmp_path / "made")
    kept = kept_in(tmp_path / "read")
    kept.add({f"esa/{name}": lines for name, lines in _files(tmp_path / "made" / "mail_logs").items()})
    before = {key: row["revision"] for key, row in kept.rows.items()}
    host, mid, born = next(key for key, row in kept.rows.items() if row["last_state"] == "Delivered")
    to = kept.rows[host, mid, born]["recipients"][0]["recipient"]
    kept.add({"esa/b.log": [_REMEDIATED.format(mid=mid, to=to)]})
    after = {key: row["revision"] for key, row in kept.rows.items()}
    assert {key for key in after if after[key] != before.get(key)} == {(host, mid, born)}
    assert after[host, mid, born] == 2
    assert kept.rows[host, mid, born]["last_state"] in {"Remediated", "Partially Remediated"}


_REMEDIATED = (
    "Thu Oct 28 10:00:00 2021 Info: Message {mid} was processed with 'Delete' remedial action for recipient '{to}'"
    " in batch 'late'. Remediation status: Remediated.\n"
)


def _files(folder: Path) -> dict[str, list[str]]:
    """Return the lines of each file below a folder by its name; bytes that are no UTF-8 as they are."""
    paths = [path for path in folder.rglob("*.*") if path.is_file()]
    return {
        str(path.relative_to(folder)): path.read_text("utf-8", "surrogateescape").splitlines(keepends=True)
        for path in paths
    }
