-- The lines that only connections and timelines show, each with the life that it belongs to.
--
-- Rule: that of `lines.sql`. Unrecognised lines follow the ids that they name, for display only.
-- Source: docs/tracking.md, "Lives".

create or replace temp table track_unrecognised_lines as
select track_lives.life, track_named.seq
from track_named
join track_lives
    on track_lives.counter = 'mid'
    and track_lives.host = track_named.host
    and track_lives.id = track_named.id
    and track_named.stamp >= track_lives.born
    and track_named.stamp < track_lives.until
where track_named.counter = 'mid' and not track_named.recognised;

create or replace temp table track_connection_lines as
select
    track_named.counter,
    track_lives.life,
    track_named.seq,
    track_named.stamp,
    track_named.time,
    track_named.own
from track_named
join track_lives
    on track_lives.counter = track_named.counter
    and track_lives.host = track_named.host
    and track_lives.id = track_named.id
    and track_named.stamp >= track_lives.born
    and track_named.stamp < track_lives.until
where track_named.counter <> 'mid';
