-- The line that decides each recipient's state, and each message's where it has no recipients.
--
-- Rule: the latest deciding line; in one second the highest rank; where one second and rank have several
-- lines, the first in text order. Source: docs/tracking.md, "States".
--
-- Second and rank become one number, so that the rule is a maximum. Only lines that tie for it need their text.

create or replace temp table track_decisions as
with weighed as not materialized (
    select holder, rid, state, seq, stamp * 16 + rank as weight from track_claims
),

decided as (
    select holder, rid, max(weight) as weight, arg_max(state, weight) as state, arg_max(seq, weight) as seq
    from weighed
    group by holder, rid
),

tied as (
    select holder, weight
    from weighed
    semi join decided using (holder, weight)
    group by holder, weight
    having min(seq) <> max(seq)
),

tied_lines as (
    select distinct holder, weight, seq from weighed semi join tied using (holder, weight)
),

turns as (
    select
        holder, weight, seq,
        row_number() over (partition by holder, weight order by text, source, line_no) as turn
    from tied_lines
    join spine using (seq)
),

decided_by_turn as (
    select
        holder, rid, weight,
        min(turn) as turn, arg_min(state, turn) as state, arg_min(seq, turn) as seq
    from weighed
    join turns using (holder, weight, seq)
    group by holder, rid, weight
)

select
    decided.holder, decided.rid,
    decided.weight * 1048576 - least(coalesce(by_turn.turn, 1), 1048575) as weight,
    coalesce(by_turn.state, decided.state) as state,
    coalesce(by_turn.seq, decided.seq) as seq
from decided
left join decided_by_turn as by_turn
    on by_turn.holder = decided.holder
    and by_turn.weight = decided.weight
    and by_turn.rid is not distinct from decided.rid;

drop table track_claims;

-- For each recipient the later one of what was decided for all of its MID, for its RID, and by remediation: no two
-- of these weigh the same.
create or replace temp table track_states as
with decided as (
    select
        entry, redirected_by,
        shared.weight as shared_weight, shared.state as shared_state, shared.seq as shared_seq,
        own.weight as own_weight, own.state as own_state, own.seq as own_seq,
        remedied.weight as remedied_weight, remedied.state as remedied_state, remedied.seq as remedied_seq,
        greatest(shared.weight, own.weight, remedied.weight) as weight
    from track_entries
    left join (select * from track_decisions where rid is null) as shared
        on shared.holder = carrier and not remedial_only
    left join (select * from track_decisions where rid is not null) as own
        on own.holder = carrier and own.rid = track_entries.rid
    left join (select * from track_decisions where holder < 0) as remedied on remedied.holder = -entry
)

select
    entry,
    case
        when redirected_by is not null then 'Redirected'
        when weight = remedied_weight then remedied_state
        when weight = own_weight then own_state
        else shared_state
    end as state,
    coalesce(
        redirected_by,
        case when weight = remedied_weight then remedied_seq when weight = own_weight then own_seq else shared_seq end
    ) as evidence_seq
from decided;

-- Last State of the message: what all its recipients share; else what the best of them allows.
--
-- Rule: else Partially Remediated if one is Remediated; else Partially Delivered if one is Delivered,
-- Remediation Initiated or Remediation Failed; else Mixed. Redirected recipients do not count. With no
-- recipients, the lines of the message's own last MIDs decide. Source: docs/tracking.md, "Last State".
--
-- Where a recipient's state is not in sight, nothing is said of all. Nor where a RID without an address and an
-- address without a RID differ: they may be the same recipient.

create or replace temp table track_last_states as
with counted as (
    select
        family,
        count(*) as recipients,
        count(state) as known,
        min(state) as state,
        max(state) as other_state,
        bool_or(recipient is null) and bool_or(rid is null) as is_vague,
        bool_or(state = 'Remediated') as remediated,
        bool_or(state in ('Delivered', 'Remediation Initiated', 'Remediation Failed')) as delivered
    from track_entries
    join track_states using (entry)
    where redirected_by is null
    group by family
),

own as (
    select family, arg_max(state, weight) as state
    from track_decisions
    join track_mids on life = holder
    where rid is null and not is_parent
    group by family
),

ringed as (
    select family, arg_max(state, weight) as state
    from track_decisions
    join track_mids on life = holder
    where rid is null
    group by family
)

select
    families.family,
    case
        when recipients is null then coalesce(own.state, ringed.state)
        when known < recipients then null
        when counted.state = other_state then counted.state
        when is_vague then null
        when remediated then 'Partially Remediated'
        when delivered then 'Partially Delivered'
        else 'Mixed'
    end as last_state
from (select distinct family from track_mids) as families
left join counted on counted.family = families.family
left join own on own.family = families.family
left join ringed on ringed.family = families.family;
