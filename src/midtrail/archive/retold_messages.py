"""Messages told anew, side by side with all that is kept of them."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.evidence import coded
from midtrail.archive.ids import IdSet, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from midtrail.archive.retold_lines import Lines, SourceFact
    from midtrail.tables import Store
    from midtrail.tracking import Answers

_CUT = -1
_COPY = (
    "recipient", "mid", "rid", "state", "response", "delivered_at", "dcid", "destination_ip", "evidence_file",
    "evidence_line_no", "evidence_text", "remediation",
)  # fmt: skip
_EVIDENCE = f"select {coded('evidence_text', 'told_copies.mid', 'told_copies.dcid')} as text from told_copies"

_USES = """
    select family, track_uses.life, counter = 'icid' as incoming, id, born
    from track_uses
    join track_lives using (life)
    order by family, counter, id, born
"""

_BATCHES = """
    with remedies as (
        select
            family,
            batch,
            min(action) as action,
            min(source) as source,
            min(initiated_by) as initiated_by,
            min(time) filter (where step = 'initiated') as initiated_at,
            max(time) filter (where step = 'processed') as last_outcome_at
        from track_remedial
        join track_mids using (life)
        group by family, batch
    )

    select
        family,
        list({
            'batch': batch, 'action': action, 'source': source, 'initiated_by': initiated_by,
            'initiated_at': initiated_at, 'last_outcome_at': last_outcome_at
        } order by batch) as batches
    from remedies
    group by family
"""

_OWN = """
    select distinct family, seq
    from (
        select life, seq from track_mid_lines
        union all
        select life, seq from track_unrecognised_lines
        union all
        select life, seq from track_remedial
    )
    join track_mids using (life)
