"""Truth and reading compared, fact by fact: what was expected, what was found, and of what cause."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Row = dict[str, Any]
FACTS = (
    "mid", "mids", "icid", "direction", "started_at", "last_event_at", "last_state", "open", "head_cut", "sender", "subject",
    "message_id", "size_bytes", "sender_group", "sender_ip", "reverse_dns", "reverse_dns_verified", "sbrs", "country", "policy",
    "attachments", "verdicts", "rejected_recipients", "origin_mid",
)  # fmt: skip
RECIPIENT_FACTS = (
    "recipient",
    "state",
    "response",
    "delivered_at",
    "dcid",
    "destination_ip",
    "evidence",
    "remediation",
)
_LISTS = frozenset(("attachments", "rejected_recipients"))
_OF_THE_WHOLE = frozenset(
    (
        "mid",
        "mids",
        "icid",
        "started_at",
        "last_event_at",
        "head_cut",
        "open",
        "last_state",
        "origin_mid",
        "policy",
        "verdicts",
        "direction",
        *_LISTS,
    )
)
"""Facts that rest on the message's beginning, or on all of its MIDs and recipients."""
_OF_REMEDIATION = frozenset(("last_event_at", "last_state", "state", "evidence", "remediation"))
_TELLING = frozenset(("state", "last_state", "direction", "open", "head_cut"))
"""Facts of few values: their values tell causes apart."""
_HOLDING = frozenset({"quarantined", "quarantine_enqueued"})
_OF_A_TRANSFER = frozenset(
    {"last_state", "state", "evidence", "response", "delivered_at", "dcid", "destination_ip"}
)
_EXAMPLES = 3


class Example(NamedTuple):
    """One mismatch: where, what was expected and what was found."""

    host: str
    mid: int | None
    started_at: str | None
    place: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.host} MID {self.mid} ({self.started_at}){self.place}: expected {self.expected!r}, found {self.found!r}"


@dataclass(slots=True)
class Comparison:
    """How many messages and facts were compared, and the mismatches by cause."""

    messages: int = 0
    facts: int = 0
    mismatches: int = 0
    causes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    examples: dict[str, list[Example]] = field(default_factory=lambda: defaultdict(list))

    def note(self, cause: str, example: Example) -> None:
        """Count a mismatch, and keep the first examples of its cause."""
        self.mismatches += 1
        self.causes[cause] += 1
        if len(self.examples[cause]) < _EXAMPLES:
            self.examples[cause].append(example)

    def lines(self) -> Iterator[str]:
        """Yield the comparison as text: one line where all is as it should be, else the causes with examples."""
        yield f"{self.messages} messages, {self.mismatches} mismatches in {self.facts} facts"
        for cause, count in sorted(self.causes.items(), key=lambda item: (-item[1], item[0])):
            yield f"  {count:>6}  {cause}"
            for example in self.examples[cause]:
                yield f"          {example}"


def compare(
    found: Iterable[Row], truth: Iterable[Row], *, places: bool = True, cut: bool = False
) -> Comparison:
    """Compare what was read with what is true, both as the objects of `track --format json`.

    `places`: whether the evidence must also stand in the very file and line; not so where lines were moved.
    `cut`: the log's head was cut off, so that facts may be null and messages missing or in parts; only what
    is told and wrong counts.
    """
    done = Comparison()
    index = _Index(truth)
    for row in found:
        true = index.take(row, cut=cut)
        if true is None:
            done.note(
                "message that is none",
                Example(row["host"], row["mid"], row["started_at"], "", None, row["mids"]),
            )
        else:
            done.messages += 1
            _compare_message(done, row, true, places=places, cut=cut)
    if not cut:
        for row in index.left():
            done.note(
                "message not found",
                Example(row["host"], row["mid"], row["started_at"], "", row["mids"], None),
            )
    return done


def read_truth(lines: Iterable[str]) -> Iterator[Row]:
    """Yield the objects of a `truth.ndjson`."""
    for line in lines:
        yield json.loads(line)


class _Index:
    """The true messages, to be found by appliance, MID and time."""

    def __init__(self, truth: Iterable[Row]) -> None:
        self._rows: dict[tuple[str, int], list[Row]] = defaultdict(list)
        self._all: list[Row] = []
        self._taken: set[int] = set()
        for row in truth:
            self._all.append(row)
            for mid in row["mids"]:
                self._rows[row["host"], mid].append(row)

    def take(self, found: Row, *, cut: bool) -> Row | None:
        """Return the true message that was found: it began in that second, or, cut, it lasts until then."""
        rows = self._rows.get((found["host"], found["mid"]), [])
        began = [
            row for row in rows if (row["mid"], row["started_at"]) == (found["mid"], found["started_at"])
        ]
        lasts = [
            row for row in rows if cut and row["started_at"] <= found["last_event_at"] <= row["last_event_at"]
        ]
        lasts.sort(key=lambda row: bool(row["last_event_at"] != found["last_event_at"]))
        for row in began or lasts:
            if id(row) in self._taken and not cut:
                return None
            self._taken.add(id(row))
            return row
        return None

    def left(self) -> Iterator[Row]:
        """Yield the true messages that were not found."""
        return (row for row in self._all if id(row) not in self._taken)


