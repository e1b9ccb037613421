"""Times as ISO 8601 in UTC with `Z`: whole seconds where they are, else microseconds."""

from functools import lru_cache

from midtrail.moments import instant, iso_instant

__all__ = ["iso", "iso_instant"]


@lru_cache(maxsize=4096)
def iso(microseconds: int | None) -> str | None:
    """Return microseconds since the epoch as ISO 8601; None stays None."""
    moment = instant(microseconds)
    return None if moment is None else iso_instant(moment)
