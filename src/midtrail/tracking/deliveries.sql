-- What happened to single recipients, by RID: one row a line and RID.
--
-- Rule: `Delivery start`, `Message done`, `Bounced`, `Delayed`, `Response` name recipients by RID, and RIDs
-- belong to a MID. A delivery that began `to offbox IronPort Spam Quarantine` ends in it. Source: docs/tracking.md, "Facts".
-- While a quarantine holds the message, deliveries and responses are only the transfer, and tell nothing of the
-- recipient; a transfer whose quarantine line is out of sight still says `Quarantined`.
--
-- `rank` and `state` are those of the state table; null where the line decides nothing.

create or replace temp table track_deliveries as
with offbox as (
    select distinct life, dcid
    from placed_delivery_started
    where offbox_quarantine
),

told as (
    select life, stamp, time, seq, unnest(rids) as rid, dcid, 'started' as step, null as response,
        null as rank, null as state
    from placed_delivery_started
    union all
    select life, stamp, time, seq, unnest(rids), dcid,
        case when external_quarantine then 'quarantined' else 'done' end, null, null, null
    from placed_delivery_done
    union all
    select life, stamp, time, seq, unnest(rids), dcid, 'transferred', null, null, null
    from placed_quarantine_transfer_done
    union all
    select life, stamp, time, seq, unnest(rids), null, 'responded', response, null, null
    from placed_response_received
    union all
    select life, stamp, time, seq, unnest(rids), null, 'pending', null, 5, 'Soft Bounced'
    from placed_delivery_pending
    union all
    select life, stamp, time, seq, rid, dcid, 'delayed', null, 5, 'Soft Bounced' from placed_delivery_delayed
    union all
    select life, stamp, time, seq, rid, dcid, 'bounced', null, 7, 'Hard Bounced' from placed_delivery_bounced
    union all
    select life, stamp, time, seq, rid, null, 'bounced', null, 7, 'Hard Bounced' from placed_double_bounced
    union all
    select life, stamp, time, seq, rid, null, 'bounced', null, 7, 'Hard Bounced'
    from placed_ldap_recipient_bounced
    where rid is not null
    union all
    select life, stamp, time, seq, rid, null, 'dropped', null, 10, 'Dropped by LDAP'
    from placed_ldap_recipient_dropped
    where rid is not null
    union all
    select life, stamp, time, seq, rid, null, 'dropped', null, 10, 'Dropped by Global Unsubscribe'
    from placed_global_unsubscribe_matched
    where lower(action) like 'drop%'
    union all
    select life, stamp, time, seq, unnest(rids), null, 'deleted', null, 10, 'Deleted from Queue'
    from placed_recipients_deleted
),

placed as (
    select
        life, told.rid, stamp, time, seq, dcid, response, rank, state,
        case when step = 'done' and offbox.dcid is not null then 'quarantined' else step end as step
    from told
    left join offbox using (life, dcid)
)

select
    life, rid, stamp, time, seq, dcid, response, step,
    case step when 'done' then 6 when 'quarantined' then 8 when 'transferred' then 8 else rank end as rank,
    case step
        when 'done' then 'Delivered'
        when 'quarantined' then 'Quarantined by Anti-Spam/Graymail'
        when 'transferred' then 'Quarantined'
        else state
    end as state
from placed
where
    step not in ('done', 'responded', 'started', 'transferred')
    or seq not in (select seq from track_held_lines);
