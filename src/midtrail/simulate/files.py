"""The archive's files: framing, log-file headers, rolling over, one file a host or one for all."""

import gzip
from enum import StrEnum
from pathlib import Path
from typing import IO, cast

from midtrail.simulate.chance import Dice
from midtrail.simulate.clock import Clock, file_stamp, native_stamp, syslog_stamp
from midtrail.simulate.truth import Line, LogFile, Message

_DAY = 86_400
_MOST_LINES = 100_000
_BUFFERED = 2000
_PRIORITIES = ("<22>", "", "<166>")


class Framing(StrEnum):
    """How lines are framed and filed: the appliance's own files, syslog a host, or one syslog for all."""

    native = "native"
    syslog = "syslog"
    relay = "relay"


class _File:
    """One open file, whose lines are counted."""

    def __init__(self, volume: "Volume", path: str) -> None:
        self._volume = volume
        self.log = LogFile(path)
        self.lines = 0
        self._buffer: list[str] = []
        place = volume.folder.parent / path
        place.parent.mkdir(exist_ok=True)
        self._raw = place.open("xb")
        packed = gzip.GzipFile("", "wb", 6, self._raw, mtime=0) if volume.zipped else None
        self._handle = cast("IO[bytes]", packed or self._raw)

    def add(self, text: str) -> int:
        """Add an event, which may go on over several lines, and return the number of its first line."""
        self._buffer.append(text)
        if len(self._buffer) >= _BUFFERED:
            self._flush()
        first = self.lines + 1
        self.lines = first + text.count("\n")
        return first

    def close(self, name: str | None = None) -> None:
        """Close the file, and give it its last name."""
        self._flush()
        self._handle.close()
        self._raw.close()
        if name is not None:
            old = self._volume.folder.parent / self.log.name
            self.log.name = name
            old.rename(self._volume.folder.parent / name)

    def _flush(self) -> None:
        if self._buffer:
            self._buffer.append("")
            self._handle.write("\n".join(self._buffer).encode("utf-8", "surrogateescape"))
            self._buffer.clear()


class Volume:
    """The folder of the logs; a relay has one file in it, for all appliances."""

    def __init__(self, folder: Path, framing: Framing, *, zipped: bool) -> None:
        """Begin an empty folder."""
        self.folder = folder
        self.framing = framing
        self.zipped = zipped
        self.files = 0
        self._shared: _File | None = None

    def open(self, host: str, name: str, local: int) -> _File:
        """Open the file that a host writes from a local time on."""
        ending = ".gz" if self.zipped else ""
        if self.framing is Framing.relay:
            if self._shared is None:
                self._shared = self._opened(f"{self.folder.name}/relay-{file_stamp(local)[:8]}.log{ending}")
            return self._shared
        return self._opened(f"{self.folder.name}/{host}/{name}{ending}")

    def _opened(self, path: str) -> _File:
        self.files += 1
        return _File(self, path)

    def close(self) -> None:
        """Close what all appliances share."""
        if self._shared is not None:
            self._shared.close()


class Feed:
    """What one appliance writes: its lines, framed, file after file, each with its header."""

    def __init__(
        self, volume: Volume, host: str, serial: str, version: str, clock: Clock, dice: Dice
    ) -> None:
        """Begin an appliance's log; no file is open before its first line."""
        self._volume = volume
        self._host, self._serial, self._version = host, serial, version
        self._clock, self._dice = clock, dice
        self._priority = dice.pick(_PRIORITIES)
        self._file: _File | None = None
        self._second = -1
        self._rolls_at = -1
        self._stamp = ""
        self._begun = 0
        self._offset = 0
        self._waiting: list[Message] = []  # their evidence may stand in a file that has not its last name yet
        self._settled: list[Message] = []

    def write(self, line: Line) -> int:
        """Write a line, note where it stands, and return how many physical lines were written."""
        written = 0
        second = line.second
        if second != self._second:
            written = self._advance(second)
        file = self._file
        assert file is not None  # noqa: S101 - opened by the first line
        before = file.lines
        line.line_no = file.add(f"{self._stamp}{line.level}: {line.body}")
        line.file = file.log
        return written + file.lines - before

    def _advance(self, second: int) -> int:
        """Go on to another second; a new day, another offset or a full file begins a new file."""
        self._second = second
        offset = self._clock.offset_at(second)
        local = second + offset
        self._stamp = self._framed(local)
        full = self._file is not None and self._file.lines - self._begun > _MOST_LINES
        if self._file is None or local >= self._rolls_at or offset != self._offset or full:
            return self._roll(local, offset)
        return 0

    def _framed(self, local: int) -> str:
        if self._volume.framing is Framing.native:
            return native_stamp(local) + " "
        return f"{self._priority}{syslog_stamp(local)} {self._host} mail_logs: "

    def _roll(self, local: int, offset: int) -> int:
        self.close(last=False)
        native = self._volume.framing is Framing.native
        name = f"mail.@{file_stamp(local)}.current" if native else f"mail-{file_stamp(local)}.log"
        self._file = self._volume.open(self._host, name, local)
        self._begun = self._file.lines
        self._offset = offset
        self._rolls_at = (local // _DAY + 1) * _DAY
        head = self._framed(local + (self._dice.between(1, 8) if self._dice.chance(0.4) else 0))
        self._file.add(f"{head}Info: Begin Logfile")
        self._file.add(f"{head}Info: Version: {self._version} SN: {self._serial}")
        self._file.add(f"{head}Info: Time offset from UTC: {offset} seconds")
        return 3

    def close(self, *, last: bool = True) -> None:
        """Close the open file; only the last keeps `.current` in its name."""
        file = self._file
        if file is None:
            return
        self._file = None
        self._settled += self._waiting
        self._waiting.clear()
        if self._volume.framing is Framing.relay:
            return
        renamed = self._volume.framing is Framing.native and not last
        file.close(file.log.name.replace(".current", ".s") if renamed else None)

    def end(self, message: Message) -> None:
        """Take a message of which every line was written."""
        native = self._volume.framing is Framing.native
        (self._waiting if native else self._settled).append(message)

    def settled(self) -> list[Message]:
        """Return, once, the messages whose evidence stands in files that have their last names."""
        told, self._settled = self._settled, []
        return told
