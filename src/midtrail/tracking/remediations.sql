-- What became of each recipient that a batch asked for, and each batch.
--
-- Rule: every batch is kept with each recipient's outcome and reason: the latest of a batch.
-- Source: docs/tracking.md, "Remediation".

create or replace temp table track_remediations as
with asking as (
    select
        track_remedial.host, family, life, batch,
        {
            'stamp': stamp, 'time': time, 'seq': seq,
            'source': source, 'initiated_by': initiated_by, 'action': action
        } as line
    from track_remedial
    left join track_mids using (life)
    where step = 'initiated'
),

-- A batch asks for each of its MIDs; what it asked for this one counts, where that is in sight.
asked_mid as (
    select life, batch, min(line) as first from asking group by life, batch
),

asked as (
    select family, batch, min(line) as first from asking group by family, batch
),

initiated as (
    select host, batch, min(line) as first from asking group by host, batch
),

latest as (
    select
        entry, batch,
        max({
            'stamp': stamp, 'status': status, 'reason': reason, 'action': action, 'time': time, 'life': life
        }) as outcome
    from track_outcomes
    group by entry, batch
    union all
    select
        entry, batch,
        min({'stamp': stamp, 'status': null, 'reason': null, 'action': action, 'time': null, 'life': life})
    from track_pending
    group by entry, batch
)

select
    entry,
    track_mids.host,
    latest.batch,
    coalesce(outcome.action, asked_mid.first.action, asked.first.action, initiated.first.action) as action,
    coalesce(asked_mid.first, asked.first, initiated.first).source as source,
    coalesce(asked_mid.first, asked.first, initiated.first).initiated_by as initiated_by,
    coalesce(asked_mid.first, asked.first, initiated.first).time as initiated_at,
    outcome.time as processed_at,
    outcome.status as status,
    outcome.reason as reason
from latest
join track_entries using (entry)
join track_mids on track_mids.life = track_entries.carrier
left join asked_mid on asked_mid.life = outcome.life and asked_mid.batch = latest.batch
left join asked on asked.family = track_entries.family and asked.batch = latest.batch
left join initiated on initiated.host = track_mids.host and initiated.batch = latest.batch;

-- One row a batch. Source: docs/tracking.md, "Remediation".
create or replace table remediations as
with batches as (
    select
        track_remedial.host, batch,
        min(track_remedial.action) as action,
        min(track_remedial.source) as source,
        min(initiated_by) as initiated_by,
        min(time) filter (where step = 'initiated') as initiated_at,
        count(distinct track_mids.family) as messages,
        max(time) filter (where step = 'processed') as last_outcome_at
    from track_remedial
    join track_mids using (life)
    group by track_remedial.host, batch
),

counted as (
    select
        host, batch,
        count(*) as recipients,
        count(*) filter (where status = 'Remediated') as remediated,
        count(*) filter (where status = 'Failed') as failed,
        count(*) filter (where status is null) as pending
    from track_remediations
    group by host, batch
)

select
    track_hosts.host,
    batches.batch,
    batches.action,
    batches.source,
    batches.initiated_by,
    batches.initiated_at,
    batches.messages,
    coalesce(counted.recipients, 0) as recipients,
    coalesce(counted.remediated, 0) as remediated,
    coalesce(counted.failed, 0) as failed,
    coalesce(counted.pending, 0) as pending,
    batches.last_outcome_at
from batches
join track_hosts on host_id = batches.host
left join counted on counted.host = batches.host and counted.batch = batches.batch
order by track_hosts.host nulls first, coalesce(initiated_at, last_outcome_at), batches.batch;
