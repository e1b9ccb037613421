"""Simulated archives of gzipped logs, made once and kept in a folder."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_LINES_A_MESSAGE = 26


class Archive(NamedTuple):
    """Gzipped logs of three appliances: about `asked` lines, and exactly `lines`."""

    asked: int
    lines: int
    folder: Path

    @property
    def files(self) -> list[str]:
        """All of its files, in order of their names."""
        return sorted(map(str, self.folder.rglob("*.gz")))


def asked_for(description: str | None, what: str, rounds: int = 5) -> argparse.ArgumentParser:
    """Return the options that all measurements have; `what` is run so many rounds."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000], help="sizes of the logs")
    add("--rounds", type=int, default=rounds, help=f"how often {what}")
    add("--data", type=Path, help="folder that keeps the logs for the next time")
    return parser


@contextmanager
def data_in(folder: Path | None) -> Iterator[Path]:
    """Give the folder that keeps the logs, made if need be, or one that is gone afterwards."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="midtrail-") as name:
            yield Path(name)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def archive(data: Path, asked: int) -> Archive:
    """Return the archive of about so many lines, which is simulated if `data` does not hold it yet."""
    place = data / f"{asked}-lines"
    if not place.exists():
        _simulate(asked // _LINES_A_MESSAGE, place)
    found = Archive(asked, 0, place)
    return found._replace(lines=_count(found.files))


def _simulate(messages: int, place: Path) -> None:
    """Write the logs under another name first, so that a half archive is never taken for a whole one."""
    print(f"simulating {messages:,} messages", file=sys.stderr)
    made = place.with_name(f"{place.name}.part")
    simulate = [sys.executable, "-m", "midtrail", "simulate", str(messages), "-o", str(made)]
    subprocess.run([*simulate, "--appliances", "3", "--gzip"], check=True, stderr=subprocess.DEVNULL)
    (made / "mail_logs").rename(place)
    (made / "truth.ndjson").unlink()
    made.rmdir()


def _count(files: list[str]) -> int:
    with subprocess.Popen(["zcat", *files], stdout=subprocess.PIPE) as source:
        return int(subprocess.run(["wc", "-l"], stdin=source.stdout, capture_output=True, check=True).stdout)
