"""From chunks of bytes, cut anywhere, to blocks of whole lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from midtrail.lines.raw import DamageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_LINE = 64 << 20


class Block(NamedTuple):
    """Whole lines: `data` begins at byte `offset` of the source and ends with a line end.

    Only the last block of a source may lack the line end, and a block of one line that was too long to keep:
    `lost` bytes of it, its line end included, are not in `data`.
    """

    offset: int
    data: bytes
    lost: int = 0


class Span(NamedTuple):
    """A block that lies in other bytes: from byte `begin` to `end` of `data`."""

    offset: int
    data: bytes
    begin: int
    end: int
    lost: int = 0

    @property
    def size(self) -> int:
        """How many bytes its lines have here."""
        return self.end - self.begin


def whole_lines(chunks: Iterable[bytes], longest: int = LONGEST_LINE) -> Iterator[Block]:
    """Give blocks of whole lines as soon as their line ends are there; memory stays near `longest` bytes.

    A DamageError of `chunks` is raised behind the block of the bytes that came before.
    """
    for offset, data, begin, end, lost in spans(chunks, longest):
        yield Block(offset, data[begin:end], lost)


def spans(chunks: Iterable[bytes], longest: int = LONGEST_LINE) -> Iterator[Span]:
    """Give the same without a copy: where they lie in the chunks, but for the lines that a border cuts."""
    splitter = _Splitter(longest)
    failure: DamageError | None = None
    try:
        for chunk in chunks:
            yield from splitter.take(chunk)
    except DamageError as error:
        failure = error
    yield from splitter.rest()
    if failure is not None:
        raise failure


class _Splitter:
    """Holds the beginning of a line until its end comes."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._offset = 0
        self._held: list[bytes] = []
        self._size = 0
        self._lost = 0

    def take(self, chunk: bytes) -> Iterator[Span]:
        begin = chunk.find(b"\n") + 1 if self._held else 0
        if begin:
            if self._lost:
                self._lost += begin
            else:
                self._held.append(chunk[:begin])
            yield from self.rest()
        end = chunk.rfind(b"\n", begin) + 1
        if end:
            yield self._span(chunk, begin, end)
        else:
            end = begin
        if end < len(chunk):
            self._hold(chunk[end:])

    def rest(self) -> Iterator[Span]:
        if self._held:
            data = b"".join(self._held)
            yield self._span(data, 0, len(data))
            self._held, self._size, self._lost = [], 0, 0

    def _span(self, data: bytes, begin: int, end: int) -> Span:
        span = Span(self._offset, data, begin, end, self._lost)
        self._offset += span.size + span.lost
        return span

    def _hold(self, chunk: bytes) -> None:
        kept = chunk[: self._longest - self._size]
        self._held.append(kept)
        self._size += len(kept)
        self._lost += len(chunk) - len(kept)
