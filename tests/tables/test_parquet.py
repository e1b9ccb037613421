"""Batches as Parquet: rows of rare kinds wait for others, and none is lost."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from midtrail.tables import SPINE_SCHEMA, SPINE_TABLE, Batches, kind_schema, parquet

LINES = 40


def _batches() -> list[Batches]:
    """Return one batch a line, each with words of its own."""
    return [
        {
            SPINE_TABLE: _batch(
                SPINE_SCHEMA, seq=seq, source="a.log", line_no=seq + 1, offset=0, kind="x", text="y"
            ),
            "antispam_verdict": _batch(kind_schema("antispam_verdict"), seq=seq, verdict=f"word {seq % 7}"),
            "subject_header": _batch(kind_schema("subject_header"), seq=seq, subject="s" * 1000),
        }
        for seq in range(LINES)
    ]


def _batch(schema: pa.Schema, **values: object) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array([values.get(field.name)], field.type) for field in schema], schema=schema
    )


def test_rows_of_rare_kinds_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many batches a rare kind's rows come in, they are one row group, with their words, in order."""
    monkeypatch.setattr(parquet, "_BYTES", 1)
    assert parquet.write_parquet(_batches(), tmp_path) == LINES
    verdicts = pq.read_table(tmp_path / "antispam_verdict.parquet")
    assert verdicts["seq"].to_pylist() == list(range(LINES))
    assert verdicts["verdict"].to_pylist() == [f"word {seq % 7}" for seq in range(LINES)]
    assert verdicts.schema.equals(kind_schema("antispam_verdict"))
    assert pq.ParquetFile(tmp_path / "antispam_verdict.parquet").metadata.num_row_groups == 1


def test_few_rows_that_take_much_memory_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rare kind whose texts are long does not wait until its rows are many."""
    monkeypatch.setattr(parquet, "_BYTES", 1)
    monkeypatch.setattr(parquet, "_MANY", 16)
    monkeypatch.setattr(parquet, "_MUCH", 10_000)
    parquet.write_parquet(_batches(), tmp_path)
    file = pq.ParquetFile(tmp_path / "subject_header.parquet")
    assert [file.metadata.row_group(at).num_rows for at in range(file.metadata.num_row_groups)] == [16, 16, 8]
    assert file.read()["seq"].to_pylist() == list(range(LINES))
    assert file.read()["subject"].to_pylist() == ["s" * 1000] * LINES
