-- The number of each message: by host, start (or first line in sight), MID.

create or replace temp table track_numbers as
select
    family,
    row_number() over (order by track_hosts.host nulls first, first_at, mid, family) as message,
    track_hosts.host,
    mid,
    started_at,
    head_cut
from track_mids
join track_hosts on host_id = track_mids.host
where place = 1;
