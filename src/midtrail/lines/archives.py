"""Archives: the members of tar and zip, read in place, never written to disk, no link followed."""

from __future__ import annotations

import io
import re
import stat
import tarfile
import time
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from midtrail.lines.raw import CHUNK, DamageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from midtrail.lines.raw import RawFile

_BLOCK = 512
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_LONGEST_NAME = 1 << 20  # an extended header may hold more than the name
_CHECKSUM_AT = 148
_CHECKSUM = re.compile(rb" *[0-7]+[ \0]|[\x80\xff]")  # octal digits, or a number in binary
_ZIP_STEP = 1 << 14  # no more than this is lost before damaged data
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError)
_MOST_DIGITS = 18
_NO_DATA = {tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE} | {
    tarfile.BLKTYPE,
    tarfile.DIRTYPE,
    tarfile.FIFOTYPE,
}


@dataclass(frozen=True, slots=True)
class Member:
    """Where a member lies in its archive: by name in a zip, else at `start` of the unpacked tar."""

    name: str
    size: int
    start: int = 0
    modified: float | None = None
    in_zip: bool = False


def is_zip(head: bytes) -> bool:
    """Tell whether data that begins so is a zip archive."""
    return head.startswith(_ZIP)


def is_tar(head: bytes) -> bool:
    """Tell whether data that begins so is a tar archive: its first header's checksum is right."""
    if len(head) < _BLOCK or not _CHECKSUM.match(head, _CHECKSUM_AT):
        return False
    try:
        tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def is_hidden(name: str) -> bool:
    """Tell whether a member or one of its folders is hidden, as `._x` or `.git/x`."""
    return any(part.startswith(".") and part not in {".", ".."} for part in name.split("/"))


class TarStream:
    """A tar archive as a stream; it is gone through once, forwards."""

    def __init__(self, chunks: Iterator[bytes], position: int = 0) -> None:
        """Read the archive from its unpacked chunks, the first of which lies at `position`."""
        self._chunks = chunks
        self._held = b""
        self.position = position

    def members(self) -> Iterator[Member]:
        """Give the files of the archive; read each with `read` before the next is asked for, or not at all.

        Raises DamageError where the archive is cut off or holds something else.
        """
        extended: dict[str, str] = {}
        while block := self._take(_BLOCK):
            if not block.strip(b"\0"):
                continue
            info = _header(block)
            end = self.position + info.size + -info.size % _BLOCK
            if info.type in {tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE}:
                extended |= _extended(info, self._take(min(info.size, _LONGEST_NAME)))
            else:
                if info.isreg() and not info.issparse():
                    member = _member(info, extended, self.position)
                    end = self.position + member.size + -member.size % _BLOCK
                    yield member
                extended = {}
            self.skip_to(end if info.type not in _NO_DATA else self.position)

    def read(self, member: Member, max_ratio: float | None = None) -> Iterator[bytes]:  # noqa: ARG002 - as in a zip
        """Give a member's bytes; the stream must not be beyond its start, and minds `max_ratio` itself."""
        self.skip_to(member.start)
        left = member.size
        while left:
            data = self._some(left)
            if not data:
                raise DamageError("is cut off: its tar archive ends too early")
            left -= len(data)
            yield data

    def skip_to(self, position: int) -> None:
        """Go forward to a position of the unpacked archive."""
        while self.position < position and self._some(position - self.position):
            pass

    def _some(self, most: int) -> bytes:
        if not self._held:
            self._held = next(self._chunks, b"")
        data, self._held = self._held[:most], self._held[most:]
        self.position += len(data)
        return data

    def _take(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (more := self._some(size - len(data))):
            data += more
        return data


def _header(block: bytes) -> tarfile.TarInfo:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise DamageError(f"is cut off or damaged: no tar header where one should be ({error})") from error


def _member(info: tarfile.TarInfo, extended: dict[str, str], start: int) -> Member:
    size = extended.get("size", "")
    modified = extended.get("mtime", "").partition(".")[0]
    return Member(
        name=extended.get("path", info.name),
        size=_number(size, info.size),
        start=start,
        modified=float(_number(modified, int(info.mtime))),
    )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else otherwise


def _extended(info: tarfile.TarInfo, data: bytes) -> dict[str, str]:
    """Read what stands before a member's own header: a long name, or records `25 path=folder/name`."""
    if info.type == tarfile.GNUTYPE_LONGNAME:
        return {"path": data.rstrip(b"\0").decode("utf-8", "surrogateescape")}
    found = {}
    while data:
        length, _, _ = data.partition(b" ")
        end = _number(length.decode("ascii", "replace"), 0)
        if not len(length) < end <= len(data):
            break
        record = data[len(length) + 1 : end].rstrip(b"\n").decode("utf-8", "surrogateescape")
        key, _, found_value = record.partition("=")
        found[key] = found_value
        data = data[end:]
    return found


class ZipMembers:
    """A zip archive; its members are read in any order."""

    def __init__(self, raw: RawFile) -> None:
        """Read the table of contents. Raises DamageError where there is none."""
        if not raw.seekable():
            raise DamageError("is a zip archive and comes through a pipe: name the file itself")
        try:
            self._archive = zipfile.ZipFile(io.BufferedReader(cast("io.RawIOBase", raw), _ZIP_STEP))
        except _ZIP_ERRORS as error:
            raise DamageError(f"is cut off or damaged: its zip archive cannot be opened ({error})") from error
        self._size = raw.seek(0, io.SEEK_END)
        self._members = {info.header_offset: info for info in self._archive.infolist()}

    def members(self) -> Iterator[Member]:
        """Give the files of the archive, no folders and no links."""
        for info in self._members.values():
            if not info.is_dir() and not stat.S_ISLNK(info.external_attr >> 16):
                yield _zip_member(info)

    def read(self, member: Member, max_ratio: float | None = None) -> Iterator[bytes]:
        """Give a member's bytes.

        Raises DamageError where they are damaged or locked, or grow beyond `max_ratio` times their size.
        """
        info = self._members[member.start]
        most = None if max_ratio is None else max(CHUNK, max_ratio * min(info.compress_size, self._size))
        given = 0
        try:
            with self._archive.open(info) as stream:
                while data := stream.read(_ZIP_STEP):
                    given += len(data)
                    if most is not None and given > most:
                        raise DamageError(
                            f"grows to more than {max_ratio:g} times its size and was left there"
                        )
                    yield data
        except _ZIP_ERRORS as error:
            raise DamageError(f"holds damaged zip data or cannot be unpacked ({error})") from error


def _zip_member(info: zipfile.ZipInfo) -> Member:
    modified: float | None
    try:
        modified = time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        modified = None
    return Member(info.filename, info.file_size, info.header_offset, modified, in_zip=True)
