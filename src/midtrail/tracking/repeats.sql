-- Which lines tell again what another told, and which appliances there are.
--
-- Rule: the n-th occurrence of (host, time, text) in one source is the same event as the n-th in another;
-- repeats within a source are kept. So reading a file twice, or two files that overlap, changes nothing.
-- A line that was read twice under one source name has one line number. Source: docs/tracking.md, "Order".
--
-- Where only a part of the lines is there, `source_facts` knows what all lines of a file would tell.

create or replace temp table track_seconds as
select
    source, host, time, count(*) as lines,
    min(line_no) as first_line_no, max(line_no) as last_line_no
from spine
group by source, host, time;

create or replace temp table track_sources as
select
    seconds.source,
    coalesce(
        any_value(known.was_read_twice), sum(lines) > max(last_line_no) - min(first_line_no) + 1
    ) as was_read_twice,
    coalesce(
        any_value(known.first_time), arg_min(time, first_line_no) filter (where time is not null)
    ) as first_time
from track_seconds as seconds
left join source_facts as known on known.source = seconds.source
group by seconds.source;

create or replace temp table track_repeats as
with shared_seconds as (
    select host, time
    from track_seconds
    join track_sources using (source)
    group by host, time
    having count(*) > 1 or bool_or(was_read_twice)
),

occurrences as (
    select
        seq, spine.host, spine.time, text, source, line_no,
        dense_rank() over (
            partition by source, spine.host, spine.time, text order by line_no
        ) as occurrence
    from spine
    join shared_seconds
        on shared_seconds.host is not distinct from spine.host
        and shared_seconds.time is not distinct from spine.time
),

readings as (
    select
        seq,
        row_number() over (
            partition by host, time, text, occurrence order by source, line_no, seq
        ) as reading
    from occurrences
)

select seq from readings where reading > 1;

create or replace temp table track_hosts as
select row_number() over (order by host nulls first) as host_id, host
from (select distinct host from track_seconds);
