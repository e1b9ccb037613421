"""Damage of all kinds: no exception, a problem told, and every whole line before the damage."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from midtrail.lines import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lines.conftest import ReadAll

DICE = random.Random(7)  # noqa: S311 - made-up numbers
DATA = b"".join(
    b"Fri Sep  3 12:00:%02d 2021 Info: MID %d ready %d\n" % (i % 60, i, DICE.randrange(10**9))
    for i in range(90)
)
LINES = DATA.split(b"\n")[:-1]
TEXTS = [line[31:].decode() for line in LINES]


def tarred() -> bytes:
    """Pack as the one member of a tar."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        info = tarfile.TarInfo("mail.log")
        info.size = len(DATA)
        archive.addfile(info, io.BytesIO(DATA))
    return sink.getvalue()


def zipped(data: bytes = DATA) -> bytes:
    """Pack as the one member of a zip."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mail.log", data)
    return sink.getvalue()


PACKED = {
    "gzip": gzip.compress(DATA),
    "bzip2": bz2.compress(DATA),
    "xz": lzma.compress(DATA),
    "zstd": bytes(pa.compress(DATA, "zstd", asbytes=True)),
    "zip": zipped(),
    "tar.gz": gzip.compress(tarred()),
}
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: zlib.decompressobj(31).decompress(data),
    "bzip2": lambda data: bz2.BZ2Decompressor().decompress(data),
    "xz": lambda data: lzma.LZMADecompressor().decompress(data),
}


@pytest.mark.parametrize("name", PACKED)
def test_cut_off_at_every_byte(name: str, read: ReadAll) -> None:
    """Wherever a packed log is cut off behind its first four bytes, that is told, and all whole lines that can be unpacked are given."""
    data = PACKED[name]
    for cut in range(4, len(data)):
        problems: list[Problem] = []
        texts = [line.text for line in read(io.BytesIO(data[:cut]), problems=problems)]
        assert len(problems) == 1, cut
        assert texts[:-1] == TEXTS[: max(0, len(texts) - 1)], cut
        if name in UNPACK:
            assert len(texts) >= UNPACK[name](data[:cut]).count(b"\n"), cut


@pytest.mark.parametrize("name", PACKED)
def test_changed_bytes_never_raise(name: str, read: ReadAll) -> None:
    """Bytes changed anywhere in a packed log give lines and problems, never an exception."""
    for _ in range(150):
        data = bytearray(PACKED[name])
        for _ in range(DICE.randint(1, 3)):
            data[DICE.randrange(len(data))] = DICE.randrange(256)
        problems: list[Problem] = []
        read(io.BytesIO(bytes(data)), problems=problems)
        assert all(isinstance(problem, Problem) for problem in problems)


@pytest.mark.parametrize(
    "record",
    [
        b"1" * 5000 + b" path=x\n",
        b"5011 size=" + b"9" * 5000 + b"\n",
        b"5012 mtime=" + b"9" * 5000 + b"\n",
        b"11 size=-5\n",
        b"99999999 path=x\n",
        b"0 =\n",
        "13 size=\u0661\u0661\n".encode(),
    ],
)
def test_nonsense_in_an_extended_tar_header(record: bytes, read: ReadAll) -> None:
    """Numbers of a tar's extended header that cannot be meant are passed over."""
    extended = tarfile.TarInfo("x")
    extended.type, extended.size = tarfile.XHDTYPE, len(record)
    member = tarfile.TarInfo("mail.log")
    member.size = 6
    blocks = (
        extended.tobuf(),
        record + b"\0" * (-len(record) % 512),
        member.tobuf(),
        b"hello\n" + b"\0" * 506,
    )
    assert [line.text for line in read(io.BytesIO(b"".join(blocks)))] == ["hello"]


@pytest.mark.parametrize("pack", [gzip.compress, zipped, bz2.compress])
def test_a_bomb_is_left_where_it_grows_too_much(pack: Callable[[bytes], bytes], read: ReadAll) -> None:
    """Data that grows beyond `max_ratio` times its size is left there, in a zip too, and that is told."""
    problems: list[Problem] = []
    size = 8 << 20
    lines = read(io.BytesIO(pack(bytes(size))), max_ratio=100, problems=problems)
    assert sum(line.size for line in lines) < size
    assert [problem.message for problem in problems] == [
        "This source grows to more than 100 times its size and was left there; the lines before that are given."
    ]


def test_text_that_begins_like_packed_data(read: ReadAll) -> None:
    """Only what really begins a bzip2 stream is unpacked."""
    assert [line.text for line in read(io.BytesIO(b"BZhello\nBZh9\n"))] == ["BZhello", "BZh9"]
