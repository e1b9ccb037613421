"""What a message is: the first that its family's lines tell of each fact.

Rule: sender, subject, Message-ID and size are the first logged in the family; in one second an earlier MID goes before
a later one. Sender: `From:`, and where that is out of sight what other lines name. Policy: the first MID's, where it
has one, else the first logged. Of equal ones the least value counts. Source: docs/tracking.md, "Facts".
"""

from midtrail.tracking._firsts import abreast, firsts
from midtrail.tracking._lanes import Lane

_TOLD = {
    "sender": (("sender_received", "sender"), ("message_ready", "sender"), ("envelope_summary", "sender")),
    "message_id": (("message_id_header", "message_id"),),
    "subject": (("subject_header", "subject"),),
    "size_bytes": (("message_ready", "size_bytes"),),
    "policy": (("policy_matched", "policy"),),
    "policy_table": (("policy_matched", 'lower("table")'),),
    "origin_mid": (("copy_generated", "origin_mid"), ("bounce_generated", "origin_mid")),
}
"""Each fact, with the kinds of lines that tell it; of one second and MID the first kind counts more than the others."""

_PREFERRED = {"policy": "case when place = 1 then -274877906944 else 0 end + "}


def facts() -> str:
    """Return the SQL of all facts."""
    return "".join(map(_sql, _TOLD))


def _sql(fact: str) -> str:
    """Return the SQL of all that lines tell of a fact: `family`, `weight` and `value`.

    Second, place of the MID in its family and turn become one number, of which the least counts.
    """
    told = " union all ".join(
        f"select life, stamp, {int(turn > 0)} as turn, {column} as value from placed_{kind}"
        for turn, (kind, column) in enumerate(_TOLD[fact])
    )
    return f"""
        select
            family, ({_PREFERRED.get(fact, "")}stamp) * 16777216 + least(place, 8388607) * 2 + turn as weight, value
        from ({told})
        join track_mids using (life)
        where value is not null
    """


def build_facts(lane: Lane) -> None:
    """Make `track_wide_facts` (family, sender, message_id, subject, size_bytes, policy, policy_table, origin_mid)."""
    lane.keep("track_wide_facts", abreast({fact: firsts(lane.query(_sql(fact))) for fact in _TOLD}))
