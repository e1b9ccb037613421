-- Which life of a MID each event belongs to. Remediation lines find their life by their recipient (remedial.sql).
-- Source: docs/tracking.md, "Lives".

create or replace temp view track_line_lives as
with told as not materialized (
    select host, id, stamp, time, seq
    from track_named
    where counter = 'mid' and recognised and not remedial
)

select life, seq, stamp, time from track_living('told', 'mid', told.id);
