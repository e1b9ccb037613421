"""NDJSON and CSV from columns: the bytes that records give."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from midtrail.events import FieldType, Pair, all_kinds
from midtrail.formats import columns, dumps, fields_of, flat, rows_to_csv
from midtrail.lines import Line, find_sources
from midtrail.parse import SPINE, Record, batches, read_records
from midtrail.simulate import LOGS, Framing, Plan, write
from midtrail.tables import Batches, to_arrow

ROOT = Path(__file__).parent.parent.parent
HOSTILE = (
    "", " ", '"', "'", "\\", ",", "\r", "\n", "\r\n", "a\tb", "\x7f", "\x85", "\u2028x\u2029", "é", "日本", "😀", "\U0010ff7f",
    "=1+1", "  -1", "+1", "@SUM(A1)", "\t=1", "＝1", "－1", "＠x", "＋", "𐼀", "{}", '{"a":1}', "null",  # noqa: RUF001 - formulas
    "".join(map(chr, range(32))), "plain text, longer than one word of the machine", 'a "quoted" one, with a comma',
    "x" * 7 + '"', "x" * 8 + "é" + "x" * 8, "1234567\\", "12345678\u2028", "long " * 3000, "é" * 900, '"' * 500,
    "caf\udce9", "\udcff", "=\udcff", "\udcc3\udca9", "\udce2\udc80 \udca8", "\udcf4\udc8f\udcbf\udcbf", "\udc80" * 40, "é\udcff\x7f\n😀",
)  # fmt: skip
INTEGERS = (0, 1, -1, 9, 10, 99, 100, 12345, 2**63 - 1, -(2**63))
FLOATS = (0.0, -0.0, 0.1, 1e22, 5e-324, 1.7976931348623157e308, -9.5, 1 / 3, 100.0)
MOMENTS = (0, 1, -1, 999_999, 1_631_600_000_000_000, -1_000_001, 951_782_400_000_000, 253_402_300_799_999_999)


def text(dice: random.Random) -> str:
    """Return a hostile text."""
    return dice.choice(HOSTILE)


def texts(dice: random.Random) -> tuple[str, ...]:
    """Return none to three of them."""
    return tuple(text(dice) for _ in range(dice.randrange(4)))


def pairs(dice: random.Random) -> tuple[Pair, ...]:
    """Return none to three names and values."""
    return tuple(Pair(text(dice), text(dice)) for _ in range(dice.randrange(4)))


def instant(dice: random.Random) -> datetime:
    """Return an instant, whole seconds or not."""
    return datetime(dice.choice((1969, 1970, 2000, 2021, 9999)), 2, 28, 23, 59, 59, dice.choice((0, 1, 999_999)), tzinfo=UTC)  # fmt: skip


def truth(dice: random.Random) -> bool:
    """Return a flag."""
    return dice.random() < 0.5


VALUES: dict[FieldType, Callable[[random.Random], Any]] = {
    FieldType.INTEGER: lambda dice: dice.choice(INTEGERS),
    FieldType.FLOAT: lambda dice: dice.choice(FLOATS),
    FieldType.TIME: instant,
    FieldType.RIDS: lambda dice: tuple(dice.choice(INTEGERS) for _ in range(dice.randrange(4))),
    FieldType.PAIRS: pairs,
    FieldType.COUNTERS: pairs,
    **dict.fromkeys((FieldType.YES_NO, FieldType.TRUE_FALSE, FieldType.FLAG), truth),
    **dict.fromkeys((FieldType.TEXTS, FieldType.QUOTED_TEXTS, FieldType.QUOTED_LIST), texts),
}


def made_records(dice: random.Random) -> Iterator[Record]:
    """Yield records of every kind, their values hostile or missing, several of each kind."""
    kinds = [kind for kind in all_kinds() for _ in range(8)]
    dice.shuffle(kinds)
    for seq, kind in enumerate(kinds):
        values = [
            None if dice.random() < 0.2 else VALUES.get(field.type, text)(dice)
            for field in all_kinds()[kind].declared()
        ]
        time = dice.choice((*MOMENTS, None))
        host, level = (dice.choice((*HOSTILE, None)) for _ in range(2))
        line = Line(text(dice), seq + 1, seq * 7, host, time, 0, level, None, "native", text(dice), 7)
        yield Record(seq, line, kind, 0, values, ())


def as_ndjson(records: Iterable[Record]) -> bytes:
    """Return what the rows give."""
    return "".join(dumps(flat(record)) + "\n" for record in records).encode()


def as_csv(records: Iterable[Record]) -> bytes:
    """Return what the rows give, with the header."""
    rows = ({**flat(record), "fields": fields_of(record)} for record in records)
    return "".join(rows_to_csv(rows, (*SPINE, "fields"))).encode()


def joined(pieces: Iterable[columns.Piece]) -> bytes:
    """Return pieces as one."""
    return b"".join(bytes(piece) for piece in pieces)


def check(records: list[Record], size: int = 1000) -> None:
    """Compare columns and records, line by line so that a difference is readable."""
    found = [to_arrow(batch) for batch in batches(records, size)]
    assert_same(b"".join(joined(columns.ndjson(batch)) for batch in found), as_ndjson(records), b"\n")
    in_csv = b"".join(joined(columns.csv(batch)) for batch in found)
    assert_same(columns.csv_header() + in_csv, as_csv(records), b"\r\n")


def assert_same(found: bytes, expected: bytes, end: bytes) -> None:
    """Compare two texts line by line."""
    for line, other in zip(found.split(end), expected.split(end), strict=True):
        assert line == other


@pytest.fixture(params=["compiled", "plain"])
def writer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write with the compiled writer, and as where it was not built."""
    if request.param == "plain":
        monkeypatch.setattr(columns, "_library", lambda: None)
    elif columns._library() is None:
        pytest.skip("the writer was not built")


