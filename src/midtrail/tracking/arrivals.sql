-- What brought each message, and where deliveries went: what the lines of a connection tell of messages.
--
-- Rule: one ICID carries many messages; one DCID carries many MIDs, and a MID uses one for each destination
-- domain. Where a fact is told twice, the first counts. Source: docs/tracking.md, "Facts".

create or replace temp table track_connection_facts as
with opening as (
    select
        life, stamp, sender_ip as ip, interface, interface_ip, reverse_dns, reverse_dns_verified,
        cast(null as bigint) as port
    from icid_opened
    join track_connection_lines using (seq)
    where counter = 'icid'
    union all
    select life, stamp, destination_ip, interface, interface_ip, null, null, port
    from dcid_opened
    join track_connection_lines using (seq)
    where counter = 'dcid'
),

opened as (
    select *
    from opening
    qualify row_number() over (
        partition by life
        order by stamp, ip, interface, interface_ip, reverse_dns, reverse_dns_verified, port
    ) = 1
),

grouped as (
    select life, hat_action, sender_group, match, sbrs, country
    from sender_group_matched
    join track_connection_lines using (seq)
    where counter = 'icid'
    qualify row_number() over (
        partition by life order by stamp, hat_action, sender_group, match, sbrs, country
    ) = 1
),

scored as (
    select life, min({'stamp': stamp, 'sbrs': sbrs}).sbrs as sbrs
    from icid_sbrs
    join track_connection_lines using (seq)
    where counter = 'icid'
    group by life
)

select
    track_lives.life,
    counter,
    host,
    id,
    started_at,
    first_at,
    head_cut,
    ip,
    interface,
    interface_ip,
    port,
    reverse_dns,
    reverse_dns_verified,
    hat_action,
    sender_group,
    match,
    coalesce(grouped.sbrs, scored.sbrs) as sbrs,
    country
from track_lives
left join opened on opened.life = track_lives.life
left join grouped on grouped.life = track_lives.life
left join scored on scored.life = track_lives.life
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
