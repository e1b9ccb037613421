"""What is asked: the questions of the benchmark, and a message by whose values they ask."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from archives import Archive
from ways import MIDTRAIL

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


def sample_of(logs: Archive) -> Sample:
    """Return a message with all its facts, from the file in the middle or the next that has one."""
    for name in logs.files[len(logs.files) // 2 :]:
        found = _sample_in(gzip.decompress(Path(name).read_bytes()))
        if found is not None:
            return found
    raise RuntimeError(f"no message of {logs.folder} has all that is asked by")


def _sample_in(data: bytes) -> Sample | None:
    for named in _NAMED.finditer(data):
        ids = {"message_id": named["mid"], "subject": named["mid"], "ip": named["icid"]}
        facts = {
            name: re.search(pattern % int(ids[name]), data[: named.end() + 100_000])
            for name, pattern in _OF_IT.items()
        }
        told = {name: fact[1].decode() for name, fact in facts.items() if fact}
        if len(told) == len(facts):
            return Sample(named["mid"].decode(), named["sender"].decode(), **told)
    return None
