-- The entries into quarantines that still hold their message, with the state that they give it.
--
-- Rule: Quarantined by the engine that the reason names; where several engines hold it, by Multiple Engines; where the
-- reason names none, and no other does, just Quarantined. Source: docs/tracking.md, "States".

with still_held as (
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
)

select life, stamp, seq, state from still_held join holders using (life)
