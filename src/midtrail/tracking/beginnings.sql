-- The lines that begin a life of a MID, an ICID or a DCID: those that are told (`told.sql`), each with its second.
--
-- ICID 0 and DCID 0 are no connections.

create or replace temp table track_beginnings as
select
    track_told.counter, track_events.host, track_told.id,
    track_events.stamp, track_events.time, track_told.seq, track_told.sign
from track_told
join track_events on track_events.seq = track_told.seq
where track_told.counter = 'mid' or track_told.id <> 0;
