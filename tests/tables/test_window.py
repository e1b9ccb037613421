"""A window of time, in columns as line by line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from midtrail.cli._parse_output import within as by_record
from midtrail.engine import read_arrow
from midtrail.formats import dumps, flat
from midtrail.formats.columns import ndjson
from midtrail.lines import ReadOptions, find_sources
from midtrail.parse import read_records
from midtrail.tables.window import within

SAMPLES = Path(__file__).parent.parent.parent / "sample_logs"
BOUNDS = [
    (datetime(2021, 9, 13, 23, 25), None),  # noqa: DTZ001 - in the appliance's clock, as a user may type it
    (None, datetime(2021, 9, 14, 4, 26, tzinfo=UTC)),
    (datetime(2021, 9, 13, 23, 25), datetime(2021, 9, 13, 23, 26)),  # noqa: DTZ001 - likewise
    (datetime(2035, 1, 1, tzinfo=UTC), None),
]


@pytest.mark.parametrize(("since", "until"), BOUNDS)
def test_a_window_is_the_same_in_columns(since: datetime | None, until: datetime | None) -> None:
    """Whatever the bounds, zoned or not, the same lines are given as line by line, with the same fields."""
    files, options = find_sources([SAMPLES]), ReadOptions()
    expected = [
        dumps(flat(record)) + "\n" for record in by_record(read_records(files, options), since, until)
    ]
    batches = within(read_arrow(files, options, clocks=True), since, until)
    found = b"".join(bytes(piece) for batch in batches for piece in ndjson(batch)).decode()
    assert found == "".join(expected)
    assert bool(expected) is (since is None or since.year == 2021)
