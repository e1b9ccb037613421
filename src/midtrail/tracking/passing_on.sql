-- Which MID hands all its recipients on to which: one step at a time.
--
-- Rule: a rewritten or reinjected MID inherits the recipients by RID unless it lists its own; a split hands
-- none on but those that the child lists. Source: docs/tracking.md, "Families".
--
-- Only what contradicts itself has two heirs or two givers: the earliest of them counts, so the steps make
-- plain chains, and nothing multiplies.

create or replace temp table track_steps as
with heirs as (
    select parent, child, stamp, text
    from track_links
    where way <> 'split' and child not in (select life from track_lists)
    qualify row_number() over (partition by child order by stamp, text, parent) = 1
)

select parent as life, child as next
from heirs
qualify row_number() over (partition by parent order by stamp, text, child) = 1;
