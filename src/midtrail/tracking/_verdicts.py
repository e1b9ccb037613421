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


def verdicts() -> str:
    """Return the SQL that makes `track_verdicts` (family, verdicts).

    The latest of the family counts, as logged, and a key stands only where the log tells one. SPF is that of
    the envelope sender where it was asked; DMARC that of the line that names the domain. In one second the
    later MID's counts, then the last in text order.
    """
    told = "\n            union all\n            ".join(
        f"select seq, '{key}' as engine, {turn} as turn, {verdict} as final_verdict from {kind}"
        for kind, (key, turn, verdict) in _FINAL.items()
    )
    return f"""
        create or replace temp table track_verdicts as
        with told as (
            {told}
        ),
        latest as (
            select
                family, engine,
                max({{
                    'turn': turn, 'stamp': stamp, 'place': place, 'verdict': final_verdict
                }}).verdict as verdict
            from told
            join track_mid_lines using (seq)
            join track_mids using (life)
            where final_verdict is not null
            group by family, engine
        )
        select family, map_from_entries(list({{'key': engine, 'value': verdict}} order by engine)) as verdicts
        from latest
        group by family
    """
