"""Which rows count, and where they may lie, is told without a database."""

import random
from typing import Any

import pyarrow as pa

from midtrail.archive.latest import numbered_rows
from midtrail.archive.tables import Sought

_SCHEMA = pa.schema(
    [
        ("host", pa.string()),
        *((name, pa.int64()) for name in ("mid", "born", "first_at", "revision")),
        ("gone", pa.bool_()),
    ]
)


def _some(chance: random.Random) -> list[dict[str, Any]]:
    """Return kept rows in any order, no revision of a message twice."""
    rows = {
        (chance.choice([None, "a", "b"]), chance.randrange(4), chance.choice([-1, 5, 7]), chance.randrange(3))
        for _ in range(chance.choice([0, 1, 3, 40]))
    }
    return [
        {
            **dict(zip(("host", "mid", "born", "revision"), row, strict=True)),
            "first_at": chance.choice([None, -4, 1, 2]),
            "gone": chance.random() < 0.2,
        }
        for row in chance.sample(sorted(rows, key=str), len(rows))
    ]


def _latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the last revisions that are not gone, in the order of messages."""
    last: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: int(row["revision"])):
        last[row["host"], row["mid"], row["born"]] = row
    return sorted(
        (row for row in last.values() if not row["gone"]),
        key=lambda row: (
            row["host"] or "",
            row["first_at"] is None,
            row["first_at"] or 0,
            row["mid"],
            row["born"],
        ),
    )


def test_the_latest_rows_in_the_order_of_messages() -> None:
    """Whatever the order in which they were kept, with hosts in full or as words."""
    chance = random.Random(7)  # noqa: S311 - the same rows each time
    for _ in range(200):
        rows = _some(chance)
        table = pa.Table.from_pylist(rows, _SCHEMA).combine_chunks()
        words = table.set_column(0, "host", table["host"].dictionary_encode())
        for keys in (table, words):
            assert [rows[at] for at in numbered_rows(keys).tolist()] == _latest(rows)


def test_where_an_id_may_lie() -> None:
    """Between the least and the greatest of its host and number, and where these are not told."""
    sought = Sought("mid", {("b", 5), (None, 9)})
    assert sought.may_lie_in(("a", "c"), (5, 6))
    assert sought.may_lie_in(("b", "b"), None)
    assert sought.may_lie_in(None, (1, 5))
    assert sought.may_lie_in(None, (9, 9))
    assert not sought.may_lie_in(("a", "c"), (6, 9))
    assert not sought.may_lie_in(("c", "d"), (5, 5))
    assert not sought.may_lie_in(None, (6, 8))
