"""Ctrl-C ends a verb soon, in one line, and leaves no half file behind, whatever it is doing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from midtrail.cli import _app, main
from midtrail.cli._app import INTERRUPTED
from midtrail.simulate import LOGS, Plan, write

COMMAND = str(Path(sys.executable).with_name("midtrail"))
FILES = 25
WRITINGS = {
    "parquet": ["parse", "--format", "parquet", "-o", "out"],
    "ndjson": ["parse", "--format", "ndjson", "-o", "out"],
    "track": ["track", "-o", "out"],
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of some one million lines in gzip: the same file under many names."""
    folder = tmp_path_factory.mktemp("large")
    write(Plan(messages=300, seed=5, gzip=True), folder / "made")
    parts = sorted((folder / "made" / LOGS).rglob("*.gz"))
    one = b"".join(part.read_bytes() for part in parts) * 5
    logs = folder / "logs"
    logs.mkdir()
    first = logs / "mail.@20210901T000000.s.gz"
    first.write_bytes(one)
    for number in range(1, FILES):
        os.link(first, logs / f"mail.@20210901T{number:06}.s.gz")
    return logs


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize("after", [0.0, 0.1])
@pytest.mark.parametrize("writing", list(WRITINGS))
def test_nothing_is_left_behind(writing: str, after: float, large: Path, tmp_path: Path) -> None:
    """Ctrl-C while a large input is read and written: status 130, one line, no file under any name."""
    out, temporary = tmp_path / "out", tmp_path / "temporary"
    temporary.mkdir()
    verb, *options = WRITINGS[writing]
    with subprocess.Popen(
        [COMMAND, verb, str(large), *options],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for_traces(process, tmp_path, temporary)
        time.sleep(after)
        assert process.poll() is None, "the input is too small to be interrupted"
        process.send_signal(signal.SIGINT)
        began = time.perf_counter()
        _, told = process.communicate()
    print(f"{writing} after {after} s: ended in {time.perf_counter() - began:.2f} s")  # noqa: T201 - told where tests are read
    assert (process.returncode, told) == (INTERRUPTED, "midtrail: interrupted\n")
    if out.is_dir() and not any(out.iterdir()):
        out.rmdir()  # a folder that was made for the files, without any
    assert [path.name for path in tmp_path.rglob("*")] == ["temporary"]


def wait_for_traces(process: "subprocess.Popen[str]", folder: Path, temporary: Path) -> None:
    """Wait until a verb has written anything under a name of its own, or in the folder for what is temporary."""
    while process.poll() is None and {*folder.rglob("*")} <= {temporary, folder / "out"}:
        time.sleep(0.01)


def test_while_it_loads(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C before a verb has begun is told like at any time."""

    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(_app, "run", interrupted)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == INTERRUPTED
    assert capsys.readouterr().err == "midtrail: interrupted\n"


@pytest.mark.parametrize(
    "told",
    [
        "Query interrupted",
        "Invalid Input Error: reading the schema of the object registered as 'x' failed: KeyboardInterrupt: ",
    ],
)
def test_while_it_joins(
    told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C within DuckDB, which makes an error of its own of it, is no mistake of ours."""

    def interrupted(*_: object, **__: object) -> None:
        raise RuntimeError(told)

    monkeypatch.setattr("midtrail.log.Log", interrupted)
    assert _app.run(["track", str(Path(__file__))]) == INTERRUPTED
    assert capsys.readouterr().err == "midtrail: interrupted\n"
