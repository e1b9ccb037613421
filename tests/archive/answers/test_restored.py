"""What an archive gives back is what was read, byte for byte, under names that stay within the folder."""

import gzip
import io
import random
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.archive.answers.conftest import answers, differing, files_below

import midtrail as mt
from midtrail.archive.naming import names
from midtrail.archive.restoring import restore, verify
from midtrail.archive.snapshot import Snapshot
from midtrail.errors import UsageError

ROOT = Path(__file__).parents[3]
CORPUS = ROOT.parent / "shared" / "lines"
LINE = b"Mon Sep 13 23:38:03 2021 Info: New SMTP ICID %d interface Data1 (192.0.2.1) address 198.51.100.7\n"
BYTE_NAMES = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="names are Unicode on this system"
)


def restored(kept: Path, out: Path, *, compress: bool = False) -> list[bytes]:
    """Write an archive's files, and return their contents, sorted."""
    snapshot = Snapshot.open(kept)
    assert [checked for checked in verify(snapshot) if checked.problem] == []
    assert [checked for checked in restore(snapshot, out, compress=compress) if checked.problem] == []
    unpack = gzip.decompress if compress else bytes
    return sorted(unpack(path.read_bytes()) for path in files_below(out))


@pytest.mark.parametrize("compress", [False, True])
def test_samples(tmp_path: Path, *, compress: bool) -> None:
    """All of `sample_logs` comes back, plain or gzipped."""
    mt.archive(ROOT / "sample_logs", tmp_path / "kept", progress=False)
    read = sorted(path.read_bytes() for path in files_below(ROOT / "sample_logs"))
    assert restored(tmp_path / "kept", tmp_path / "out", compress=compress) == read


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus of real lines is not here: {CORPUS}")
def test_corpus(tmp_path: Path) -> None:
    """The corpus of real lines comes back, and so does what no log is at all; its answers are the same."""
    mt.archive(CORPUS, tmp_path / "kept", progress=False)
    read = sorted(path.read_bytes() for path in files_below(CORPUS))
    assert restored(tmp_path / "kept", tmp_path / "out") == read
    assert differing(answers(CORPUS), answers(tmp_path / "kept")) == []


def test_simulated(made: Callable[[], Path], tmp_path: Path) -> None:
    """A simulated archive comes back under its names."""
    mt.archive(made(), tmp_path / "kept", progress=False)
    restored(tmp_path / "kept", tmp_path / "out")
    out = tmp_path / "out" / made().relative_to("/")
    expected = {path.relative_to(made()): path.read_bytes() for path in files_below(made())}
    assert {path.relative_to(out): path.read_bytes() for path in files_below(out)} == expected


def _size(path: Path) -> int:
    return path.stat().st_size


def test_damaged(made: Callable[[], Path], tmp_path: Path) -> None:
    """Logs with bytes that were changed, lost and doubled, and noise, come back, and are read as before."""
    chance = random.Random(3)  # noqa: S311 - damage, not secrets
    logs = tmp_path / "logs"
    logs.mkdir()
    for number, path in enumerate(sorted(files_below(made()), key=_size)[-4:]):
        data = bytearray(path.read_bytes()[:60_000])
        for _ in range(600):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((0, 1, 1, 3, 80))] = chance.randbytes(chance.choice((0, 1, 1, 2, 9)))
        (logs / f"{number}.log").write_bytes(data)
    (logs / "noise.log").write_bytes(b"\0" + chance.randbytes(50_000))
    mt.archive(logs, tmp_path / "kept", progress=False)
    read = sorted(path.read_bytes() for path in files_below(logs))
    assert restored(tmp_path / "kept", tmp_path / "out") == read
    assert differing(answers(logs), answers(tmp_path / "kept")) == []


@BYTE_NAMES
def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    """Files and folders whose names are no UTF-8 are read, kept, asked and given back under these names."""
    logs = tmp_path / "logs"
    odd = ("caf\udce9.log", "d\udce9/x.log")
    for number, name in enumerate(odd):
        (logs / name).parent.mkdir(parents=True, exist_ok=True)
        sender = b"Mon Sep 13 23:38:03 2021 Info: MID 3 ICID 4 From: <a@example.com>\n"
        (logs / name).write_bytes(LINE % number + sender)
    for _ in range(2):
        mt.archive(logs, tmp_path / "kept", progress=False)
    assert len(Snapshot.open(tmp_path / "kept").files) == 2
    restored(tmp_path / "kept", tmp_path / "out")
    out = tmp_path / "out" / logs.relative_to("/")
    assert [str(path.relative_to(out)) for path in files_below(out)] == sorted(odd)
    told = answers(tmp_path / "kept")
    assert differing(answers(logs), told) == []
    assert told["messages"]["host"].to_pylist() == ["d\U0010ffe9", "logs"]


