"""Compression: the same lines, however they are packed, and all good lines of what is damaged."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lines.conftest import ReadAll, Write

    from midtrail.lines import Problem

LINES = [
    f"Fri Sep  3 12:00:{second % 60:02} 2021 Info: MID {second} ready {second**3}" for second in range(3000)
]
DATA = "".join(line + "\n" for line in LINES).encode()
TEXTS = [line[31:] for line in LINES]
HALF = len(DATA) // 2


def zstd(data: bytes) -> bytes:
    """Pack as one Zstandard frame."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd,
}
PACKED = [name for name in PACKERS if name != "plain"]


@pytest.mark.parametrize("name", PACKERS)
def test_packing_is_told_by_content(name: str, read: ReadAll, write: Write) -> None:
    """A file is unpacked by its first bytes, whatever its name."""
    lines = read(write("mail.log", PACKERS[name](DATA)))
    assert [line.text for line in lines] == TEXTS
    assert lines[-1].offset + lines[-1].size == len(DATA)


@pytest.mark.parametrize("name", PACKED)
def test_several_members_are_one_source(name: str, read: ReadAll, write: Write) -> None:
    """Members, streams or frames one behind the other are read as one, cut anywhere."""
    pack = PACKERS[name]
    lines = read(write("mail.log", pack(DATA[:HALF]) + pack(DATA[HALF:])))
    assert [line.text for line in lines] == TEXTS


@pytest.mark.parametrize("name", PACKED)
def test_cut_off(name: str, read: ReadAll, write: Write) -> None:
    """A file cut off in its middle gives the lines before the cut and one problem."""
    packed = PACKERS[name](DATA)
    problems: list[Problem] = []
    path = write("mail.log", PACKERS[name](DATA) + packed[: len(packed) * 2 // 3])
    texts = [line.text for line in read(path, problems=problems)]
    assert texts[: len(TEXTS)] == TEXTS
    assert [problem.source for problem in problems] == [path]
    assert "cut off" in problems[0].message


def test_cut_off_gzip_gives_every_byte_that_is_there(read: ReadAll, write: Write) -> None:
    """All that zlib can make of a cut-off gzip file is given, a half line at its end too."""
    packed = gzip.compress(DATA)[:9000]
    expected = zlib.decompressobj(31).decompress(packed)
    lines = read(write("mail.log", packed), problems=[])
    assert sum(line.size for line in lines) == len(expected)
    assert len(lines) == expected.count(b"\n") + 1


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz"])
def test_damage_in_the_second_member(name: str, read: ReadAll, write: Write) -> None:
    """Damaged data end the source with a problem; the members before are whole."""
    packed = bytearray(PACKERS[name](DATA))
    packed[len(packed) // 2 : len(packed) // 2 + 20] = b"\xff" * 20
    problems: list[Problem] = []
    texts = [line.text for line in read(write("mail.log", PACKERS[name](DATA) + packed), problems=problems)]
    assert texts[: len(TEXTS)] == TEXTS
    assert len(problems) == 1
    assert "damaged" in problems[0].message


def test_wrong_checksum_loses_nothing(read: ReadAll, write: Write) -> None:
    """A gzip member whose checksum is wrong is given whole, and told."""
    packed = bytearray(gzip.compress(DATA))
    packed[-6] ^= 1
    problems: list[Problem] = []
    assert [line.text for line in read(write("mail.log", bytes(packed)), problems=problems)] == TEXTS
    assert len(problems) == 1


def test_padding_and_garbage_behind_gzip(read: ReadAll, write: Write) -> None:
    """Zeros behind the last member are padding; anything else is told."""
    problems: list[Problem] = []
    padded = write("padded.log", gzip.compress(DATA) + b"\0" * 100_000)
    assert len(read(padded, problems=problems)) == len(LINES)
    assert problems == []
    spoilt = write("spoilt.log", gzip.compress(DATA) + b"garbage")
    assert len(read(spoilt, problems=problems)) == len(LINES)
    assert "behind its last gzip member" in problems[0].message


def test_max_ratio_stops_a_bomb(read: ReadAll, write: Write) -> None:
    """With a limit, data that grow beyond it are left there, with a problem."""
    problems: list[Problem] = []
    path = write("mail.log", gzip.compress(b"a\n" * 8_000_000))
    lines = read(path, problems=problems, max_ratio=100)
    assert len(lines) < 8_000_000
    assert "100 times its size" in problems[0].message


def test_an_empty_file_has_no_lines(read: ReadAll, write: Write) -> None:
    """An empty file, and one packed empty, give no line and no problem."""
    problems: list[Problem] = []
    assert read([write("a.log", b""), write("b.log", gzip.compress(b""))], problems=problems) == []
    assert problems == []
