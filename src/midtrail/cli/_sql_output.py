"""What `midtrail sql` writes, in each of its formats."""

import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from midtrail.cli import _common
from midtrail.cli._formats import SqlFormat as Format
from midtrail.errors import UsageError
from midtrail.formats import dumps, rows_to_csv
from midtrail.formats.cells import rows_of
from midtrail.questions.answer import Answer
from midtrail.questions.schema import ABOUT, Column, Table, chosen, tables
from midtrail.questions.sql import checked
from midtrail.views.grid import Heading, print_grid


def check(query: str, format_: Format, output: Path | None) -> None:
    """Raise UsageError, before any file is read, for a query that may not run or Parquet with no file to go to."""
    with duckdb.connect() as connection:
        checked(connection, query)
    if format_ is Format.parquet and (output is None or str(output) == "-"):
        raise UsageError("--format parquet writes a file: name it with -o FILE")


def write_answer(answer: Answer, format_: Format, shown: int, file: IO[str]) -> None:
    """Write the rows of an answer as they come; a table shows the first `shown` of them."""
    if format_ is Format.table:
        _write_table(answer, shown, file)
    elif format_ is Format.json:
        file.writelines(_common.safe_json((dumps(row) + "\n" for row in _rows(answer)), file))
    elif format_ is Format.csv:
        file.writelines(_common.safe(rows_to_csv(_rows(answer), answer.schema.names), file))
    else:
        _write_parquet(answer, file)


def _rows(answer: Answer) -> Iterator[dict[str, Any]]:
    for batch in answer.batches():
        yield from rows_of(batch)


def _write_table(answer: Answer, shown: int, file: IO[str]) -> None:
    rows: list[list[str | None]] = []
    left_out = 0
    for batch in answer.batches():
        taken = batch.slice(0, shown - len(rows))
        rows += [[_cell(value) for value in row.values()] for row in rows_of(taken)]
        left_out += batch.num_rows - taken.num_rows
    print_grid([_heading(field) for field in answer.schema], rows, left_out, file)


def _cell(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else dumps(value)


def _heading(field: pa.Field) -> Heading:
    number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
    number = number or pa.types.is_decimal(field.type)
    return Heading(field.name, whole=number or pa.types.is_temporal(field.type), right=number)


def _write_parquet(answer: Answer, file: IO[str]) -> None:
    try:
        with pq.ParquetWriter(file.buffer, answer.schema, compression="zstd") as writer:  # type: ignore[attr-defined]  # a text file over a real one
            for batch in answer.batches():
                writer.write_batch(batch)
    except pa.ArrowException as error:
        raise UsageError(f"Parquet does not take these columns: {error}; cast them to VARCHAR") from error


def write_schema(names: list[str], format_: Format, file: IO[str]) -> None:
    """Write the tables that a query may read: those named, or all. Raises UsageError for an unknown name."""
    found = chosen(names) if names else list(tables().values())
    if format_ is Format.json:
        file.writelines(dumps(_object(table)) + "\n" for table in found)
    elif format_ is Format.csv:
        rows = ({"table": table.name, **column._asdict()} for table in found for column in table.columns)
        file.writelines(rows_to_csv(rows, ("table", *Column._fields)))
    elif format_ is Format.table:
        width = shutil.get_terminal_size().columns
        file.writelines(f"{line}\n" for line in _told(found, width, in_full=bool(names)))
    else:
        raise UsageError(f"--schema has no {format_}: take table, json or csv")


def _object(table: Table) -> dict[str, Any]:
    return {**table._asdict(), "columns": [column._asdict() for column in table.columns]}


def _told(found: list[Table], width: int, *, in_full: bool) -> Iterator[str]:
    for at, table in enumerate(table for table in found if in_full or table.name in ABOUT):
        if at:
            yield ""
        yield from _hanging(f"{table.name}  ", table.about, width)
        names = max(len(column.name) for column in table.columns)
        types = max(len(_short(column.type)) for column in table.columns)
        for column in table.columns:
            head = f"  {column.name:<{names}}  {_short(column.type):<{types}}  "
            yield from _hanging(head, column.meaning, width)
    if not in_full:
        yield ""
        yield from _hanging("", _KINDS, width)
        yield ""
        for table in found:
            if table.name not in ABOUT:
                yield from _hanging(f"  {table.name:<32}  ", table.about, width)


_KINDS = (
    "One table a kind of line: seq, the spine's key, and the kind's fields; "
    "`midtrail sql --schema KIND` tells them, `midtrail kinds KIND` shows sample lines."
)


def _short(kind: str) -> str:
    """Return a type without the fields of its structs, and TIMESTAMP WITH TIME ZONE by its other name."""
    kind = kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
    before, found, _ = kind.partition("STRUCT(")
    return f"{before}STRUCT[]" if found else kind


def _hanging(head: str, text: str, width: int) -> list[str]:
    """Return a text behind its head, broken at the width and set in below itself."""
    room = max(24, width - len(head))
    first, *more = textwrap.wrap(text, room) or [""]
    return [head + first, *(" " * len(head) + line for line in more)]
