-- Attachments and rejected recipients, in the log's own order.
--
-- Rule: the log's own order is time, then the file's first timestamp, then line number. An attachment that
-- several MIDs of one family name is listed once; twice where one MID names it twice.

create or replace temp table track_shown_lists as
with ordered as (
    select
        family, life, fact, value,
        row_number() over (order by track_listed.time, first_time, source, line_no) as turn
    from track_listed
    join track_listed_places using (seq)
    join track_sources using (source)
    where not is_alone
),

counted as (
    select *, row_number() over (partition by life, fact, value order by turn) as occurrence
    from ordered
),

first_seen as (
    select family, fact, value, occurrence, min(turn) as turn
    from counted
    group by family, fact, value, occurrence
)

select family, fact, list(value order by turn) as shown_values
from first_seen
group by family, fact
union all
select family, fact, [value] from track_listed where is_alone;
