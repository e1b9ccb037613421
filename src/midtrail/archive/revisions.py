"""Which messages of those told anew are news: each change raises a message's revision.

A message's key is its appliance, its first MID and the second in which that MID's life begins (-1 where no
beginning is in sight). One whose key is no more (its family was joined to another, or its beginning came to
light) is told as gone; the message that begins with its MID then goes on with its revisions.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa

Key = tuple[str | None, int, int]
"""Appliance, first MID, second of birth."""


class Revision(NamedTuple):
    """The last that was told of a key: its number from 1, the digest of what was told, and whether it is gone."""

    number: int
    digest: int
    gone: bool = False


def keys_of(messages: pa.Table) -> list[Key]:
    """Return the keys of rows of messages."""
    return list(zip(*(messages[name].to_pylist() for name in ("host", "mid", "born")), strict=True))


def revised(messages: pa.Table, last: Mapping[Key, Revision]) -> pa.Table:
    """Return the rows that tell something new, with `revision` and `gone`.

    `last` holds the last revision of all keys that begin with the MIDs that were told anew.
    """
    keys, digests = keys_of(messages), messages["digest"].to_pylist()
    vanished = [key for key in last.keys() - set(keys) if not last[key].gone]
    before: dict[tuple[str | None, int], int] = {}
    for key in vanished:
        before[key[:2]] = max(before.get(key[:2], 0), last[key].number)
    numbers: list[int] = []
    chosen: list[int] = []
    for at, (key, digest) in enumerate(zip(keys, digests, strict=True)):
        old = last.get(key, Revision(before.get(key[:2], 0), 0, gone=True))
        if old.gone or old.digest != digest:
            chosen.append(at)
            numbers.append(old.number + 1)
    rows = messages.take(pa.array(chosen, pa.int64()))
    rows = rows.append_column("revision", pa.array(numbers, pa.int64()))
    rows = rows.append_column("gone", pa.array([False] * len(chosen), pa.bool_()))
    ends = [(key, last[key].number + 1) for key in sorted(vanished, key=str)]
    return pa.concat_tables([rows, _ends(ends, rows.schema)]) if ends else rows


def _ends(ends: Iterable[tuple[Key, int]], schema: pa.Schema) -> pa.Table:
    rows = [
        {"host": host, "mid": mid, "born": born, "digest": 0, "revision": number, "gone": True}
        for (host, mid, born), number in ends
    ]
    return pa.Table.from_pylist(rows, schema=schema)
