"""How long an answer takes: each question as a whole command on gzipped logs and on an archive, against zgrep.

    python benchmarks/questions.py [--lines 1000000 10000000] [--rounds 3] [--data FOLDER] [--only search]

Logs are simulated first, and kept where --data says; the archive is made of them where this midtrail has the verb.
All questions are asked in turn, and a figure is of the quickest round. zgrep stands where it finds the lines that
name what is asked for; it knows no message. The last table asks a `Log` that has been read and joined once.
"""

import argparse
import gzip
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from archives import Archive, archive
from figures import size
from report import machine
from ways import MIDTRAIL, timed

_NAMED = re.compile(rb"MID (?P<mid>\d+) ICID (?P<icid>\d+) From: <(?P<sender>[a-z.0-9]+@[a-z.]+)>")
_OF_IT = {
    "message_id": rb"MID %d Message-ID '<([^']+)>'",
    "subject": rb"MID %d Subject '([A-Za-z0-9 ]+)'",
    "ip": rb"New SMTP ICID %d interface .* address (\S+)",
}


class Sample(NamedTuple):
    """A message in the middle of the logs, by whose values is asked."""

    mid: str
    sender: str
    message_id: str
    subject: str
    ip: str


class Question(NamedTuple):
    """A question: the verb's arguments before the files, and what zgrep is given where it can answer."""

    name: str
    verb: str
    arguments: Callable[[Sample], list[str]]
    zgrep: Callable[[Sample], str] | None = None

    def command(self, sample: Sample, source: str) -> list[str]:
        """Return the command line."""
        return [*MIDTRAIL, self.verb, *self.arguments(sample), source]


def _search(query: str, zgrep: str = "") -> Question:
    """Return a search; `{sender}` and the like stand for values of the sample."""
    return Question(
        f"search {query}",
        "search",
        lambda sample: [query.format(**sample._asdict())],
        (lambda sample: zgrep.format(**sample._asdict())) if zgrep else None,
    )


def _findevent(option: str, value: str, zgrep: str = "") -> Question:
    """Return a findevent; `{mid}` and the like stand for values of the sample, taken as they are."""
    return Question(
        f"findevent {option} {value}",
        "findevent",
        lambda sample: [
            option,
            value.format(**{name: re.escape(it) for name, it in sample._asdict().items()}),
        ],
        (lambda sample: zgrep.format(**sample._asdict())) if zgrep else None,
    )


def _sql(query: str, zgrep: str = "") -> Question:
    """Return a query in SQL, whose rows go out as CSV."""
    named = (lambda _: zgrep) if zgrep else None
    return Question(f"sql {query}", "sql", lambda _: ["--format", "csv", query], named)


QUESTIONS = (
    _search("sender:{sender}", "{sender}"),
    _search("cisco_mid:{mid}", "MID {mid} "),
    _search('email_messageid:"{message_id}"', "{message_id}"),
    _search('email_subject:"{subject}"', "{subject}"),
    _search("ip:{ip}", "address {ip}"),
    _search("domain:shop.example state:*remediated*"),
    _search("file_name:*.docx not state:delivered"),
    _search("{sender}", "{sender}"),
    _findevent("-m", "{mid}", "MID {mid} "),
    _findevent("-f", "^{sender}$", "{sender}"),
    _findevent("-s", "{subject}", "{subject}"),
    _findevent("-t", "@sales\\.example\\.com$"),
    Question("coverage", "coverage", lambda _: []),
    Question("coverage --no-orphans", "coverage", lambda _: ["--no-orphans"]),
    _sql("select kind, count(*) from spine group by 1"),
    _sql("select last_state, count(*) from messages group by 1"),
    _sql("from delivery_bounced join spine using (seq) select time, dsn_code, dsn_text", "Bounced: "),
    Question(
        "track --mid {mid} --format text",
        "track",
        lambda sample: ["--mid", sample.mid, "--format", "text"],
        lambda sample: f"MID {sample.mid} ",
    ),
    Question("gaps", "gaps", lambda _: ["--format", "json"]),
)
"""All questions, verb by verb: a verb's own rows stand together."""

AGAIN = (
    "sender:{sender}", "email:{sender}", "ip:{ip}", "domain:shop.example", "cisco_mid:{mid}",
    'email_messageid:"{message_id}"', 'email_subject:"Invoice 2*"', "state:*remediated*", 'verdict:"amp MALWARE"',
    "file_name:*.docx", "sha256:a*", "url:*casino*", "batch:*a*", "{sender}",
)  # fmt: skip
"""What a `Log` is searched for once it is read."""

Cell = tuple[float, float]


