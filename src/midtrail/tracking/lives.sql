-- The lives of every MID, ICID and DCID: counters are reset, and ids come again.
--
-- Rule (docs/tracking.md, "Lives"); a moment is 60 seconds:
-- * an opening line (`Start MID`, `New SMTP`) in a second of its own always begins a new life; any other
--   beginning line within a moment of the one before belongs to the same beginning;
-- * a MID that the appliance itself makes (copy, notice, reinjected) has both a `Start MID` and a line that
--   explains it, in either order: one that is explained first and opened within a moment is one life;
-- * a life that was not opened begins at the earliest line of its MID in the moment before: the line that
--   creates it may be stamped after lines of it. Remediation is no such line, it may be of an earlier life;
-- * lines with no beginning in sight form a life of their own, `head_cut`, before all others.
--
-- `born` and `until` are the seconds between which an event belongs to the life; `first_at` orders it.

create or replace temp table track_births as
with seconds as (
    select
        counter, host, id, stamp,
        bool_or(sign = 'opened') as opened,
        bool_or(sign in ('generated', 'reinjected')) as explained,
        min(time) as time,
        min(time) filter (where sign = 'opened') as opened_time
    from track_beginnings
    group by counter, host, id, stamp
),

-- Most ids begin in one second only, and need no more.
again as (
    select counter, host, id from seconds group by counter, host, id having count(*) > 1
),

marked as (
    select
        *,
        opened
        or coalesce(stamp - lag(stamp) over (partition by counter, host, id order by stamp) > 60, true)
            as begins
    from seconds
    semi join again using (counter, host, id)
),

numbered as (
    select *, count(*) filter (where begins) over (partition by counter, host, id order by stamp) as number
    from marked
),

groups as (
    select
        counter, host, id, number,
        min(stamp) as born,
        max(stamp) as last_at,
        bool_or(opened) as opened,
        bool_or(explained) as explained,
        min(time) as time,
        min(opened_time) as opened_time
    from numbered
    group by counter, host, id, number
),

joined as (
    select
        *,
        number - cast(coalesce(
            opened
            and lag(explained and not opened) over (partition by counter, host, id order by number)
            and born - lag(last_at) over (partition by counter, host, id order by number) <= 60,
            false
        ) as bigint) as beginning
    from groups
)

select
    counter, host, id, beginning,
    min(born) as born,
    bool_or(opened) as opened,
    coalesce(min(opened_time), min(time)) as started_at,
    count(*) over (partition by counter, host, id) > 16 as many
from joined
group by counter, host, id, beginning
union all
select counter, host, id, 1, stamp, opened, coalesce(opened_time, time), false
from seconds
anti join again using (counter, host, id);

create or replace temp table track_lives as
with unopened as (
    select counter, host, id, beginning, born, many from track_births where counter = 'mid' and not opened
),

named as not materialized (
    select host, id, stamp, time from track_named where counter = 'mid' and recognised and not remedial
),

-- Of an id that is used again and again the birth is sorted in, as the next one after a line: in a moment is but one.
earlier as (
    select unopened.*, named.stamp, named.time
    from named
    join unopened on named.host = unopened.host and named.id = unopened.id
        and named.stamp between born - 60 and born
    where not many
    union all
    select unopened.*, named.stamp, named.time
    from (select * from named semi join (from unopened where many) using (host, id)) as named
    asof join (from unopened where many) as unopened
        on named.host = unopened.host and named.id = unopened.id and named.stamp <= born
    where named.stamp >= born - 60
),

earliest as (
    select counter, host, id, beginning, min(stamp) as born, min(time) as started_at
    from earlier
    group by counter, host, id, beginning
),

begun as (
    select
        counter, host, id, beginning,
        least(track_births.born, coalesce(earliest.born, track_births.born)) as born,
        case
            when opened then track_births.started_at
            else least(track_births.started_at, coalesce(earliest.started_at, track_births.started_at))
        end as started_at
    from track_births
    left join earliest using (counter, host, id, beginning)
),

seen as (
    select counter, host, id, min(stamp) as first_at
    from track_named
    where recognised
    group by counter, host, id
),

-- Lines before all lives of their id; the first of these has the number 1.
headless as (
    select counter, host, id, first_at
    from seen
    left join (select * from begun where beginning = 1) as first_life using (counter, host, id)
    where born is null or first_at < born
),

all_lives as (
    select counter, host, id, born, born as first_at, started_at, false as head_cut from begun
    union all
    select counter, host, id, -1, first_at, null, true from headless
),

-- Most ids have one life only, which nothing ends.
again as (
    select counter, host, id from begun where beginning > 1
    union
    select counter, host, id from headless
),

ended as (
    select *, 9223372036854775807 as until, false as many
    from all_lives
    anti join again using (counter, host, id)
    union all
    select
        *,
        lead(born, 1, 9223372036854775807) over (partition by counter, host, id order by born),
        count(*) over (partition by counter, host, id) > 16
    from all_lives
    semi join again using (counter, host, id)
)

select row_number() over () as life, * from ended;
