"""Sources as plain files beside the archive, one after the other, so that their content is known before it is read."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from midtrail.lines import Problem, SourceFile
from midtrail.lines.parts import Part, sentence, walk
from midtrail.lines.raw import DamageError, Progress
from midtrail.text import storable

HEAD = 1024
"""The first bytes of a file, by whose digest files that may be the same, or have grown, are found."""


@dataclass
class Spooled:
    """A source's plain content in a file, with its digests.

    `head` is the digest of its first bytes, None where it has fewer; `digests` are those of its beginnings.
    """

    part: Part
    path: Path
    size: int = 0
    sha256: str = ""
    head: str | None = None
    digests: dict[int, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The name under which it came, as tables hold it."""
        return name_of(self.part)

    @property
    def folder(self) -> str | None:
        """The folder that it lay in."""
        return self.part.folder

    @property
    def folder_name(self) -> str | None:
        """The bare name of that folder."""
        return self.part.folder_name

    def digest_of(self, size: int) -> str:
        """Return the digest of its first bytes."""
        left, digest = size, hashlib.sha256()
        with self.path.open("rb") as file:
            while left and (data := file.read(min(left, 1 << 20))):
                digest.update(data)
                left -= len(data)
        return digest.hexdigest()


def name_of(part: Part) -> str:
    """Return the name of a source as tables hold it, which may have bytes that are no UTF-8."""
    return str(storable(part.source))


Lengths = Callable[[str | None, Part], Iterable[int]]
"""Given the digest of a source's first bytes, tells of which beginnings the digest is wanted."""


def spooled(
    files: Iterable[SourceFile],
    folder: Path,
    lengths: Lengths,
    problems: list[Problem],
    on_bytes: Callable[[int], None] | None = None,
    max_ratio: float | None = None,
) -> Iterator[Spooled]:
    """Yield each source as a plain file in `folder`, which is the caller's to remove.

    What cannot be read whole is added to `problems` and kept as far as it goes; `on_bytes` is told of the bytes
    on disk that were read. Raises OSError where the disk is full.
    """
    folder.mkdir(exist_ok=True)
    for file in files:
        try:
            for part, chunks in walk(file, Progress(on_bytes), max_ratio):
                yield _spool(part, _till_damage(part, chunks, problems), folder, lengths)
        except DamageError as error:
            problems.append(Problem(file.source, sentence(error)))
        except OSError as error:
            if error.filename is None or str(error.filename).startswith(str(folder)):
                raise
            problems.append(Problem(file.source, sentence(error)))


def _till_damage(part: Part, chunks: Iterable[bytes], problems: list[Problem]) -> Iterator[bytes]:
    try:
        yield from chunks
    except DamageError as error:
        problems.append(Problem(part.source, sentence(error)))


def _spool(part: Part, chunks: Iterable[bytes], folder: Path, lengths: Lengths) -> Spooled:
    found = Spooled(part, folder / uuid.uuid4().hex)
    digest = hashlib.sha256()
    wanted: list[int] | None = None
    with found.path.open("wb") as file:
        for data in _from_head(chunks):
            file.write(data)
            if wanted is None:
                found.head = hashlib.sha256(data[:HEAD]).hexdigest() if len(data) >= HEAD else None
                wanted = sorted(set(lengths(found.head, part)), reverse=True)
            at = 0
            while wanted and wanted[-1] <= found.size + len(data):
                cut = wanted.pop() - found.size
                digest.update(data[at:cut])
                found.digests[found.size + cut] = digest.hexdigest()
                at = cut
            digest.update(data[at:])
            found.size += len(data)
    found.sha256 = digest.hexdigest()
    return found


def _from_head(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes, the first piece as long as a head, if there are so many."""
    held = b""
    for data in chunks:
        held += data
        if len(held) >= HEAD:
            break
    if held:
        yield held
    yield from chunks
