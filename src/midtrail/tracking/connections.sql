-- Each life of an ICID or a DCID with what its own lines tell, one row a connection.
--
-- Rule: where a fact is told twice, the first counts. Source: docs/tracking.md, "Facts".

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
with secured as (
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
),

used as (
    select life, count(*) as messages from track_uses group by life
)

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
    secured.facts.protocol as tls_protocol,
    secured.facts.cipher as tls_cipher,
    unsecured.reason as tls_failed_reason,
    lost.life is not null as lost,
    coalesce(messages, 0) as messages
from track_connection_facts
join track_hosts on host_id = track_connection_facts.host
left join secured on secured.life = track_connection_facts.life
left join unsecured on unsecured.life = track_connection_facts.life
left join ended on ended.life = track_connection_facts.life
left join lost on lost.life = track_connection_facts.life
left join used on used.life = track_connection_facts.life
order by connection;
