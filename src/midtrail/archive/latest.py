"""Of rows that are kept, those that count, and the connections that messages used, without a database."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Path = tuple[str | None, str, int, int]
"""A life of a connection: its appliance, direction, ICID or DCID, and second of birth."""


def latest_messages(rows: pa.Table) -> pa.Table:
    """Return the latest row of each message that still is, in the order of messages."""
    found = rows.take(_latest(rows, ("host", "mid", "born"), "revision"))
    columns = (found[name].to_pylist() for name in ("host", "first_at", "mid", "born"))
    order = [
        (host is not None, host or "", first_at is None, first_at or 0, mid, born, at)
        for at, (host, first_at, mid, born) in enumerate(zip(*columns, strict=True))
    ]
    return found.take(pa.array([key[-1] for key in sorted(order)], pa.int64()))


def numbered_rows(keys: pa.Table) -> Any:
    """Return the latest row (numpy) of each message that still is, in the order of all messages, of many rows.

    `keys` tells host, mid, born, first_at, revision and gone.
    """
    host = _ranks(keys["host"])
    mid, born, revision = (keys[name].to_numpy() for name in ("mid", "born", "revision"))
    order = np.lexsort((revision, born, mid, host))
    key = np.stack([host[order], mid[order], born[order]])
    begins = np.append(True, (np.diff(key) != 0).any(axis=0))[: len(order)]
    last = np.append(np.flatnonzero(begins)[1:], len(order))[: int(begins.sum())] - 1
    greatest = np.repeat(revision[order][last], np.diff(np.append(np.flatnonzero(begins), len(order))))
    gone = keys["gone"].to_numpy()
    rows = order[(revision[order] == greatest) & ~gone[order].astype(bool)]
    first_at = keys["first_at"].combine_chunks()
    unknown = first_at.is_null().to_numpy(zero_copy_only=False)
    begun = first_at.fill_null(0).to_numpy()
    return rows[np.lexsort((mid[rows], begun[rows], unknown[rows], host[rows]))]


def _ranks(words: pa.ChunkedArray) -> Any:
    """Return the place of each word among all, in their order (numpy); what is null stands before them."""
    coded = words.combine_chunks().dictionary_encode()
    ranks = np.empty(len(coded.dictionary), np.int64)
    ranks[pc.sort_indices(coded.dictionary).to_numpy()] = np.arange(len(ranks))
    codes = coded.indices.fill_null(-1).to_numpy()
    return np.append(ranks, -1)[codes]


def latest_connections(rows: pa.Table) -> pa.Table:
    """Return the lives that connections had at last."""
    return rows.take(_latest(rows, ("host", "direction", "id"), "batch"))


def _latest(rows: pa.Table, key: Sequence[str], turn: str) -> pa.Array:
    """Return the rows with the greatest `turn` of each key that are not gone."""
    keys = list(zip(*(rows[name].to_pylist() for name in key), strict=True))
    turns, gone = rows[turn].to_pylist(), rows["gone"].to_pylist()
    last: dict[tuple[object, ...], int] = {}
    for name, number in zip(keys, turns, strict=True):
        last[name] = max(number, last.get(name, number))
    told = enumerate(zip(keys, turns, gone, strict=True))
    return pa.array(
        [at for at, (name, number, ended) in told if number == last[name] and not ended], pa.int64()
    )


def paths_of(connections: pa.Table) -> Iterable[Path]:
    """Return the life that each row tells."""
    return zip(*(connections[name].to_pylist() for name in ("host", "direction", "id", "born")), strict=True)


def used_by(messages: pa.Table) -> dict[Path, list[int]]:
    """Return the lives of connections that messages used, each with the numbers (`message`) of these."""
    found: dict[Path, list[int]] = {}
    columns = (messages[name].to_pylist() for name in ("message", "host", "uses"))
    for number, host, uses in zip(*columns, strict=True):
        for path in uses or ():
            life = (host, "incoming" if path["incoming"] else "outgoing", path["id"], path["born"])
            users = found.setdefault(life, [])
            if number not in users[-1:]:
                users.append(number)
    return found
