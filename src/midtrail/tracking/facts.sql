-- What a message is: the first that its family's lines tell of each fact.
--
-- Rule: sender, subject, Message-ID and size are the first logged in the family; in one second an earlier MID
-- goes before a later one. Sender: `From:`, and where that is out of sight what other lines name. Policy:
-- the first MID's, where it has one, else the first logged. Source: docs/tracking.md, "Facts".
--
-- Second, place of the MID in its family and turn become one number, of which the least counts; of equal ones
-- the least value. Comparing structures instead costs several times as much.

create or replace temp table track_wide_facts as
with told as (
    select life, stamp, 1 as fact, 1 as turn, sender as value from placed_sender_received
    union all
    select life, stamp, 1, 2, sender from placed_message_ready
    union all
    select life, stamp, 1, 2, sender from placed_envelope_summary
    union all
    select life, stamp, 2, 1, message_id from placed_message_id_header
    union all
    select life, stamp, 3, 1, subject from placed_subject_header
    union all
    select life, stamp, 4, 1, cast(size_bytes as varchar) from placed_message_ready
    union all
    select life, stamp, 5, 1, policy from placed_policy_matched
    union all
    select life, stamp, 6, 1, lower("table") from placed_policy_matched
    union all
    select life, stamp, 7, 1, cast(origin_mid as varchar) from placed_copy_generated
    union all
    select life, stamp, 7, 1, cast(origin_mid as varchar) from placed_bounce_generated
),

weighed as (
    select
        family, fact, value,
        (case when fact = 5 and place = 1 then -274877906944 else 0 end + stamp) * 16777216
        + least(place, 8388607) * 2 + turn - 1 as weight
    from told
    join track_mids using (life)
    where value is not null
),

firsts as (
    select
        family,
        min(weight) filter (where fact = 1) as sender,
        min(weight) filter (where fact = 2) as message_id,
        min(weight) filter (where fact = 3) as subject,
        min(weight) filter (where fact = 4) as size_bytes,
        min(weight) filter (where fact = 5) as policy,
        min(weight) filter (where fact = 6) as policy_table,
        min(weight) filter (where fact = 7) as origin_mid
    from weighed
    group by family
)

select
    family,
    min(value) filter (where fact = 1 and weight = sender) as sender,
    min(value) filter (where fact = 2 and weight = message_id) as message_id,
    min(value) filter (where fact = 3 and weight = subject) as subject,
    cast(min(value) filter (where fact = 4 and weight = size_bytes) as bigint) as size_bytes,
    min(value) filter (where fact = 5 and weight = policy) as policy,
    min(value) filter (where fact = 6 and weight = policy_table) as policy_table,
    cast(min(value) filter (where fact = 7 and weight = origin_mid) as bigint) as origin_mid
from weighed
join firsts using (family)
group by family;

-- Attachments and rejected recipients, in the log's own order.
--
-- Rule: the log's own order is time, then the file's first timestamp, then line number. An attachment that
-- several MIDs of one family name is listed once; twice where one MID names it twice.

create or replace temp table track_shown_lists as
with told as (
    select life, seq, time, 'attachment' as fact, attachment as value from placed_attachment_found
    union all
    select life, seq, time, 'rejected', recipient from placed_recipient_rejected
    union all
    select life, seq, time, 'rejected', recipient from placed_invalid_bounce_rejected
),

placed as (
    select family, life, fact, value, seq, time
    from told
    join track_mids using (life)
),

-- Only lists of several need an order.
several as (
    select family, fact from placed group by family, fact having count(*) > 1
),

ordered as (
    select
        family, life, fact, value,
        row_number() over (order by placed.time, first_time, source, line_no) as turn
    from placed
    semi join several using (family, fact)
    join spine using (seq)
    join track_sources using (source)
),

counted as (
    select *, row_number() over (partition by life, fact, value order by turn) as occurrence
    from ordered
),

first_seen as (
    select family, fact, value, occurrence, min(turn) as turn
    from counted
    group by family, fact, value, occurrence
)

select family, fact, list(value order by turn) as shown_values
from first_seen
group by family, fact
union all
select family, fact, [value]
from placed
anti join several using (family, fact);
