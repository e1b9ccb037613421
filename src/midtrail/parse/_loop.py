"""The one loop: lines in, event batches out. It never raises on data; every line becomes one record."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from midtrail.events import Event, all_kinds
from midtrail.grammar import explain, lark_engine
from midtrail.grammar.lark_engine import Parsed, Unparsed
from midtrail.lines import Line
from midtrail.moments import instant
from midtrail.parse._batches import EventBatch, KindColumns
from midtrail.parse._other_logs import is_other_log

LineEngine = Callable[[str, int], Parsed | Unparsed]
"""What reads one line's text, given the seconds east of UTC of its clock. Lark is one; another may stand beside it."""

BATCH_LINES = 16_384
_COMPARED = 48  # characters that the grammar could not read, and that decide which kind is nearest
_IDS = ("mid", "icid", "dcid")


class Record(NamedTuple):
    """One physical line: its place, what its framing told, its kind, and the kind's values."""

    seq: int
    line: Line
    kind: str
    variant: int
    values: list[Any]
    kept: tuple[tuple[str, str], ...]

    def event(self) -> Event:
        """Return the record as a typed event."""
        declaration = all_kinds()[self.kind]
        fields = dict(zip((field.name for field in declaration.declared()), self.values, strict=True))
        line = self.line
        return declaration(
            **fields,
            time=instant(line.time),
            level=line.level,
            host=line.host,
            variant=self.variant,
            kept=self.kept,
            utc_offset=line.utc_offset,
        )


def records(
    lines: Iterable[Line], engine: LineEngine = lark_engine.parse, first_seq: int = 0
) -> Iterator[Record]:
    """Yield one record a physical line, in order.

    A line without framing continues the event before it where that event's value was left open, or where
    that line was not recognised, or where the line itself is no event or begins with white space, as the
    rest of a folded header does. An attacker who gets a line break into a value so writes a continuation,
    not an event.
    """
    before = Before()
    for seq, line in enumerate(lines, first_seq):
        record = record_of(seq, line, engine, before)
        before = before.then(record)
        yield record


class Before(NamedTuple):
    """What the lines before leave behind: the last framed line's seq, and whether it waits for more."""

    source: str | None = None
    seq: int | None = None
    waits: bool = False

    def then(self, record: Record) -> "Before":
        """Add the next line."""
        if record.kind in ("blank", "continuation"):
            return self if record.line.source == self.source else Before()
        framed = record.line.framing != "none"
        if not framed and record.kind == "unrecognised":
            return Before()
        waits = framed and (record.kind == "unrecognised" or ("open", "") in record.kept)
        return Before(record.line.source, record.seq if framed else None, waits)


def record_of(seq: int, line: Line, engine: LineEngine, before: Before) -> Record:
    """Return the record of one line, given what the lines before it left behind."""
    text = line.text
    if not text.strip() and line.framing in ("blank", "none"):
        return Record(seq, line, "blank", 0, [], (("text", text),))
    unframed = line.framing == "none"
    follows = unframed and before.seq is not None and before.source == line.source
    if follows and (before.waits or text.startswith((" ", "\t"))):
        return Record(seq, line, "continuation", 0, [before.seq], (("text", text),))
    if is_other_log(line.tag):
        return _unrecognised(seq, line, Unparsed(0, -1))
    parsed = engine(text, line.utc_offset)
    if isinstance(parsed, Parsed):
        kept = (*parsed.kept, ("open", "")) if parsed.is_open else parsed.kept
        return Record(seq, line, parsed.kind, parsed.variant, parsed.values, kept)
    if follows:
        return Record(seq, line, "continuation", 0, [before.seq], (("text", text),))
    return _unrecognised(seq, line, parsed)


def _unrecognised(seq: int, line: Line, stopped: Unparsed) -> Record:
    ids, reached = explain.named_ids(line.text), stopped.reached
    near = _nearest(stopped, line.text[reached : reached + _COMPARED]) if reached else None
    values = [ids.get("mid"), ids.get("icid"), ids.get("dcid"), reached, near]
    return Record(seq, line, "unrecognised", 0, values, (("text", line.text),))


def _nearest(stopped: Unparsed, rest: str) -> str | None:
    follows = explain.follows(stopped.state) if stopped.follows is None else stopped.follows
    return explain.nearest_kind(follows, rest)


@cache
def _places(kind: str) -> tuple[int | None, int | None, int | None, int]:
    names = [field.name for field in all_kinds()[kind].declared()]
    mid, icid, dcid = (names.index(name) if name in names else None for name in _IDS)
    return mid, icid, dcid, len(names)


def batches(found: Iterable[Record], size: int = BATCH_LINES) -> Iterator[EventBatch]:
    """Yield the records as batches of at most `size` lines."""
    batch = EventBatch()
    for record in found:
        add(batch, record)
        if len(batch) >= size:
            yield batch
            batch = EventBatch()
    if len(batch):
        yield batch


def add(batch: EventBatch, record: Record) -> None:
    """Add a record to a batch."""
    line, kind, values = record.line, record.kind, record.values
    mid, icid, dcid, width = _places(kind)
    row = (
        record.seq, line.source, line.line_no, line.offset, line.host, line.time, line.level, kind,
        None if mid is None else values[mid],
        None if icid is None else values[icid],
        None if dcid is None else values[dcid],
        line.text,
    )  # fmt: skip
    for column, value in zip(batch.spine, row, strict=True):
        column.append(value)
    columns = batch.kinds.get(kind)
    if columns is None:
        columns = batch.kinds[kind] = KindColumns(tuple([] for _ in range(width)))
    columns.add(record.seq, record.variant, values, record.kept)
