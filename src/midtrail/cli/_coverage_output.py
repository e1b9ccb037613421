"""What `midtrail coverage` writes."""

import shutil
import sys
from typing import IO

from midtrail.cli import _common
from midtrail.cli._formats import CoverageFormat as Format
from midtrail.formats import dumps
from midtrail.questions.coverage import Coverage
from midtrail.views import plain


def write(found: Coverage, format_: Format, file: IO[str]) -> None:
    """Write what was read, as tables that fit the terminal or as one object of JSON."""
    if format_ is Format.json:
        file.writelines(_common.safe_json([dumps(plain(found.row())) + "\n"], file))
        return
    width = shutil.get_terminal_size().columns if file.isatty() else None
    file.writelines(line + "\n" for line in found.text(width))


def tell_if_under(found: Coverage, percent: float) -> bool:
    """Say on stderr where less is recognised than was asked for; tells whether it is."""
    total = found.total
    told = total.events + total.headers + total.unrecognised
    known = told - total.unrecognised
    if known * 100 >= percent * told:
        return False
    share = f"{100 * total.recognised:.4f}".rstrip("0").rstrip(".")
    print(
        f"midtrail: {share} % of the lines with text are recognised ({known} of {told}), less than --fail-under {percent:g}",
        file=sys.stderr,
    )
    return True
