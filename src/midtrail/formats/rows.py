"""A record as one flat row: the spine's columns, then the fields of its kind."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from midtrail.events import all_kinds
from midtrail.formats.times import iso, iso_instant

if TYPE_CHECKING:
    from midtrail.parse import Record

_IDS = ("mid", "icid", "dcid")


@cache
def _names(kind: str) -> tuple[str, ...]:
    return tuple(field.name for field in all_kinds()[kind].declared())


def fields_of(record: "Record") -> dict[str, Any]:
    """Return the fields of the record's kind, as JSON takes them: pairs as lists, instants as ISO 8601."""
    return {name: _plain(value) for name, value in zip(_names(record.kind), record.values, strict=True)}


def flat(record: "Record") -> dict[str, Any]:
    """Return the record as one flat row; `time` is ISO 8601 in UTC."""
    line, fields = record.line, fields_of(record)
    row: dict[str, Any] = {
        "seq": record.seq,
        "source": line.source,
        "line_no": line.line_no,
        "offset": line.offset,
        "host": line.host,
        "time": iso(line.time),
        "level": line.level,
        "kind": record.kind,
        "mid": fields.pop("mid", None),
        "icid": fields.pop("icid", None),
        "dcid": fields.pop("dcid", None),
        "text": line.text,
    }
    row.update(fields)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso_instant(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
