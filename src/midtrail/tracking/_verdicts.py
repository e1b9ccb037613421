"""The latest final verdict of each engine, for a message's `verdicts`."""

from midtrail.tracking._firsts import abreast, firsts
from midtrail.tracking._lanes import Lane

_FINAL = {
    "antispam_verdict": ("antispam", "1", "verdict"),
    "graymail_verdict": ("graymail", "1", "verdict"),
    "antivirus_verdict": ("antivirus", "1", "verdict"),
    "amp_verdict": ("amp", "1", "verdict"),
    "outbreak_verdict": ("outbreak", "1", "verdict"),
    "dlp_violation": ("dlp", "1", "coalesce('violation ' || severity, 'violation')"),
    "dlp_no_violation": ("dlp", "1", "'no violation'"),
    "spf_verdict": ("spf", "case lower(identity) when 'mailfrom' then 2 else 1 end", "verdict"),
    "dkim_verdict": ("dkim", "1", "verdict"),
    "dmarc_verification": ("dmarc", "1", "verdict"),
    "dmarc_verdict": ("dmarc", "2", "verdict"),
    "sdr_verdict": ("sdr", "1", "coalesce(sender_threat_level, sender_reputation)"),
}
"""Each kind that tells a final verdict: the engine's key, and as SQL how much it counts and the verdict."""


_ENGINES = sorted({engine for engine, _, _ in _FINAL.values()})


def verdicts() -> str:
    """Return the SQL of all engines' verdicts."""
    return "".join(map(_sql, _ENGINES))


def _sql(engine: str) -> str:
    """Return the SQL of all that lines tell of an engine's verdict: `family`, `weight` and `value`.

    Turn, second and place become one number, of which the least counts.
    """
    told = " union all ".join(
        f"select life, stamp, {turn} as turn, {verdict} as value from placed_{kind}"
        for kind, (key, turn, verdict) in _FINAL.items()
        if key == engine
    )
    return f"""
        select family, -((turn * 274877906944 + stamp) * 4194304 + least(place, 4194303)) as weight, value
        from ({told})
        join track_mids using (life)
        where value is not null
    """


_ENTRIES = ", ".join(f"{{'key': '{engine}', 'value': {engine}}}" for engine in _ENGINES)
_SAME = " and ".join(f"maps.{engine} is not distinct from latest.{engine}" for engine in _ENGINES)
_VERDICTS = f"""
    create or replace temp table track_verdicts as
    -- few verdicts differ, and a map costs more than all else: each is made once
    with maps as (
        select
            *,
            map_from_entries(list_filter([{_ENTRIES}], lambda entry: entry.value is not null)) as verdicts
        from (select distinct {", ".join(_ENGINES)} from track_latest_verdicts)
    )

    select family, verdicts
    from track_latest_verdicts as latest
    join maps on {_SAME}
"""


def build_verdicts(lane: Lane) -> None:
    """Make `track_verdicts` (family, verdicts).

    The latest of the family counts, as logged, and a key stands only where the log tells one. SPF is that of
    the envelope sender where it was asked; DMARC that of the line that names the domain. In one second the
    later MID's counts, then the last in text order.
    """
    found = {engine: firsts(lane.query(_sql(engine)), "descending") for engine in _ENGINES}
    lane.register("track_latest_verdicts", abreast(found))
    lane.execute(_VERDICTS)
    lane.unregister("track_latest_verdicts")
