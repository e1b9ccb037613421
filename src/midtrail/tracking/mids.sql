-- Every life of a MID in its family, with the life that carries its recipients at last.
--
-- Rule: `mid` is the first of a message, `mids` are all. The first is the one that no other made; where a
-- ring leaves none such, or several are, the earliest. The others follow by their beginnings. `place` counts
-- them from 1. Source: docs/tracking.md, "Families".

create or replace temp table track_mids as
with placed as (
    select
        track_lives.life, host, id as mid, first_at, started_at, head_cut,
        coalesce(track_labels.label, track_lives.life) as family,
        coalesce(track_ends.last, track_lives.life) as carrier,
        track_lives.life in (select child from track_links) as is_child,
        track_lives.life in (select parent from track_links) as is_parent
    from track_lives
    left join track_labels on track_labels.life = track_lives.life
    left join track_ends on track_ends.life = track_lives.life
    where counter = 'mid'
)

select
    *,
    row_number() over (partition by family order by is_child, first_at, mid, life) as place
from placed;
