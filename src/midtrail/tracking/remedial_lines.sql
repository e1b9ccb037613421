-- The lines of remediation.

select seq, host, mid, stamp, time, 'processed' as step, batch, action, null as initiated_by, null as source,
    recipient, lower(recipient) as address, status, reason
from dated_remediation_processed
union all
select seq, host, mid, stamp, time, 'initiated', batch, action, initiated_by, remediation_source, null, null, null, null
from dated_remediation_initiated
