"""Lines a second of the Lark engine, and the peak memory of streaming, on generated input.

    python benchmarks/parse.py [LINES ...]

For each number of lines a file is written from the sample logs' shapes, with ids counting up, and read in a
process of its own, so that peak memory is that run's. Memory must not grow with the input.
"""

import resource
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

SAMPLES = Path(__file__).parent.parent / "sample_logs"
DEFAULT = (50_000, 200_000)


def generate(path: Path, lines: int) -> None:
    """Write a log of `lines` lines: the lines of the sample logs, again and again."""
    logs = [log for log in sorted(SAMPLES.rglob("*.log")) if log.is_file()]
    known = [line for log in logs for line in log.read_bytes().splitlines(keepends=True)]
    with path.open("wb") as file:
        file.writelines(islice(cycle(known), lines))


def read(path: str) -> None:
    """Read a file through the Lark engine, batch by batch, and print what it took."""
    from midtrail.lines import ReadOptions, find_sources
    from midtrail.parse import batches, read_records
    from midtrail.tables import to_arrow

    began = time.perf_counter()
    lines = 0
    for batch in batches(read_records(find_sources([path]), ReadOptions())):
        to_arrow(batch)
        lines += len(batch)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{lines:>10,} lines  {seconds:>7.2f} s  {lines / seconds:>9,.0f} lines/s  peak {peak:>6.0f} MB",
        flush=True,
    )


def main(sizes: tuple[int, ...]) -> None:
    """Measure each size in its own process."""
    print("Lark engine: lines to Arrow batches, one thread")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder, f"{size}.log")
            generate(path, size)
            subprocess.run([sys.executable, __file__, "--read", str(path)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(sys.argv[2])
    else:
        main(tuple(int(size) for size in sys.argv[1:]) or DEFAULT)
