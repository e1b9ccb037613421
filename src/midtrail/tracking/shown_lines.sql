-- The lines that only connections and timelines show, each with the life that it belongs to.
--
-- Unrecognised lines follow the ids that they name, for display only.
-- Source: docs/tracking.md, "Lives".

create or replace temp table track_unrecognised_lines as
with unrecognised as (
    select host, id, stamp, seq from track_named where counter = 'mid' and not recognised
)

select life, seq from track_living('unrecognised', 'mid', told.id);

create or replace temp table track_connection_lines as
with of_connections as not materialized (
    select * from track_named where counter <> 'mid'
)

select counter, life, seq, stamp, time, own
from track_living('of_connections', told.counter, told.id);
