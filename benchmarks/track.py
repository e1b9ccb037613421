"""Messages a second and peak memory of tracking, on simulated archives.

    python benchmarks/track.py [LINES ...]

For each number of lines (about; 1,000,000 and 10,000,000 by default) an archive is simulated, and in a process
of its own read into tables and joined. The time should grow about linearly; memory is bounded, since DuckDB
spills to disk. Reading is told apart.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES_A_MESSAGE = 26
DEFAULT = (1_000_000, 10_000_000)


def read_and_join(folder: str) -> None:
    """Read an archive, join it, and print what it took."""
    from midtrail.lines import ReadOptions, find_sources
    from midtrail.log import Log

    began = time.perf_counter()
    log = Log(find_sources([folder]), ReadOptions())
    read = time.perf_counter()
    messages = log.sql("select count(*) as n from messages")["n"][0].as_py()
    joined = time.perf_counter()
    lines = log.coverage.total.lines
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{lines:>12,} lines {messages:>9,} messages  read {read - began:>7.1f} s {lines / (read - began):>8,.0f} lines/s   "
        f"joined {joined - read:>6.1f} s {messages / (joined - read):>8,.0f} messages/s   peak {peak:>6,.0f} MB",
        flush=True,
    )


def main(sizes: tuple[int, ...]) -> None:
    """Measure each size in its own process."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            archive = str(Path(folder, "archive"))
            simulate = [
                sys.executable,
                "-m",
                "midtrail",
                "simulate",
                str(size // LINES_A_MESSAGE),
                "-o",
                archive,
            ]
            subprocess.run([*simulate, "--appliances", "3", "--reset"], check=True, stderr=subprocess.DEVNULL)
            subprocess.run([sys.executable, __file__, "--read", str(Path(archive, "mail_logs"))], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read_and_join(sys.argv[2])
    else:
        main(tuple(int(size) for size in sys.argv[1:]) or DEFAULT)
