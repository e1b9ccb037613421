-- Remediation: which message, which recipient, which outcome.
--
-- It comes minutes or months later, by MID alone. Rules (docs/tracking.md, "Remediation"):
-- * a line belongs to the latest life begun by then whose message has that recipient, else to the latest
--   life; `initiated` goes where its batch's outcomes for that MID go;
-- * an outcome counts for the recipient that it names, found by address in the whole family; a recipient
--   that only remediation names becomes an entry with rid null;
-- * `initiated` without outcome counts for the recipients that its MID carries at last, as far as they had been
--   delivered by then; if it carries none, for those of its descendants; where the message has no recipients at
--   all, for itself.

create or replace temp table track_remedial as
with placed as (
    select * exclude (latest_born) from track_remedial_lives where latest is not null
),

known as (
    select
        host, mid, address, life, born,
        lead(born, 1, 9223372036854775807) over (partition by host, mid, address order by born) as until
    from (
        select distinct track_mids.host, track_mids.mid, lower(track_lists.recipient) as address,
            track_mids.life, track_lives.born
        from track_mids
        join track_lives on track_lives.life = track_mids.life
        join track_mids as relative on relative.family = track_mids.family
        join track_lists on track_lists.life = relative.life
        where (track_mids.host, track_mids.mid) in (select (host, mid) from placed)
    )
),

outcomes as (
    select placed.*, coalesce(known.life, latest) as life
    from placed
    left join known
        on known.host = placed.host
        and known.mid = placed.mid
        and known.address = placed.address
        and placed.stamp >= known.born
        and placed.stamp < known.until
    where step = 'processed'
),

batches as (
    select host, mid, batch, arg_max(life, (stamp, life)) as life from outcomes group by host, mid, batch
)

select * from outcomes
union all
select placed.*, coalesce(batches.life, latest)
from placed
left join batches using (host, mid, batch)
where step = 'initiated';

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
    row_number() over () + (select count(*) from track_entries),
    family, first.life, null, first.recipient, address, null, true
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
