"""What makes a process of the command line quicker: which allocator Arrow takes, and what is not loaded."""

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


def test_what_stands_in_gives_way() -> None:
    """A module of which little is given is loaded where more of it is wanted; arrays, also masked, are themselves."""
    code = (
        "import sys; from midtrail.cli._quick import be_quick; be_quick();"
        "import numpy as np, pyarrow as pa, pyarrow.parquet;"
        "print(pa.array(np.arange(2)).to_pylist(), '_ssl' in sys.modules, 'numpy.ma.core' in sys.modules);"
        "import ssl; from numpy import ma;"
        "print(ssl.SSLContext.__name__, ma.masked_array([1, 2], mask=[0, 1]).tolist(), np.ma is sys.modules['numpy.ma']);"
        "import ssl; print(ssl is sys.modules['ssl'])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[0, 1] False False\nSSLContext [1, None] True\nTrue\n"
