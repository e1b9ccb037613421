"""Archives: each member is a source of its own."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import threading
import zipfile
from typing import TYPE_CHECKING

import pytest

from midtrail.lines import find_sources

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lines.conftest import ReadAll, Write

    from midtrail.lines import Problem

MEMBERS = {
    "esa01/b.log": b"Fri Sep  3 12:00:01 2021 Info: first\n",
    "esa01/a.log.gz": gzip.compress(b"Fri Sep  3 12:00:02 2021 Info: second\n"),
    "esa02/" + "long/" * 30 + "c.log": b"Fri Sep  3 12:00:00 2021 Info: other\n",
    ".hidden/x.log": b"Fri Sep  3 12:00:00 2021 Info: hidden\n",
}


def tar(mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    """Pack the members, with a folder and a link that leads outside."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for name, data in MEMBERS.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("esa01/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    return target.getvalue()


def zipped() -> bytes:
    """Pack the members as a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("esa01")
        for name, data in MEMBERS.items():
            archive.writestr(name, data)
    return target.getvalue()


ARCHIVES = {
    "tar": tar(),
    "gnu tar": tar(form=tarfile.GNU_FORMAT),
    "tar.gz": tar("w:gz"),
    "tar.bz2": tar("w:bz2"),
    "tar.xz": tar("w:xz"),
    "zip": zipped(),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_members_are_sources(kind: str, read: ReadAll, write: Write) -> None:
    """Each member is a source with a name of its own, unpacked, in time's order within its folder's appliance."""
    path = write("x.bin", ARCHIVES[kind])
    lines = read(path)
    ours = [line for line in lines if line.host == "esa01"]
    assert [(line.source, line.text) for line in ours] == [
        (f"{path}!esa01/b.log", "first"),
        (f"{path}!esa01/a.log.gz", "second"),
    ]
    assert [line.text for line in lines if line.host == "long"] == ["other"]
    assert len(lines) == 3


def test_progress_adds_up(headers: object, write: Write) -> None:
    """The bytes told to a progress bar are those on disk, each once, though members are read in another order."""
    from midtrail.lines import HeaderReader, ReadOptions, read_lines  # noqa: PLC0415

    reader: HeaderReader = headers  # type: ignore[assignment]
    told: list[int] = []
    files = find_sources(write("x.tgz", ARCHIVES["tar.gz"]))
    list(read_lines(files, ReadOptions(), reader, on_bytes=told.append))
    assert sum(told) == files[0].size


@pytest.mark.parametrize("kind", ["tar", "tar.gz"])
def test_cut_off_archive(kind: str, read: ReadAll, write: Write) -> None:
    """A cut-off archive gives the members before the cut and tells of the rest."""
    problems: list[Problem] = []
    data = ARCHIVES[kind]
    lines = read(
        write("x.bin", data[:530] if kind == "tar" else data[: len(data) * 2 // 3]), problems=problems
    )
    assert lines[0].text == ("Fri Sep  3 12:00:0" if kind == "tar" else "first")
    assert problems


def test_damaged_member_of_a_zip(read: ReadAll, write: Write) -> None:
    """A damaged member is told; the others are read."""
    data = bytearray(ARCHIVES["zip"])
    at = data.index(b"esa01/b.log") + len(b"esa01/b.log")
    data[at : at + 4] = b"\xff\xff\xff\xff"
    problems: list[Problem] = []
    assert sorted(line.text for line in read(write("x.zip", bytes(data)), problems=problems)) == [
        "other",
        "second",
    ]
    assert [problem.source.rpartition("!")[2] for problem in problems] == ["esa01/b.log"]


def test_archive_in_an_archive_is_not_opened(read: ReadAll, write: Write) -> None:
    """An archive inside an archive is kept as the data that it is."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("inner.tar", ARCHIVES["tar"])
    lines = read(write("x.zip", target.getvalue()))
    assert {line.source.rpartition("!")[2] for line in lines} == {"inner.tar"}


def backwards(members: int) -> bytes:
    """Pack members whose times run against the order in which they lie."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for at in range(members):
            data = f"Fri Sep  3 12:00:{59 - at:02} 2021 Info: {at}\n".encode()
            info = tarfile.TarInfo(f"esa/{at:02}.log")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def test_a_packed_tar_is_not_unpacked_again_and_again(read: ReadAll, write: Write) -> None:
    """Members of a packed tar come in time's order, unless that would unpack it more than 16 times over."""
    assert [line.text for line in read(write("a.tgz", backwards(4)))] == ["3", "2", "1", "0"]
    assert [line.text for line in read(write("b.tgz", backwards(40)))] == [str(at) for at in range(40)]


def test_a_zip_in_a_pipe_is_told(read: ReadAll, tmp_path: Path) -> None:
    """A zip has its table at its end and cannot be read from a pipe: the problem says what to do."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    threading.Thread(target=lambda: path.write_bytes(ARCHIVES["zip"]), daemon=True).start()
    problems: list[Problem] = []
    assert read(path, problems=problems) == []
    assert "name the file itself" in problems[0].message


def test_a_tar_in_a_pipe(read: ReadAll, tmp_path: Path) -> None:
    """A tar is read from a pipe member by member."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    threading.Thread(target=lambda: path.write_bytes(ARCHIVES["tar.gz"]), daemon=True).start()
    assert [line.text for line in read(path)] == ["first", "second", "other"]
