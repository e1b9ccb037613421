"""What is measured of the archive: its making and growing, look-ups in it and by zgrep, and what it takes on disk.

It grows by two days, each added to the archive of all others but them: a typical one, of median size, and one of
nothing but late lines, which name MIDs of all of the past.
"""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from archives import Archive
from asked import sample_of
from questions import archived
from ways import MIDTRAIL, Run, Way

_DAY = re.compile(r"\.@(\d{8})T")
_OWN = ("lines", "events", "forms", "files")
_SOME = """
    select mid, host, sender from messages where regexp_full_match(sender, '[a-z0-9.]+@[a-z.]+')
    order by hash(message) limit 21
"""


class Days(NamedTuple):
    """The files of two days, by when they were begun."""

    typical: list[str]
    late: list[str]


def days_of(logs: Archive) -> Days:
    """Return a typical day and a late one.

    The typical one is, of the whole days of the second half, so that much was before it, that of median size. The
    late one is the last whole day: nothing but lines that come late, so that they name MIDs of all of the past.
    """
    days: dict[str, list[str]] = {}
    for name in logs.files:
        days.setdefault(_day(name), []).append(name)
    whole = sorted(days)[:-1]
    later = sorted(whole[len(whole) // 2 :], key=lambda day: _size(days[day]))
    return Days(days[later[len(later) // 2]], days[whole[-1]])


def _size(files: list[str]) -> int:
    return sum(Path(file).stat().st_size for file in files)


def _day(name: str) -> str:
    found = _DAY.search(Path(name).name)
    return found[1] if found else ""


def _archive(logs: Archive, folder: Path) -> list[str]:
    return [*MIDTRAIL, "archive", str(logs.folder), "-o", str(folder / "kept")]


def _day_alone(files: Callable[[Days], list[str]]) -> Callable[[Archive, Path], list[str]]:
    return lambda logs, folder: [*MIDTRAIL, "archive", *files(days_of(logs)), "-o", str(folder / "kept")]


def _day_added(files: Callable[[Days], list[str]]) -> Callable[[Archive, Path], list[str]]:
    """Add a day to a copy of the archive of all else but these days, which is made before the clock starts."""

    def added(logs: Archive, folder: Path) -> list[str]:
        shutil.copytree(_without_days(logs), folder / "kept")
        return _day_alone(files)(logs, folder)

    return added


def _without_days(logs: Archive) -> Path:
    return logs.folder.with_name(f"{logs.folder.name}.without-days")


def make(logs: Archive) -> None:
    """Make the archives that are asked and added to anew, with this midtrail."""
    shutil.rmtree(logs.folder.with_name(f"{logs.folder.name}.archive"), ignore_errors=True)
    shutil.rmtree(_without_days(logs), ignore_errors=True)
    archived(logs)
    others = sorted(set(logs.files) - set(chain(*days_of(logs))))
    print("making the archive without two days", file=sys.stderr)
    command = [*MIDTRAIL, "archive", *others, "-o", str(_without_days(logs))]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def kept(logs: Archive) -> str:
    """Return the archive of the logs."""
    return str(archived(logs))


_sample = cache(sample_of)


def _zgrep(text: Callable[[Archive], str]) -> Callable[[Archive, Path], list[str]]:
    return lambda logs, _: ["zgrep", "-h", "-F", "-e", text(logs), *logs.files]


MAKE = Way("`midtrail archive`", _archive)
DAY_ALONE = Way("a day alone", _day_alone(lambda days: days.typical))
DAY_ADDED = Way("a day to the archive", _day_added(lambda days: days.typical))
LATE_ALONE = Way("a day of late lines alone", _day_alone(lambda days: days.late))
LATE_ADDED = Way("a day of late lines to the archive", _day_added(lambda days: days.late))
DAYS = {"a typical day": (DAY_ALONE, DAY_ADDED), "a day of late lines": (LATE_ALONE, LATE_ADDED)}
BY_MID = Way(
    "`midtrail track --mid N`",
    lambda logs, _: [*MIDTRAIL, "track", kept(logs), "--mid", _sample(logs).mid, "--format", "text"],
)
RAW_BY_MID = Way(
    "`midtrail findevent -m N`", lambda logs, _: [*MIDTRAIL, "findevent", "-m", _sample(logs).mid, kept(logs)]
)
BY_ADDRESS = Way(
    "`midtrail search sender:A`",
    lambda logs, _: [*MIDTRAIL, "search", f"sender:{_sample(logs).sender}", kept(logs)],
)
ZGREP_MID = Way("`zgrep 'MID N '`", _zgrep(lambda logs: f"MID {_sample(logs).mid} "))
ZGREP_ADDRESS = Way("`zgrep A`", _zgrep(lambda logs: _sample(logs).sender))
LOOK_UPS = (BY_MID, RAW_BY_MID, ZGREP_MID, BY_ADDRESS, ZGREP_ADDRESS)
MID_OPENED = Way("a MID, the archive opened anew in one process", lambda _, __: [])
ADDRESS_OPENED = Way("an address, the archive opened anew in one process", lambda _, __: [])
MID_WITHIN = Way("a MID, in an open archive", lambda _, __: [])
ADDRESS_WITHIN = Way("an address, in an open archive", lambda _, __: [])
WITHIN = (MID_WITHIN, ADDRESS_WITHIN)
OPENED = (MID_OPENED, ADDRESS_OPENED)


def within(logs: Archive) -> Iterator[tuple[Way, Run]]:
    """Look up messages and addresses from all over the archive in this process: in one log, then each in its own.

    What is looked up with one log is another message each time; the first is not counted, as nothing is loaded yet.
    """
    import midtrail as mt

    log = mt.read(kept(logs), progress=False)
    rows = log.sql(_SOME).to_pylist()
    log.close()
    log = mt.read(kept(logs), progress=False)
    for number, row in enumerate(rows):
        for way, ask in zip(WITHIN, _asked(row), strict=True):
            run = _timed(logs, partial(ask, log))
            if number:
                yield way, run
    log.close()
    for row in rows:
        for way, ask in zip(OPENED, _asked(row), strict=True):
            yield way, _timed(logs, partial(_opened, logs, ask))


def _asked(row: dict[str, Any]) -> tuple[Callable[..., object], Callable[..., object]]:
    return (
        lambda log: str(log.message(row["mid"], row["host"])),
        lambda log: log.search(f"sender:{row['sender']}").to_pylist(),
    )


def _opened(logs: Archive, ask: Callable[..., object]) -> object:
    import midtrail as mt

    log = mt.read(kept(logs), progress=False)
    found = ask(log)
    log.close()
    return found


def _timed(logs: Archive, ask: Callable[[], object]) -> Run:
    began = time.perf_counter()
    found = ask()
    seconds = time.perf_counter() - began
    if not found:
        raise RuntimeError(f"nothing was found in {kept(logs)}")
    return Run(seconds, 0.0, logs.lines, 0)


class Sizes(NamedTuple):
    """Bytes on disk: of the archive's events, of all of it, and of the log files as others compress them."""

    events: int
    everything: int
    others: dict[str, int]


COMPRESSORS = {"gzip -6": ["gzip", "-6"], "zstd -19": ["zstd", "-19", "-q"], "xz": ["xz"]}


def sizes(logs: Archive) -> Sizes:
    """Return what the archive takes, and what each file takes, compressed by itself."""
    folder = Path(kept(logs))
    events = sum(_bytes(folder / name) for name in _OWN)
    others = {
        name: packed(logs, name) for name, (program, *_) in COMPRESSORS.items() if shutil.which(program)
    }
    return Sizes(events, _bytes(folder), others)


def packed(logs: Archive, name: str) -> int:
    """Return how many bytes the log files take with a compressor, noted beside them: that takes minutes."""
    note = logs.folder.with_name(f"{logs.folder.name}.{name.replace(' ', '')}")
    if not note.exists():
        print(f"compressing with {name}", file=sys.stderr, flush=True)
        with ThreadPoolExecutor() as pool:
            size = sum(pool.map(lambda file: _packed(file, COMPRESSORS[name]), logs.files))
        note.write_text(f"{size}\n", "utf-8")
    return int(note.read_text("utf-8"))


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _packed(file: str, command: list[str]) -> int:
    script = f'zcat "$1" | {" ".join(command)} | wc -c'
    return int(subprocess.run(["sh", "-c", script, "sh", file], capture_output=True, check=True).stdout)
