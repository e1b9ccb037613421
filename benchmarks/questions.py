"""How long an answer takes: each question as a whole command on gzipped logs and on an archive, against zgrep.

    python benchmarks/questions.py --write
    python benchmarks/questions.py [--lines 1000000 10000000] [--rounds 3] [--data FOLDER] [--only search]

measures what benchmarks/QUESTIONS.md shows, and writes it; without --write the tables are printed.

Logs are simulated first, and kept where --data says; the archive is made of them. All questions are asked in turn,
on the files, on the archive and of zgrep, before any is asked again. zgrep stands where it finds the lines that name
what is asked for; it knows no message. The last tables ask a `Log` that has been read and joined once.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from archives import Archive, archive, asked_for, data_in
from asked import QUESTIONS, Question, Sample, sample_of
from figures import size
from report import machine, today
from ways import MIDTRAIL, timed

AGAIN = (
    "sender:{sender}", "email:{sender}", "ip:{ip}", "domain:shop.example", "cisco_mid:{mid}",
    'email_messageid:"{message_id}"', 'email_subject:"Invoice 2*"', "state:*remediated*", 'verdict:"amp MALWARE"',
    "file_name:*.docx", "sha256:a*", "url:*casino*", "batch:*a*", "{sender}",
)  # fmt: skip
"""What a `Log` is searched for once it is read."""

FILES, ARCHIVE, ZGREP = "files", "archive", "zgrep"
_HOW = (
    "Gzipped logs made by `midtrail simulate --appliances 3 --gzip`, and an archive made of them by `midtrail archive`; "
    "whole processes, start included, output to /dev/null, in turn, {rounds} each. Seconds are those of the "
    "quickest run; in brackets, of the median runs. Memory is the most that any run held. `zgrep -hF` stands where it "
    "can answer: it gives the lines that name the value, not the messages that they belong to."
)


class Cost(NamedTuple):
    """What one run took."""

    seconds: float
    megabytes: float


Costs = dict[tuple[str, str], list[Cost]]
"""The runs of each question and way."""


def archived(logs: Archive) -> str:
    """Return the midtrail archive of the logs, made where it is not there."""
    place = logs.folder.with_name(f"{logs.folder.name}.archive")
    if not place.exists():
        print("making the archive", file=sys.stderr)
        subprocess.run(
            [*MIDTRAIL, "archive", str(logs.folder), "-o", str(place)], check=True, stderr=subprocess.DEVNULL
        )
    return str(place)


def cost(command: list[str]) -> Cost:
    """Run a command. Raises RuntimeError where it fails."""
    with tempfile.TemporaryFile("w+") as said:
        seconds, status, megabytes = timed(command, None, said)
        if status not in (0, 1):
            said.seek(0)
            raise RuntimeError(f"{' '.join(command)} ended with {status}: {said.read().strip()}")
    return Cost(seconds, megabytes)


def ways(question: Question, sample: Sample, logs: Archive, kept: str) -> dict[str, list[str]]:
    """Return the commands that answer a question, by where they look."""
    found = {
        FILES: question.command(sample, str(logs.folder)),
        ARCHIVE: question.command(sample, kept),
    }
    if question.zgrep:
        found[ZGREP] = ["zgrep", "-h", "-F", "-e", question.zgrep(sample), *logs.files]
    return found


def measured(questions: list[Question], logs: Archive, kept: str, rounds: int) -> Costs:
    """Return the runs of all questions and ways, asked in turn."""
    sample = sample_of(logs)
    found: Costs = {}
    for turn in range(rounds):
        for question in questions:
            for way, command in ways(question, sample, logs, kept).items():
                run = cost(command)
                found.setdefault((question.name, way), []).append(run)
                told = f"round {turn + 1}: {question.name}: {way}: {run.seconds:.2f} s"
                print(told, file=sys.stderr, flush=True)
    return found


def table(questions: list[Question], costs: Costs) -> Iterator[str]:
    """Yield the table of whole commands."""
    yield "| question | files, s | memory | archive, s | memory | zgrep, s |"
    yield "|---|---:|---:|---:|---:|---:|"
    for question in questions:
        files, kept, zgrep = (costs.get((question.name, way), []) for way in (FILES, ARCHIVE, ZGREP))
        cells = (_seconds(files), _memory(files), _seconds(kept), _memory(kept), _seconds(zgrep))
        yield f"| `{question.name}` | {' | '.join(cells)} |"


def _seconds(runs: list[Cost]) -> str:
    seconds = [run.seconds for run in runs]
    return f"{min(seconds):.2f} ({median(seconds):.2f})" if seconds else ""


def _memory(runs: list[Cost]) -> str:
    return f"{max(run.megabytes for run in runs):,.0f} MB" if runs else ""


def again(logs: Archive, rounds: int) -> Iterator[str]:
    """Yield the table of searches in a log that has been read and joined."""
    import midtrail as mt

    sample = sample_of(logs)._asdict()
    log = mt.read(logs.folder, progress=False)
    log.messages(mid=0)
    yield "| `log.search` once it is read | milliseconds | found |"
    yield "|---|---:|---:|"
    for query in AGAIN:
        asked = query.format(**sample)
        seconds, found = min((_once(log, asked) for _ in range(rounds)), key=lambda one: one[0])
        yield f"| `{query}` | {seconds * 1000:,.0f} | {found:,} |"


def _once(log: Any, query: str) -> tuple[float, int]:
    began = time.perf_counter()
    found = log.search(query).num_rows
    return time.perf_counter() - began, found


def pages(questions: list[Question], data: Path, options: argparse.Namespace) -> Iterator[str]:
    """Yield the page, line by line, as it is measured."""
    yield "# How long an answer takes"
    yield ""
    yield f"Written by `python benchmarks/questions.py --write` on {today()}: {machine()}."
    yield ""
    yield _HOW.format(rounds=f"{options.rounds} runs" if options.rounds > 1 else "one run")
    for lines in options.lines:
        logs = archive(data, lines)
        yield from ("", f"## {size(logs.lines)} lines", "")
        yield from table(questions, measured(questions, logs, archived(logs), options.rounds))
        if "search" in {question.verb for question in questions}:
            yield ""
            yield from again(logs, options.rounds)


def _options() -> argparse.Namespace:
    parser = asked_for(__doc__, "each question is asked", rounds=3)
    parser.add_argument("--write", action="store_true", help="write benchmarks/QUESTIONS.md too")
    parser.add_argument("--only", nargs="+", metavar="VERB", help="ask the questions of these verbs only")
    return parser.parse_args()


def main() -> None:
    """Measure, and print or write the page."""
    options = _options()
    questions = [one for one in QUESTIONS if not options.only or one.verb in options.only]
    with data_in(options.data) as data:
        page = []
        for line in pages(questions, data, options):
            print(line, flush=True)
            page.append(line + "\n")
    if options.write:
        Path(__file__).with_name("QUESTIONS.md").write_text("".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
