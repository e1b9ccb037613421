-- The recipients that a MID lists itself, by RID.
--
-- Rule: its `RID n To:` lines; a child of an SL/BL split that shows none has those that the split line lists,
-- RIDs from 0. An appliance-made message may tell its only recipient in a summary. Source: docs/tracking.md, "Families".

create or replace temp table track_lists as
with accepted as (
    select life, rid, min({'stamp': stamp, 'recipient': recipient}).recipient as recipient
    from placed_recipient_accepted
    group by life, rid
),

split_lines as (
    select child as life, min({'stamp': stamp, 'text': text, 'listed': listed}).listed as listed
    from track_links
    where listed is not null
    group by child
),

split_rids as (
    select life, listed, unnest(range(len(listed))) as rid from split_lines
),

split_off as (
    select life, rid, listed[rid + 1] as recipient from split_rids
),

summaries as (
    select life, 0 as rid, min({'stamp': stamp, 'recipient': recipient}).recipient as recipient
    from placed_envelope_summary
    where recipient_count = 1
    group by life
)

select * from accepted
union all
select * from split_off where life not in (select life from accepted)
union all
select * from summaries
where life not in (select life from accepted) and life not in (select life from split_off);
