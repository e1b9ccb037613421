"""Gzipped logs to typed Parquet by the compiled engine, against others on the same lines in the same run.

    python benchmarks/engine.py [LINES ...]

For each number of lines (about; 1,000,000 and 10,000,000 by default) an archive is simulated and read by each
way in a process of its own, in turn, three times; the quickest counts. `zcat | wc -l` only decompresses and
counts; `re` only matches, one alternation of all wordings' beginnings a line; Lark's walk reads the first
200,000 lines to Arrow, and its time is told for all.
"""

import gzip
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import chain, islice
from pathlib import Path

LINES_A_MESSAGE = 26
DEFAULT = (1_000_000, 10_000_000)
ROUNDS = 3
LARK_LINES = 200_000


def zcat(folder: Path) -> int:
    """Decompress and count, as the shell does."""
    files = sorted(map(str, folder.rglob("*.gz"))) or sorted(
        str(file) for file in folder.rglob("*") if file.is_file()
    )
    with subprocess.Popen(["zcat", *files], stdout=subprocess.PIPE) as source:
        return int(subprocess.run(["wc", "-l"], stdin=source.stdout, capture_output=True, check=True).stdout)


def kernel(folder: Path) -> int:
    """Read all to Parquet, as `midtrail parse` does."""
    with tempfile.TemporaryDirectory() as out:
        parse = [sys.executable, "-m", "midtrail", "parse", str(folder), "--format", "parquet", "-o", out]
        told = subprocess.run(parse, check=True, capture_output=True, text=True).stderr
    return int(told.split()[0])


def python_re(folder: Path) -> int:
    """Match the first literal of each wording, and nothing more."""
    from midtrail.grammar import binding

    wordings = chain.from_iterable(binding.load().wordings.values())
    first = {next((part.literal for part in wording.parts if part.literal), "") for wording in wordings}
    known = re.compile("|".join(map(re.escape, sorted(first, key=len, reverse=True))).encode())
    count = 0
    for file in folder.rglob("*"):
        if file.is_file():
            for line in gzip.decompress(file.read_bytes()).splitlines():
                known.search(line, 25)
                count += 1
    return count


def lark(folder: Path) -> int:
    """Read some of the lines to Arrow, one by one."""
    from midtrail.lines import find_sources
    from midtrail.parse import batches, read_records
    from midtrail.tables import to_arrow

    count = 0
    for batch in batches(islice(read_records(find_sources([folder])), LARK_LINES)):
        to_arrow(batch)
        count += len(batch)
    return count


WAYS = {way.__name__: way for way in (zcat, kernel, python_re, lark)}


def timed(name: str, folder: Path) -> None:
    """Run one way, and print lines, seconds and megabytes."""
    began = time.perf_counter()
    lines = WAYS[name](folder)
    seconds = time.perf_counter() - began
    who = resource.RUSAGE_CHILDREN if name in ("zcat", "kernel") else resource.RUSAGE_SELF
    print(lines, seconds, resource.getrusage(who).ru_maxrss / 1024)


def measure(folder: Path) -> None:
    """Measure all ways in turn, and print the quickest run of each."""
    best: dict[str, tuple[float, float, float]] = {}
    for name in [*WAYS] * ROUNDS:
        told = subprocess.run(
            [sys.executable, __file__, "--way", name, str(folder)], check=True, capture_output=True, text=True
        )
        lines, seconds, peak = map(float, told.stdout.split())
        best[name] = min(best.get(name, (float("inf"), 0, 0)), (seconds / lines, lines, peak))
    for name, (a_line, lines, peak) in best.items():
        ratio = a_line / best["zcat"][0]
        print(
            f"{name:>10} {lines:>12,.0f} lines {1 / a_line:>12,.0f} lines/s  {ratio:>6.2f} x zcat  peak {peak:>5,.0f} MB",
            flush=True,
        )


def main(sizes: tuple[int, ...]) -> None:
    """Simulate an archive of each size and measure."""
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            made = str(Path(name, "made"))
            simulate = [
                sys.executable,
                "-m",
                "midtrail",
                "simulate",
                str(size // LINES_A_MESSAGE),
                "-o",
                made,
            ]
            subprocess.run([*simulate, "--appliances", "3", "--gzip"], check=True, stderr=subprocess.DEVNULL)
            Path(made, "truth.ndjson").unlink()
            measure(Path(made, "mail_logs"))
            shutil.rmtree(made)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        timed(sys.argv[2], Path(sys.argv[3]))
    else:
        main(tuple(int(size) for size in sys.argv[1:]) or DEFAULT)
