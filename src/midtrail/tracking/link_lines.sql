-- Which MID goes on as which: `was split creating`, `rewritten to`, `Reinjected as`.
--
-- Rule: these make one message of several MIDs; so does a message that a central quarantine lets go, which is
-- back under a new MID (`received from the SMA … (MID originally n) on release`). The parent is the life of the
-- old MID at that second, the child the life of the new MID that the line begins. A child of itself is no
-- child, and a MID that is only named as another's origin makes no parent. Source: docs/tracking.md, "Families".

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
