-- When each message was last told of, and which are still open.
--
-- Rule: `open` while a MID that carries recipients at last has no `Message finished`.
-- Source: docs/tracking.md, "Lives".

create or replace temp table track_lasting as
with last_lines as (
    select life, max(time) as time from track_mid_lines group by life
    union all
    select life, time from track_remedial
)

select family, max(time) as last_event_at
from last_lines
join track_mids using (life)
group by family;

create or replace temp table track_unfinished as
select distinct family
from track_entries
where
    not remedial_only
    and redirected_by is null
    and carrier not in (select life from placed_message_finished);
