-- Which recipients remediation is about, and which of them it waits for (remedial.sql tells the rules).

-- The entries of the messages that it is about (`_entries.py`), with those that only remediation names.
create or replace temp table track_entries as
select entry, family, carrier, rid, redirected_by, recipient, lower(recipient) as address, false as remedial_only
from track_told_entries;

insert into track_entries
with unknown as (
    select
        family, address,
        min({'stamp': stamp, 'mid': track_remedial.mid, 'life': life, 'recipient': recipient}) as first
    from track_remedial
    join track_mids using (life)
    where
        step = 'processed'
        and not exists (
            select 1 from track_entries
            where track_entries.family = track_mids.family and track_entries.address = track_remedial.address
        )
    group by family, address
)

select
    row_number() over () + (select entries from track_entry_count),
    family, first.life, null, null, first.recipient, address, true
from unknown;

-- Each outcome at the entries that it counts for; a Redirected one only where the family has no other.
create or replace temp table track_outcomes as
select
    entry, track_remedial.family, life, batch, action, seq, stamp, time, status, reason
from (select * from track_remedial join track_mids using (life)) as track_remedial
join track_entries using (family, address)
where step = 'processed'
qualify rank() over (partition by seq order by redirected_by is not null) = 1;

-- Each `initiated` at the entries that still wait for its outcome.
create or replace temp table track_pending as
with recursive asked as (
    select life, family, batch, action, seq, stamp, time
    from (select * from track_remedial join track_mids using (life))
    where step = 'initiated'
),

delivered as (
    select entry, carrier, min(stamp) as since
    from track_entries
    join track_deliveries
        on track_deliveries.life = track_entries.carrier and track_deliveries.rid = track_entries.rid
    where
        step = 'done'
        and redirected_by is null
        and track_entries.family in (select family from asked)
    group by entry, carrier
),

descendants as (
    select distinct life as ancestor, life, 0 as depth
    from asked
    where life not in (select carrier from delivered)
    union
    select ancestor, child, depth + 1
    from descendants
    join track_links on parent = descendants.life
    where depth < 1000
),

targets as (
    select life as ancestor, life from asked where life in (select carrier from delivered)
    union
    select ancestor, life from descendants
)

select distinct entry, asked.family, asked.life, batch, action, seq, stamp, time
from asked
join targets on targets.ancestor = asked.life
join delivered on delivered.carrier = targets.life
where delivered.since <= asked.stamp
    and not exists (
        select 1 from track_outcomes
        where track_outcomes.entry = delivered.entry and track_outcomes.batch = asked.batch
    );
