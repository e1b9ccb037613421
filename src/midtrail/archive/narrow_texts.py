"""The lines in whose texts something is found, and the messages that they belong to: texts are printed, nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.decoding import Asked
from midtrail.archive.latest import latest_connections, paths_of
from midtrail.archive.places import PLACES, unpacked
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.tables import CONNECTIONS, PATHS, kept
from midtrail.tables import Store

_TEXTS = Asked(kinds=frozenset(), spine=frozenset({"text"}))
_FOUND = pa.schema([("seq", pa.int64()), ("text", pa.string())])
_MEMBERS = pa.schema([("message", pa.int64()), ("seq", pa.int64())])
_SLICE = 1 << 15  # messages whose places are unpacked together


def lines_with(shot: Snapshot, store: Store, words: Sequence[str]) -> pa.Table:
    """Return (seq, text) of the lines in whose text one of some expressions is found, as DuckDB reads them.

    They come by their `seq`.
    """
    test = " or ".join("regexp_matches(text, ?, 'is')" for _ in words)
    parts = [_FOUND.empty_table()]
    for number in shot.blocks:
        decoded = shot.decoded(number, _TEXTS)
        seqs = _seqs(shot, decoded.files, decoded.line_nos)
        store.connection.register("narrow_texts", pa.table({"seq": pa.array(seqs), "text": decoded.texts}))
        parts.append(
            store.query(f"select seq, text from narrow_texts where {test}", list(words)).cast(_FOUND)
        )
        store.connection.unregister("narrow_texts")
    return pa.concat_tables(parts).sort_by("seq")


def members_with(shot: Snapshot, wanted: pa.Array, messages: Mapping[str, pa.Array]) -> pa.Table:
    """Return (message, seq) of some lines, by their `seq` (ascending).

    `messages` tells `message`, `host`, `lines` and `uses` of all messages.
    """
    seqs = wanted.to_numpy()
    if not len(seqs):
        return _MEMBERS.empty_table()
    parts = [
        _pairs(messages["message"].slice(at, _SLICE), messages["lines"].slice(at, _SLICE), shot, seqs)
        for at in range(0, len(messages["message"]), _SLICE)
    ]
    return pa.concat_tables([*parts, _of_connections(shot, seqs, messages)])


def _of_connections(shot: Snapshot, seqs: Any, messages: Mapping[str, pa.Array]) -> pa.Table:
    """Return the same of the lines of connections, for each message that used one."""
    rows = kept(shot, CONNECTIONS, ("host", "id", "lines"))
    if rows is None:
        return _MEMBERS.empty_table()
    numbers = pa.array(np.arange(rows.num_rows))
    places = _pairs(numbers, rows["lines"].combine_chunks(), shot, seqs)["message"]
    some = rows.select(["host", "id"]).take(pc.unique(places))
    ids = set(zip(some["host"].to_pylist(), some["id"].to_pylist(), strict=True))
    lives = kept(shot, CONNECTIONS, PATHS, among=("id", ids)) if ids else None
    if lives is None:
        return _MEMBERS.empty_table()
    lives = latest_connections(lives)
    numbers = pa.array(np.arange(lives.num_rows))
    pairs = _pairs(numbers, lives["lines"].combine_chunks(), shot, seqs)
    of_life: dict[int, list[int]] = {}
    for life, seq in zip(pairs["message"].to_pylist(), pairs["seq"].to_pylist(), strict=True):
        of_life.setdefault(life, []).append(seq)
    at = {path: life for life, path in enumerate(paths_of(lives)) if life in of_life}
    found = [
        (message, seq)
        for message, path in _uses(messages, {number for _, _, number, _ in at})
        if path in at
        for seq in of_life[at[path]]
    ]
    columns = zip(*found, strict=True) if found else ((), ())
    return pa.table([pa.array(column, pa.int64()) for column in columns], schema=_MEMBERS)


def _uses(messages: Mapping[str, pa.Array], ids: set[int]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield each message with the lives of connections that it used, of some ids."""
    uses = messages["uses"]
    paths = uses.flatten()
    chosen = pc.indices_nonzero(pc.is_in(paths.field("id"), pa.array(ids, pa.int64())))
    parents = pc.list_parent_indices(uses).take(chosen)
    told = (messages[name].take(parents).to_pylist() for name in ("message", "host"))
    for message, host, path in zip(*told, paths.take(chosen).to_pylist(), strict=True):
        way = "incoming" if path["incoming"] else "outgoing"
        yield message, (host, way, path["id"], path["born"])


def _pairs(numbers: pa.Array, lines: pa.Array, shot: Snapshot, wanted: Any) -> pa.Table:
    """Return (message, seq) of the wanted lines among those of some rows, whose places are told."""
    lists, files, line_nos = unpacked(lines.cast(PLACES))
    seqs = _seqs(shot, files, line_nos)
    at = np.searchsorted(wanted, seqs)
    found = np.flatnonzero(wanted[np.minimum(at, len(wanted) - 1)] == seqs)
    return pa.table(
        [numbers.take(pa.array(lists[found])), pa.array(seqs[found])],
        schema=_MEMBERS,
    )


def _seqs(shot: Snapshot, files: Any, line_nos: Any) -> Any:
    """Return the numbers that lines have among all (numpy)."""
    known, of_file = np.unique(files, return_inverse=True)
    bases = np.array([shot.places[int(number)].base for number in known], np.int64)
    return bases[of_file] + line_nos - 1 if len(known) else line_nos
