-- One row for each counter that an event names: ICID 0 and DCID 0 are no connections.

create or replace temp view track_named as
select 'mid' as counter, host, mid as id, stamp, time, seq, recognised, remedial, true as own
from track_events
where mid is not null
union all
select 'icid', host, icid, stamp, time, seq, recognised, remedial, mid is null
from track_events
where icid <> 0
union all
select 'dcid', host, dcid, stamp, time, seq, recognised, remedial, mid is null
from track_events
where dcid <> 0;
