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
