"""Scopes: for which lines a log-file header holds, and so whose line it is and by which clock."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from midtrail.lines.line import LogfileHeader
    from midtrail.lines.parts import Part


class Mark(NamedTuple):
    """A header line: the byte where it stands, the syslog host that sent it, what it tells."""

    offset: int
    sender: str | None
    header: LogfileHeader


class HeaderBlock(NamedTuple):
    """The lines of one header taken together; it begins at a byte of the source."""

    offset: int
    serial: str | None = None
    utc_offset: int | None = None
    version: str | None = None

    def adds(self, header: LogfileHeader) -> bool:
        """Tell whether a header line belongs to this header: it tells something, and nothing told here."""
        old = (self.version, self.serial, self.utc_offset)
        told = [(new, before) for new, before in zip(header, old, strict=True) if new is not None]
        return bool(told) and all(before is None for _, before in told)

    def with_line(self, header: LogfileHeader) -> HeaderBlock:
        """Add a header line."""
        return HeaderBlock(
            self.offset,
            self.serial if header.serial is None else header.serial,
            self.utc_offset if header.utc_offset is None else header.utc_offset,
            self.version if header.version is None else header.version,
        )

    def after(self, earlier: HeaderBlock) -> HeaderBlock:
        """Take over what this header leaves out from the one before, an offset only of the same appliance."""
        serial = self.serial or earlier.serial
        inherits = self.utc_offset is None and serial == earlier.serial
        return self._replace(serial=serial, utc_offset=earlier.utc_offset if inherits else self.utc_offset)


class Headers:
    """The headers of one sender in one source."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        """Begin with the header lines that are known before the source is read."""
        self._blocks: list[HeaderBlock] = []
        self._chains: dict[bool, list[HeaderBlock]] = {}
        for mark in marks:
            self.add(mark)

    @classmethod
    def of(cls, blocks: Iterable[HeaderBlock]) -> Headers:
        """Make them again of the headers that `blocks` gave."""
        headers = cls()
        headers._blocks = list(blocks)
        return headers

    @property
    def blocks(self) -> list[HeaderBlock]:
        """The headers, as they stand in the source."""
        return self._blocks

    def add(self, mark: Mark) -> None:
        """Add the next header line."""
        if self._blocks and self._blocks[-1].adds(mark.header):
            self._blocks[-1] = self._blocks[-1].with_line(mark.header)
        else:
            self._blocks.append(HeaderBlock(mark.offset).with_line(mark.header))
        self._chains.pop(False, None)
        del self._chains.get(True, [])[len(self._blocks) :]

    @property
    def serials(self) -> set[str]:
        """The serial numbers that are told."""
        return {block.serial for block in self._blocks if block.serial is not None}

    @property
    def offsets(self) -> set[int]:
        """The offsets from UTC that are told, in seconds."""
        return {block.utc_offset for block in self._blocks if block.utc_offset is not None}

    @property
    def versions(self) -> list[tuple[str | None, str]]:
        """The versions that are told, each with its serial number."""
        return [(block.serial, block.version) for block in self._blocks if block.version is not None]

    @property
    def tells_all(self) -> bool:
        """Tell whether the source begins with a header, and each header tells all that a header can tell."""
        whole = all(None not in block for block in self._blocks)
        return whole and bool(self._blocks) and self._blocks[0].offset == 0

    def turns(self) -> list[int]:
        """Give the bytes where another header begins to hold; none if one holds for the whole source."""
        return [] if len(self._chain(streaming=False)) == 1 else [block.offset for block in self._blocks]

    def at(self, offset: int, *, streaming: bool = False) -> HeaderBlock:
        """Give the header that holds at a byte.

        One serial number and one offset hold everywhere; else each header holds until the next, and before
        the first only the serial number is known, if there is but one. When `streaming`, what is not yet
        told does not hold.
        """
        chain = self._chain(streaming=streaming)
        return chain[0 if len(chain) == 1 else bisect_right(self._blocks, offset, key=_offset)]

    def _chain(self, *, streaming: bool) -> list[HeaderBlock]:
        """Give what holds before the first header and then from each on, or the one that holds everywhere."""
        if not streaming and streaming in self._chains:
            return self._chains[streaming]
        chain = self._chains.setdefault(streaming, [])
        if not streaming and self._uniform():
            chain.append(HeaderBlock(0, next(iter(self.serials), None), next(iter(self.offsets), None)))
            return chain
        if not chain:
            serials = set() if streaming else self.serials
            chain.append(HeaderBlock(0, next(iter(serials)) if len(serials) == 1 else None))
        for block in self._blocks[len(chain) - 1 :]:
            chain.append(block.after(chain[-1]))
        return chain

    def _uniform(self) -> bool:
        return len(self.serials) <= 1 and len(self.offsets) <= 1


def _offset(block: HeaderBlock) -> int:
    return block.offset


_NO_HEADERS = Headers()


@dataclass(slots=True)
class Scope:
    """What is known of one source: its headers by sender, and its senders (None: lines that name none)."""

    source: str
    folder: str | None = None
    folder_name: str | None = None
    headers: dict[str | None, Headers] = field(default_factory=lambda: defaultdict(Headers))
    senders: set[str | None] = field(default_factory=set)
    streaming: bool = False

    @classmethod
    def of(cls, part: Part, *, streaming: bool = False) -> Scope:
        """Begin the scope of a part."""
        return cls(part.source, part.folder, part.folder_name, streaming=streaming)

    def add(self, mark: Mark) -> None:
        """Add a header line."""
        self.headers[mark.sender].add(mark)
        self.senders.add(mark.sender)

    @property
    def own_serial(self) -> str | None:
        """Give the serial number in the header with which the source begins; None where it begins otherwise."""
        first = next(iter(self.headers.get(None, _NO_HEADERS).blocks), None)
        return None if first is None or first.offset or first.utc_offset is None else first.serial

    @property
    def tells_all(self) -> bool:
        """Tell whether the headers of lines that name no sender say of each of them whose it is, and by which clock."""
        return self.headers.get(None, _NO_HEADERS).tells_all

    def sender_of_rest(self) -> str | None:
        """Give the sender of lines without stamp and host: the only one that the source has."""
        return next(iter(self.senders)) if len(self.senders) == 1 else None

    @property
    def versions(self) -> list[tuple[str | None, str]]:
        """The versions that are told, each with its serial number."""
        return [version for headers in self.headers.values() for version in headers.versions]

    def turns(self) -> list[int]:
        """Give the bytes where another header begins to hold, in order."""
        return sorted({turn for headers in self.headers.values() for turn in headers.turns()})


class Place(NamedTuple):
    """Whose a line is, and the offset of its clock with where that was found; None: the log does not tell."""

    host: str | None
    serial: str | None
    utc_offset: int | None
    clock: str | None


class Appliances:
    """Which serial number a syslog host has anywhere, and what the files of one folder name."""

    def __init__(self, scopes: Iterable[Scope], host: str | None) -> None:
        """Take what the scopes tell; `host` names the appliance of lines that tell none."""
        self._host = host
        self._serials: dict[str, set[str]] = defaultdict(set)
        self._told: set[str] = set()
        self._versions: dict[str, str] = {}
        self._named: dict[str | None, _Agreement[str]] = defaultdict(_Agreement)
        self._offsets: dict[tuple[str | None, str | None], _Agreement[int]] = defaultdict(_Agreement)
        scopes = list(scopes)
        for scope in scopes:
            self.learn(scope)
        for scope in scopes:
            self._learn_folder(scope)

    def learn(self, scope: Scope) -> None:
        """Note the serial numbers that a source tells, and of which syslog hosts."""
        for sender, headers in scope.headers.items():
            self._told |= headers.serials
            self._versions |= {serial: version for serial, version in headers.versions if serial is not None}
            if sender is not None:
                self._serials[sender] |= headers.serials

    def _learn_folder(self, scope: Scope) -> None:
        if scope.folder is None:
            return
        for sender in scope.senders:
            headers = scope.headers.get(sender, _NO_HEADERS)
            name = self._name(sender)
            names = headers.serials or ({name} if name is not None else set())
            self._named[scope.folder].add(scope.source, names)
            for appliance in (*names, None):
                self._offsets[scope.folder, appliance].add(scope.source, headers.offsets)

    def _name(self, sender: str | None) -> str | None:
        """Give the serial number that a syslog host has everywhere, else the host."""
        serials = self._serials.get(sender, set()) if sender is not None else set()
        return next(iter(serials)) if len(serials) == 1 else sender

    def place(self, scope: Scope, sender: str | None, offset: int) -> Place:
        """Tell whose a line of a sender is that stands at a byte, and by which clock.

        Serial number, else syslog host, else the serial number that the folder's other files agree on, else
        the name that was given, else the folder's name.
        """
        headers = scope.headers.get(sender, _NO_HEADERS)
        block = headers.at(offset, streaming=scope.streaming)
        appliance = block.serial or self._name(sender) or self._of_folder(scope, headers)
        host = appliance or self._host or scope.folder_name
        serial = appliance if appliance in self._told else None
        if block.utc_offset is not None:
            return Place(host, serial, block.utc_offset, "header")
        agreed = self._offsets[scope.folder, appliance].without(scope.source)
        return Place(host, serial, agreed, None if agreed is None else "folder")

    def version(self, scope: Scope, serial: str | None) -> str | None:
        """Give the last version that an appliance tells in a source, else anywhere."""
        here = [version for teller, version in scope.versions if teller == serial]
        return here[-1] if here else self._versions.get(serial or "")

    def _of_folder(self, scope: Scope, headers: Headers) -> str | None:
        name = None if headers.serials else self._named[scope.folder].without(scope.source)
        return name if name in self._told else None


_Told = TypeVar("_Told")


class _Agreement(Generic[_Told]):
    """What several sources tell of one thing."""

    def __init__(self) -> None:
        self._sources: dict[_Told, set[str]] = defaultdict(set)

    def add(self, source: str, told: Iterable[_Told]) -> None:
        for value in told:
            self._sources[value].add(source)

    def without(self, source: str) -> _Told | None:
        """Give what all other sources tell, None where they tell nothing or several things."""
        told = self._sources.items()
        others = [value for value, sources in told if len(sources) > 1 or source not in sources]
        return others[0] if len(others) == 1 else None
