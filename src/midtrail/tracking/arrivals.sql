-- Which connection brought each message: that of its first MID, by the line that tells its ICID, `Start MID`
-- before all others.
--
-- Rule: one ICID carries many messages. Source: docs/tracking.md, "Facts".

create or replace temp table track_arrivals as
with started as (
    select family, min({'stamp': stamp, 'icid': icid, 'host': host}) as arrival
    from placed_message_started
    join track_mids using (life)
    where place = 1
    group by family
),

told as (
    select life, stamp, icid from placed_sender_received
    union all
    select life, stamp, icid from placed_recipient_accepted
    union all
    select life, stamp, icid from placed_recipient_rejected
),

named as (
    select family, min({'stamp': stamp, 'icid': icid, 'host': host}) as arrival
    from told
    join track_mids using (life)
    where place = 1 and family not in (select family from started)
    group by family
),

arrived as (
    select family, unnest(arrival) from started
    union all
    select family, unnest(arrival) from named
)

select family, arrived.icid, connection.life as connection_life
from arrived
left join track_living('arrived', 'icid', told.icid) as connection using (family);
