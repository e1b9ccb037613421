"""What is measured: ways to read an archive, each run as a user would run it, and timed as a whole process."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from archives import Archive

MIDTRAIL = (sys.executable, "-m", "midtrail")
_PEERS = str(Path(__file__).with_name("peers.py"))
_TO_ARROW = str(Path(__file__).with_name("to_arrow.py"))
_SHORT = 20
_MISUSE = 2


_LAUNCH = """
import os, sys, time
began = time.perf_counter()
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(process, 0)
seconds = time.perf_counter() - began
os.write(int(sys.argv[1]), f"{seconds} {os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}".encode())
"""


class Run(NamedTuple):
    """One run: how long it took, the most memory that it held, and how many lines it read and knew."""

    seconds: float
    megabytes: float
    lines: int
    known: int


class Way(NamedTuple):
    """A way to read an archive: `command` returns what to run, given the archive and a folder to write into."""

    name: str
    command: Callable[[Archive, Path], list[str]]
    is_peer: bool = False
    needs: str = ""


class NotThereError(Exception):
    """A way that this machine, or this version of midtrail, does not have; says why."""


def _zcat(archive: Archive, _: Path) -> list[str]:
    return ["sh", "-c", 'zcat "$@" | wc -l', "sh", *archive.files]


def _parse(format_: str, out: str) -> Callable[[Archive, Path], list[str]]:
    return lambda archive, folder: [
        *(*MIDTRAIL, "parse", str(archive.folder), "--format", format_, "-o"),
        str(folder / out) if out else "-",
    ]


def _track(archive: Archive, folder: Path) -> list[str]:
    return [*MIDTRAIL, "track", str(archive.folder), "--format", "parquet", "-o", str(folder / "messages")]


def _peer(name: str) -> Callable[[Archive, Path], list[str]]:
    return lambda archive, _: [sys.executable, _PEERS, name, *archive.files]


def _first_answer(archive: Archive, folder: Path) -> list[str]:
    """Parse the first lines of a plain file."""
    short = folder / "short.log"
    with (
        subprocess.Popen(["zcat", archive.files[0]], stdout=subprocess.PIPE) as source,
        short.open("wb") as file,
    ):
        file.writelines(line for line, _ in zip(source.stdout or (), range(_SHORT), strict=False))
    return [*MIDTRAIL, "parse", str(short)]


ZCAT = Way("`zcat FILES | wc -l`", _zcat)
IN_MEMORY = Way("gz → Arrow", lambda archive, _: [sys.executable, _TO_ARROW, str(archive.folder)])
PARQUET = Way("gz → Parquet", _parse("parquet", "events"))
NDJSON = Way("gz → NDJSON", _parse("ndjson", ""))
CSV = Way("gz → CSV", _parse("csv", ""))
TRACKED = Way("gz → tracked messages", _track)
PEERS = (
    Way("liblognorm", _peer("lognormalizer"), is_peer=True, needs="lognormalizer"),
    Way("Python `re`", _peer("python_re"), is_peer=True),
    Way("RE2 through pyarrow", _peer("re2"), is_peer=True),
    Way("Lark", _peer("lark"), is_peer=True),
)
OF_ARCHIVES = (ZCAT, IN_MEMORY, PARQUET, NDJSON, CSV, TRACKED, *PEERS)
FIRST_ANSWER = Way(f"first answer for a file of {_SHORT} lines", _first_answer)
HELP = Way("`midtrail --help`", lambda _, __: [*MIDTRAIL, "--help"])
SHORT = (FIRST_ANSWER, HELP)


def run(way: Way, archive: Archive) -> Run:
    """Run a way once. Raises NotThereError, and RuntimeError where it fails or reads another number of lines."""
    if way.needs and not shutil.which(way.needs):
        raise NotThereError(f"{way.needs} is not installed")
    with tempfile.TemporaryDirectory(dir=archive.folder.parent, prefix="out-") as name:
        command = way.command(archive, Path(name))
        with Path(name, "told").open("w+") as told, Path(name, "said").open("w+") as said:
            seconds, status, megabytes = timed(command, told.fileno() if _prints_counts(way) else None, said)
            told.seek(0)
            said.seek(0)
            return _judged(way, archive, Run(seconds, megabytes, 0, 0), status, told.read(), said.read())


def _prints_counts(way: Way) -> bool:
    """Tell whether standard output holds counts; that of others goes to /dev/null."""
    return way.is_peer or way in (ZCAT, IN_MEMORY)


def timed(command: list[str], told: int | None, said: object) -> tuple[float, int, float]:
    """Run a command; return its seconds, its exit status and its peak memory.

    A small process starts it: one that a large process starts counts as large from its beginning.
    """
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as figures:
        subprocess.run(
            [sys.executable, "-IS", "-c", _LAUNCH, str(writing), *command],
            stdout=subprocess.DEVNULL if told is None else told,
            stderr=said,  # type: ignore[call-overload]
            pass_fds=[writing],
            check=True,
        )
        os.close(writing)
        seconds, status, kilobytes = figures.read().split()
    return float(seconds), int(status), int(kilobytes) / 1024


def _judged(way: Way, archive: Archive, measured: Run, status: int, told: str, said: str) -> Run:
    """Return a run with its lines, which must be all there are."""
    if status == _MISUSE and way is TRACKED:
        raise NotThereError("`track --format parquet` is not there yet")
    if status:
        raise RuntimeError(f"{way.name} ended with {status}: {said.strip()}")
    numbers = [int(word) for word in (said if way is PARQUET else told).split() if word.isdecimal()]
    lines = numbers[0] if numbers else archive.lines
    if lines != archive.lines and way is not PEERS[-1]:
        raise RuntimeError(f"{way.name} read {lines:,} of {archive.lines:,} lines")
    return measured._replace(lines=lines, known=numbers[-1] if numbers else lines)
