"""Where the time goes: the CPU seconds of each stage of gz → Parquet.

    python benchmarks/stages.py FOLDER

The engine is not slowed for it: a stage is a few functions that are called once a chunk (`STAGES`), and each of
them is wrapped here by a clock of its thread's CPU time, that of stages called within it left out.
"""

import inspect
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

STAGES = {
    "decompress": ("midtrail.lines.parts:unpacked",),
    "split and frame": ("midtrail.engine.reading:read_spans", "midtrail.engine.chunks:Chunk.take"),
    "cut, and lay out kinds": ("midtrail.engine.kernel:Kernel.read",),
    "give to Arrow, and lay out the spine": (
        "midtrail.engine.batches:read",
        "midtrail.engine.batches:spine_of",
    ),
    "lines left to Lark": ("midtrail.engine.batches:_left",),
    "write Parquet": ("pyarrow.parquet:ParquetWriter.write_table", "pyarrow.parquet:ParquetWriter.close"),
}
"""The functions of each stage; the names of what is inside the engine may change with it."""
START, REST = "start: imports, grammar, survey", "all else, threads of libraries included"


class Stage(NamedTuple):
    """A stage: its CPU seconds, its share of all, and nanoseconds a line."""

    name: str
    seconds: float
    share: float
    nanoseconds: float


class Clock:
    """CPU seconds by stage, of all threads."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.seconds: dict[str, float] = defaultdict(float)
        self._lock = threading.Lock()
        self._within = threading.local()

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Give what is done within to a stage, but for what is given to another stage within that."""
        outer, self._within.others = getattr(self._within, "others", 0.0), 0.0
        began = time.thread_time()
        try:
            yield
        finally:
            took = time.thread_time() - began
            with self._lock:
                self.seconds[stage] += took - self._within.others
            self._within.others = outer + took

    def wrap(self, stage: str, place: str) -> None:
        """Time a function, or what a generator does for each thing that it gives."""
        module, _, path = place.partition(":")
        *above, name = path.split(".")
        holder: Any = import_module(module)
        for part in above:
            holder = getattr(holder, part)
        setattr(holder, name, self._timed(stage, getattr(holder, name)))

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            with self.of(stage):
                return function(*args, **options)

        @wraps(function)
        def give(*args: Any, **options: Any) -> Iterator[Any]:
            given = function(*args, **options)
            while True:
                with self.of(stage):
                    thing = next(given, self)
                if thing is self:
                    return
                yield thing

        return give if inspect.isgeneratorfunction(function) else call


def parse(folder: Path) -> None:
    """Parse a folder to Parquet in this process as the command does, and print each stage's CPU seconds as JSON."""
    from midtrail.cli._quick import be_quick, be_quick_with_parquet

    be_quick()
    be_quick_with_parquet()
    clock = Clock()
    for stage, places in STAGES.items():
        for place in places:
            try:
                clock.wrap(stage, place)
            except (ImportError, AttributeError) as error:
                print(f"{stage} is not told whole: {error}", file=sys.stderr)
    from midtrail.engine import read_arrow
    from midtrail.lines import ReadOptions, find_sources
    from midtrail.native import keep_memory
    from midtrail.tables.parquet import write_parquet

    keep_memory()
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="out-") as out:
        found = read_arrow(find_sources([folder]), ReadOptions())
        started = time.process_time()
        lines = write_parquet(found, Path(out))
    whole = time.process_time()
    seconds = {START: started, **{stage: clock.seconds[stage] for stage in STAGES}}
    seconds[REST] = max(whole - sum(seconds.values()), 0)
    print(json.dumps({"lines": lines, "seconds": seconds}))


def stages(folder: Path) -> list[Stage]:
    """Return where the time goes for a folder, measured once in a process of its own."""
    told = subprocess.run([sys.executable, __file__, str(folder)], check=True, stdout=subprocess.PIPE)
    found = json.loads(told.stdout)
    whole, lines = sum(found["seconds"].values()), found["lines"]
    parts = [
        Stage(name, seconds, seconds / whole, seconds / lines * 1e9)
        for name, seconds in found["seconds"].items()
        if seconds
    ]
    return [*parts, Stage("**all**", whole, 1, whole / lines * 1e9)]


if __name__ == "__main__":
    parse(Path(sys.argv[1]))
