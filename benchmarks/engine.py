"""How fast midtrail reads: gzipped logs to Parquet, NDJSON, CSV and messages, against `zcat | wc -l` and others.

    python benchmarks/engine.py --write

measures what benchmarks/RESULTS.md and docs/growth.svg show, and writes them; without --write the tables are
printed. Archives of 1 and 10 million lines (and 2 and 5, for the growth) are simulated first, and kept where
--data says. All ways are run in turn, five rounds; what is not installed is told as such.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import ways
from archives import Archive, archive, asked_for, data_in
from figures import Figures, size
from growth import plot
from report import report
from stages import stages
from ways import NotThereError, Way

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure, and print or write the tables."""
    options = _options()
    with data_in(options.data) as data:
        whole = [archive(data, lines) for lines in sorted(options.lines)]
        between = [archive(data, lines) for lines in options.growth]
        figures = measured(whole, between, options.rounds)
        text = report(figures, stages(whole[-1].folder), options.rounds)
    if options.write:
        Path(__file__).with_name("RESULTS.md").write_text(text, encoding="utf-8")
        (ROOT / "docs" / "growth.svg").write_text(plot(figures), encoding="utf-8")
    else:
        print(text)


def _options() -> argparse.Namespace:
    parser = asked_for(__doc__, "each way is run")
    add = parser.add_argument
    add("--growth", type=int, nargs="*", default=[2_000_000, 5_000_000], help="more archives for the growth")
    add("--write", action="store_true", help="write benchmarks/RESULTS.md and docs/growth.svg")
    return parser.parse_args()


def measured(whole: list[Archive], between: list[Archive], rounds: int) -> Figures:
    """Run all ways, once without counting, so that what is kept for later runs is there, then in turn."""
    figures = Figures()
    for way in dict.fromkeys(way for way, _ in _turns(whole[:1], [])):
        _run(figures, way, whole[0], "first")
    figures.runs.clear()
    for turn in range(rounds):
        for way, read in _turns(whole, between):
            if way not in figures.missing:
                _run(figures, way, read, f"round {turn + 1} of {rounds}")
    return figures


def _turns(whole: list[Archive], between: list[Archive]) -> Iterator[tuple[Way, Archive]]:
    for way in ways.SHORT:
        yield way, whole[0]
    for read in between:
        yield ways.ZCAT, read
        yield ways.PARQUET, read
    for read in whole:
        for way in ways.OF_ARCHIVES:
            yield way, read


def _run(figures: Figures, way: Way, read: Archive, turn: str) -> None:
    """Run a way once, and tell of it."""
    try:
        run = ways.run(way, read)
    except NotThereError as error:
        figures.missing[way] = str(error)
        told = str(error)
    else:
        figures.add(way, read, run)
        told = f"{run.seconds:.2f} s"
    print(f"{turn}: {size(read.lines)} lines: {way.name}: {told}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
