"""Other ways to read the same lines, each over some files of an archive, as a process of its own.

    python benchmarks/peers.py lognormalizer|python_re|re2|lark FILE...

Each prints how many lines it read, and of how many it told kind and fields. Python's `re`, RE2 and liblognorm know
the ten commonest kinds and get their lines from `zcat`; Lark knows all, and reads the first of them only.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ten_kinds import HEAD, SHAPES

if TYPE_CHECKING:
    import pyarrow as pa

RULEBASE = Path(__file__).with_name("ten_kinds.rulebase")
LARK_LINES = 100_000
_CHUNK = 8 << 20


def unpacked(files: list[str]) -> IO[bytes]:
    """Return what `zcat` makes of the files."""
    stream = subprocess.Popen(["zcat", *files], stdout=subprocess.PIPE).stdout
    assert stream is not None  # noqa: S101 - a pipe was asked for
    return stream


def lognormalizer(files: list[str]) -> tuple[int, int]:
    """Let liblognorm print the lines that it knows as JSON, and count them."""
    rules = ["lognormalizer", "-r", str(RULEBASE), "-p", "-T", "-H"]
    with subprocess.Popen(
        rules, stdin=unpacked(files), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        counted = subprocess.run(["wc", "-l"], stdin=run.stdout, capture_output=True, check=True)
        told = run.stderr.read() if run.stderr else b""
    lines = re.search(rb"\d+", told)
    return int(lines[0]) if lines else 0, int(counted.stdout)


def python_re(files: list[str]) -> tuple[int, int]:
    """Match each line with one alternation, and take the groups of its kind."""
    kinds = (f"(?P<{kind}>{_own_names(kind, shape.pattern)})" for kind, shape in SHAPES.items())
    known = re.compile(f"{HEAD}(?:{'|'.join(kinds)})$".encode())
    groups = known.groupindex
    wanted = {
        kind: [
            groups["time"],
            groups["level"],
            *(groups[name] for name in groups if name.startswith(f"{kind}__")),
        ]
        for kind in SHAPES
    }
    lines = told = 0
    for line in unpacked(files):
        lines += 1
        if found := known.match(line):
            found.group(*wanted[found.lastgroup or ""])
            told += 1
    return lines, told


def _own_names(kind: str, pattern: str) -> str:
    """Give the groups of a kind names that no other kind has: one pattern holds each name once."""
    return pattern.replace("(?P<", f"(?P<{kind}__")


def re2(files: list[str]) -> tuple[int, int]:
    """Take the fields of each kind from an Arrow column of lines, of those that hold the kind's piece."""
    import pyarrow.compute as pc

    lines = told = 0
    for rows in map(_column, _chunks(unpacked(files))):
        lines += len(rows)
        for piece, pattern in SHAPES.values():
            some = rows.filter(pc.match_substring(rows, piece))
            told += len(some) - pc.extract_regex(some, f"^{HEAD}{pattern}\n$").null_count
    return lines, told


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Cut a stream into whole lines."""
    rest = b""
    while data := stream.read(_CHUNK):
        data = rest + data
        end = data.rfind(b"\n") + 1
        yield data[:end]
        rest = data[end:]


def _column(data: bytes) -> "pa.Array":
    """Return lines as a column, without copying them."""
    import numpy as np
    import pyarrow as pa

    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    offsets = np.append(0, ends).astype(np.int32)
    return pa.Array.from_buffers(pa.binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def lark(files: list[str]) -> tuple[int, int]:
    """Read the first lines to Arrow, one by one, as midtrail does without its kernel."""
    from midtrail.lines import find_sources
    from midtrail.parse import batches, read_records
    from midtrail.tables import to_arrow

    lines = 0
    for batch in batches(islice(read_records(find_sources(files)), LARK_LINES)):
        to_arrow(batch)
        lines += len(batch)
    return lines, lines


PEERS: dict[str, Callable[[list[str]], tuple[int, int]]] = {
    peer.__name__: peer for peer in (lognormalizer, python_re, re2, lark)
}

if __name__ == "__main__":
    print(*PEERS[sys.argv[1]](sys.argv[2:]))