HOSTILE = [
    "/etc/passwd.log",
    "../../up.log",
    "a/../../../b.log",
    "x\ny.log",
    "\x1b[2J.log",
    "dup.log",
    "dup.log",
    "DUP.log",
    "dir",
    "dir/under.log",
    "..",
    "a\\..\\..\\c.log",
    "nul\u202egol.exe",
    "q" * 300 + ".log",
    "p/" * 2500 + "deep.log",
]


def test_hostile_names_in_a_tar(tmp_path: Path) -> None:
    """Whatever a tar names its members, all come back, and nothing is written outside of the folder."""
    tar = tmp_path / "evil.tar"
    with tarfile.open(tar, "w", format=tarfile.PAX_FORMAT) as file:
        for number, name in enumerate(HOSTILE):
            member = tarfile.TarInfo(name)
            member.size = len(LINE % number)
            file.addfile(member, io.BytesIO(LINE % number))
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            member = tarfile.TarInfo(f"link{kind!r}")
            member.type, member.linkname = kind, "/etc/passwd"
            file.addfile(member)
    mt.archive(tar, tmp_path / "kept", progress=False)
    out = tmp_path / "in" / "out"
    assert restored(tmp_path / "kept", out) == sorted(LINE % number for number in range(len(HOSTILE)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil.tar", "in", "kept"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["out"]
    assert not Path("/etc/passwd.log").exists()


@pytest.mark.parametrize(
    ("sources", "ending", "expected"),
    [
        (["a.log", "b/a.log"], "", ["a.log", "b/a.log"]),
        (["/x/a.log", "../x/a.log"], "", ["x/a.log", "x/a.log~2"]),
        (["a.log.gz", "a.log", "A.LOG"], "", ["a.log", "a.log~2", "A.LOG~3"]),
        (["a", "a/b", "a/c", "a"], "", ["a", "a~2/b", "a~2/c", "a~3"]),
        (["a.gz/b", "a", "b"], ".gz", ["a/b.gz", "a.gz", "b.gz"]),
        (["a/b", "a"], "", ["a/b", "a~2"]),
        (["t.tar!d/x.log.xz"], ".gz", ["t.tar/d/x.log.gz"]),
        (["e\u0301", "\xe9"], "", ["e\u0301", "\xe9~2"]),
        (["-", "", "..", "!"], "", ["stdin.log", "stdin.log~2", "stdin.log~3", "stdin.log~4"]),
        (["x" * 300, "x" * 300], ".gz", ["x" * 252 + ".gz", "x" * 250 + "~2.gz"]),
        ([f"{'y' * 200}/" * 20 + "z"], "", ["y" * 200 + ("/" + "y" * 200) * 13 + "/z"]),
    ],
)
def test_names(sources: list[str], ending: str, expected: list[str]) -> None:
    """Names stay within the folder, are different where some system takes them for one, and not too long."""
    assert [str(name) for name in names(sources, ending)] == expected


def test_links_in_the_folder_are_not_followed(tmp_path: Path) -> None:
    """Where a folder to write into is a link, nothing is written at all; nor over a link to nothing."""
    log = tmp_path / "logs" / "a.log"
    log.parent.mkdir()
    log.write_bytes(LINE % 1)
    mt.archive(log, tmp_path / "kept", progress=False)
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "out" / log.relative_to("/")
    target.parent.parent.mkdir(parents=True)
    target.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is a link, and restoring follows none"):
        list(restore(Snapshot.open(tmp_path / "kept"), tmp_path / "out"))
    target.parent.unlink()
    target.parent.mkdir()
    target.symlink_to(tmp_path / "elsewhere" / "b.log")
    with pytest.raises(UsageError, match="exists already, and restoring overwrites nothing"):
        list(restore(Snapshot.open(tmp_path / "kept"), tmp_path / "out"))
    assert list((tmp_path / "elsewhere").iterdir()) == []
