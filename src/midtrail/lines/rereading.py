"""Reading again: the whole physical lines that stand at known places, byte for byte.

Tables hold a line's text, not its framing and its line end; who wants the line as it stands in the file reads
it there again. Only sources that hold a wanted line are opened. A pipe gives its bytes once: they are kept in
a temporary file, packed as they came.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, cast

from midtrail.lines.line import Place, Problem
from midtrail.lines.parts import Opener, sentence
from midtrail.lines.raw import CHUNK, DamageError, Progress, RawFile
from midtrail.lines.splitting import whole_lines
from midtrail.text import restore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from midtrail.lines.sources import SourceFile
    from midtrail.lines.splitting import Block
    from midtrail.lines.surveying import Survey


class FileLines:
    """The lines of the files that a survey found."""

    def __init__(self, survey: Survey, problems: list[Problem]) -> None:
        """Tell in `problems` of lines that are not there any more."""
        self._parts = [facts.part for facts in survey.sources]
        self._problems = problems

    def raw_lines(self, places: Iterable[Place]) -> Iterator[tuple[int, bytes]]:
        """Yield (seq, line) for places in ascending seq, in bounded memory.

        A line that does not stand any more where it was read is left out and told, once for each source.
        """
        wanted = _Wanted(places)
        left = [part.source for part in self._parts]
        with closing(Opener(None, None)) as opener:
            for part in self._parts:
                left.pop(0)
                if wanted.next is not None and wanted.next.source == part.source:
                    yield from _lines(opener.chunks(part), wanted, is_last=part.source not in left)
        while wanted.next is not None:
            wanted.lose()
        self._problems += [_changed(source, *lost) for source, lost in wanted.lost.items()]


class _Wanted:
    """The places that are still to come, and, for each source, how many lines were lost and the first of them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = iter(places)
        self.lost: dict[str, tuple[int, int]] = {}
        self.next: Place | None = next(self._places, None)

    @property
    def reading(self) -> int | None:
        """What all lines of one source have in common, and no other source's, be its name the same."""
        return None if self.next is None else self.next.seq - self.next.line_no

    def go_on(self) -> None:
        self.next = next(self._places, None)

    def lose(self) -> None:
        if self.next is not None:
            count, first = self.lost.get(self.next.source, (0, self.next.line_no))
            self.lost[self.next.source] = (count + 1, first)
            self.go_on()


def _lines(chunks: Iterator[bytes], wanted: _Wanted, *, is_last: bool) -> Iterator[tuple[int, bytes]]:
    """Yield the wanted lines of one source; where another of its name is to come, the first line must be here."""
    reading, is_it = wanted.reading, is_last
    with suppress(
        OSError, DamageError
    ):  # told when it was read first; what stands behind the fault was not read
        for block in whole_lines(chunks):
            while wanted.next is not None and wanted.reading == reading and _ends(block) > wanted.next.offset:
                line = _line_at(block, wanted.next)
                if line is None and not is_it:
                    return
                if line is None:
                    wanted.lose()
                    continue
                is_it = True
                yield wanted.next.seq, line
                wanted.go_on()
            if wanted.reading != reading:
                return
    while is_it and wanted.reading == reading:
        wanted.lose()


def _ends(block: Block) -> int:
    return block.offset + len(block.data) + block.lost


def _line_at(block: Block, place: Place) -> bytes | None:
    """Return the line at a place, with its line end; None where another stands there now."""
    start = place.offset - block.offset
    if start < 0 or (start > 0 and block.data[start - 1 : start] != b"\n"):
        return None
    line = block.data[start : block.data.find(b"\n", start) + 1 or None]
    text = restore(place.text).encode("utf-8", "surrogateescape")
    return line if line.endswith((text, text + b"\n", text + b"\r\n")) else None


def _changed(source: str, count: int, first: int) -> Problem:
    lines = f"its line {first} is" if count == 1 else f"{count} of its lines, the first is line {first}, are"
    return Problem(
        source, f"This source changed while it was read: {lines} not there any more. Read it again."
    )


def rewindable(files: Iterable[SourceFile], problems: list[Problem]) -> list[SourceFile]:
    """Return files that can all be read again: what a pipe gives is kept in a temporary file until it ends.

    The temporary file goes when nobody holds it any more. What could not be read is added to `problems`.
    """
    return [file if file.rewindable else _kept(file, problems) for file in files]


def _kept(file: SourceFile, problems: list[Problem]) -> SourceFile:
    kept = cast("BinaryIO", tempfile.TemporaryFile(prefix="midtrail-"))  # noqa: SIM115 - it lives as long as the source
    try:
        with RawFile(file, Progress(None)) as raw:
            shutil.copyfileobj(raw, kept, CHUNK)
    except (OSError, DamageError) as error:
        problems.append(Problem(file.source, sentence(error)))
    return replace(file, path=None, stream=kept, size=kept.tell(), start=0, rewindable=True)