"""

_OF_CONNECTIONS = "select life, seq from track_connection_lines where own"
_DIGESTS = "select (md5_number_lower(told_messages::varchar) >> 24)::bigint as digest from told_messages"

READ = f"{_USES}; {_BATCHES}; {_OWN}; {_OF_CONNECTIONS}; select text from spine;"
"""What is read to tell them."""


class Retold:
    """The messages of some MIDs among all that were built."""

    def __init__(self, store: "Store", answers: "Answers", lines: "Lines", mids: IdSet) -> None:
        """Choose those that begin with one of the MIDs."""
        self._store, self._answers, self._lines = store, answers, lines
        rows = pa.Table.from_batches(answers.messages())
        self._numbers = np.flatnonzero(Wanted(mids).named_in(rows, "mid").to_numpy(zero_copy_only=False))
        self._rows = rows.take(pa.array(self._numbers)).drop_columns("message")
        known = answers.known.mids
        self._families = known.messages[self._numbers]
        self._firsts = known.firsts[self._numbers]

    def table(self, facts: "Iterable[SourceFact]") -> pa.Table:
        """Return them in the order in which they are kept."""
        known = self._answers.known.mids
        first_at = known.first_at[self._firsts]
        born = np.where(known.head_cut[self._firsts], _CUT, first_at)
        uses = self._store.query(_USES)
        owners, seqs = self._own_lines()
        told = (
            self._rows.append_column("born", pa.array(born))
            .append_column("first_at", pa.array(first_at))
            .append_column("recipients", self._copies(facts))
            .append_column("uses", self._uses(uses))
            .append_column("batches", self._batches())
        )
        digest = self._digests(told, self._shown(owners, seqs, uses))
        told = told.append_column("lines", self._lines.places(owners, seqs, len(self._numbers)))
        told = told.append_column("digest", digest)
        return told.take(_order(told))

    def _copies(self, facts: "Iterable[SourceFact]") -> pa.Array:
        """Return the recipients of each message."""
        rows = pa.Table.from_batches(self._answers.recipients())
        owners = places_among(self._numbers + 1, rows["message"].to_numpy())
        rows, owners = _where(owners >= 0, rows, owners)
        told = list(facts)
        files = pa.array([fact.file for fact in told], pa.int64())
        sources = pa.array([fact.source for fact in told], pa.string())
        at = pc.index_in(rows["evidence_source"].cast(pa.string()), sources)
        rows = rows.append_column("evidence_file", files.take(at.combine_chunks()))
        self._store.connection.register("told_copies", rows.select(["mid", "dcid", "evidence_text"]))
        texts = self._store.query(_EVIDENCE)["text"]
        self._store.connection.unregister("told_copies")
        rows = rows.set_column(rows.schema.get_field_index("evidence_text"), "evidence_text", texts)
        return _lists(owners, rows.select(_COPY), len(self._numbers))

    def _uses(self, uses: pa.Table) -> pa.Array:
        """Return the connections that each message used."""
        owners = places_among(self._families, uses["family"].to_numpy())
        uses, owners = _where(owners >= 0, uses, owners)
        order = np.argsort(owners, kind="stable")
        rows = uses.select(["incoming", "id", "born"]).take(pa.array(order))
        return _lists(owners[order], rows, len(self._numbers))

    def _batches(self) -> pa.Array:
        """Return the remediation batches that asked for each message."""
        rows = self._store.query(_BATCHES)
        lists = rows["batches"].combine_chunks()
        owners = places_among(self._families, rows["family"].to_numpy())
        at = np.full(
            len(self._numbers) + 1, len(lists)
        )  # behind the last is that of messages that are not told
        at[owners] = np.arange(len(lists))
        return pa.concat_arrays([lists, pa.array([[]], lists.type)]).take(pa.array(at[:-1]))

    def _own_lines(self) -> tuple[Any, Any]:
        """Return all lines of the messages, with the place of each one's message."""
        rows = self._store.query(_OWN)
        owners, seqs = places_among(self._families, rows["family"].to_numpy()), rows["seq"].to_numpy()
        return owners[owners >= 0], seqs[owners >= 0]

    def _shown(self, owners: Any, seqs: Any, uses: pa.Table) -> Any:
        """Return the digest of all lines that each message shows: its own, and those of its connections."""
        count = len(self._numbers)
        found = self._lines.digests(owners, seqs, count)
        lines = self._store.query(_OF_CONNECTIONS)
        lives, users = uses["life"].to_numpy(), places_among(self._families, uses["family"].to_numpy())
        numbers = lines["life"].to_numpy()
        size = int(max(numbers.max(initial=0), lives.max(initial=0))) + 1
        of_lives = self._lines.digests(numbers, lines["seq"].to_numpy(), size, shown=True)
        np.add.at(found, users[users >= 0], of_lives[lives[users >= 0]])
        return found

    def _digests(self, told: pa.Table, shown: Any) -> pa.ChunkedArray:
        told = told.append_column("shown", pa.array(shown))
        self._store.connection.register("told_messages", told)
        found = self._store.query(_DIGESTS)["digest"]
        self._store.connection.unregister("told_messages")
        return found


def _order(rows: pa.Table) -> pa.Array:
    """Return rows in the order of host, MID and birth; those without a host stand before all others."""
    keys = rows.select(["host", "mid", "born"]).append_column(
        "named", rows["host"].is_valid().cast(pa.int8())
    )
    names = ("named", "host", "mid", "born")
    return pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in names])


def places_among(numbers: Any, wanted: Any) -> Any:
    """Return for each wanted number, none below 0, its place among some, -1 where it is none of them."""
    size = int(max(numbers.max(initial=0), wanted.max(initial=0))) + 1
    places = np.full(size, -1)
    places[numbers] = np.arange(len(numbers))
    return places[wanted]


def _where(chosen: Any, rows: pa.Table, owners: Any) -> tuple[pa.Table, Any]:
    return (rows, owners) if chosen.all() else (rows.filter(pa.array(chosen)), owners[chosen])


def _lists(owners: Any, rows: pa.Table, count: int) -> pa.Array:
    """Return the rows of each of so many owners, ascending, as a list."""
    starts = np.searchsorted(owners, np.arange(count + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(starts), rows.to_struct_array().combine_chunks())
