"""Families and chains of MIDs: what SQL alone would need recursion for, by repeated pointer jumping.

Each round is one SQL statement over the few MIDs that have relatives, and halves what is left of every chain,
so a hundred thousand rewrites take some twenty rounds. A ring ends it, too: labels only ever fall, and a
pointer that still moves after all rounds is in a ring. Source of the rules: docs/tracking.md, "Families".
"""

from midtrail.tracking._lanes import Lane

_ROUNDS = 64  # a chain is halved in each: more than any log can hold

_LABELS = """
    create or replace temp table track_labels as
    select life, min(life) as label
    from (select parent as life from track_links union all select child from track_links)
    group by life
"""

_LOWER_LABELS = """
    create or replace temp table track_lower_labels as
    with pairs as (
        select one.label as one, other.label as other, track_links.parent, track_links.child
        from track_links
        join track_labels as one on one.life = track_links.parent
        join track_labels as other on other.life = track_links.child
    ),
    offers as (
        select life, label from track_labels
        union all
        select parent, other from pairs
        union all
        select child, one from pairs
        union all
        select one, other from pairs
        union all
        select other, one from pairs
        union all
        select track_labels.life, further.label
        from track_labels
        join track_labels as further on further.life = track_labels.label
    )
    select life, min(label) as label from offers group by life
"""

_LOWERED = """
    select count(*)
    from track_labels
    join track_lower_labels using (life)
    where track_labels.label <> track_lower_labels.label
"""

_ENDS = "create or replace temp table track_ends as select life, next as last from track_steps"

_FURTHER_ENDS = """
    create or replace temp table track_further_ends as
    select track_ends.life, coalesce(further.last, track_ends.last) as last
    from track_ends
    left join track_ends as further on further.life = track_ends.last
"""

_MOVING = "select count(*) from track_ends where last in (select life from track_steps)"

_DROP_RINGS = "delete from track_ends where last in (select life from track_steps)"


def build_families(lane: Lane) -> None:
    """Make `track_labels` (life, label): MIDs that made one another share a label."""
    lane.execute(_LABELS)
    for _ in range(_ROUNDS):
        lane.execute(_LOWER_LABELS)
        lowered = _count(lane, _LOWERED)
        lane.execute("create or replace temp table track_labels as select * from track_lower_labels")
        if not lowered:
            break


def build_ends(lane: Lane) -> None:
    """Make `track_ends` (life, last): where the recipients that a MID hands on arrive at last.

    A ring leads nowhere: each MID in it keeps its own.
    """
    lane.execute(_ENDS)
    for _ in range(_ROUNDS):
        if not _count(lane, _MOVING):
            return
        lane.execute(_FURTHER_ENDS)
        lane.execute("create or replace temp table track_ends as select * from track_further_ends")
    lane.execute(_DROP_RINGS)


def _count(lane: Lane, query: str) -> int:
    return int(lane.execute(query).fetchall()[0][0])
