"""The appliance's clock."""

import pytest

from midtrail.views import Clock


@pytest.mark.parametrize(
    ("offset", "stamp"),
    [
        (-18000, "13 Sep 2021 23:24:47 (GMT -05:00)"),
        (0, "14 Sep 2021 04:24:47 (GMT +00:00)"),
        (19800, "14 Sep 2021 09:54:47 (GMT +05:30)"),
        (-12600, "14 Sep 2021 00:54:47 (GMT -03:30)"),
    ],
)
def test_a_stamp_names_the_offset(offset: int, stamp: str) -> None:
    """An instant is told in the clock's own time, with the offset as Message Tracking writes it."""
    assert Clock(offset).stamp("2021-09-14T04:24:47Z") == stamp


def test_the_ends_of_the_calendar_do_not_raise() -> None:
    """An instant that the clock could not show is shown as it is."""
    assert Clock(3600).stamp("9999-12-31T23:59:59Z") == "31 Dec 9999 23:59:59 (GMT +01:00)"
    assert Clock(-3600).day("0001-01-01T00:00:00Z") == "01 Jan 0001"
