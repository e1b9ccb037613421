"""The tables that a query may read: each has a meaning, each column has one."""

import pytest

from midtrail.errors import UsageError
from midtrail.events import MEANINGS, all_kinds
from midtrail.questions import schema


@pytest.fixture(scope="module")
def tables() -> dict[str, schema.Table]:
    """Return every table."""
    return schema.tables()


def test_every_column_has_a_meaning(tables: dict[str, schema.Table]) -> None:
    """Each table says what a row is, and each column what it means, in a few words."""
    assert set(schema.ABOUT) | set(all_kinds()) == set(tables)
    told = [(table.name, column) for table in tables.values() for column in table.columns]
    assert [name for name, column in told if not 3 < len(column.meaning) < 100] == []
    assert [table.name for table in tables.values() if not table.about] == []
    columns = {column.name for table in tables.values() for column in table.columns}
    assert set(schema._COLUMNS) - columns == set()
    assert [
        (table, column)
        for table, column in schema._ONLY_HERE
        if column not in {c.name for c in tables[table].columns}
    ] == []


def test_every_field_has_one_meaning() -> None:
    """Each field name of the declarations has one meaning, and no meaning is left over."""
    assert {field.name for kind in all_kinds().values() for field in kind.declared()} == set(MEANINGS)


def test_types_and_meanings(tables: dict[str, schema.Table]) -> None:
    """A column has the type of its table; where its name means something else elsewhere, its own meaning."""
    assert tables["remediations"].columns[6] == ("messages", "BIGINT", "how many messages the batch is about")
    assert tables["delivery_bounced"].columns[:2] == (
        (
            "seq",
            "BIGINT",
            "number of the line over all files, from 0: the key of the spine and of each kind's table",
        ),
        ("dcid", "BIGINT", "number of the delivery connection (DCID); 0 is no SMTP delivery"),
    )
    assert {column.name: column.type for column in tables["messages"].columns}[
        "verdicts"
    ] == "MAP(VARCHAR, VARCHAR)"


def test_an_unknown_table() -> None:
    """A table that does not exist is told with the near ones."""
    with pytest.raises(UsageError, match=r"no table 'mesages'; near to it: messages"):
        schema.chosen(["messages", "mesages"])
