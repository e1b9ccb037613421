"""Files back out of an archive: written under their names, or only checked against their digests."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from midtrail.archive.facts import StoredFile
from midtrail.archive.snapshot import Snapshot
from midtrail.errors import UsageError

_STDIN = "stdin.log"


class Checked(NamedTuple):
    """A stored file, and what is wrong with its content; None where it is as it was."""

    file: StoredFile
    problem: str | None


def verify(snapshot: Snapshot, on_bytes: Callable[[int], None] | None = None) -> Iterator[Checked]:
    """Yield each stored file, its content printed anew and compared with its size and SHA-256.

    `on_bytes` is told of the bytes that were printed. Raises ArchiveError for a part that cannot be read at all.
    """
    for file in snapshot.files:
        yield Checked(file, _check(file, snapshot.bytes_of(file), on_bytes))


def _check(
    file: StoredFile,
    pieces: Iterator[bytes],
    on_bytes: Callable[[int], None] | None,
    write: Callable[[bytes], object] | None = None,
) -> str | None:
    digest, size = hashlib.sha256(), 0
    for data in pieces:
        digest.update(data)
        size += len(data)
        if write is not None:
            write(data)
        if on_bytes is not None:
            on_bytes(len(data))
    if size != file.size:
        return f"has {size} bytes instead of {file.size}"
    return None if digest.hexdigest() == file.sha256 else "has not the content that was stored"


def restore(
    snapshot: Snapshot,
    out: Path,
    *,
    compress: bool = False,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[Checked]:
    """Write each stored file into the folder `out` under its name, gzipped if wanted, and yield it, checked.

    Names never lead out of the folder, and nothing that lies there is overwritten. Raises UsageError for that.
    """
    targets = {file.file_id: out / name for file, name in zip(snapshot.files, names(snapshot), strict=True)}
    for target in targets.values():
        path = target.with_name(target.name + ".gz") if compress else target
        if path.exists():
            raise UsageError(
                f"{path} exists already, and restoring overwrites nothing: give -o another folder"
            )
    out.mkdir(parents=True, exist_ok=True)
    for file in snapshot.files:
        yield _write(snapshot, file, targets[file.file_id], on_bytes, compress=compress)


def _write(
    snapshot: Snapshot,
    file: StoredFile,
    target: Path,
    on_bytes: Callable[[int], None] | None,
    *,
    compress: bool,
) -> Checked:
    """Write a file, which takes its name only when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.with_name(target.name + ".gz") if compress else target
    part = path.with_name(f".{path.name}.part")
    try:
        with _opened(part, compress=compress) as out:
            problem = _check(file, snapshot.bytes_of(file), on_bytes, out.write)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Checked(file, problem)


def _opened(path: Path, *, compress: bool) -> IO[bytes]:
    return gzip.GzipFile(path, "wb", mtime=0) if compress else path.open("wb")  # type: ignore[return-value]  # it writes bytes


def names(snapshot: Snapshot) -> list[PurePosixPath]:
    """Return for each stored file a relative name that stays within a folder, all different.

    Names are told by whoever made the archive or packed the tar, and are not trusted: what leads upwards or to
    the root falls away. What all names begin with stays.
    """
    found: dict[str, PurePosixPath] = {}
    taken: set[str] = set()
    for file in snapshot.files:
        name, count = _inner(file.source), 1
        while any(str(path).casefold() in taken for path in (name, *name.parents)):
            count += 1
            name = _inner(f"{file.source}~{count}")
        taken.add(str(name).casefold())
        found[file.source] = name
    return list(found.values())


def _inner(source: str) -> PurePosixPath:
    parts = [
        part for part in source.replace("\\", "/").replace("!", "/").split("/") if part not in ("", ".", "..")
    ]
    clean = ["".join(char if char.isprintable() and char != ":" else "_" for char in part) for part in parts]
    plain = [_unpacked(part) for part in clean]
    return PurePosixPath(*plain) if plain and plain != ["-"] else PurePosixPath(_STDIN)


def _unpacked(name: str) -> str:
    """Return a file's name without the ending of its compression, since what is written is plain."""
    base = name
    for ending in (".gz", ".bz2", ".xz", ".zst"):
        base = base.removesuffix(ending)
    return base or name
