"""A few messages told from their rows, without a database: the timeline as `timeline` makes it of many.

The sentences are those of the same templates; what SQL alone tells for sure is left to it (`Unspoken`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from midtrail.moments import instant, iso_instant
from midtrail.tracking.sentences import hidden_kinds
from midtrail.tracking.spoken import FIRST_YEAR, Around, Unspoken, spoken_of

Row = dict[str, Any]

_LAST = 1 << 63  # behind every time and number


class Clocked(NamedTuple):
    """A clock that a file tells of its appliance."""

    utc_offset: int
    host: str | None
    serial: str | None
    version: str | None


class Told(NamedTuple):
    """Messages, their recipients and their timelines, each in their order, and their clocks by `message`."""

    messages: list[Row]
    recipients: list[Row]
    timeline: list[Row]
    clocks: Mapping[int, Clocked]


class File(NamedTuple):
    """A file of which lines are told: its least time (microseconds), and its appliances' clocks."""

    begins: int | None
    clocks: Sequence[Clocked]

    @property
    def utc_offset(self) -> int:
        """The seconds east of UTC that stand for the whole file."""
        return self.clocks[0].utc_offset if self.clocks else 0


class Lines(NamedTuple):
    """Lines by their `seq`: as the spine has them, `time` in microseconds, and as their kinds have them."""

    spine: Mapping[int, Row]
    events: Mapping[int, Row]


def timeline_of(
    message: Row, recipients: Sequence[Row], seqs: Collection[int], lines: Lines, files: Mapping[str, File]
) -> list[Row]:
    """Return a message's timeline, from its lines: message, time, sentence, kind, source, line_no.

    `recipients` are its own. Raises Unspoken where only SQL tells a sentence for sure.
    """
    addresses = _addresses(
        recipients, (lines.events.get(seq) for seq in _of(lines, seqs, "recipient_accepted"))
    )
    told = [lines.spine[seq] for seq in seqs if lines.spine[seq]["kind"] not in ("", *hidden_kinds())]
    told.sort(key=lambda line: place_of(line, files))
    found: list[Row] = []
    behind: set[str] = set()
    for line in told:
        sentence = _sentence(line, lines.events.get(line["seq"]), addresses, files)
        found.append(_row(message, line, line["kind"], sentence, line["source"], line["line_no"]))
        if line["kind"] in _ADDED and line["kind"] not in behind:
            behind.add(line["kind"])
            at = next((one for one in told if one["kind"] == line["kind"] and one["time"] is not None), line)
            kind, added = _ADDED[line["kind"]](message)
            if added is not None:
                found.append(_row(message, at, kind, added, None, None))
    return found


def clock_of(message: Row, timeline: Sequence[Row], files: Mapping[str, File]) -> Clocked | None:
    """Return a message's clock: that of its appliance in the file in which its first line stands."""
    source = next((row["source"] for row in timeline if row["source"] is not None), None)
    if source is None:
        return None
    return next((clock for clock in files[source].clocks if clock.host == message["host"]), None)


def _of(lines: Lines, seqs: Collection[int], kind: str) -> Iterator[int]:
    return (seq for seq in sorted(seqs) if lines.spine[seq]["kind"] == kind)


def _addresses(recipients: Sequence[Row], accepted: Iterator[Row | None]) -> dict[int, dict[int, str]]:
    """Return the address of each RID of each MID: as its own line tells it, else as it was inherited."""
    found: dict[tuple[int, int], str] = {}
    for row in filter(None, accepted):
        if None not in (row["mid"], row["rid"], row["recipient"]):
            found.setdefault((row["mid"], row["rid"]), row["recipient"])
    inherited: dict[tuple[int, int], str] = {}
    for row in recipients:
        key = (row["mid"], row["rid"])
        if None not in (*key, row["recipient"]) and key not in found:
            inherited[key] = min(inherited.get(key, row["recipient"]), row["recipient"])
    addresses: dict[int, dict[int, str]] = {}
    for (mid, rid), address in (found | inherited).items():
        addresses.setdefault(mid, {})[rid] = address
    return addresses


def place_of(line: Row, files: Mapping[str, File]) -> tuple[int, int, int, int]:
    """Return by what lines of a timeline stand in order: time, then the least time of their file, then line number."""
    begins = files[line["source"]].begins
    time = line["time"]
    return (
        _LAST if time is None else time,
        _LAST if begins is None else begins,
        line["line_no"],
        line["seq"],
    )


def _sentence(
    line: Row, event: Row | None, addresses: Mapping[int, Mapping[int, str]], files: Mapping[str, File]
) -> str | None:
    spoken = spoken_of(line["kind"])
    if spoken is None or event is None:
        return line["text"]  # type: ignore[no-any-return]  # as the spine has it
    around = Around(addresses.get(event.get("mid", -1)), files[line["source"]].utc_offset)
    told = spoken(event, around)
    return line["text"] if told is None else told


def _row(
    message: Row, line: Row, kind: str, sentence: str | None, source: str | None, line_no: int | None
) -> Row:
    at = line["time"]
    return {
        "message": message["message"],
        "time": None if at is None else _iso(at),
        "sentence": sentence,
        "kind": kind,
        "source": source,
        "line_no": line_no,
    }


def _iso(microseconds: int) -> str:
    try:
        at = instant(microseconds)
    except OverflowError:
        raise Unspoken from None
    if at is None or at.year < FIRST_YEAR:
        raise Unspoken
    return iso_instant(at)


def _direction(message: Row) -> tuple[str, str | None]:
    told = message["direction"]
    return "direction", None if told is None else f"Message {message['mid']} direction: {told}"


def _sender_group(message: Row) -> tuple[str, str | None]:
    if message["sender_group"] is None:
        return "sender_group_summary", None
    ip, sbrs = message["sender_ip"], message["sbrs"]
    more = ("" if ip is None else f", sender_ip: {ip}") + ("" if sbrs is None else f" and sbrs: {sbrs}")
    return (
        "sender_group_summary",
        f"Message {message['mid']} has sender_group: {message['sender_group']}{more}",
    )


_ADDED = {"sender_received": _direction, "message_ready": _sender_group}
"""What stands behind the first line of a kind, without a line of its own: its kind and its sentence."""
