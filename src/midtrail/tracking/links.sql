-- Which MID goes on as which, of the lines that tell it (link_lines.sql): `parent` and `child` are their lives.

create or replace temp table track_links as
select parent, child, way, listed, stamp, seq, text, child_born as born
from track_linked
join track_link_texts using (seq)
where parent <> child;
