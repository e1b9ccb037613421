-- One entry a (MID, RID) that carries a recipient at last.
--
-- Rules (docs/tracking.md, "Families"):
-- * recipients move to a child by address, case-insensitively; the parent keeps those that went to no child,
--   under their old RIDs;
-- * a rewritten or reinjected MID that lists none inherits them by RID (passing_on.sql);
-- * after `rewritten to`, those that the new MID does not list are Redirected; after `Reinjected`, they stay;
-- * a RID that lines of the MID name, with no `To:` line in sight, has recipient null. Where its MID was
--   replaced by one that lists recipients, it is one of those and no entry of its own.
--
-- Every step joins on equal keys, so a million recipients stay a million rows.

create or replace temp table track_entries as
with listed as (
    select family, carrier, rid, recipient, lower(recipient) as address
    from track_lists
    join track_mids using (life)
),

-- Links to a MID that lists recipients itself; a ring that leads back to its own list is none.
listing_links as (
    select parent.carrier, track_links.child, way, stamp, seq, text
    from track_links
    join track_mids as parent on parent.life = track_links.parent
    join track_mids as child on child.life = track_links.child
    where child.life in (select life from track_lists) and parent.carrier <> child.carrier
),

gone as (
    select distinct listing_links.carrier, lower(recipient) as address
    from listing_links
    join track_lists on track_lists.life = listing_links.child
),

replaced as (
    select
        carrier,
        min({'stamp': stamp, 'text': text, 'seq': seq}) filter (where way = 'rewritten').seq as redirected_by
    from listing_links
    where way <> 'split'
    group by carrier
),

kept as (
    select listed.*, replaced.redirected_by
    from listed
    left join replaced using (carrier)
    where not exists (
        select 1 from gone where gone.carrier = listed.carrier and gone.address = listed.address
    )
),

unnamed as (
    select distinct family, carrier, rid
    from track_deliveries
    join track_mids using (life)
    where
        not exists (
            select 1 from listed where listed.carrier = track_mids.carrier and listed.rid = track_deliveries.rid
        )
        and carrier not in (select carrier from replaced)
),

found as (
    select family, carrier, rid, recipient, address, redirected_by from kept
    union all
    select family, carrier, rid, null, null, null from unnamed
)

select row_number() over () as entry, *, false as remedial_only from found;
