"""Instants as ISO 8601 in UTC with `Z`: whole seconds where they are, else microseconds."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def iso(microseconds: int | None) -> str | None:
    """Return microseconds since the epoch as ISO 8601; None stays None."""
    return None if microseconds is None else iso_instant(_EPOCH + timedelta(microseconds=microseconds))


def iso_instant(value: datetime) -> str:
    """Return an instant as ISO 8601 in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
