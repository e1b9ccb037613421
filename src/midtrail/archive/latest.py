"""Of rows that are kept, those that count, and the connections that messages used, without a database."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_FEW_WORDS = 1 << 15  # of which 16 bits hold the ranks, by which rows are sorted in a tenth of the time

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
    order = _in_order(mid, host)
    again = _same_as_before(host, mid, order)
    if again.any():  # what was told more than once stands together, and is looked at closely
        more = np.flatnonzero(again | np.append(again[1:], False))
        told = order[more]
        order[more] = told[np.lexsort((revision[told], born[told], mid[told], host[told]))]
    key = (host[order], mid[order], born[order])
    ends = np.append(np.flatnonzero(_changes(key)), len(order))
    last = revision[order][ends[1:] - 1]
    kept = (revision[order] == np.repeat(last, np.diff(ends))) & ~keys["gone"].to_numpy()[order].astype(bool)
    rows = order[kept]
    first_at = keys["first_at"].combine_chunks()
    unknown = first_at.is_null().to_numpy(zero_copy_only=False)
    begun = np.where(unknown, np.iinfo(np.int64).max, first_at.fill_null(0).to_numpy())
    return rows[_in_order(begun[rows], host[rows])]


def _in_order(numbers: Any, groups: Any) -> Any:
    """Return the rows by group, then number, else as they stand: soon where that is nearly how they stand."""
    order = np.argsort(numbers, kind="stable")
    return order[np.argsort(groups[order], kind="stable")]


def _same_as_before(host: Any, mid: Any, order: Any) -> Any:
    """Return which rows, in an order, have the host and MID of the one before (a mask)."""
    return ~_changes((host[order], mid[order]))


def _changes(key: Sequence[Any]) -> Any:
    """Return which rows have another key than the one before (a mask), the first among them."""
    changed = np.ones(len(key[0]), bool)
    changed[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in key])
    return changed


def _ranks(words: pa.ChunkedArray) -> Any:
    """Return the place of each word among all, in their order (numpy); what is null stands before them."""
    coded = words.combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    ranks = np.empty(len(coded.dictionary), np.int64)
    ranks[pc.sort_indices(coded.dictionary).to_numpy()] = np.arange(len(ranks))
    codes = coded.indices.fill_null(-1).to_numpy()
    few = len(ranks) < _FEW_WORDS
    return np.append(ranks, -1).astype(np.int16 if few else np.int64)[codes]


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
