-- Attachments and rejected recipients, line by line; `is_alone` where the message has no other of its sort.

create or replace temp table track_listed as
with told as (
    select life, seq, time, 'attachment' as fact, attachment as value from placed_attachment_found
    union all
    select life, seq, time, 'rejected', recipient from placed_recipient_rejected
    union all
    select life, seq, time, 'rejected', recipient from placed_invalid_bounce_rejected
)

select family, life, fact, value, seq, time, count(*) over (partition by family, fact) = 1 as is_alone
from told
join track_mids using (life);
