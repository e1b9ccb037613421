-- What remediation claims of single entries, or, where the message has no recipients at all, of a life of a MID.

select
    entry, null as life, stamp,
    case status when 'Remediated' then 14 when 'Failed' then 12 else 13 end as rank,
    case status when 'Remediated' then 'Remediated' else 'Remediation ' || status end as state,
    seq
from track_outcomes
join track_entries using (entry)
where track_entries.redirected_by is null
union all
select entry, null, stamp, 11, 'Remediation Initiated', seq from track_pending
union all
select null, life, stamp, 11, 'Remediation Initiated', seq
from track_remedial
join track_mids using (life)
where step = 'initiated' and family not in (select family from track_entries)
