-- Files: where those of one appliance do not meet.

create or replace temp table gap_files as
select gap_hosts.host_id as host, source, min(time) as begins, max(time) as ends
from spine
join gap_hosts on gap_hosts.host is not distinct from spine.host
where time is not null and kind not in ('logfile_begun', 'logfile_version', 'logfile_utc_offset')
group by all;

-- Silences between files that are long for the appliance: a minute, and ten times what is usual between two ids.
create or replace temp table gap_silences as
with pauses as (
    select host, stamp - lag(stamp) over (partition by host order by stamp) as pause
    from (select distinct host, stamp from gap_told)
),

patience as (
    select host, greatest(60, 10 * coalesce(median(pause), 0)) as seconds from pauses group by host
),

ordered as (
    select
        host, source as next_source, begins as before,
        max(ends) over earlier as after,
        arg_max(source, ends) over earlier as source
    from gap_files
    window earlier as (
        partition by host order by begins, ends, source rows between unbounded preceding and 1 preceding
    )
),

silences as (
    select ordered.*
    from ordered
    left join patience using (host)
    where epoch(before) - epoch(after) > coalesce(patience.seconds, 60)
),

edges as (
    select silences.host, silences.after, counters.counter, low.id as low, low.span as low_span
    from silences
    cross join (select unnest(['mid', 'icid', 'dcid']) as counter) as counters
    asof join (select counter, host, time, span, max(id) as id from gap_born group by all) as low
        on low.counter = counters.counter and low.host = silences.host and low.time <= silences.after
),

goes_on as (
    select edges.host, edges.after, edges.counter, edges.low, high.id as high
    from edges
    join gap_born as high
        on high.counter = edges.counter and high.host = edges.host
        and high.span = edges.low_span and high.id = edges.low + 1
    join silences on silences.host = edges.host and silences.after = edges.after
    where high.time >= silences.before
)

select
    silences.host, silences.source, silences.after, silences.next_source, silences.before,
    list([goes_on.counter, cast(goes_on.low as varchar), cast(goes_on.high as varchar)] order by goes_on.counter desc)
        filter (goes_on.counter is not null) as goes_on
from silences
left join goes_on using (host, after)
group by all
order by silences.host, silences.after;
