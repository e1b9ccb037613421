"""What the tests of the engine share: both engines on the same bytes, and lines of all kinds."""

import os
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from midtrail.engine import read_arrow
from midtrail.engine.kernel import kernel
from midtrail.events import all_kinds
from midtrail.lines import ReadOptions, find_sources
from midtrail.parse import batches, read_records
from midtrail.tables import Batches, to_arrow


class Engines:
    """Lark and the compiled engine on the same input."""

    STAMP = b"Mon Sep 13 23:25:07 2021 Info: "

    def __init__(self, folder: Path) -> None:
        """Write what is made up into `folder`."""
        self._file = folder / "made.log"

    @staticmethod
    def samples() -> list[bytes]:
        """Return the lines of all declarations."""
        kinds = all_kinds().values()
        return [sample.encode() for kind in kinds for sample in (kind.sample, *kind.also) if sample]

    @staticmethod
    def times(name: str, usual: int) -> int:
        """Return how many times a test is to do its work: `usual`, or what the environment says by that name."""
        return int(os.environ.get(name, usual))

    @staticmethod
    def tables(found: Iterable[Batches]) -> dict[str, pa.Table]:
        """Return batches as tables without codes, so that equal values are equal."""
        chunks: dict[str, list[pa.RecordBatch]] = {}
        for batch in found:
            for name, rows in batch.items():
                chunks.setdefault(name, []).append(rows)
        return {name: _plain(pa.Table.from_batches(rows)) for name, rows in chunks.items()}

    def by_lark(self, path: Path, options: ReadOptions | None = None) -> dict[str, pa.Table]:
        """Return what Lark reads of a file or folder."""
        return self.tables(map(to_arrow, batches(read_records(find_sources([path]), options))))

    def compare(self, path: Path, options: ReadOptions | None = None) -> int:
        """Check that both give the same of a file or folder, print what was left to Lark, return the lines."""
        left: list[int] = []
        expected = self.by_lark(path, options)
        found = self.tables(read_arrow(find_sources([path]), options, on_left=left.append))
        difference = _difference(found, expected)
        assert not difference, difference
        lines: int = expected["spine"].num_rows if expected else 0
        print(f"{path.name}: {sum(left):,} of {lines:,} lines were left to Lark")  # noqa: T201 - told where tests are read
        return lines

    def compare_bytes(self, data: bytes, options: ReadOptions | None = None) -> int:
        """Compare the engines on made-up bytes."""
        self._file.write_bytes(data)
        return self.compare(self._file, options)

    def compare_lines(self, lines: Iterable[bytes]) -> int:
        """Compare the engines on lines of the appliance's own framing, which are given without it."""
        return self.compare_bytes(b"".join(self.STAMP + line + b"\n" for line in lines))


def _plain(table: pa.Table) -> pa.Table:
    """Return a table whose words are texts."""
    columns = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in table.unify_dictionaries().columns
    ]
    return pa.table([column.combine_chunks() for column in columns], names=table.column_names)


def _difference(found: dict[str, pa.Table], expected: dict[str, pa.Table]) -> str:
    """Return in words the first difference, with the line; nothing where there is none."""
    if found.keys() != expected.keys():
        return f"tables differ: {found.keys() ^ expected.keys()}"
    for name, table in expected.items():
        if found[name].schema != table.schema:
            return f"the columns of {name} differ: {found[name].schema} is not {table.schema}"
        for column in table.column_names:
            if not found[name][column].equals(table[column]):
                return _told(name, column, found, expected)
    return ""


def _told(name: str, column: str, found: dict[str, pa.Table], expected: dict[str, pa.Table]) -> str:
    """Return where two columns differ first."""
    pairs = zip(found[name][column].to_pylist(), expected[name][column].to_pylist(), strict=False)
    row = next((row for row, (one, other) in enumerate(pairs) if one != other), None)
    if row is None:
        return f"{name} has {found[name].num_rows} rows, not {expected[name].num_rows}"
    seq = expected[name]["seq"][row].as_py()
    line = expected["spine"]["text"][seq].as_py()
    return (
        f"{name}.{column}: {found[name][column][row]} is not {expected[name][column][row]} in {line[:500]!r}"
    )


@pytest.fixture
def engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engines:
    """Give both engines, the compiled one for files of any size."""
    if kernel() is None:
        pytest.skip("the kernel was not built")
    monkeypatch.setattr("midtrail.lines.sources.LARGE", 0)
    return Engines(tmp_path)
