"""Real lines from documents and public sources, where they are there: all of mail_logs is recognised."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from midtrail.grammar import lark_engine
from midtrail.lines import Line, ReadOptions, find_sources, read_lines
from midtrail.parse import GrammarHeaders, read_records

CORPUS = Path(__file__).parents[3] / "shared" / "lines"
IDS = ("mid", "icid", "dcid")
DAMAGED: dict[str, str] = {}
"""Beginnings of lines that their source damaged, and how; they need not be recognised."""

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus of real lines is not here: {CORPUS}")


def lines_of(name: str) -> Iterator[Line]:
    """Yield the lines of a corpus file, their framing taken off; notes that begin with # are none."""
    for line in read_lines(find_sources([CORPUS / name]), ReadOptions(), GrammarHeaders()):
        if line.text.strip() and not line.text.startswith("#"):
            yield line


def damage(text: str) -> str | None:
    """Return what is wrong with a line that its source damaged."""
    return next((reason for beginning, reason in DAMAGED.items() if text.startswith(beginning)), None)


@pytest.mark.parametrize("name", ["public.log", "docs.log", "docs_examples.log", "sequence_1000.log"])
def test_every_mail_logs_line_is_recognised(name: str) -> None:
    """Each line is a known kind, and its event gives the very same text again."""
    kinds: Counter[str] = Counter()
    unknown = []
    for line in lines_of(name):
        parsed = lark_engine.parse(line.text, line.utc_offset)
        if isinstance(parsed, lark_engine.Parsed):
            kinds[parsed.kind] += 1
            assert lark_engine.event(parsed, utc_offset=line.utc_offset).body() == line.text
        elif damage(line.text) is None:
            unknown.append(f"{name}:{line.line_no} from character {parsed.reached}: {line.text}")
    print(f"{name}: {kinds.total()} lines of {len(kinds)} kinds, {len(unknown)} not recognised")  # noqa: T201 - for who runs it
    assert kinds.total() > 0
    assert not unknown, "\n".join(unknown)


def test_lines_of_other_logs_are_no_message_events() -> None:
    """A line of another log of the appliance never becomes an event of a message or a connection."""
    taken = []
    for record in read_records(find_sources([CORPUS / "other_logs.log"])):
        if record.kind == "unrecognised":
            continue
        values = record.event().values()
        if any(values.get(name) is not None for name in IDS):
            taken.append(f"{record.line.line_no} is {record.kind}: {record.line.text}")
    assert not taken, "\n".join(taken)
