-- The lines that begin a life of a MID, an ICID or a DCID: those that are told (`told.sql`), each with its second.
--
-- ICID 0 and DCID 0 are no connections.

create or replace temp table track_beginnings as
select counter, host, id, stamp, time, seq, sign
from track_told
where counter = 'mid' or id <> 0;
