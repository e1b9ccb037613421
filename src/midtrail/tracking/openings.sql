-- Which lines tell of a connection.
--
-- Rule: where a fact is told twice, the first counts. Source: docs/tracking.md, "Facts".

-- The opening line that counts for each connection. Few have several, and only these need an order.
create or replace temp table track_openings as
with opening as (
    select life, stamp, seq
    from track_beginnings
    where counter <> 'mid' and life > 0
),

again as (
    select life from opening group by life having count(*) > 1
)

select life, seq from opening anti join again using (life)
union all
select life, seq
from (select * from opening semi join again using (life)) as opening
left join icid_opened using (seq)
left join dcid_opened using (seq)
qualify row_number() over (
    partition by life
    order by
        stamp,
        coalesce(sender_ip, destination_ip),
        coalesce(icid_opened.interface, dcid_opened.interface),
        coalesce(icid_opened.interface_ip, dcid_opened.interface_ip),
        reverse_dns, reverse_dns_verified, port
) = 1;

-- The line that tells each incoming connection's sender group, and its score where that line tells none.
create or replace temp table track_groupings as
with placed as (
    select life, stamp, seq, grouped from track_grouping_lines where life is not null
),

again as (
    select life from placed where grouped group by life having count(*) > 1
),

grouped as (
    select life, seq from placed anti join again using (life) where grouped
    union all
    select life, seq
    from (select * from placed semi join again using (life) where grouped) as placed
    join sender_group_matched using (seq)
    qualify row_number() over (
        partition by life order by stamp, hat_action, sender_group, match, sbrs, country
    ) = 1
),

scored as (
    select life, min({'stamp': stamp, 'sbrs': sbrs}).sbrs as sbrs
    from placed
    join icid_sbrs using (seq)
    where not grouped
    group by life
)

select life, grouped.seq, scored.sbrs
from grouped
full join scored using (life);
