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


def whole_lines(chunks: Iterable[bytes], longest: int = LONGEST_LINE) -> Iterator[Block]:
    """Give blocks of whole lines as soon as their line ends are there; memory stays near `longest` bytes.

    A DamageError of `chunks` is raised behind the block of the bytes that came before.
    """
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
        self._held: list[bytes | memoryview] = []
        self._size = 0
        self._lost = 0

    def take(self, chunk: bytes) -> Iterator[Block]:
        if self._lost and (end := chunk.find(b"\n") + 1):
            self._lost += end
            yield self._block()
            chunk = chunk[end:]
        if end := chunk.rfind(b"\n") + 1:
            self._held.append(memoryview(chunk)[:end] if self._held or end < len(chunk) else chunk)
            yield self._block()
            chunk = chunk[end:]
        if chunk:
            self._hold(chunk)

    def rest(self) -> Iterator[Block]:
        if self._held:
            yield self._block()

    def _block(self) -> Block:
        alone = self._held[0] if len(self._held) == 1 else None
        data = alone if isinstance(alone, bytes) else b"".join(self._held)
        block = Block(self._offset, data, self._lost)
        self._offset += len(block.data) + block.lost
        self._held, self._size, self._lost = [], 0, 0
        return block

    def _hold(self, chunk: bytes) -> None:
        kept = chunk[: self._longest - self._size]
        self._held.append(kept)
        self._size += len(kept)
        self._lost += len(chunk) - len(kept)
