-- Which MID goes on as which: `was split creating`, `rewritten to`, `Reinjected as`.
--
-- Rule: these make one message of several MIDs; so does a message that a central quarantine lets go, which is
-- back under a new MID (`received from the SMA … (MID originally n) on release`). The parent is the life of the
-- old MID at that second, the child the life of the new MID that the line begins. A child of itself is no
-- child, and a MID that is only named as another's origin makes no parent. Source: docs/tracking.md, "Families".

create or replace temp table track_links as
with told as (
    select seq, host, stamp, mid, new_mid, 'split' as way, null as listed from dated_split_by_policy
    union all
    select seq, host, stamp, mid, new_mid, 'split', null from dated_message_split
    union all
    select seq, host, stamp, mid, new_mid, 'split', recipients from dated_split_by_slbl
    union all
    select seq, host, stamp, mid, new_mid, 'rewritten', null from dated_message_rewritten
    union all
    select seq, host, stamp, mid, new_mid, 'reinjected', null from dated_spam_quarantine_reinjected
    union all
    select seq, host, stamp, mid, new_mid, 'reinjected', null
    from dated_spam_quarantine_released
    where new_mid is not null
    union all
    select seq, host, stamp, origin_mid, mid, 'reinjected', null from dated_received_on_release
)

select
    parent.life as parent, child.life as child, told.way, told.listed,
    told.stamp, told.seq, spine.text, child.born
from told
join track_lives as parent
    on parent.counter = 'mid'
    and parent.host = told.host
    and parent.id = told.mid
    and told.stamp >= parent.born
    and told.stamp < parent.until
join track_lives as child
    on child.counter = 'mid'
    and child.host = told.host
    and child.id = told.new_mid
    and told.stamp >= child.born
    and told.stamp < child.until
join spine on spine.seq = told.seq
where parent.life <> child.life;
