-- The engine that a drop or a quarantine names, in the words of the state table.
--
-- Source: docs/tracking.md, "States"; the reasons stand in the log as `content filter:NAME`, `a/v verdict
-- VIRAL`, `VOF rule:NAME`. What no pattern knows has no engine.

create or replace temp table track_engines as
with patterns as (
    select * from (values
        (1, '^content filter', 'Content Filters'),
        (2, '^(message )?filter', 'Message Filters'),
        (3, '^(case|brightmail|cloudmark|anti-?spam|as |spam|ims|intelligent multi|slbl|gr[ae]ymail)', 'Anti-Spam'),
        (4, '^(a/v|av\b|anti-?virus|virus|sophos|mcafee)', 'Anti-Virus'),
        (5, '^(amp\b|advanced malware|file analysis|file reputation)', 'Advanced Malware Protection'),
        (6, '^(vof|of\b|outbreak|virus outbreak)', 'Outbreak Filters'),
        (7, '^(dlp|data loss)', 'DLP'),
        (8, '^dmarc', 'DMARC')
    ) as pattern (turn, expression, engine)
),

phrases as (
    select reason as phrase from track_holds
    union
    select engine from dropped_by_engine
)

select phrase, min({'turn': turn, 'engine': engine}).engine as engine
from phrases
join patterns on regexp_matches(lower(phrase), expression)
group by phrase;
