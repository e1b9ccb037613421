"""What ties MIDs together: lines that make one message of two, and batches that remedy several.

A link is a line that names a MID and the MID that it goes on as (docs/tracking.md, "Families"). A batch ties
all MIDs of its lines, as a line that begins it tells of the others too (docs/tracking.md, "Remediation").
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa

from midtrail.archive.ids import Id, places_of
from midtrail.tables import Batches
from midtrail.tracking import INITIATING, REMEDIATING

Batch = tuple[str | None, str]
"""A remediation batch of an appliance."""

_LINKS = {
    "split_by_policy": ("mid", "new_mid"),
    "message_split": ("mid", "new_mid"),
    "split_by_slbl": ("mid", "new_mid"),
    "message_rewritten": ("mid", "new_mid"),
    "spam_quarantine_reinjected": ("mid", "new_mid"),
    "spam_quarantine_released": ("mid", "new_mid"),
    "received_on_release": ("origin_mid", "mid"),
}
"""Each kind that makes one message of two MIDs, and the fields that name them."""


class Ties(NamedTuple):
    """The links, each both ways, and the MIDs of remediation batches."""

    links: set[tuple[Id, Id]]
    batches: set[tuple[Id, str]]


def ties_of(batches: Iterable[Batches]) -> Ties:
    """Return what the lines of some batches tie together."""
    ties = Ties(set(), set())
    for batch in batches:
        for kind, (one, other) in _LINKS.items():
            for host, a, b in _told(batch, kind, one, other):
                if b is not None and a != b:
                    ties.links.update({((host, a), (host, b)), ((host, b), (host, a))})
        for kind in REMEDIATING:
            ties.batches.update(((host, mid), name) for host, mid, name in _told(batch, kind, "mid", "batch"))
    return ties


def begun_batches(batches: Iterable[Batches]) -> set[Batch]:
    """Return the remediation batches that lines among these begin."""
    told = (row for batch in batches for row in _told(batch, INITIATING, "mid", "batch"))
    return {(host, name) for host, _, name in told}


def _told(batch: Batches, kind: str, *fields: str) -> Iterator[tuple[Any, ...]]:
    """Yield the host and some fields of each event of a kind."""
    rows = batch.get(kind)
    if rows is None or not rows.num_rows:
        return
    spine = batch["spine"]
    hosts = spine["host"].take(pa.array(places_of(rows, spine))).to_pylist()
    yield from zip(hosts, *(rows[field].to_pylist() for field in fields), strict=True)
