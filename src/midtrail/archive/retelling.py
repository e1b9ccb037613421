"""Messages and connections told anew from the events around them, as rows that are kept."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import pyarrow as pa

from midtrail import tracking
from midtrail.archive.closure import Gathered
from midtrail.archive.decoding import Asked
from midtrail.archive.evidence import coded
from midtrail.archive.places import PLACES, packed
from midtrail.tables import SPINE_TABLE, BorrowingStore, Columns, Store
from midtrail.tracking.sentences import hidden_kinds

SourceFact = tuple[object, ...]
"""A file: its name, its first line's time, its least time (or None), whether it holds lines twice, its number."""

_FACTS = pa.schema(
    [
        ("source", pa.string()),
        ("first_time", pa.timestamp("us", tz="UTC")),
        ("begins", pa.timestamp("us", tz="UTC")),
        ("was_read_twice", pa.bool_()),
        ("file", pa.int64()),
    ]
)

# Lists are sorted whole: `list(… order by …)` takes four times as long.
_MESSAGES = """
with wanted as (
    select messages.*, family
    from messages
    join whole_mids on whole_mids.host is not distinct from messages.host and whole_mids.id = messages.mid
    join track_numbers using (message)
),

copies as (
    select
        message,
        list_transform(list_sort(list({'place': place, 'copy': {
            'recipient': recipient, 'mid': mid, 'rid': rid, 'state': state, 'response': response,
            'delivered_at': delivered_at, 'dcid': dcid, 'destination_ip': destination_ip,
            'evidence_file': source_facts.file,
            'evidence_line_no': evidence_line_no, 'evidence_text': @evidence, 'remediation': remediation
        }})), lambda one: one.copy) as recipients
    from (
        select *, row_number() over (order by message, mid, rid, recipient) as place from recipients
    ) as recipients
    left join source_facts on source_facts.source = evidence_source
    group by message
),

paths as (
    select family, list({'incoming': counter = 'icid', 'id': id, 'born': born} order by counter, id, born) as uses
    from track_uses
    join track_lives using (life)
    group by family
),

remedies as (
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
),

asked as (
    select
        family,
        list({
            'batch': batch, 'action': action, 'source': source, 'initiated_by': initiated_by,
            'initiated_at': initiated_at, 'last_outcome_at': last_outcome_at
        } order by batch) as batches
    from remedies
    group by family
),

own as (
    select life, seq from track_mid_lines
    union all
    select life, seq from track_unrecognised_lines
    union all
    select life, seq from track_remedial
),

places as (
    select message, list_sort(list({'file': file, 'line_no': line_no})) as lines
    from (select distinct family, seq from own join track_mids using (life))
    join track_numbers using (family)
    join spine using (seq)
    join source_facts using (source)
    group by message
),

shown as (
    select message, sum(line) as shown
    from members
    join (
        select seq, md5_number_lower(coalesce(time::varchar, '') || text) as line
        from spine
        where kind not in (select unnest($hidden))
    ) using (seq)
    group by message
),

told as (
    select
        wanted.* exclude (message, family),
        case when track_mids.head_cut then -1 else track_mids.first_at end as born,
        track_mids.first_at,
        coalesce(recipients, []) as recipients,
        coalesce(uses, []) as uses,
        coalesce(batches, []) as batches,
        coalesce(lines, []) as lines,
        coalesce(shown, 0) as shown
    from wanted
    join track_mids on track_mids.family = wanted.family and place = 1
    left join copies using (message)
    left join paths on paths.family = wanted.family
    left join asked on asked.family = wanted.family
    left join places using (message)
    left join shown using (message)
)

select
    * exclude (shown),
    (md5_number_lower(told::varchar) >> 24)::bigint as digest
from told
order by host nulls first, mid, born
""".replace("@evidence", coded("evidence_text", "recipients.mid", "recipients.dcid"))

_CONNECTIONS = """
with places as (
    select life, list({'file': file, 'line_no': line_no} order by file, line_no) as lines
    from track_connection_lines
    join spine using (seq)
    join source_facts using (source)
    where own
    group by life
)

select
    direction, connections.host, connections.id, born, first_at,
    connections.* exclude (connection, direction, host, id, messages),
    coalesce(lines, []) as lines
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
left join places using (life)
order by connections.host nulls first, direction, connections.id, born
"""


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
    return _filled(store, gathered, facts)


def _filled(store: Store, gathered: Gathered, facts: Iterable[SourceFact]) -> Store:
    store.add_all(gathered.batches)
    columns = list(zip(*facts, strict=True)) or [()] * len(_FACTS)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _FACTS, strict=True)]
    store.connection.register("facts_told", pa.table(arrays, schema=_FACTS))
    store.connection.execute("create table source_facts as select * from facts_told")
    store.connection.unregister("facts_told")
    return store


_IN_MEMORY = 1_000_000  # lines up to which the tables are kept in memory
_FEW = 20_000  # lines for which one thread is faster than several that wait for each other


def _borrowing(gathered: Gathered, facts: Iterable[SourceFact]) -> Store:
    """Return a store with what telling anew reads of the gathered events, where it lies.

    One thread works in it: several take no less time, since they wait for each other, and more of the processors.
    """
    store = BorrowingStore(columns=_reads())
    store.connection.execute("set threads = 1")
    return _filled(store, gathered, facts)


@cache
def _reads() -> Columns:
    return tracking.reads(_MESSAGES + _CONNECTIONS)


def asked_of_lines() -> Asked:
    """Return what telling anew reads of lines."""
    return Asked(frozenset(_reads()), frozenset(_reads()[SPINE_TABLE]))


def told_anew(gathered: Gathered, facts: Iterable[SourceFact]) -> Told:
    """Return the messages of the gathered MIDs, and the gathered connections, as tracking tells them."""
    store = _borrowing(gathered, facts)
    tracking.build(store.connection)
    store.connection.register("whole_mids", gathered.mids.table())
    connections = [
        ids.table().append_column("incoming", pa.array([incoming] * len(ids), pa.bool_()))
        for ids, incoming in ((gathered.icids, True), (gathered.dcids, False))
    ]
    store.connection.register("whole_connections", pa.concat_tables(connections))
    messages = _with_runs(store.query(_MESSAGES, {"hidden": list(hidden_kinds())}))
    told = _with_runs(store.query(_CONNECTIONS))
    store.close()
    return Told(messages, told)


def _with_runs(rows: pa.Table) -> pa.Table:
    """Return rows with the places of their lines as they are kept."""
    at = rows.schema.get_field_index("lines")
    return rows.set_column(at, pa.field("lines", PLACES), packed(rows["lines"].combine_chunks()))
