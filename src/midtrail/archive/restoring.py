"""Files back out of an archive: written under their names, or only checked against their digests."""

import gzip
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from midtrail.archive import storing
from midtrail.archive.facts import StoredFile
from midtrail.archive.naming import names
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.writing import OWN
from midtrail.errors import UsageError


class Checked(NamedTuple):
    """A stored file, and what is wrong with its content; None where it is as it was."""

    file: StoredFile
    problem: str | None


def verify(snapshot: Snapshot, on_bytes: Callable[[int], None] | None = None) -> Iterator[Checked]:
    """Yield each stored file, its content printed anew and compared with its size and SHA-256.

    Then what is kept beside the lines is read whole, with the checksums of its pages. `on_bytes` is told of the
    bytes that were printed. Raises ArchiveError for a part that cannot be read at all.
    """
    for file in _as_stored(snapshot):
        yield Checked(file, _check(file, snapshot.bytes_of(file), on_bytes))
    for path in (
        path for name in snapshot.commit.versions if name not in OWN for path in snapshot.paths(name)
    ):
        storing.read_file(Path(path))


def _as_stored(snapshot: Snapshot) -> list[StoredFile]:
    """Return the files in the order in which they were stored, so that each block is read once."""
    return sorted(snapshot.files, key=lambda file: file.file_id)


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
    found = names((file.source for file in snapshot.files), ".gz" if compress else "")
    targets = [out / name for name in found]
    for target in targets:
        if os.path.lexists(target):
            raise UsageError(
                f"{target} exists already, and restoring overwrites nothing: give -o another folder"
            )
    _refuse_links(out, targets)
    out.mkdir(parents=True, exist_ok=True)
    for file, target in zip(snapshot.files, targets, strict=True):
        yield _write(snapshot, file, target, on_bytes, compress=compress)


def _refuse_links(out: Path, targets: list[Path]) -> None:
    """Raise UsageError where a folder below `out` is a link, which may lead out of it."""
    folders = {folder for target in targets for folder in target.parents} - {out, *out.parents}
    link = next((folder for folder in sorted(folders) if folder.is_symlink()), None)
    if link is not None:
        raise UsageError(f"{link} is a link, and restoring follows none: give -o another folder")


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
    part = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with _opened(part, compress=compress) as out:
            problem = _check(file, snapshot.bytes_of(file), on_bytes, out.write)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Checked(file, problem)


def _opened(path: Path, *, compress: bool) -> IO[bytes]:
    return gzip.GzipFile(path, "wb", mtime=0) if compress else path.open("wb")  # type: ignore[return-value]  # it writes bytes
