-- Each life of an ICID or a DCID with what its own lines tell.
--
-- Rule: one ICID carries many messages; one DCID carries many MIDs, and a MID uses one for each destination
-- domain. Where a fact is told twice, the first counts. Source: docs/tracking.md, "Facts".

create or replace temp table track_connection_facts as
with opened as (
    select
        life,
        min({
            'stamp': stamp, 'ip': sender_ip, 'interface': interface, 'interface_ip': interface_ip,
            'reverse_dns': reverse_dns, 'verified': reverse_dns_verified, 'port': cast(null as bigint)
        }) as facts
    from icid_opened
    join track_connection_lines using (seq)
    where counter = 'icid'
    group by life
    union all
    select
        life,
        min({
            'stamp': stamp, 'ip': destination_ip, 'interface': interface, 'interface_ip': interface_ip,
            'reverse_dns': null, 'verified': null, 'port': port
        })
    from dcid_opened
    join track_connection_lines using (seq)
    where counter = 'dcid'
    group by life
),

grouped as (
    select
        life,
        min({
            'stamp': stamp, 'hat_action': hat_action, 'sender_group': sender_group, 'match': match,
            'sbrs': sbrs, 'country': country
        }) as facts
    from sender_group_matched
    join track_connection_lines using (seq)
    where counter = 'icid'
    group by life
),

scored as (
    select life, min({'stamp': stamp, 'sbrs': sbrs}).sbrs as sbrs
    from icid_sbrs
    join track_connection_lines using (seq)
    where counter = 'icid'
    group by life
),

secured as (
    select life, min({'stamp': stamp, 'protocol': tls_protocol, 'cipher': tls_cipher}) as facts
    from (
        select seq, 'icid' as counter, tls_protocol, tls_cipher from icid_tls_success
        union all
        select seq, 'dcid', tls_protocol, tls_cipher from dcid_tls_success
    )
    join track_connection_lines using (seq, counter)
    group by life
),

unsecured as (
    select life, min({'stamp': stamp, 'reason': coalesce(reason, '')}).reason as reason
    from (
        select seq, 'icid' as counter, reason from icid_tls_failed
        union all
        select seq, 'dcid', reason from dcid_tls_failed
    )
    join track_connection_lines using (seq, counter)
    group by life
),

ended as (
    select life, min(time) as ended_at
    from (
        select seq, 'icid' as counter from icid_closed
        union all
        select seq, 'dcid' from dcid_closed
    )
    join track_connection_lines using (seq, counter)
    group by life
),

lost as (
    select distinct life
    from (
        select seq from icid_lost
        union all
        select seq from icid_lost_before_commands
    )
    join track_connection_lines using (seq)
    where counter = 'icid'
)

select
    track_lives.life,
    counter,
    host,
    id,
    started_at,
    first_at,
    head_cut,
    ended_at,
    opened.facts.ip as ip,
    opened.facts.interface as interface,
    opened.facts.interface_ip as interface_ip,
    opened.facts.port as port,
    opened.facts.reverse_dns as reverse_dns,
    opened.facts.verified as reverse_dns_verified,
    grouped.facts.hat_action as hat_action,
    grouped.facts.sender_group as sender_group,
    grouped.facts.match as match,
    coalesce(grouped.facts.sbrs, scored.sbrs) as sbrs,
    grouped.facts.country as country,
    secured.facts.protocol as tls_protocol,
    secured.facts.cipher as tls_cipher,
    unsecured.reason as tls_failed_reason,
    lost.life is not null as lost
from track_lives
left join opened on opened.life = track_lives.life
left join grouped on grouped.life = track_lives.life
left join scored on scored.life = track_lives.life
left join secured on secured.life = track_lives.life
left join unsecured on unsecured.life = track_lives.life
left join ended on ended.life = track_lives.life
left join lost on lost.life = track_lives.life
where counter <> 'mid';

-- Which connection brought each message: that of its first MID, by the line that tells its ICID, `Start MID`
-- before all others.
create or replace temp table track_arrivals as
with told as (
    select seq, icid, 1 as turn from message_started
    union all
    select seq, icid, 2 from sender_received
    union all
    select seq, icid, 2 from recipient_accepted
    union all
    select seq, icid, 2 from recipient_rejected
),

first_told as (
    select
        family,
        min({'turn': turn, 'stamp': track_mid_lines.stamp, 'icid': icid, 'life': track_connection_lines.life}) as arrival
    from told
    join track_mid_lines using (seq)
    join track_mids on track_mids.life = track_mid_lines.life
    left join track_connection_lines on track_connection_lines.seq = told.seq and track_connection_lines.counter = 'icid'
    where place = 1
    group by family
)

select family, arrival.icid as icid, arrival.life as connection_life from first_told;

-- Which connections each message uses, both ways.
create or replace temp table track_uses as
select family, connection_life as life from track_arrivals where connection_life is not null
union
select family, track_connection_lines.life
from track_connection_lines
join track_mid_lines on track_mid_lines.seq = track_connection_lines.seq
join track_mids on track_mids.life = track_mid_lines.life
where track_connection_lines.counter = 'dcid';

create or replace table connections as
select
    row_number() over (
        order by track_hosts.host nulls first, track_connection_facts.first_at, counter desc, id
    ) as connection,
    case counter when 'icid' then 'incoming' else 'outgoing' end as direction,
    track_hosts.host,
    id,
    started_at,
    ended_at,
    head_cut,
    case counter when 'icid' then ip end as sender_ip,
    case counter when 'dcid' then ip end as destination_ip,
    interface,
    interface_ip,
    port,
    reverse_dns,
    reverse_dns_verified,
    hat_action,
    sender_group,
    match,
    sbrs,
    country,
    tls_protocol,
    tls_cipher,
    tls_failed_reason,
    lost,
    coalesce(messages, 0) as messages
from track_connection_facts
join track_hosts on host_id = track_connection_facts.host
left join (select life, count(*) as messages from track_uses group by life) using (life)
order by connection;
