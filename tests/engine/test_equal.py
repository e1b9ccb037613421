"""The compiled engine reads what Lark reads: every table, every field, whatever the lines."""

import random
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from midtrail.engine import read_arrow, reading
from midtrail.engine.kernel import kernel
from midtrail.events import all_kinds
from midtrail.lines import ReadOptions, find_sources
from midtrail.parse import batches, read_records
from midtrail.simulate import LOGS, Framing, Plan, write
from midtrail.tables import Batches, to_arrow

ROOT = Path(__file__).parent.parent.parent
CORPUS = ROOT.parent / "shared" / "lines"
MUTATED = 100_000
STAMP = b"Mon Sep 13 23:25:07 2021 Info: "
pytestmark = pytest.mark.skipif(kernel() is None, reason="the kernel was not built")


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kernel read files of any size."""
    monkeypatch.setattr(reading, "WORTH_IT", 0)


def tables(found: Iterable[Batches]) -> dict[str, pa.Table]:
    """Return batches as tables without codes, so that equal values are equal."""
    chunks: dict[str, list[pa.RecordBatch]] = {}
    for batch in found:
        for name, rows in batch.items():
            chunks.setdefault(name, []).append(rows)
    return {name: plain(pa.Table.from_batches(rows)) for name, rows in chunks.items()}


def plain(table: pa.Table) -> pa.Table:
    """Return a table whose words are texts."""
    columns = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in table.unify_dictionaries().columns
    ]
    return pa.table([column.combine_chunks() for column in columns], names=table.column_names)


def compare(path: Path, options: ReadOptions | None = None) -> int:
    """Check that both engines give the same of a file or folder, print what was left to Lark, return the lines."""
    files = find_sources([path])
    expected = tables(map(to_arrow, batches(read_records(files, options))))
    left: list[int] = []
    found = tables(read_arrow(files, options, on_left=left.append))
    assert found.keys() == expected.keys()
    for name, table in expected.items():
        assert found[name].schema == table.schema
        for column in table.column_names:
            assert found[name][column].equals(table[column]), f"{name}.{column}"
    lines = expected["spine"].num_rows if expected else 0
    print(f"{path.name}: {sum(left)} of {lines} lines were left to Lark")  # noqa: T201 - told where tests are read
    return lines


def compare_bytes(folder: Path, data: bytes, options: ReadOptions | None = None) -> int:
    """Compare the engines on made-up bytes."""
    file = folder / "made.log"
    file.write_bytes(data)
    return compare(file, options)


def samples() -> list[bytes]:
    """Return the lines of all declarations."""
    kinds = all_kinds().values()
    return [sample.encode() for kind in kinds for sample in (kind.sample, *kind.also) if sample]


def damaged(dice: random.Random, line: bytes, other: bytes) -> bytes:
    """Return a line with at most two damages."""
    pieces = (
        b"'",
        b'"',
        b"<",
        b">",
        b"\\",
        b"\\x41",
        b"\r",
        b"\0",
        b"\xff",
        "é€😀".encode(),
        b" ",
        b"  ",
        b". ",
        b"]",
        b")",
    )
    for _ in range(dice.randint(0, 2)):
        at, to = sorted((dice.randrange(len(line) + 1), dice.randrange(len(line) + 1)))
        line = dice.choice(
            (
                line[:at] + bytes((dice.randrange(256),)) + line[at + 1 :],
                line[:at] + line[to:],
                line[:to] + line[at:to] + line[to:],
                line[:at] + other[dice.randrange(len(other)) :],
                line[:at] + dice.choice(pieces) + line[at:],
            )
        )
    return line.replace(b"\n", b" ")


def test_sample_logs() -> None:
    """All of the sample logs, and the corpus where it is there."""
    assert compare(ROOT / "sample_logs")
    if CORPUS.is_dir():
        assert compare(CORPUS)


@pytest.mark.parametrize("framing", list(Framing))
@pytest.mark.parametrize("gzip", [False, True])
def test_simulated(framing: Framing, tmp_path: Path, *, gzip: bool) -> None:
    """Archives of several appliances, their counters reset, in each framing."""
    write(
        Plan(messages=400, seed=3, appliances=2, resets=True, framing=framing, gzip=gzip), tmp_path / "made"
    )
    assert compare(tmp_path / "made" / LOGS)
    assert compare(tmp_path / "made" / LOGS, ReadOptions(tz="Europe/Zurich", host="mx"))


def test_damaged_lines(tmp_path: Path) -> None:
    """100,000 damaged lines of all kinds, with and without framing."""
    dice = random.Random(640962)  # noqa: S311 - damage, not secrets
    lines = samples()
    made = [damaged(dice, dice.choice(lines), dice.choice(lines)) for _ in range(MUTATED)]
    heads = (
        STAMP,
        STAMP,
        STAMP,
        b"<22>Sep 13 23:25:07 esa01 mail_logs: Info: ",
        b"Info: ",
        b"",
        b"<22>Sep 13 1:2:3 esa amp: Info: ",
    )
    data = b"".join(dice.choice(heads) + line + dice.choice((b"\n", b"\n", b"\r\n")) for line in made)
    assert compare_bytes(tmp_path, data) == MUTATED


def test_random_bytes(tmp_path: Path) -> None:
    """Bytes without any sense, and lines that begin well and end so."""
    dice = random.Random(7)  # noqa: S311 - noise, not secrets
    compare_bytes(tmp_path, dice.randbytes(300_000))
    lines = [STAMP + dice.choice(samples())[: dice.randrange(60)] + dice.randbytes(40) for _ in range(3000)]
    compare_bytes(tmp_path, b"\n".join(lines))


def test_times_and_turns(tmp_path: Path) -> None:
    """Summer time, the turn of a year, clocks that do not exist, headers of another appliance in between."""
    stamps = [
        f"<22>{month} {day:2} {hour:02}:{minute:02}:{second:02} esa{host} mail_logs: Info: MID {day} queued for delivery\n"
        for month, day in (
            ("Mar", 28),
            ("Oct", 31),
            ("Dec", 31),
            ("Jan", 1),
            ("Feb", 29),
            ("Feb", 30),
            ("Oct", 31),
        )
        for hour, minute, second in (
            (0, 59, 59),
            (1, 0, 0),
            (1, 59, 59),
            (2, 14, 59),
            (2, 15, 0),
            (3, 0, 0),
            (24, 0, 0),
            (23, 60, 1),
        )
        for host in (1, 2)
    ]
    data = "".join(stamps).encode()
    assert compare_bytes(tmp_path, data, ReadOptions(tz="Europe/Zurich", year=2021)) == len(stamps)
    header = b"Info: Version: 14.0.1-033 SN: 564D%d-7\nMon Sep 13 23:25:09 2021 Info: Time offset from UTC: %d seconds\n"
    turns = b"".join(
        b"Mon Sep 13 23:25:08 2021 Info: Begin Logfile\nMon Sep 13 23:25:08 2021 " + header % (n, 3600 * n)
        + STAMP + b"MID %d queued for delivery\n" % n
        for n in range(5)
    )  # fmt: skip
    assert compare_bytes(tmp_path, turns) == 20


def test_odd_lines(tmp_path: Path) -> None:
    """Blank lines, continuations, NULs, lone CRs, a byte order mark, ids that overflow, no line end at the last."""
    odd = [
        b"\xef\xbb\xbf" + STAMP + b"MID 1 queued for delivery", b"", b"   ", b"\x0b", STAMP + b"MID 2 Subject 'open", b" rest'",
        b"MID 3 queued for delivery", STAMP + b"no such line", b"goes on", b"", b"and on", STAMP, STAMP.rstrip(),
        STAMP + b"MID 999999999999999999 queued for delivery", STAMP + b"MID 9999999999999999999 queued for delivery",
        STAMP + b"   MID 4 queued for delivery   ", STAMP + b"MID 5\0queued", STAMP + b"MID 6 queued\rfor delivery", b"\r",
        STAMP + b"MID 7 Subject '\\xc3\\xa9 \\xff'", STAMP + b"MID 8 Subject 'it isn't'", STAMP + b'MID 9 Subject ""',
        STAMP + b"MID 10 ICID 1 From: <>", STAMP + "MID 11 Subject 'é😀\U0010ff80'".encode(), STAMP + b"MID 12 Subject '\xe9'",
    ]  # fmt: skip
    assert compare_bytes(tmp_path, b"\n".join(odd)) == len(odd)
    assert compare_bytes(tmp_path, b"\r\n".join(odd) + b"\r\n") == len(odd)
    assert compare_bytes(tmp_path, b"") == 0


@pytest.mark.parametrize(
    "piece", [b"'", b" ", b"\\'", b"', filename: ", b" to ", b"\\x41", "é".encode(), b". Reason: "]
)
def test_hostile_repetition(piece: bytes, tmp_path: Path) -> None:
    """Lines made to be slow: what some terminal waits for, again and again, behind each kind's beginning."""
    beginnings = {
        line[: at + 1]
        for line in samples()
        for at in range(8, min(len(line), 80))
        if line[at : at + 1] in b" '\"<"
    }
    lines = [STAMP + begun + piece * 40 for begun in sorted(beginnings)[::7]]
    lines += [STAMP + b"MID 1 Subject '" + piece * (1_000_000 // len(piece)), STAMP + piece * 10_000]
    compare_bytes(tmp_path, b"\n".join(lines))


def test_chunk_borders_at_every_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the blocks and chunks of a small file are cut, it reads the same."""
    lines = [STAMP + line for line in samples()[::40]] + [
        b"",
        b" rest",
        STAMP + b"unknown",
        b"goes on",
        b"\xff",
    ]
    data = b"\r\n".join(lines)
    expected = None
    for size in range(1, len(data), 37):
        monkeypatch.setattr("midtrail.lines.parts.CHUNK", size)
        monkeypatch.setattr("midtrail.engine.chunks.ROWS", 1 + size % 5)
        file = tmp_path / "small.log"
        file.write_bytes(data)
        found = tables(read_arrow(find_sources([file])))
        expected = expected or tables(map(to_arrow, batches(read_records(find_sources([file])))))
        assert found.keys() == expected.keys()
        assert all(found[name].equals(table) for name, table in expected.items()), size


def test_small_input_is_read_by_lark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file never loads the kernel, and none is needed at all."""
    monkeypatch.setattr(reading, "WORTH_IT", 1 << 20)
    monkeypatch.setattr(reading, "kernel", lambda: pytest.fail("the kernel was asked for"))
    file = tmp_path / "small.log"
    file.write_bytes(STAMP + b"MID 1 queued for delivery\n")
    assert tables(read_arrow(find_sources([file])))["spine"].num_rows == 1