def sample_of(logs: Archive) -> Sample:
    """Return a message with all its facts, from the file in the middle."""
    data = gzip.decompress(Path(logs.files[len(logs.files) // 2]).read_bytes())
    for named in _NAMED.finditer(data):
        ids = {"message_id": named["mid"], "subject": named["mid"], "ip": named["icid"]}
        facts = {
            name: re.search(pattern % int(ids[name]), data[: named.end() + 100_000])
            for name, pattern in _OF_IT.items()
        }
        told = {name: fact[1].decode() for name, fact in facts.items() if fact}
        if len(told) == len(facts):
            return Sample(named["mid"].decode(), named["sender"].decode(), **told)
    raise RuntimeError(f"no message of {logs.folder} has all that is asked by")


def archived(logs: Archive) -> str | None:
    """Return the midtrail archive of the logs, made where it is not there; None where there is no such verb."""
    place = logs.folder.with_name(f"{logs.folder.name}.archive")
    known = subprocess.run([*MIDTRAIL, "archive", "--help"], capture_output=True, check=False)
    if known.returncode:
        return None
    if not place.exists():
        print("making the archive", file=sys.stderr)
        subprocess.run(
            [*MIDTRAIL, "archive", str(logs.folder), "-o", str(place)], check=True, stderr=subprocess.DEVNULL
        )
    return str(place)


def cost(command: list[str]) -> Cell:
    """Run a command; return its seconds and its megabytes. Raises RuntimeError where it fails."""
    with tempfile.TemporaryFile("w+") as said:
        seconds, status, megabytes = timed(command, None, said)
        if status not in (0, 1):
            said.seek(0)
            raise RuntimeError(f"{' '.join(command)} ended with {status}: {said.read().strip()}")
    return seconds, megabytes


def ways(question: Question, sample: Sample, logs: Archive, kept: str | None) -> dict[str, list[str]]:
    """Return the commands that answer a question, by where they look."""
    found = {"files": question.command(sample, str(logs.folder))}
    if kept:
        found["archive"] = question.command(sample, kept)
    if question.zgrep:
        found["zgrep"] = ["zgrep", "-h", "-F", "-e", question.zgrep(sample), *logs.files]
    return found


def measured(
    questions: list[Question], logs: Archive, kept: str | None, rounds: int
) -> dict[tuple[str, str], Cell]:
    """Return the least seconds and megabytes of each question and way, asked in turn."""
    sample = sample_of(logs)
    best: dict[tuple[str, str], Cell] = {}
    for turn in range(rounds):
        for question in questions:
            for way, command in ways(question, sample, logs, kept).items():
                found = cost(command)
                best[question.name, way] = min(best.get((question.name, way), found), found)
                print(
                    f"round {turn + 1}: {question.name}: {way}: {found[0]:.2f} s", file=sys.stderr, flush=True
                )
    return best


def table(questions: list[Question], best: dict[tuple[str, str], Cell]) -> Iterator[str]:
    """Yield the table of whole commands."""
    yield "| question | files | memory | archive | memory | zgrep |"
    yield "|---|---:|---:|---:|---:|---:|"
    for question in questions:
        files, kept, zgrep = (best.get((question.name, way)) for way in ("files", "archive", "zgrep"))
        cells = [*_cells(files), *_cells(kept), _cells(zgrep)[0]]
        yield f"| `{question.name}` | {' | '.join(cells)} |"


def _cells(found: Cell | None) -> tuple[str, str]:
    return ("", "") if found is None else (f"{found[0]:.2f} s", f"{found[1]:,.0f} MB")


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


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--lines", type=int, nargs="+", default=[1_000_000, 10_000_000], help="sizes of the logs"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each question is asked")
    parser.add_argument("--data", type=Path, help="folder that keeps the logs for the next time")
    parser.add_argument("--only", nargs="+", metavar="VERB", help="ask the questions of these verbs only")
    return parser.parse_args()


def main() -> None:
    """Measure, and print the tables."""
    options = _options()
    questions = [one for one in QUESTIONS if not options.only or one.verb in options.only]
    kept = nullcontext(str(options.data)) if options.data else tempfile.TemporaryDirectory(prefix="midtrail-")
    print(machine())
    with kept as name:
        Path(name).mkdir(parents=True, exist_ok=True)
        for lines in options.lines:
            logs = archive(Path(name), lines)
            print(f"\n## {size(logs.lines)} lines\n")
            print("\n".join(table(questions, measured(questions, logs, archived(logs), options.rounds))))
            if not options.only or "search" in options.only:
                print("", *again(logs, options.rounds), sep="\n", flush=True)


if __name__ == "__main__":
    main()
