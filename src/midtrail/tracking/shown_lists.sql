-- Attachments and rejected recipients, in the log's own order.
--
-- Rule: the log's own order is time, then the file's first timestamp, then line number. An attachment that
-- several MIDs of one family name is listed once; twice where one MID names it twice.

create or replace temp table track_shown_lists as
with told as (
    select life, seq, time, 'attachment' as fact, attachment as value from placed_attachment_found
    union all
    select life, seq, time, 'rejected', recipient from placed_recipient_rejected
    union all
    select life, seq, time, 'rejected', recipient from placed_invalid_bounce_rejected
),

placed as (
    select family, life, fact, value, seq, time
    from told
    join track_mids using (life)
),

-- Only lists of several need an order.
several as (
    select family, fact from placed group by family, fact having count(*) > 1
),

ordered as (
    select
        family, life, fact, value,
        row_number() over (order by placed.time, first_time, source, line_no) as turn
    from placed
    semi join several using (family, fact)
    join spine using (seq)
    join track_sources using (source)
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
select family, fact, [value]
from placed
anti join several using (family, fact);
