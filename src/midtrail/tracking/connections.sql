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
        order by track_hosts.host nulls first, track_lives.first_at, track_lives.counter desc, track_lives.id
    ) as connection,
    case track_lives.counter when 'icid' then 'incoming' else 'outgoing' end as direction,
    track_hosts.host,
    track_lives.id,
    track_lives.started_at,
    ended_at,
    track_lives.head_cut,
    icid_opened.sender_ip,
    dcid_opened.destination_ip,
    coalesce(icid_opened.interface, dcid_opened.interface) as interface,
    coalesce(icid_opened.interface_ip, dcid_opened.interface_ip) as interface_ip,
    dcid_opened.port,
    icid_opened.reverse_dns,
    icid_opened.reverse_dns_verified,
    grouping.hat_action,
    grouping.sender_group,
    grouping.match,
    coalesce(grouping.sbrs, track_groupings.sbrs) as sbrs,
    grouping.country,
    secured.facts.protocol as tls_protocol,
    secured.facts.cipher as tls_cipher,
    unsecured.reason as tls_failed_reason,
    lost.life is not null as lost,
    coalesce(messages, 0) as messages
from track_lives
join track_hosts on host_id = track_lives.host
left join track_openings on track_openings.life = track_lives.life
left join icid_opened on icid_opened.seq = track_openings.seq
left join dcid_opened on dcid_opened.seq = track_openings.seq
left join track_groupings on track_groupings.life = track_lives.life
left join sender_group_matched as grouping on grouping.seq = track_groupings.seq
left join secured on secured.life = track_lives.life
left join unsecured on unsecured.life = track_lives.life
left join ended on ended.life = track_lives.life
left join lost on lost.life = track_lives.life
left join used on used.life = track_lives.life
where track_lives.counter <> 'mid'
order by connection;
