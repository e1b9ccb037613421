-- Each event once, with its second.
--
-- Only a line that names a MID, an ICID or a DCID can belong to anything. What is stamped after `as_of` was
-- not known then. A line without a time counts as one of the first second of all: only ids tell it apart.
-- Source: docs/tracking.md, "Lives".

create or replace temp table track_events as
select
    spine.seq,
    track_hosts.host_id as host,
    cast(coalesce(floor(epoch(spine.time)), 0) as bigint) as stamp,
    spine.time,
    spine.mid,
    spine.icid,
    spine.dcid,
    spine.kind <> 'unrecognised' as recognised,
    spine.kind in ('remediation_initiated', 'remediation_processed') as remedial
from spine
join track_hosts on track_hosts.host is not distinct from spine.host
cross join track_asked
where
    (spine.mid is not null or spine.icid is not null or spine.dcid is not null)
    and (track_asked.as_of is null or spine.time is null or spine.time <= track_asked.as_of)
    and spine.seq not in (select seq from track_repeats);
