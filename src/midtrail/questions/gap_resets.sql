-- Where a counter goes back: seconds in which an id begins that is no higher than one that began a minute before.
--
-- Ids are given out in order; within a second, and for some seconds around it, their lines come in any order,
-- so only what began more than a moment (60 seconds) ago is compared. `low` is the lowest id that begins in that
-- second, `high` the highest of the last second before that moment; `last_at` is the last second before this one in
-- which any id of the counter begins.

create or replace temp table gap_hosts as
select
    row_number() over (order by host nulls first) as host_id,
    host,
    min(time) as begins,
    max(time) as ends,
    count(*) as lines
from spine
where kind not in ('blank', 'continuation')
group by host;

create or replace temp table gap_told as
select
    told.counter, gap_hosts.host_id as host, told.id, told.sign, told.seq, spine.time,
    cast(coalesce(floor(epoch(spine.time)), 0) as bigint) as stamp
from track_told as told
join spine on spine.seq = told.seq
join gap_hosts on gap_hosts.host is not distinct from spine.host
where told.id > 0;

create or replace temp table gap_resets as
with seconds as (
    select counter, host, stamp, min(id) as low, max(id) as high
    from gap_told
    where sign <> 'enveloped' and time is not null
    group by counter, host, stamp
),

falling as (
    select
        counter, host, stamp, low,
        lag(stamp) over (partition by counter, host order by stamp) as last_at,
        lag(high) over (partition by counter, host order by stamp) as last_high
    from seconds
    qualify low <= last_high
),

before as (
    select counter, host, stamp + 61 as judged_from, stamp as high_at, high from seconds
)

select
    falling.counter, falling.host, falling.stamp, falling.low, falling.last_at, falling.last_high,
    before.high_at, before.high
from falling
asof join before
    on before.counter = falling.counter
    and before.host = falling.host
    and before.judged_from <= falling.stamp
where falling.low <= before.high
order by falling.counter, falling.host, falling.stamp;
