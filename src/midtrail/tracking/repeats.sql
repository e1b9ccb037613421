-- Which lines tell again what another told.
--
-- Rule: the n-th occurrence of (host, time, text) in one source is the same event as the n-th in another;
-- repeats within a source are kept. So reading a file twice, or two files that overlap, changes nothing.
-- A line that was read twice under one source name has one line number. Source: docs/tracking.md, "Order".

create or replace temp table track_repeats as
with occurrences as (
    select
        seq, lines.host, lines.time, text, source, line_no,
        dense_rank() over (
            partition by source, lines.host, lines.time, text order by line_no
        ) as occurrence
    from track_shared_lines as lines
    join track_shared_seconds as shared
        on shared.host is not distinct from lines.host
        and shared.time is not distinct from lines.time
),

readings as (
    select
        seq,
        row_number() over (
            partition by host, time, text, occurrence order by source, line_no, seq
        ) as reading
    from occurrences
)

select seq from readings where reading > 1;
