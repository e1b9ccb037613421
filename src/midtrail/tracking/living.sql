-- The life that a line belongs to, of an id that it names.
--
-- Rule: all lines of the second of birth belong to the new life; every other event belongs to the latest life
-- begun at or before its second. Source: docs/tracking.md, "Lives".
--
-- `told` is a table with `host` and `stamp`; of each row that belongs to a life of `named`, an id of the counter
-- `which`, it gives all columns, and `life` and `born`. Most ids have few lives, which a hash join on equal ids finds;
-- where an id is used again and again that would compare each line with each life, and the lives are sorted instead.

create or replace temp macro track_living(told, which, named) as table
select told.*, lives.life, lives.born
from query_table(told) as told
join track_lives as lives
    on lives.counter = which
    and lives.host = told.host
    and lives.id = named
    and told.stamp >= lives.born
    and told.stamp < lives.until
where not lives.many
union all
select told.*, lives.life, lives.born
from (
    select told.*
    from query_table(told) as told
    semi join (from track_lives where many) as lives
        on lives.counter = which and lives.host = told.host and lives.id = named
) as told
asof join (from track_lives where many) as lives
    on lives.counter = which
    and lives.host = told.host
    and lives.id = named
    and told.stamp >= lives.born;
