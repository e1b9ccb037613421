-- The recipients that an SL/BL split line lists, RIDs from 0: of the first such line of each child.

with split_lines as (
    select child as life, min({'stamp': stamp, 'text': text, 'listed': listed}).listed as listed
    from track_links
    where listed is not null
    group by child
),

split_rids as (
    select life, listed, unnest(range(len(listed))) as rid from split_lines
)

select life, rid, listed[rid + 1] as recipient from split_rids
