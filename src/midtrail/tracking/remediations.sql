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
