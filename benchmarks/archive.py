"""What the archive costs and gives: its size, its making, look-ups, another day, against gzip, zstd, xz and zgrep.

    python benchmarks/archive.py --write

measures what benchmarks/ARCHIVE.md shows, and writes it; without --write it is printed. Logs of 1 and 10 million
lines are simulated first, and kept where --data says; their archives are made anew. All ways are run in turn, five
rounds; the compressors once, since their sizes do not change.
"""

import argparse
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import kept
import ways
from archives import Archive, archive, asked_for, data_in
from figures import Figures, size
from kept import Sizes
from kept_report import report
from ways import Run, Way


def main() -> None:
    """Measure, and print or write the page."""
    options = _options()
    with data_in(options.data) as data:
        logs = [archive(data, lines) for lines in sorted(options.lines)]
        for one in logs:
            kept.make(one)
        figures = measured(logs, options.rounds)
        sizes: dict[Archive, Sizes] = {one: kept.sizes(one) for one in logs}
    text = report(figures, sizes, options.rounds)
    if options.write:
        Path(__file__).with_name("ARCHIVE.md").write_text(text, encoding="utf-8")
    else:
        print(text)


def _options() -> argparse.Namespace:
    parser = asked_for(__doc__, "each way is run")
    parser.add_argument("--write", action="store_true", help="write benchmarks/ARCHIVE.md")
    return parser.parse_args()


def measured(logs: list[Archive], rounds: int) -> Figures:
    """Run all ways in turn."""
    figures = Figures()
    for turn in range(rounds):
        for one in logs:
            for way, run in _runs(one):
                figures.add(way, one, run)
                told = (
                    f"round {turn + 1} of {rounds}: {size(one.lines)} lines: {way.name}: {run.seconds:.3f} s"
                )
                print(told, file=sys.stderr, flush=True)
    return figures


def _runs(logs: Archive) -> Iterator[tuple[Way, Run]]:
    """Run each way once."""
    for way in (ways.ZCAT, kept.MAKE, *chain(*kept.DAYS.values()), *kept.LOOK_UPS):
        yield way, ways.run(way, logs)
    yield from kept.within(logs)


if __name__ == "__main__":
    main()
