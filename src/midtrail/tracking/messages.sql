-- What people ask: one row a message.
--
-- Rules (docs/tracking.md, "Facts", "Lives"): `icid` and what follows from it are the first MID's. Outgoing for `RELAY`
-- or the outbound table, incoming for `ACCEPT` or the inbound table; the host access table knows best.
-- `open` while a MID that carries recipients at last has no `Message finished`. A message is numbered by
-- host, start (or first line in sight), MID.

create or replace temp table track_numbers as
select
    family,
    row_number() over (order by track_hosts.host nulls first, first_at, mid, family) as message,
    track_hosts.host,
    mid,
    started_at,
    head_cut
from track_mids
join track_hosts on host_id = track_mids.host
where place = 1;

create or replace temp table track_wide_facts as
select
    family,
    arg_min(value, weight) filter (where fact = 'sender') as sender,
    arg_min(value, weight) filter (where fact = 'subject') as subject,
    arg_min(value, weight) filter (where fact = 'message_id') as message_id,
    cast(arg_min(value, weight) filter (where fact = 'size_bytes') as bigint) as size_bytes,
    arg_min(value, weight) filter (where fact = 'policy') as policy,
    arg_min(value, weight) filter (where fact = 'table') as policy_table,
    cast(arg_min(value, weight) filter (where fact = 'origin_mid') as bigint) as origin_mid
from track_facts
group by family;

create or replace temp view track_message_rows as
with relatives as (
    select family, mid, min(place) as place
    from track_mids
    where family in (select label from track_labels)
    group by family, mid
),

grouped as (
    select family, list(mid order by place) as mids from relatives group by family
    union all
    select family, [mid] from track_mids where family not in (select label from track_labels)
),

last_lines as (
    select life, max(time) as time from track_mid_lines group by life
    union all
    select life, time from track_remedial
),

lasting as (
    select family, max(time) as last_event_at
    from last_lines
    join track_mids using (life)
    group by family
),

unfinished as (
    select distinct family
    from track_entries
    where
        not remedial_only
        and redirected_by is null
        and carrier not in (select life from message_finished join track_mid_lines using (seq))
)

select
    track_numbers.message,
    track_numbers.host,
    track_numbers.mid,
    grouped.mids,
    track_arrivals.icid,
    case
        when grouping.hat_action = 'RELAY' then 'outgoing'
        when grouping.hat_action = 'ACCEPT' then 'incoming'
        when policy_table = 'outbound' then 'outgoing'
        when policy_table = 'inbound' then 'incoming'
    end as direction,
    track_numbers.started_at,
    lasting.last_event_at,
    track_last_states.last_state,
    unfinished.family is not null as open,
    track_numbers.head_cut,
    track_wide_facts.sender,
    coalesce(track_decoded.subject, track_wide_facts.subject) as subject,
    track_wide_facts.message_id,
    track_wide_facts.size_bytes,
    grouping.sender_group,
    icid_opened.sender_ip,
    icid_opened.reverse_dns,
    icid_opened.reverse_dns_verified,
    coalesce(grouping.sbrs, track_groupings.sbrs) as sbrs,
    grouping.country,
    track_wide_facts.policy,
    coalesce(attached.shown_values, []) as attachments,
    coalesce(track_verdicts.verdicts, map([]::varchar[], []::varchar[])) as verdicts,
    track_wide_facts.origin_mid,
    coalesce(rejected.shown_values, []) as rejected_recipients
from track_numbers
join grouped on grouped.family = track_numbers.family
left join lasting on lasting.family = track_numbers.family
left join track_last_states on track_last_states.family = track_numbers.family
left join unfinished on unfinished.family = track_numbers.family
left join track_arrivals on track_arrivals.family = track_numbers.family
left join track_openings on track_openings.life = track_arrivals.connection_life
left join icid_opened on icid_opened.seq = track_openings.seq
left join track_groupings on track_groupings.life = track_arrivals.connection_life
left join sender_group_matched as grouping on grouping.seq = track_groupings.seq
left join track_wide_facts on track_wide_facts.family = track_numbers.family
left join track_decoded on track_decoded.raw = track_wide_facts.subject
left join track_shown_lists as attached
    on attached.family = track_numbers.family and attached.fact = 'attachment'
left join track_shown_lists as rejected
    on rejected.family = track_numbers.family and rejected.fact = 'rejected'
left join track_verdicts on track_verdicts.family = track_numbers.family;
