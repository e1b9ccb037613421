"""Batches as Arrow, and bytes that are no UTF-8 in tables."""

import io

import pyarrow as pa
import pytest

from midtrail.events import all_kinds
from midtrail.lines import ReadOptions, find_sources
from midtrail.parse import SPINE, batches, read_records
from midtrail.tables import SPINE_SCHEMA, all_schemas, kind_schema, restore, shown, to_tables

LOG = (
    b"Mon Sep 13 23:25:07 2021 Info: MID 7 ICID 3 RID 0 To: <user@example.com>\n"
    b"Mon Sep 13 23:25:08 2021 Info: Message done DCID 6 MID 7 to RID [0, 1] [('from', 'a@example.com')]\n"
    b"Mon Sep 13 23:25:09 2021 Info: MID 7 Subject 'caf\xe9'\n"
)


def tables(data: bytes) -> dict[str, pa.Table]:
    """Return the tables of some bytes."""
    return to_tables(batches(read_records(find_sources([io.BytesIO(data)]), ReadOptions())))


def test_spine_and_kinds() -> None:
    """The spine has one row a line in the declared columns; a kind's table has its fields, typed."""
    found = tables(LOG)
    assert found["spine"].schema == SPINE_SCHEMA
    assert tuple(found["spine"].column_names) == SPINE
    assert found["spine"]["kind"].to_pylist() == ["recipient_accepted", "delivery_done", "subject_header"]
    assert found["spine"]["mid"].to_pylist() == [7, 7, 7]
    assert found["spine"]["time"][0].as_py().isoformat() == "2021-09-13T23:25:07+00:00"
    assert found["recipient_accepted"].to_pylist() == [
        {"seq": 0, "mid": 7, "icid": 3, "rid": 0, "recipient": "user@example.com"}
    ]
    done = found["delivery_done"].to_pylist()[0]
    assert done["rids"] == [0, 1]
    assert done["headers"] == [{"name": "from", "value": "a@example.com"}]
    assert done["external_quarantine"] is False


def test_all_kinds_have_a_table() -> None:
    """A kind that does not occur has an empty table of its schema."""
    found = tables(LOG)
    assert set(found) == {"spine", *all_kinds()}
    assert found["remediation_processed"].schema == kind_schema("remediation_processed")
    assert found["remediation_processed"].num_rows == 0


def test_one_field_name_has_one_arrow_type() -> None:
    """The same field has the same Arrow type in every table."""
    types: dict[str, pa.DataType] = {}
    for schema in all_schemas().values():
        for field in schema:
            assert types.setdefault(field.name, field.type) == field.type, field.name


def test_bytes_that_are_no_utf8_survive_tables() -> None:
    """Arrow holds valid text, and gives the very same bytes back."""
    subject = tables(LOG)["subject_header"]["subject"][0].as_py()
    assert restore(subject).encode("utf-8", "surrogateescape") == b"caf\xe9"
    assert shown(subject) == "caf\\xe9"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("plain", "plain"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\r\nb", "a\\r\\nb"),
        ("café", "café"),
        ("a\u202eb", "a\\u202eb"),
        ("\x00", "\\x00"),
    ],
)
def test_shown(value: str, seen: str) -> None:
    """What a terminal would obey is shown, not obeyed."""
    assert shown(value) == seen
