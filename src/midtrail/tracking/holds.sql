-- What the policy quarantines hold, and from when until when.
--
-- Rule: a quarantine holds a message from `quarantined to "X"` or `enqueued for transfer to centralized
-- quarantine "X"` until it releases it, or all do; entries count before removals in one second. On the
-- management appliance itself it is `received from the ESA … for centralized quarantine "X"`.
-- Source: docs/tracking.md, "States".

create or replace temp table track_holds as
with told as (
    select life, stamp, seq, 'in' as way, quarantine, reason from placed_quarantined
    union all
    select life, stamp, seq, 'in', quarantine, reason from placed_quarantine_enqueued
    union all
    select life, stamp, seq, 'in', quarantine, reason from placed_quarantine_received
    union all
    select life, stamp, seq, 'out', quarantine, null from placed_released_from_quarantine
    union all
    select life, stamp, seq, 'out', quarantine, null from placed_deleted_from_quarantine
    union all
    select life, stamp, seq, 'all out', null, null from placed_released_from_all_quarantines
    union all
    select life, stamp, seq, 'all out', null, null from placed_deleted_from_all_quarantines
),

moves as (
    select life, stamp, seq, way, quarantine, reason
    from told
),

followed as (
    select
        *,
        min(stamp) filter (where way = 'out') over (
            partition by life, quarantine order by stamp
            range between current row and unbounded following
        ) as out_at,
        min(stamp) filter (where way = 'all out') over (
            partition by life order by stamp
            range between current row and unbounded following
        ) as all_out_at
    from moves
)

select
    life, stamp, seq, quarantine, reason,
    least(coalesce(out_at, all_out_at), coalesce(all_out_at, out_at)) as until
from followed
where way = 'in';
