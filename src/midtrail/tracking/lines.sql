-- Which life of a MID each event belongs to.
--
-- Rule: all lines of the second of birth belong to the new life; every other event belongs to the latest life
-- begun at or before its second. Remediation lines find their life by their recipient (remedial.sql).
-- Source: docs/tracking.md, "Lives".
--
-- An interval join on equal ids; an ASOF join gives the same and is no faster, as an id has few lives.

create or replace temp view track_line_lives as
select track_lives.life, track_named.seq, track_named.stamp, track_named.time
from track_named
join track_lives
    on track_lives.counter = 'mid'
    and track_lives.host = track_named.host
    and track_lives.id = track_named.id
    and track_named.stamp >= track_lives.born
    and track_named.stamp < track_lives.until
where track_named.counter = 'mid' and track_named.recognised and not track_named.remedial;
