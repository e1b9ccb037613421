"""Messages and connections told anew from the events around them, as rows that are kept."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import pyarrow as pa

from midtrail import tracking
from midtrail.archive.closure import Gathered
from midtrail.archive.decoding import Asked
from midtrail.archive.lending import in_order
from midtrail.archive.retold_lines import Lines, SourceFact
from midtrail.archive.retold_messages import READ, Retold, places_among
from midtrail.tables import SPINE_TABLE, Borrowed, BorrowingStore, Columns, Store

_FACTS = pa.schema(
    [
        ("source", pa.string()),
        ("first_time", pa.timestamp("us", tz="UTC")),
        ("begins", pa.timestamp("us", tz="UTC")),
        ("was_read_twice", pa.bool_()),
        ("file", pa.int64()),
    ]
)

_CONNECTIONS = """
select
    track_lives.life,
    direction, connections.host, connections.id, born, first_at,
    connections.* exclude (connection, direction, host, id, messages)
from connections
join whole_connections as whole
    on whole.host is not distinct from connections.host
    and whole.incoming = (direction = 'incoming')
    and whole.id = connections.id
join track_hosts on track_hosts.host is not distinct from connections.host
join track_lives
    on track_lives.counter = case direction when 'incoming' then 'icid' else 'dcid' end
    and track_lives.host = host_id
    and track_lives.id = connections.id
    and track_lives.head_cut = connections.head_cut
    and track_lives.started_at is not distinct from connections.started_at
order by connections.host nulls first, direction, connections.id, born
"""
_OF_CONNECTIONS = "select life, seq from track_connection_lines where own"
_READ = f"{READ} {_CONNECTIONS}; {_OF_CONNECTIONS}; select source, line_no, time, kind from spine;"

_IN_MEMORY = 1_000_000  # lines up to which the tables are kept in memory
_FEW = 20_000  # lines for which one thread is faster than several that wait for each other


class Told(NamedTuple):
    """Messages with their recipients, and connections, of all ids that were gathered."""

    messages: pa.Table
    connections: pa.Table


def store_of(gathered: Gathered, facts: Iterable[SourceFact]) -> Store:
    """Return a store with the gathered events; `facts` tells what all lines of their files would tell."""
    lines = sum(batch["spine"].num_rows for batch in gathered.batches)
    store = Store(on_disk=lines > _IN_MEMORY)
    if lines < _FEW:
        store.connection.execute("set threads = 1")
    store.add_all(gathered.batches)
    _add_facts(store, facts)
    return store


def _add_facts(store: Store, facts: Iterable[SourceFact]) -> None:
    columns = list(zip(*facts, strict=True)) or [()] * len(_FACTS)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _FACTS, strict=False)]
    store.connection.register("facts_told", pa.table(arrays, schema=_FACTS))
    store.connection.execute("create table source_facts as select * from facts_told")
    store.connection.unregister("facts_told")


def _borrowing(gathered: Gathered, facts: Iterable[SourceFact]) -> BorrowingStore:
    """Return a store with what telling anew reads of the gathered events, where it lies.

    One thread works in it: several take no less time, since they wait for each other, and more of the processors.
    """
    lines = Borrowed(_reads()).add_all(in_order(gathered.batches, _reads()))
    store = BorrowingStore(columns=_reads(), lines=lines)
    store.connection.execute("set threads = 1")
    _add_facts(store, facts)
    return store


@cache
def _reads() -> Columns:
    return tracking.reads(_READ)


def asked_of_lines() -> Asked:
    """Return what telling anew reads of lines."""
    return Asked(frozenset(_reads()), frozenset(_reads()[SPINE_TABLE]))


def told_anew(gathered: Gathered, facts: Iterable[SourceFact]) -> Told:
    """Return the messages of the gathered MIDs, and the gathered connections, as tracking tells them."""
    known = list(facts)
    store = _borrowing(gathered, known)
    lines = Lines(store.borrowed, known)
    answers = tracking.build_lent(store)
    messages = Retold(store, answers, lines, gathered.mids).table(known)
    connections = _connections(store, lines, gathered)
    store.close()
    return Told(messages, connections)


def _connections(store: Store, lines: Lines, gathered: Gathered) -> pa.Table:
    whole = [
        ids.table().append_column("incoming", pa.array([incoming] * len(ids), pa.bool_()))
        for ids, incoming in ((gathered.icids, True), (gathered.dcids, False))
    ]
    store.connection.register("whole_connections", pa.concat_tables(whole))
    rows = store.query(_CONNECTIONS)
    told = store.query(_OF_CONNECTIONS)
    of_life = places_among(rows["life"].to_numpy(), told["life"].to_numpy())
    own = of_life >= 0
    places = lines.places(of_life[own], told["seq"].to_numpy()[own], rows.num_rows)
    return rows.drop_columns("life").append_column("lines", places)
