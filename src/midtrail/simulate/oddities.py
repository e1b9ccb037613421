"""Kinds of lines that change nothing about a message: their samples, said of a MID that is on its way."""

import re
from functools import cache

from midtrail.events import Event, all_kinds

_OF_A_MESSAGE = (
    "sdr_tracker", "spf_cached_verdict", "dkim_not_signed", "dkim_signed", "dkim_signing_context", "domain_keys_not_signed",
    "domain_keys_signed", "url_category", "url_rewritten", "threat_feed_match", "scanning_error", "message_scanning_problem",
    "marked_unscannable", "urls_not_completely_scanned", "malformed_header", "character_set_unknown", "engine_check_skipped",
    "case_response_malformed", "envelope_sender_masqueraded", "message_not_split", "incoming_relay_header_missing",
    "invalid_bounce_tagged", "attachment_types_found", "ldap_requeued", "filter_timed",
)  # fmt: skip
_IDS = frozenset(("mid", "icid", "dcid", "rcid", "new_mid", "origin_mid"))
_MID = re.compile(r"\bMID(:?) \d+")
_ICID = re.compile(r"\bICID \d+")


@cache
def _samples_of_a_message() -> tuple[str, ...]:
    return tuple(sample for kind in _OF_A_MESSAGE for sample in _samples(all_kinds()[kind]))


@cache
def of_the_appliance() -> tuple[str, ...]:
    """Return the samples of all kinds that name no id."""
    kinds = [
        kind for name, kind in sorted(all_kinds().items()) if not name.startswith("logfile_") and kind.ruled
    ]
    return tuple(
        sample
        for kind in kinds
        if not _IDS & {field.name for field in kind.declared()}
        for sample in _samples(kind)
    )


def of_a_message(number: int, mid: int, icid: int) -> str:
    """Return the sample with that number, said of a MID and its ICID."""
    samples = _samples_of_a_message()
    said = _MID.sub(rf"MID\g<1> {mid}", samples[number % len(samples)])
    return _ICID.sub(f"ICID {icid}", said)


def _samples(kind: type[Event]) -> list[str]:
    return [sample for sample in (kind.sample, *kind.also) if sample]
