"""The latest final verdict of each engine, for a message's `verdicts`."""

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
    """Return the SQL that makes `track_verdicts` (family, verdicts).

    The latest of the family counts, as logged, and a key stands only where the log tells one. SPF is that of
    the envelope sender where it was asked; DMARC that of the line that names the domain. In one second the
    later MID's counts, then the last in text order.
    """
    told = "\n            union all\n            ".join(
        f"select life, stamp, {_ENGINES.index(key)} as engine, {turn} as turn, {verdict} as final_verdict from placed_{kind}"
        for kind, (key, turn, verdict) in _FINAL.items()
    )
    latest = ",\n                ".join(
        f"arg_max(verdict, weight) filter (engine = {number}) as {key}" for number, key in enumerate(_ENGINES)
    )
    entries = ", ".join(f"{{'key': '{key}', 'value': {key}}}" for key in _ENGINES)
    same = " and ".join(f"maps.{key} is not distinct from latest.{key}" for key in _ENGINES)
    return f"""
        create or replace temp table track_verdicts as
        with told as (
            {told}
        ),
        -- turn, second and place as one number, as a comparison of structures costs several times as much
        weighed as (
            select
                family, engine,
                (turn * 274877906944 + stamp) * 4194304 + least(place, 4194303) as weight,
                max(final_verdict) as verdict
            from told
            join track_mids using (life)
            where final_verdict is not null
            group by family, engine, weight
        ),
        latest as (
            select
                family,
                {latest}
            from weighed
            group by family
        ),
        -- few verdicts differ, and a map costs more than all else: each is made once
        maps as (
            select
                *,
                map_from_entries(list_filter([{entries}], lambda entry: entry.value is not null)) as verdicts
            from (select distinct {", ".join(_ENGINES)} from latest)
        )
        select family, verdicts
        from latest
        join maps on {same}
    """
