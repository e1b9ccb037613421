"""Remediation batches for a terminal: who asked for what, and how many recipients ended how."""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from rich.console import Console
from rich.text import Text

from midtrail.text import shown
from midtrail.views.clock import Clock

Row = Mapping[str, Any]
_ENDS = (("remediated", "green"), ("failed", "red"), ("pending", "yellow"))


def print_batches(batches: Iterable[Row], file: IO[str], clock: Clock) -> None:
    """Print batches to a file, a few lines each, in the appliance's clock."""
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    for line in batch_lines(batches, clock):
        console.print(line, soft_wrap=True)


def batch_lines(batches: Iterable[Row], clock: Clock) -> Iterator[Text]:
    """Yield the lines; where there is no batch, one that says so."""
    empty = True
    for batch in batches:
        if not empty:
            yield Text()
        empty = False
        yield Text(f"{_when(batch['initiated_at'], clock)}  {_who(batch)}", "bold")
        yield Text(
            f"  batch {shown(batch['batch'])} on {shown(batch['host'] or '(unnamed appliance)')}", "dim"
        )
        yield _counts(batch, clock)
    if empty:
        yield Text("no remediation batch in these logs")


def _when(moment: str | None, clock: Clock) -> str:
    return clock.stamp(moment) if moment else "(not seen to begin)"


def _who(batch: Row) -> str:
    asked = f" by {shown(batch['initiated_by'])}" if batch["initiated_by"] else ""
    source = f" from {shown(batch['source'])}" if batch["source"] else ""
    return shown(batch["action"] or "") + asked + source


def _counts(batch: Row, clock: Clock) -> Text:
    line = Text(f"  {batch['messages']} messages, {batch['recipients']} recipients:")
    for name, colour in _ENDS:
        line.append(f"  {batch[name]} {name}", colour if batch[name] else "dim")
    if batch["last_outcome_at"]:
        line.append(f"  last outcome {clock.stamp(batch['last_outcome_at'])}", "dim")
    return line
