-- Every id that the log names, and how far its lines are there: one row a MID, ICID or DCID in each span in which its
-- counter only goes up (`span` counts the resets before it).
--
-- An unrecognised line shows that an id occurs, and nothing else: anyone may write a number into a free text.

create or replace temp macro gap_span(begins, time) as coalesce(
    len(list_filter(begins, lambda begin_at: begin_at <= cast(floor(epoch(time)) as bigint))), 0
);

create or replace temp table gap_mids as
select
    gap_hosts.host_id as host,
    gap_span(gap_begins.begins, time) as span,
    mid as id,
    min(time) as first_at,
    max(time) as last_at,
    min(time) filter (kind = 'message_started') as opened,
    min(time) filter (kind in ('sender_received', 'envelope_summary')) as sender,
    min(time) filter (kind in ('recipient_accepted', 'recipient_rejected')) as recipient,
    min(time) filter (kind = 'message_ready') as ready,
    min(time) filter (kind = 'policy_matched') as policy,
    min(time) filter (kind = 'queued_for_delivery') as queued,
    min(time) filter (kind in ('delivery_started', 'rpc_delivery_started', 'quarantine_transfer_started')) as sent,
    max(time) filter (kind in (
        'receiving_aborted', 'dropped_by_engine', 'dropped_by_filter', 'dropped_by_content_filter', 'rpc_delivery_done'
    )) as over,
    max(time) filter (kind = 'message_finished') as finished
from spine
join gap_hosts on gap_hosts.host is not distinct from spine.host
left join gap_begins on gap_begins.counter = 'mid' and gap_begins.host = gap_hosts.host_id
where mid > 0
group by all;

create or replace temp table gap_icids as
select
    gap_hosts.host_id as host,
    gap_span(gap_begins.begins, time) as span,
    icid as id,
    min(time) as first_at,
    max(time) as last_at,
    min(time) filter (kind = 'icid_opened') as opened,
    min(time) filter (kind = 'sender_group_matched') as matched,
    min(time) filter (kind = 'message_started') as brought,
    max(time) filter (kind in ('icid_closed', 'icid_killed')) as closed
from spine
join gap_hosts on gap_hosts.host is not distinct from spine.host
left join gap_begins on gap_begins.counter = 'icid' and gap_begins.host = gap_hosts.host_id
where icid > 0
group by all;

create or replace temp table gap_dcids as
select
    gap_hosts.host_id as host,
    gap_span(gap_begins.begins, time) as span,
    dcid as id,
    min(time) as first_at,
    max(time) as last_at,
    min(time) filter (kind = 'dcid_opened') as opened,
    min(time) filter (kind in ('delivery_started', 'quarantine_transfer_started')) as sent,
    max(time) filter (kind in ('dcid_closed', 'dcid_killed', 'delivery_client_exited')) as closed,
    bool_and(kind in ('connection_error', 'dcid_tls_required')) as only_tried
from spine
join gap_hosts on gap_hosts.host is not distinct from spine.host
left join gap_begins on gap_begins.counter = 'dcid' and gap_begins.host = gap_hosts.host_id
where dcid > 0
group by all;

-- The ids whose beginning is in sight. A connection that failed has no `New SMTP DCID`: its error is all there is.
create or replace temp table gap_born as
select
    gap_told.counter, gap_told.host,
    gap_span(gap_begins.begins, time) as span,
    id,
    min(time) as time,
    arg_min(seq, (stamp, seq)) as seq,
    bool_or(sign <> 'enveloped') as made
from gap_told
left join gap_begins on gap_begins.counter = gap_told.counter and gap_begins.host = gap_told.host
group by all
union all
select 'dcid', gap_dcids.host, gap_dcids.span, id, first_at, null, true
from gap_dcids
where only_tried and opened is null;

-- Until when each span lasts: to the next reset, or to the appliance's last line.
create or replace temp table gap_spans as
select
    counter, gap_born.host, span,
    min(gap_born.id) as lowest,
    max(gap_born.id) as highest,
    count(*) as ids,
    min(gap_born.time) as begins,
    least(
        any_value(gap_hosts.ends),
        lead(min(gap_born.time), 1) over (partition by counter, gap_born.host order by span)
    ) as until
from gap_born
join gap_hosts on gap_hosts.host_id = gap_born.host
group by counter, gap_born.host, span;

-- The ids that lines name and whose beginning is not in sight.
create or replace temp table gap_unborn as
with named as (
    select 'mid' as counter, host, span, id, first_at, last_at from gap_mids
    union all
    select 'icid', host, span, id, first_at, last_at from gap_icids
    union all
    select 'dcid', host, span, id, first_at, last_at from gap_dcids
    union all
    select 'mid', gap_hosts.host_id, gap_span(gap_begins.begins, spine.time), origins.mid, spine.time, spine.time
    from (
        select seq, origin_mid as mid from copy_generated
        union all
        select seq, origin_mid from bounce_generated
    ) as origins
    join spine on spine.seq = origins.seq
    join gap_hosts on gap_hosts.host is not distinct from spine.host
    left join gap_begins on gap_begins.counter = 'mid' and gap_begins.host = gap_hosts.host_id
)

select counter, host, span, id, min(first_at) as first_at, max(last_at) as last_at
from named
anti join gap_born using (counter, host, span, id)
group by all;

-- Ids in a row whose beginning is not in sight, between two whose beginning is. Of those, `seen` are named by other
-- lines, at a time when they can have been given out: an older id of that number may come up from before a reset.
create or replace temp table gap_runs as
with holes as (
    select
        counter, host, span,
        id + 1 as low,
        lead(id) over ids - 1 as high,
        time as after,
        lead(time) over ids as before,
        seq as after_seq,
        lead(seq) over ids as before_seq
    from gap_born
    window ids as (partition by counter, host, span order by id)
    qualify lead(id) over ids > id + 1
),

named as (
    select holes.counter, holes.host, holes.span, holes.low, gap_unborn.id
    from gap_unborn
    asof join holes
        on holes.counter = gap_unborn.counter
        and holes.host = gap_unborn.host
        and holes.span = gap_unborn.span
        and holes.low <= gap_unborn.id
    where
        gap_unborn.id <= holes.high
        and coalesce(gap_unborn.last_at >= holes.after - interval 60 second, true)
),

counted as (
    select counter, host, span, low, count(*) as seen, list_sort(list(id)) as ids from named group by all
)

select
    holes.*, coalesce(counted.seen, 0) as seen, coalesce(counted.ids, []) as seen_ids,
    before_line.source as before_source, before_line.line_no as before_line,
    after_line.source as after_source, after_line.line_no as after_line
from holes
left join counted using (counter, host, span, low)
left join spine as after_line on after_line.seq = holes.after_seq
left join spine as before_line on before_line.seq = holes.before_seq
order by holes.host, holes.after, holes.counter, holes.low;
