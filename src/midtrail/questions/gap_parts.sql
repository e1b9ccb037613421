-- What the lines of a message say of its parts: each of its recipients, and each of its deliveries.

create or replace temp table gap_recipients as
select
    gap_hosts.host_id as host,
    gap_span(gap_begins.begins, spine.time) as span,
    spine.mid as id,
    count(distinct rid) as listed,
    max(rid) as top_rid,
    list_sort(list(distinct rid)) as rids
from recipient_accepted
join spine using (seq)
join gap_hosts on gap_hosts.host is not distinct from spine.host
left join gap_begins on gap_begins.counter = 'mid' and gap_begins.host = gap_hosts.host_id
where spine.mid > 0
group by all;

create or replace temp table gap_deliveries as
with told as (
    select seq, mid, dcid, true as sends, false as ends from delivery_started
    union all
    select seq, mid, dcid, true, false from quarantine_transfer_started
    union all
    select seq, mid, dcid, false, true from delivery_done
    union all
    select seq, mid, dcid, false, true from quarantine_transfer_done
    union all
    select seq, mid, dcid, false, true from delivery_delayed
    union all
    select seq, mid, dcid, false, true from delivery_bounced
)

select
    gap_hosts.host_id as host,
    gap_span(gap_begins.begins, spine.time) as span,
    told.mid as id,
    told.dcid,
    min(spine.time) filter (told.sends) as sent,
    min(spine.time) filter (told.ends) as ended
from told
join spine using (seq)
join gap_hosts on gap_hosts.host is not distinct from spine.host
left join gap_begins on gap_begins.counter = 'mid' and gap_begins.host = gap_hosts.host_id
where told.mid > 0 and told.dcid > 0
group by all;

-- Which recipients came to an end: delivered, bounced, deleted.
create or replace temp table gap_ended as
with told as (
    select seq, mid, unnest(rids) as rid from delivery_done
    union all
    select seq, mid, unnest(rids) from quarantine_transfer_done
    union all
    select seq, mid, rid from delivery_bounced
)

select
    gap_hosts.host_id as host,
    gap_span(gap_begins.begins, spine.time) as span,
    told.mid as id,
    count(distinct rid) as ended,
    max(rid) as ended_rid,
    max(spine.time) as ended_at
from told
join spine using (seq)
join gap_hosts on gap_hosts.host is not distinct from spine.host
left join gap_begins on gap_begins.counter = 'mid' and gap_begins.host = gap_hosts.host_id
where told.mid > 0
group by all;
