-- What people ask: one row a message, one row a recipient's copy. Views of what the steps before it made.
--
-- Rules (docs/tracking.md, "Facts", "Lives"): `icid` and what follows from it are the first MID's. Outgoing for `RELAY`
-- or the outbound table, incoming for `ACCEPT` or the inbound table; the host access table knows best.

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
    track_lasting.last_event_at,
    track_last_states.last_state,
    track_unfinished.family is not null as open,
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
left join track_lasting on track_lasting.family = track_numbers.family
left join track_last_states on track_last_states.family = track_numbers.family
left join track_unfinished on track_unfinished.family = track_numbers.family
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

-- Rules: each delivery takes its destination from its DCID's life; the DCID shown is that of the recipient's
-- latest delivery line, the response the latest (docs/tracking.md, "Facts").

create or replace temp view track_recipient_rows as
with done as (
    select life, rid, max(time) as delivered_at from track_deliveries where step = 'done' group by life, rid
),

responded as (
    select life, rid, max({'stamp': stamp, 'response': response}).response as response
    from track_deliveries
    where response is not null
    group by life, rid
),

-- The latest delivery line: its second, its turn (3 bits) and its DCID (63 bits) as one number.
latest as (
    select
        life, rid,
        max(
            cast(
                stamp * 8 + case step when 'started' then 1 when 'delayed' then 2 when 'bounced' then 4 else 3 end
                as hugeint
            ) * 9223372036854775808 + dcid
        ) as line
    from track_deliveries
    where dcid is not null
    group by life, rid
),

way_out as (
    select host, life as carrier, rid, cast(line >> 66 as bigint) as stamp,
        cast(line & 9223372036854775807 as bigint) as dcid
    from latest
    join track_mids using (life)
),

connection as (
    select carrier, rid, life from track_living('way_out', 'dcid', told.dcid)
),

remediated as (
    select
        entry, coalesce(initiated_at, processed_at) as began, batch,
        {
            'batch': batch, 'action': action, 'source': source, 'initiated_by': initiated_by,
            'initiated_at': initiated_at, 'processed_at': processed_at, 'status': status, 'reason': reason
        } as remediation
    from track_remediations
),

-- Most are remediated once, and need no order.
again as (
    select entry from remediated group by entry having count(*) > 1
),

remedied as (
    select entry, [remediation] as remediation from remediated anti join again using (entry)
    union all
    select entry, list(remediation order by began, batch)
    from remediated
    semi join again using (entry)
    group by entry
)

select
    track_numbers.message,
    track_hosts.host,
    track_entries.recipient,
    track_mids.mid,
    track_entries.rid,
    track_states.state,
    responded.response,
    done.delivered_at,
    way_out.dcid,
    dcid_opened.destination_ip,
    track_states.evidence_seq,
    evidence.source as evidence_source,
    evidence.line_no as evidence_line_no,
    evidence.text as evidence_text,
    coalesce(remedied.remediation, []) as remediation
from track_entries
join track_numbers using (family)
join track_mids on track_mids.life = track_entries.carrier
join track_hosts on host_id = track_mids.host
left join track_states on track_states.entry = track_entries.entry
left join track_evidence as evidence on evidence.seq = track_states.evidence_seq
left join done on done.life = track_entries.carrier and done.rid = track_entries.rid
left join responded on responded.life = track_entries.carrier and responded.rid = track_entries.rid
left join way_out on way_out.carrier = track_entries.carrier and way_out.rid = track_entries.rid
left join connection on connection.carrier = track_entries.carrier and connection.rid = track_entries.rid
left join track_openings on track_openings.life = connection.life
left join dcid_opened on dcid_opened.seq = track_openings.seq
left join remedied on remedied.entry = track_entries.entry;
