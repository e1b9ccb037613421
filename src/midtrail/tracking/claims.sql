-- Every line that may decide a state, with its rank in its second.
--
-- Rule: the latest deciding line of the last MID that carries a recipient decides; in one second the highest
-- rank, and of equal ranks the first in text order. Source: docs/tracking.md, "States". Ranks:
--
--     0 finished as aborted (only where nothing else tells)   1 begun        2 ready, or created as a child
--     3 released        4 queued       5 Delayed, pending     6 Message done     7 Bounced
--     8 into the spam quarantine       9 held                10 dropped, aborted, deleted
--    11 remediation initiated         12 failed              13 another outcome       14 remediated
--
-- A claim is for all recipients that a life of a MID carries (rid null) or for one; `holder` is that life.
-- Remediation adds claims on single entries (remedial.sql), whose holder is the entry's number below zero.

create or replace temp table track_claims as
with begun as (
    select
        life, born as stamp, seq,
        case sign when 'opened' then 1 when 'generated' then 2 else 3 end as choice
    from track_living('track_beginnings', 'mid', told.id)
    where counter = 'mid' and sign in ('opened', 'generated', 'enveloped')
),

chosen as (
    select life, min(choice) as choice from begun group by life
),

beginnings as (
    select life, stamp, 1 as rank, 'Receiving' as state, seq from begun join chosen using (life, choice)
),

creations as (
    select child as life, born as stamp, 2 as rank, 'Processing' as state, seq from track_links
),

still_held as (
    select life, stamp, track_holds.seq, engine
    from track_holds
    left join track_engines on phrase = reason
    where until is null
),

holders as (
    select
        life,
        case
            when min(engine) <> max(engine) then 'Quarantined by Multiple Engines'
            else coalesce('Quarantined by ' || min(engine), 'Quarantined')
        end as state
    from still_held
    group by life
),

told as (
    select life, stamp, seq, 2 as rank, 'Processing' as state from placed_message_ready
    union all
    select life, stamp, seq, 3, 'Processing' from placed_released_from_quarantine
    union all
    select life, stamp, seq, 3, 'Processing' from placed_released_from_all_quarantines
    union all
    select life, stamp, seq, 3, 'Processing' from placed_spam_quarantine_released where new_mid is null
    union all
    select life, stamp, seq, 4, 'Queued for Delivery' from placed_queued_for_delivery
    union all
    select life, stamp, seq, 7, 'Bounced by Content Filters' from placed_bounced_by_content_filter
    union all
    select life, stamp, seq, 7, 'Hard Bounced' from placed_bounced_by_policy
    union all
    select life, stamp, seq, 8, 'Quarantined by Anti-Spam/Graymail' from placed_spam_quarantined
    union all
    select life, stamp, seq, 8, 'Quarantined by Anti-Spam/Graymail' from placed_rpc_delivery_done
    union all
    select life, stamp, seq, 10, 'Dropped by ' || coalesce(track_engines.engine, dropped.engine)
    from placed_dropped_by_engine as dropped
    left join track_engines on phrase = dropped.engine
    union all
    select life, stamp, seq, 10, 'Dropped by Message Filters' from placed_dropped_by_filter
    union all
    select life, stamp, seq, 10, 'Dropped by Content Filters' from placed_dropped_by_content_filter
    union all
    select life, stamp, seq, 10, 'Dropped by policy ' || policy from placed_dropped_by_policy
    union all
    select life, stamp, seq, 10, 'Aborted' from placed_receiving_aborted
    union all
    select life, stamp, seq, 10, 'Deleted from Quarantine' from placed_deleted_from_quarantine
    union all
    select life, stamp, seq, 10, 'Deleted from Quarantine' from placed_deleted_from_all_quarantines
    union all
    select life, stamp, seq, 0, 'Aborted' from placed_message_finished where outcome = 'aborted'
),

placed as (
    select life, case rank when 0 then 0 else stamp end as stamp, rank, state, seq
    from told
    where rank not in (3, 4) or seq not in (select seq from track_held_lines)
),

claims as (
    select life, null as rid, stamp, rank, state, seq from beginnings
    union all
    select life, null, stamp, rank, state, seq from creations
    union all
    select life, null, stamp, rank, state, seq from placed
    union all
    select life, null, stamp, 9, state, seq from still_held join holders using (life)
    union all
    select life, rid, stamp, rank, state, seq from track_deliveries where rank is not null
),

-- Deleted from any quarantine: never delivered, and nothing else decides.
deleted as (
    select distinct life from placed where state = 'Deleted from Quarantine'
)

select life as holder, rid, stamp, rank, state, seq
from claims
where life not in (select life from deleted) or state = 'Deleted from Quarantine';
