"""Wherever the input is cut into blocks and chunks, it reads the same."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from midtrail.engine import read_arrow
from midtrail.lines import find_sources

if TYPE_CHECKING:
    from tests.engine.conftest import Engines

BLOCK = "midtrail.lines.parts.CHUNK"
"""How many bytes are taken from a source at once."""
ROWS = "midtrail.engine.chunks.ROWS"
"""How many lines a chunk holds at most."""


def small_log(stamp: bytes) -> bytes:
    """Return a log with what may be cut: header, continuations, blank and unknown lines, characters, line ends."""
    lines = (
        stamp + b"Begin Logfile", stamp + b"Time offset from UTC: 7200 seconds", stamp + b"MID 1 Subject 'a\\xc3\\xa9'",
        stamp + "MID 2 Subject 'é€😀".encode(), b" rest'", b"", stamp + b"unknown", b"goes on",
        b"<22>Sep 13 23:25:07 esa01 mail_logs: Info: MID 3 queued for delivery", b"\xff", stamp + b"MID 4 ready 5 bytes from <a@example.com>",
    )  # fmt: skip
    return b"\r\n".join(lines)


def test_blocks_at_every_byte(engines: "Engines", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 1, 2, 3 … bytes, so that a border stands at each byte of a small file."""
    file = tmp_path / "small.log"
    file.write_bytes(small_log(engines.STAMP))
    expected = engines.by_lark(file)
    for size in range(1, file.stat().st_size + 1):
        monkeypatch.setattr(BLOCK, size)
        assert engines.tables(read_arrow(find_sources([file]))) == expected, size


@pytest.mark.parametrize("rows", range(1, 12))
def test_chunks_at_every_line(
    rows: int, engines: "Engines", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks of a few lines, so that a border stands before each line; as many come as there must be."""
    file = tmp_path / "small.log"
    file.write_bytes(small_log(engines.STAMP))
    expected = engines.by_lark(file)
    monkeypatch.setattr(ROWS, rows)
    for size in (1 << 20, 64, 7):
        monkeypatch.setattr(BLOCK, size)
        found = list(read_arrow(find_sources([file])))
        assert max(batch["spine"].num_rows for batch in found) <= rows
        assert engines.tables(found) == expected


def test_columns_outgrow_the_chunk_before(engines: "Engines", monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns begin as large as they were for the chunk before: one that has more, or longer, of all kinds reads the same."""
    samples = engines.samples()
    rids = b"[" + b", ".join(b"%d" % rid for rid in range(700)) + b"]"
    long = [
        b"MID 1 Subject '%b'" % (b"a\\xc3\\xa9 " * 900),
        b"Message done DCID 7 MID 1 to RID " + rids,
        b"MID 1 ICID 2 From: <%b@example.com>" % (b"x" * 9000),
    ]
    few, many = [samples[0]] * 2999, (samples * 9 + long * 50)[:2990] + long * 3
    monkeypatch.setattr(ROWS, 3000)
    lines = [*few, *many, *few, *samples, *many, *long * 40]
    assert engines.compare_lines(lines) == len(lines)
