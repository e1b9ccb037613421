"""Moments: as a person gives them, as the tables count them, and as ISO 8601."""

from datetime import UTC, datetime, timedelta

from midtrail.errors import UsageError

Moment = datetime | str | None
"""An instant, or one written in ISO 8601. Without a zone it is told in the appliance's clock."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(moment: Moment, name: str) -> datetime | None:
    """Return a moment that may be written in ISO 8601; without a zone it stays without one.

    Raises UsageError for what is no time; `name` is what the person called it.
    """
    if not isinstance(moment, str):
        return moment
    from dateutil import parser as dates  # noqa: PLC0415 - only where a person tells a time

    try:
        return dates.isoparse(moment)
    except ValueError as error:
        raise UsageError(
            f"{name} {moment!r} is no time: write it as 2021-09-13T23:30 (in the appliance's clock) "
            "or 2021-09-13T23:30:00-05:00"
        ) from error


def microseconds(moment: datetime, utc_offset: int) -> int:
    """Return a moment in microseconds since the epoch; one without a zone is in a clock `utc_offset` seconds east."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC) - timedelta(seconds=utc_offset)
    return round((moment - _EPOCH) / timedelta(microseconds=1))


def instant(microseconds: int | None) -> datetime | None:
    """Return microseconds since the epoch as an instant in UTC; None stays None."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def iso_instant(value: datetime) -> str:
    """Return an instant as ISO 8601 in UTC, with `Z`."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
