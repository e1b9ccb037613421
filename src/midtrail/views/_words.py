"""Values in the words that Message Tracking uses, safe for people's eyes."""

from collections.abc import Mapping
from typing import Any

from midtrail.tables import shown

UNKNOWN = "—"
_LONGEST = 4_000  # characters of one value that a page shows
_KB = 1024

_TONES = (
    ("Delivered", "good"),
    ("Remediated", "good"),
    ("Dropped", "bad"),
    ("Hard Bounced", "bad"),
    ("Bounced", "bad"),
    ("Aborted", "bad"),
    ("Deleted", "bad"),
    ("Remediation Failed", "bad"),
    ("Quarantined", "held"),
    ("Soft Bounced", "held"),
    ("Partially", "held"),
    ("Mixed", "held"),
)


def tone_of(state: str | None) -> str:
    """Return how a state is coloured: good, bad, held (somebody or something waits), or open."""
    return next((tone for beginning, tone in _TONES if (state or "").startswith(beginning)), "open")


def words(value: Any) -> str:
    """Return a value as text with nothing invisible in it; an unknown one is a dash, a huge one is cut."""
    text = UNKNOWN if value is None or value == "" else str(value)
    if len(text) > _LONGEST:
        return f"{shown(text[:_LONGEST])}… ({len(text):,} characters)"
    return shown(text)


def size(value: int | None) -> str:
    """Return a message's size as Message Tracking tells it: `145 (Bytes)`, `70.30 (KB)`."""
    if value is None:
        return UNKNOWN
    if value < _KB:
        return f"{value} (Bytes)"
    return f"{value / _KB:.2f} (KB)" if value < _KB * _KB else f"{value / _KB / _KB:.2f} (MB)"


def reverse_dns(message: Mapping[str, Any]) -> str:
    """Return the sending host's name, and whether it was verified."""
    if not message["reverse_dns"]:
        return UNKNOWN
    verified = {True: " (verified)", False: " (unverified)"}.get(message["reverse_dns_verified"], "")
    return words(message["reverse_dns"]) + verified


def appliance(host: str | None, serial: str | None) -> str:
    """Return the appliance's name with its serial number."""
    if serial is None:
        return words(host)
    return f"SN {words(serial)}" if host in (None, serial) else f"{words(host)} (SN {words(serial)})"
