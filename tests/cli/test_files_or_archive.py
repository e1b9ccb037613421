"""Every verb that asks a log answers the same of its files and of an archive that was made of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

import midtrail.log
from midtrail.cli._app import run
from midtrail.lines import ReadOptions

WORLDS = {"native": ("--gzip",), "syslog": ("--relay",)}
MESSAGES = 160
ODD = b"""\
Fri Oct  1 09:00:00 2021 Info: MID 1050 was seen by a robot called 'R2'
Fri Oct  1 09:00:01 2021 Info: MID 1051 was seen by a robot called 'C3'
Fri Oct  1 09:00:01 2021 Warning: The moon has 3 faces

Fri Oct  1 09:00:02 2021 Info: Start MID 99001 ICID 88001
Fri Oct  1 09:00:02 2021 Info: MID 99001 ICID 88001 From: <=cmd|'/c calc'!A0@example.net>
Fri Oct  1 09:00:02 2021 Info: MID 99001 Subject '=1+1 \\x1b[31mred \xfc \\x07'
Fri Oct  1 09:00:02 2021 Info: MID 99001 ICID 88001 RID 0 To: <o'hara@example.com>\r
Fri Oct  1 09:00:03 2021 Info: MID 99001 rewritten header
 goes on here
"""

SINCE = ("--since", "2021-10-01T10:00", "--until", "2021-10-03T12:30-05:00")
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("parse",),
    ("parse", "--format", "csv", *SINCE),
    *(("track", "--format", name) for name in ("table", "json", "csv", "text", "page", "html")),
    ("track", "--format", "json", *SINCE),
    ("track", "--format", "json", "--as-of", "2021-10-02T10:00"),
    ("track", "--format", "text", "--mid", "1020", "--mid", "1050"),
    ("track", "--format", "csv", "--state", "*quarantine*", "--sender", "example.com"),
    ("track", "--mid", "77777777"),
    ("track", "--batches", "--format", "json"),
    ("search", "domain:example.com", "--limit", "9"),
    ("search", "email:*@example.net or ip:198.51.100.0/24", "--format", "json"),
    ("search", 'email_subject:"*o*" not state:delivered', "--format", "csv"),
    ("search", "file_name:*.docx or url:* or sha256:*", "--format", "json"),
    ("search", "verdict:* policy:DEFAULT", "--as-of", "2021-10-02T10:00"),
    ("search", "host:564D* batch:*", *SINCE),
    ("search", "since:2021-10-01T12:00 until:2021-10-04 cisco_mid:1020"),
    ("search", "invoice", "--format", "csv"),
    ("search", "robot"),
    ("search", "nowhere-at-all"),
    ("findevent", "-m", "1020", "-m", "1050"),
    ("findevent", "-f", r"@example\.com$"),
    ("findevent", "-i", "-t", "SALES", "--list"),
    ("findevent", "-s", "Invoice|red"),
    ("findevent", "-s", "o", *SINCE),
    ("findevent", "-m", "77777777"),
    ("coverage",),
    ("coverage", "--format", "json"),
    ("coverage", "--no-orphans", "--fail-under", "100"),
    ("gaps", "--all"),
    ("gaps", "--format", "json"),
    ("sql", "select * from spine order by seq", "--format", "csv"),
    ("sql", "select * from messages order by message", "--format", "json"),
    ("sql", "select * from recipients order by all", "--format", "csv"),
    ("sql", "select * from connections order by connection", "--format", "csv"),
    ("sql", "select * from remediations order by all", "--format", "csv"),
    ("sql", "select * from timeline order by message, position", "--format", "csv"),
    ("sql", "select * from members order by all", "--format", "csv"),
    ("sql", "select * from clocks order by all", "--format", "csv"),
    ("sql", "select * from messages order by message", "--as-of", "2021-10-02T10:00", "--format", "csv"),
    ("sql", "from delivery_bounced join spine using (seq) select * order by seq"),
)

Answer = tuple[int, bytes, bytes]


class Kept(NamedTuple):
    """The logs of some appliances, and an archive of them."""

    logs: str
    archive: str


@pytest.fixture(scope="module", params=WORLDS)
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Give logs of three appliances, with counters set back, a hole and lines that nobody knows, and their archive."""
    folder = tmp_path_factory.mktemp("kept")
    made = (
        "simulate",
        str(MESSAGES),
        "-o",
        str(folder / "made"),
        "--seed",
        "2",
        "--appliances",
        "3",
        "--reset",
    )
    assert run([*made, *WORLDS[request.param]]) == 0
    logs = folder / "made" / "mail_logs"
    lose_some(logs)
    (logs / "esa9.example.com").mkdir()
    (logs / "esa9.example.com" / "mail.current").write_bytes(ODD)
    assert run(["archive", str(logs), "-o", str(folder / "archive")]) == 0
    return Kept(str(logs), str(folder / "archive"))


def lose_some(logs: Path) -> None:
    """Take a file out of the middle of an appliance's, or lines out of the only one."""
    (*files,) = sorted(path for path in logs.rglob("*") if path.is_file())
    if len(files) > 1:
        files[1].unlink()
    else:
        lines = files[0].read_bytes().splitlines(keepends=True)
        files[0].write_bytes(b"".join(lines[:1500] + lines[1700:]))


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """Keep each log that a verb reads for the next question: joining it takes longer than most answers."""
    known: dict[tuple[object, ...], midtrail.log.Log] = {}
    read_with = midtrail.log.read_with

    def reading(files: list[str], options: ReadOptions, **more: Any) -> midtrail.log.Log:
        key = (*files, options, *more.items())
        known[key] = known.get(key) or read_with(files, options, **more)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(midtrail.log, "read_with", reading)
        yield
    for log in known.values():
        log.close()


@pytest.fixture
def answer(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    """Give what asks a log: it returns the status, and what was said on standard output and on standard error."""
    monkeypatch.setenv("COLUMNS", "80")

    def asked(*arguments: str) -> Answer:
        capfdbinary.readouterr()
        status = run(list(arguments))
        said = capfdbinary.readouterr()
        return status, said.out, said.err

    return asked


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_an_archive_answers_as_its_files_do(
    kept: Kept, answer: Callable[..., Answer], question: tuple[str, ...]
) -> None:
    """Status, output and messages are the same, byte for byte, and there is an answer."""
    of_files = answer(*question, kept.logs)
    assert answer(*question, kept.archive) == of_files
    status, out, err = of_files
    assert (len(out) > 0) != (b"no message" in err)
    assert status in (0, 1)


def test_parquet_too(kept: Kept, tmp_path: Path) -> None:
    """What `parse` and `track` write as Parquet holds the same tables."""
    for verb in ("parse", "track"):
        for source, name in ((kept.logs, "files"), (kept.archive, "archive")):
            assert run([verb, source, "--format", "parquet", "-o", str(tmp_path / verb / name)]) == 0
        of_files = sorted((tmp_path / verb / "files").iterdir())
        assert [path.name for path in of_files] == sorted(
            path.name for path in (tmp_path / verb / "archive").iterdir()
        )
        for path in of_files:
            other = pq.read_table(tmp_path / verb / "archive" / path.name)
            assert pq.read_table(path).to_pylist() == other.to_pylist(), path
