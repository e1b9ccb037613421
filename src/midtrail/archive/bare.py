"""Rows that are kept, as tracking's tables would hold them: plain values, without a database."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from midtrail.archive.decoding import Place
from midtrail.archive.evidence import plain_of
from midtrail.archive.facts import StoredFile
from midtrail.tables import SPINE_TABLE
from midtrail.text import storable
from midtrail.tracking.spoken import spoken_of
from midtrail.tracking.telling import Clocked, File, Lines

Row = dict[str, Any]

_MESSAGES = (
    "message", "host", "mid", "mids", "icid", "direction", "started_at", "last_event_at", "last_state", "open",
    "head_cut", "sender", "rejected_recipients", "subject", "message_id", "size_bytes", "sender_group", "sender_ip",
    "reverse_dns", "reverse_dns_verified", "sbrs", "country", "policy", "attachments", "verdicts", "origin_mid",
)  # fmt: skip
COLUMNS = (
    "message", "host", "mid", "mids", "icid", "direction", "started_at", "last_event_at", "last_state", "open",
    "head_cut", "sender", "subject", "message_id", "size_bytes", "sender_group", "sender_ip", "reverse_dns",
    "reverse_dns_verified", "sbrs", "country", "policy", "attachments", "verdicts", "origin_mid", "rejected_recipients",
)  # fmt: skip
"""The columns of the table `messages`, in their order."""
_RECIPIENTS = (
    "recipient", "mid", "rid", "state", "response", "delivered_at", "dcid", "destination_ip",
)  # fmt: skip
_LAST = (True, 0)  # a number that is not told stands behind all others
_SPINE = ("seq", "kind", "source", "line_no", "text")


def message_rows(kept: pa.Table) -> list[Row]:
    """Return kept rows with a column `message` as rows of messages."""
    rows: list[Row] = kept.select(_MESSAGES).to_pylist()
    for row in rows:
        row["rejected_recipients"] = row["rejected_recipients"] or []
        row["attachments"] = row["attachments"] or []
    return rows


def recipient_rows(kept: pa.Table, places: Mapping[int, Place]) -> list[Row]:
    """Return the recipients of kept rows, in the order in which tables have them."""
    told = zip(kept["message"].to_pylist(), kept["recipients"].to_pylist(), strict=True)
    rows = [_recipient(message, copy, places) for message, copies in told for copy in copies or ()]
    return sorted(rows, key=_order)


def _recipient(message: int, copy: Row, places: Mapping[int, Place]) -> Row:
    file, text = copy["evidence_file"], copy["evidence_text"]
    return {
        "message": message,
        **{name: copy[name] for name in _RECIPIENTS},
        "evidence_source": None if file is None else places[file].source,
        "evidence_line_no": copy["evidence_line_no"],
        "evidence_text": None if text is None else plain_of(text, copy["mid"], copy["dcid"]),
        "remediation": copy["remediation"] or [],
    }


def _order(row: Row) -> tuple[Any, ...]:
    mid, rid, recipient = row["mid"], row["rid"], row["recipient"]
    return (
        row["message"],
        _LAST if mid is None else (False, mid),
        _LAST if rid is None else (False, rid),
        (True, "") if recipient is None else (False, recipient),
    )


def lines_of(batches: Mapping[str, Iterable[pa.RecordBatch]]) -> Lines:
    """Return events as the engine gives them, by kind, as lines; of the kinds only what a sentence is told of."""
    spine = {row["seq"]: row for rows in batches[SPINE_TABLE] for row in _spine(rows)}
    events = {
        row["seq"]: row
        for kind, parts in batches.items()
        if kind != SPINE_TABLE and (spoken_of(kind) is not None or kind == "recipient_accepted")
        for rows in parts
        for row in rows.to_pylist()
    }
    return Lines(spine, events)


def _spine(rows: pa.RecordBatch) -> Iterator[Row]:
    columns = [rows[name].to_pylist() for name in _SPINE]
    times = rows["time"].cast(pa.int64()).to_pylist()
    for *told, time in zip(*columns, times, strict=True):
        yield {**dict(zip(_SPINE, told, strict=True)), "time": time}


def files_of(files: Iterable[StoredFile]) -> dict[str, File]:
    """Return by their names what is known of files."""
    return {file.source: File(file.begins, [_clock(clock) for clock in file.clocks]) for file in files}


def _clock(clock: tuple[Any, ...]) -> Clocked:
    _, host, serial, version, utc_offset, *_ = storable(tuple(clock))
    return Clocked(utc_offset, host, serial, version)
