-- Which lines belong to which message, for its timeline.
--
-- The lines of its MIDs, also unrecognised ones that name them; the lines of the connection that brought it,
-- and of those that took it away (a connection's line belongs to each message that uses it). Source: Message Tracking shows them so.
-- A view: a page needs few rows of it, and a connection's lines times its messages may be many. It reads what
-- only this connection has, and so is a temporary one.

create or replace temp view members as
select message, seq
from (select life, seq from track_mid_lines union all select life, seq from track_unrecognised_lines)
join track_mids using (life)
join track_numbers using (family)
union all
select message, seq
from track_remedial
join track_mids using (life)
join track_numbers using (family)
union all
(
    select message, seq
    from track_connection_lines
    join track_uses using (life)
    join track_numbers using (family)
    where counter = 'icid' and own
    union
    select message, seq
    from track_connection_lines
    join track_uses using (life)
    join track_numbers using (family)
    where counter = 'dcid' and own
);
