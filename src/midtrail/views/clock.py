"""The appliance's clock, in which all times of one page are told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOCKS = """
SELECT f.message, coalesce(c.utc_offset, 0), c.host, c.serial, c.version
FROM (
    SELECT message, min_by(source, coalesce(time, TIMESTAMPTZ 'infinity')) AS source
    FROM timeline WHERE source IS NOT NULL AND message IN (SELECT unnest($1::BIGINT[])) GROUP BY message
) f
JOIN messages m USING (message)
JOIN (SELECT DISTINCT ON (source, host) * FROM clocks) c
    ON c.source = f.source AND c.host IS NOT DISTINCT FROM m.host
"""


class Clock(NamedTuple):
    """A clock `utc_offset` seconds east of UTC, and what the log-file header tells of its appliance."""

    utc_offset: int = 0
    host: str | None = None
    serial: str | None = None
    version: str | None = None

    @property
    def name(self) -> str:
        """The offset as Message Tracking names it: `GMT -05:00`."""
        sign = "-" if self.utc_offset < 0 else "+"
        hours, minutes = divmod(abs(self.utc_offset) // 60, 60)
        return f"GMT {sign}{hours:02}:{minutes:02}"

    def local(self, instant: str) -> datetime:
        """Return an instant in ISO 8601 as this clock shows it; at the ends of the calendar, as UTC does."""
        utc = datetime.fromisoformat(instant)
        try:
            return utc + timedelta(seconds=self.utc_offset)
        except OverflowError:
            return utc

    def day(self, instant: str) -> str:
        """Return the day: `13 Sep 2021`."""
        local = self.local(instant)
        return f"{local.day:02} {_MONTHS[local.month - 1]} {local.year:04}"

    def time(self, instant: str) -> str:
        """Return the time of day: `23:24:47`."""
        return f"{self.local(instant):%H:%M:%S}"

    def stamp(self, instant: str) -> str:
        """Return an instant as Message Tracking prints it: `13 Sep 2021 23:24:47 (GMT -05:00)`."""
        return f"{self.day(instant)} {self.time(instant)} ({self.name})"


UTC_CLOCK = Clock()
"""The clock of a log that tells none."""


def clocks_of(connection: "DuckDBPyConnection", messages: Sequence[int]) -> dict[int, Clock]:
    """Return the clock of each message: that of the file in which its first line stands."""
    known = connection.execute(
        "SELECT 1 FROM information_schema.tables WHERE table_name = 'clocks'"
    ).fetchone()
    if known is None:
        return {}
    rows = connection.execute(_CLOCKS, [list(messages)]).fetchall()
    return {message: Clock(*row) for message, *row in rows}
