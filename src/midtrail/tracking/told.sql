-- Which line begins which id: an ICID at `New SMTP ICID`, a DCID at `New SMTP DCID`, a MID at `Start MID` or,
-- where it has none, at the line that creates it or its first `MID n ICID 0 From:`.
-- Source: docs/tracking.md, "Lives".
--
-- `sign` says which it is. A line that names a MID as its own child (`MID 5 rewritten to MID 5`) creates none.

create or replace temp view track_told as
select seq, 'icid' as counter, icid as id, 'opened' as sign, host, stamp, time from dated_icid_opened
union all
select seq, 'dcid', dcid, 'opened', host, stamp, time from dated_dcid_opened
union all
select seq, 'mid', mid, 'opened', host, stamp, time from dated_message_started
union all
select seq, 'mid', mid, 'generated', host, stamp, time from dated_copy_generated
union all
select seq, 'mid', mid, 'generated', host, stamp, time from dated_bounce_generated
union all
select seq, 'mid', mid, 'generated', host, stamp, time from dated_received_on_release
union all
select seq, 'mid', new_mid, 'reinjected', host, stamp, time from dated_spam_quarantine_reinjected where new_mid <> mid
union all
select seq, 'mid', new_mid, 'reinjected', host, stamp, time from dated_spam_quarantine_released where new_mid <> mid
union all
select seq, 'mid', new_mid, 'created', host, stamp, time from dated_message_rewritten where new_mid <> mid
union all
select seq, 'mid', new_mid, 'created', host, stamp, time from dated_split_by_policy where new_mid <> mid
union all
select seq, 'mid', new_mid, 'created', host, stamp, time from dated_split_by_slbl where new_mid <> mid
union all
select seq, 'mid', new_mid, 'created', host, stamp, time from dated_message_split where new_mid <> mid
union all
select seq, 'mid', mid, 'enveloped', host, stamp, time from dated_sender_received where icid = 0;
