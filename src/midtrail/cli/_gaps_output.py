"""What `midtrail gaps` writes, in each of its formats."""

from typing import IO

from midtrail.cli import _common
from midtrail.cli._formats import GapsFormat as Format
from midtrail.formats import dumps, rows_to_csv
from midtrail.questions.gaps import COLUMNS, Gaps
from midtrail.views import Clock, print_gaps


def write_table(gaps: Gaps, file: IO[str], clock: Clock, *, all_: bool, plain: bool) -> None:
    """Write the report for people."""
    print_gaps(gaps, file, clock, all_=all_, plain=plain)


def write_rows(gaps: Gaps, format_: Format, file: IO[str]) -> None:
    """Write one JSON object or one row of CSV a finding, normal ones too."""
    if format_ is Format.json:
        file.writelines(_common.safe_json((dumps(row) + "\n" for row in gaps.rows()), file))
    else:
        file.writelines(_common.safe(rows_to_csv(gaps.rows(), COLUMNS), file))
