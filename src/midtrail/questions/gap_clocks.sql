-- Clocks: where an appliance's times run backwards, where its offset from UTC changes, and when it wrote how much.

-- Times that run backwards within a file, by more than the ten seconds by which lines of one moment may be out of order.
-- A quick look at all lines as they lie finds the files in which it may be so.
create or replace temp table gap_backwards as
with suspects as (
    select distinct source
    from (
        select source, time, lag(time) over () as last_time, lag(source) over () as last_source from spine
    )
    where source = last_source and time < last_time - interval 10 second
),

steps as (
    select
        gap_hosts.host_id as host, source, line_no, time,
        lag(time) over (partition by gap_hosts.host_id, source order by line_no) as last_time,
        lag(line_no) over (partition by gap_hosts.host_id, source order by line_no) as last_line
    from spine
    join gap_hosts on gap_hosts.host is not distinct from spine.host
    where source in (select source from suspects) and time is not null
        and kind not in ('logfile_begun', 'logfile_version', 'logfile_utc_offset')
)

select
    host, source,
    count(*) as times,
    max(epoch(last_time) - epoch(time)) as seconds,
    arg_min(last_time, line_no) as last_time,
    arg_min(time, line_no) as time,
    min(line_no) as line_no,
    arg_min(last_line, line_no) as last_line
from steps
where time < last_time - interval 10 second
group by all
order by host, source;

-- Where the offset from UTC that a log-file header tells is another than that of the header before.
create or replace temp table gap_offsets as
with told as (
    select
        gap_hosts.host_id as host, spine.source, spine.line_no, spine.time, offset_seconds,
        lag(offset_seconds) over headers as last_offset,
        lag(spine.time) over headers as last_time
    from logfile_utc_offset
    join spine using (seq)
    join gap_hosts on gap_hosts.host is not distinct from spine.host
    where spine.time is not null
    window headers as (partition by gap_hosts.host_id order by spine.time, spine.source, spine.line_no)
),

changes as (
    select * from told where offset_seconds <> last_offset
)

select
    changes.host, changes.source, changes.line_no, changes.last_offset, changes.offset_seconds,
    changes.last_time as after, changes.time as before
from changes
order by changes.host, changes.time;

-- Files that tell no offset where others of the same appliance do, with their first line.
create or replace temp table gap_untold as
with told as (
    select distinct gap_hosts.host_id as host, source, clock
    from clocks
    join gap_hosts on gap_hosts.host is not distinct from clocks.host
)

select told.host, told.source, min(spine.time) as time, min(line_no) as line_no
from told
join gap_hosts on gap_hosts.host_id = told.host
join spine on spine.source = told.source and spine.host is not distinct from gap_hosts.host
where
    told.clock = 'assumed UTC'
    and spine.time is not null
    and told.host in (select host from told where clock = 'header')
group by told.host, told.source
order by told.host, time;

-- How many lines there are in each of 48 slices of each appliance's time.
create or replace temp table gap_slices as
select
    gap_hosts.host_id as host,
    least(47, cast(floor(
        48 * (epoch(time) - epoch(begins)) / greatest(epoch(ends) - epoch(begins), 1)
    ) as integer)) as slice,
    count(*) as lines
from spine
join gap_hosts on gap_hosts.host is not distinct from spine.host
where time is not null
group by all;