def _compare_message(done: Comparison, found: Row, true: Row, *, places: bool, cut: bool) -> None:
    skipped = _beyond(found, true) if cut else frozenset()
    where = Example(true["host"], true["mid"], true["started_at"], "", None, None)
    for name in FACTS:
        mine, theirs = true[name], found[name]
        if name == "mids" or (name in _LISTS and not places):
            mine, theirs = sorted(mine), sorted(theirs)
        if name not in skipped:
            _fact(done, name, mine, theirs, where, cut=cut)
    _compare_recipients(done, found, true, where, skipped, places=places, cut=cut)


def _beyond(found: Row, true: Row) -> frozenset[str]:
    """Return the facts that a cut log cannot tell: of MIDs out of sight, or mixed with a life out of sight."""
    skipped: frozenset[str] = frozenset()
    if found["head_cut"] or found["mids"] != true["mids"]:
        skipped |= _OF_THE_WHOLE
    if not _batches(found) <= _batches(true):
        skipped |= _OF_REMEDIATION
    if _is_held_out_of_sight(found, true):
        skipped |= _OF_A_TRANSFER
    return skipped


def _is_held_out_of_sight(found: Row, true: Row) -> bool:
    """Tell whether a quarantine holds the message by a line that is gone: its transfer looks like a delivery."""
    held = any((one["state"] or "").startswith("Quarantined") for one in true["recipients"])
    return held and found["head_cut"] and not any(row["kind"] in _HOLDING for row in found["timeline"])


def _compare_recipients(
    done: Comparison,
    found: Row,
    true: Row,
    where: Example,
    skipped: frozenset[str],
    *,
    places: bool,
    cut: bool,
) -> None:
    left = list(true["recipients"])
    for row in found["recipients"]:
        at = where._replace(place=f" RID {row['mid']}/{row['rid']}")
        expected = next((one for one in left if _is_same(one, row, cut=cut)), None)
        if expected is not None:
            if row["rid"] is not None:
                left.remove(expected)
            _compare_recipient(done, row, expected, at, skipped, places=places, cut=cut)
        elif not skipped:
            done.note("recipient that is none", at._replace(found=row["recipient"]))
    for row in () if cut else left:
        at = where._replace(place=f" RID {row['mid']}/{row['rid']}", expected=row["recipient"])
        done.note("recipient not found", at)


def _batches(message: Row) -> set[str]:
    return {outcome["batch"] for recipient in message["recipients"] for outcome in recipient["remediation"]}


def _is_same(true: Row, found: Row, *, cut: bool) -> bool:
    """Tell whether two are the same recipient; a cut log may know one by the address only."""
    if cut and found["rid"] is None:
        return bool(true["recipient"].lower() == found["recipient"].lower())
    return bool((true["mid"], true["rid"]) == (found["mid"], found["rid"]))


def _compare_recipient(
    done: Comparison,
    found: Row,
    true: Row,
    where: Example,
    skipped: frozenset[str],
    *,
    places: bool,
    cut: bool,
) -> None:
    if cut and true["remediation"] and (found["recipient"] is None or found["rid"] is None):
        skipped |= _OF_REMEDIATION  # an outcome names an address, of which the log no longer tells the RID
    for name in RECIPIENT_FACTS if found["rid"] == true["rid"] else RECIPIENT_FACTS[1:]:
        mine, theirs = true[name], found[name]
        if name == "evidence":
            mine, theirs = _evidence(mine, theirs, places=places)
        elif name == "remediation" and cut:
            mine, theirs = _told(mine, theirs)
        if name not in skipped:
            _fact(done, name, mine, theirs, where, cut=cut)


def _fact(done: Comparison, name: str, mine: Any, theirs: Any, where: Example, *, cut: bool) -> None:
    done.facts += 1
    if mine == theirs or (cut and _is_gone(mine, theirs)):
        return
    cause = f"{name}: expected {mine!r}, found {theirs!r}" if name in _TELLING else name
    done.note(cause, where._replace(expected=mine, found=theirs))


def _is_gone(mine: Any, theirs: Any) -> bool:
    """Tell whether nothing wrong is told: nothing at all, or less of a list or of an object."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        return theirs.items() <= mine.items()
    if isinstance(theirs, list) and isinstance(mine, list):
        return all(item in mine for item in theirs)
    return theirs is None


def _evidence(mine: Any, theirs: Any, *, places: bool) -> tuple[Any, Any]:
    """Return what is to be compared of two evidences; a source may be named by a longer path."""
    if mine is None or theirs is None:
        return mine, theirs
    if not places:
        return mine["text"], theirs["text"]
    same = (
        theirs["source"].replace("\\", "/").endswith("/" + mine["source"])
        or theirs["source"] == mine["source"]
    )
    return mine, {**theirs, "source": mine["source"]} if same else theirs


def _told(mine: list[Row], theirs: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return outcomes without what the cut log does not tell of them."""
    by_batch = {row["batch"]: row for row in mine}
    told = [{name: value for name, value in row.items() if value is not None} for row in theirs]
    known = [{name: by_batch.get(row["batch"], {}).get(name) for name in row} for row in told]
    return known, told
