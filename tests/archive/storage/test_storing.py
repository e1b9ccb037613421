"""Columns are encoded by what their values are like, and read as they were written."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from midtrail.archive import prefixes, storing, tables

_ROWS = 3_000
_NUMBERS = list(range(_ROWS))
_TEXTS = [f"{number}@example.com" for number in _NUMBERS]
_WORDS = [f"word {number % 7}" for number in _NUMBERS]
_TIMES = pa.array([number * 1_000_000 for number in _NUMBERS], pa.timestamp("us", tz="UTC"))


def _rows() -> pa.Table:
    listed = [[{"text": text, "number": number}] for text, number in zip(_TEXTS, _NUMBERS, strict=True)]
    return pa.table(
        {
            "mid": pa.array(_NUMBERS),
            "icid": pa.array(_NUMBERS),
            "form": pa.array(_NUMBERS, pa.int32()),
            "text": pa.array(_TEXTS),
            "word": pa.array(_WORDS),
            "started_at": _TIMES,
            "last_event_at": _TIMES,
            "listed": pa.array(listed),
            "told": pa.array(
                [[(word, text)] for word, text in zip(_WORDS, _TEXTS, strict=True)],
                pa.map_(pa.string(), pa.string()),
            ),
            "at": pa.array([[time] for time in _TIMES.to_pylist()], pa.list_(_TIMES.type)),
            "nothing": pa.nulls(_ROWS, pa.string()),
        }
    )


def test_encodings() -> None:
    """Words get a dictionary, texts that differ none; numbers that rise their differences, others byte by byte."""
    assert storing.encodings(_rows()) == {
        "use_dictionary": ["form", "word", "told.key_value.key"],
        "column_encoding": {
            "mid": "DELTA_BINARY_PACKED",
            "icid": "BYTE_STREAM_SPLIT",
            "started_at": "DELTA_BINARY_PACKED",
            "last_event_at": "PLAIN",
            "listed.list.element.number": "BYTE_STREAM_SPLIT",
            "at.list.element": "PLAIN",
        },
    }


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Both ways of writing a table give the same rows back, encoded as is told."""
    rows = _rows()
    own = storing.write(tmp_path, rows, storing.Layout(("mid",)))
    kept = tables.written(tmp_path, rows, ("mid",))
    for file in (own, kept):
        assert pq.read_table(tmp_path / file.name).cast(rows.schema) == rows
        assert (file.rows, file.least, file.greatest) == (_ROWS, {"mid": 0}, {"mid": _ROWS - 1})
        group = pq.read_metadata(tmp_path / file.name).row_group(0)
        found = {
            group.column(at).path_in_schema: group.column(at).encodings for at in range(group.num_columns)
        }
        assert "RLE_DICTIONARY" in found["word"]
        assert "RLE_DICTIONARY" not in found["text"]
        assert "BYTE_STREAM_SPLIT" in found["listed.list.element.number"]


def test_clocks_of_a_day() -> None:
    """A template and a time give the clock of each second of a day."""
    seconds = range(86_400)
    templates = pa.array(["<\x013600\x02>"] * len(seconds)).dictionary_encode()
    found = prefixes.print_prefixes(templates, pa.array([second * 1_000_000 for second in seconds]))
    shown = [(second + 3600) % 86_400 for second in seconds]
    assert found.to_pylist() == [f"<{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}>" for at in shown]