@pytest.mark.usefixtures("writer")
def test_every_kind_with_hostile_values() -> None:
    """Every field type of every kind, null or hostile, is written as the record is."""
    dice = random.Random(640962)  # noqa: S311 - values, not secrets
    records = list(made_records(dice))
    told = {field.type for record in records for field in all_kinds()[record.kind].declared()}
    assert told == set(FieldType)
    check(records)


@pytest.mark.usefixtures("writer")
def test_sample_logs() -> None:
    """The sample logs, in batches of any size."""
    records = list(read_records(find_sources([ROOT / "sample_logs"])))
    for size in (3, 65_536):
        check(records, size)


@pytest.mark.usefixtures("writer")
def test_a_simulated_archive(tmp_path: Path) -> None:
    """Several appliances in syslog, their counters reset."""
    plan = Plan(messages=150, seed=3, appliances=2, resets=True, framing=Framing.syslog)
    write(plan, tmp_path / "made")
    check(list(read_records(find_sources([tmp_path / "made" / LOGS]))))


@pytest.mark.usefixtures("writer")
def test_damaged_lines(tmp_path: Path) -> None:
    """Lines cut and overwritten with any bytes."""
    dice = random.Random(7)  # noqa: S311 - damage, not secrets
    samples = [kind.sample.encode() for kind in all_kinds().values() if kind.sample]
    damaged = tmp_path / "damaged.log"
    with damaged.open("wb") as file:
        for sample in dice.choices(samples, k=3000):
            at = dice.randrange(len(sample))
            file.write(b"Mon Sep 13 23:25:07 2021 Info: " + sample[:at] + dice.randbytes(dice.randrange(9)))
            file.write(sample[at:] + b"\n")
    check(list(read_records(find_sources([damaged]))))


@pytest.mark.parametrize("room", [1, 100, 1000, 40_000])
def test_any_room_gives_the_same(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the room for the text ends, the text goes on in the next piece."""
    monkeypatch.setattr(columns, "_PIECE", room)
    check(list(made_records(random.Random(room)))[:400])  # noqa: S311 - values, not secrets


def test_parts_of_batches() -> None:
    """A batch whose arrays begin in the middle of their buffers, and one without rows, are written as their rows are."""
    records = list(made_records(random.Random(5)))  # noqa: S311 - values, not secrets
    whole = to_arrow(next(batches(records, len(records))))
    for begin, end in ((0, 0), (13, 700), (701, 1001)):
        part: Batches = {**whole, "spine": whole["spine"].slice(begin, end - begin)}
        for kind, rows in part.items():
            if kind != "spine":
                seqs = rows["seq"].to_pylist()
                first = sum(seq < begin for seq in seqs)
                part[kind] = rows.slice(first, sum(begin <= seq < end for seq in seqs))
        assert joined(columns.ndjson(part)) == as_ndjson(records[begin:end])
        assert joined(columns.csv(part)) == as_csv(records[begin:end])[len(columns.csv_header()) :]


def test_no_field_has_the_name_of_a_column() -> None:
    """A flat row has room for every field: but for the ids, which mean the same, none is named as a spine's column."""
    for kind, declaration in all_kinds().items():
        names = {field.name for field in declaration.declared()}
        assert names & {*SPINE, "fields"} <= {"mid", "icid", "dcid"}, kind


def test_what_is_read_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the C writer reads lives while it reads, also where the cache keeps none: of two threads' it keeps one."""
    found = [to_arrow(batch) for batch in batches(read_records(find_sources([ROOT / "sample_logs"])), 200)]
    expected = [b"".join(columns.ndjson(batch)) for batch in found]
    monkeypatch.setattr(columns, "_plan", columns._plan.__wrapped__)
    assert [b"".join(columns.ndjson(batch)) for batch in found] == expected
