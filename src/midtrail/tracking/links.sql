-- Which MID goes on as which: `was split creating`, `rewritten to`, `Reinjected as`.
--
-- Rule: these make one message of several MIDs. The parent is the life that the line itself belongs to, the
-- child the life of the new MID that the line begins. A child of itself is no child. Source: DESIGN 6, "Families".

create or replace temp table track_links as
with told as (
    select seq, new_mid, 'split' as way, null as listed from split_by_policy
    union all
    select seq, new_mid, 'split', null from message_split
    union all
    select seq, new_mid, 'split', recipients from split_by_slbl
    union all
    select seq, new_mid, 'rewritten', null from message_rewritten
    union all
    select seq, new_mid, 'reinjected', null from spam_quarantine_reinjected
    union all
    select seq, new_mid, 'reinjected', null from spam_quarantine_released where new_mid is not null
)

select
    parent.life as parent, child.life as child, told.way, told.listed,
    track_mid_lines.stamp, told.seq, spine.text, child.born
from told
join track_mid_lines on track_mid_lines.seq = told.seq
join track_lives as parent on parent.life = track_mid_lines.life
join track_lives as child
    on child.counter = 'mid'
    and child.host = parent.host
    and child.id = told.new_mid
    and track_mid_lines.stamp >= child.born
    and track_mid_lines.stamp < child.until
join spine on spine.seq = told.seq
where parent.life <> child.life;
