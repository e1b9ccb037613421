"""What makes a process of the command line quicker: which allocator Arrow takes."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

LINE = "Mon Sep 13 23:38:03 2021 Info: MID {0} ICID {0} RID 0 To: <user{0}@example.com>\n"
SHOWING = """
import sys
from midtrail.cli import main
try:
    main()
finally:
    import pyarrow as pa
    print(pa.default_memory_pool().backend_name)
"""
ON_SUCH = sys.platform == "linux" and platform.machine() == "x86_64" and platform.libc_ver()[0] == "glibc"


@pytest.mark.skipif(not ON_SUCH, reason="only packages for Linux on x86-64 are known to bring all allocators")
@pytest.mark.parametrize(
    ("format_", "asked", "expected"),
    [
        ("parquet", None, "jemalloc"),
        ("ndjson", None, "system"),
        ("parquet", "mimalloc", "mimalloc"),
        ("parquet", "system", "system"),
        ("ndjson", "mimalloc", "mimalloc"),
    ],
)
def test_the_allocator(format_: str, asked: str | None, expected: str, tmp_path: Path) -> None:
    """Parquet is written with jemalloc, all else done with the system's, unless another is asked for; no warning."""
    log, out = tmp_path / "mail.log", tmp_path / "out"
    log.write_text("".join(LINE.format(number) for number in range(1000)))
    environment = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    if asked is not None:
        environment["ARROW_DEFAULT_MEMORY_POOL"] = asked
    command = [sys.executable, "-c", SHOWING, "parse", str(log), "--format", format_, "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.stdout.split()[-1] == expected
    assert "Unsupported" not in done.stderr
    assert out.exists()
