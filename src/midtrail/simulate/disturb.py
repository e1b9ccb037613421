"""The same archive in other orders: nothing that is read from it may change."""

import gzip
from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from midtrail.simulate.chance import Dice

_HEADERS = (b"Begin Logfile", b"Version: ", b"Time offset from UTC: ")
_LEVELS = (b" Info: ", b" Warning: ", b" Critical: ", b" Debug: ")
_MOST = 20_000
_CUT = 3000


class Order(StrEnum):
    """The order in which an archive is read; `cut` leaves its first lines away."""

    written = "written"
    reversed = "reversed"
    shuffled = "shuffled"
    twice = "twice"
    cut = "cut"

    @property
    def keeps_places(self) -> bool:
        """Whether every line still stands where the truth says."""
        return self in (Order.written, Order.reversed)


def laid_out(logs: Path, order: Order, scratch: Path) -> list[Path]:
    """Return the files of an archive in another order; changed copies are made in the folder `scratch`."""
    files = sorted(
        (path for path in logs.rglob("*") if path.is_file()), key=lambda path: (path.name, str(path))
    )
    if order is Order.written:
        return files
    if order is Order.reversed:
        return files[::-1]
    contents = [_content(path) for path in files]
    if order is Order.twice:
        again = _copies(logs, scratch, files[::2], contents[::2])
        return files + again
    if order is Order.shuffled:
        return _copies(
            logs,
            scratch,
            files,
            [shuffled(log, path.name) for path, log in zip(files, contents, strict=True)],
        )
    return _copies(logs, scratch, files, without_head(contents, _CUT))


def _content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _copies(logs: Path, scratch: Path, files: list[Path], contents: list[bytes]) -> list[Path]:
    made = []
    for file, content in zip(files, contents, strict=True):
        copy = scratch / file.relative_to(logs).parent / file.name.removesuffix(".gz")
        copy.parent.mkdir(exist_ok=True, parents=True)
        copy.write_bytes(content)
        made.append(copy)
    return made


def shuffled(log: bytes, seed: str) -> bytes:
    """Return a log with the lines of each second (and host) in another order.

    Log-file headers stay where they are, since in a relay's file they tell from where on a clock holds; lines
    that go on with the line before stay behind it.
    """
    dice = Dice(f"shuffled/{seed}")
    made: list[bytes] = []
    block: list[bytes] = []
    for event in _events(log):
        if _is_header(event) or len(block) >= _MOST:
            made += _within_seconds(block, dice)
            block = []
        (made if _is_header(event) else block).append(event)
    return b"".join(made + _within_seconds(block, dice))


def without_head(logs: Sequence[bytes], lines: int) -> list[bytes]:
    """Return logs, which follow each other, without their first lines; log-file headers stay."""
    kept = []
    for log in logs:
        events = list(_events(log))
        gone = [event for event in events if not _is_header(event)][:lines]
        dropped = set(map(id, gone))
        lines -= len(gone)
        kept.append(b"".join(event for event in events if id(event) not in dropped))
    return kept


def _events(log: bytes) -> list[bytes]:
    """Return the events of a log, each with its line end and the lines that go on with it."""
    events: list[bytes] = []
    for line in log.splitlines(keepends=True) if b"\r" not in log else _split(log):
        if events and line[:1] == b" ":
            events[-1] += line
        else:
            events.append(line)
    return events


def _split(log: bytes) -> list[bytes]:
    lines = log.split(b"\n")
    last = [lines.pop()]
    return [line + b"\n" for line in lines] + [line for line in last if line]


def _is_header(event: bytes) -> bool:
    body = event.partition(b" Info: ")[2]
    return body.startswith(_HEADERS)


def _within_seconds(block: list[bytes], dice: Dice) -> list[bytes]:
    places: dict[bytes, list[int]] = defaultdict(list)
    for place, event in enumerate(block):
        places[_stamp(event)].append(place)
    made = list(block)
    for same in places.values():
        for place, event in zip(same, _reordered([block[place] for place in same], dice), strict=True):
            made[place] = event
    return made


def _stamp(event: bytes) -> bytes:
    """Return all that stands before the level: the second, and in syslog the host."""
    ends = [at for at in (event.find(level) for level in _LEVELS) if at >= 0]
    return event[: min(ends, default=0)]


def _reordered(events: list[bytes], dice: Dice) -> list[bytes]:
    rest, made = list(events), []
    while rest:
        made.append(rest.pop(dice.between(0, len(rest) - 1)))
    return made
