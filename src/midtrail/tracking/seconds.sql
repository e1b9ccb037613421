-- The seconds of each file and appliance, the files, the appliances, and which seconds several files tell.
--
-- Where only a part of the lines is there, `source_facts` knows what all lines of a file would tell.

create or replace temp table track_seconds as
select
    source, host, time, sum(lines) as lines,
    min(first_line_no) as first_line_no, max(last_line_no) as last_line_no
from track_line_runs
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

create or replace temp table track_shared_seconds as
select host, time
from track_seconds
join track_sources using (source)
group by host, time
having count(*) > 1 or bool_or(was_read_twice);

create or replace temp table track_hosts as
select row_number() over (order by host nulls first) as host_id, host
from (select distinct host from track_seconds);
