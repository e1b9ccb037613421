"""Records as wire formats: pure functions, no files."""

from typing import TYPE_CHECKING

from midtrail.lazily import names_of

if TYPE_CHECKING:
    from midtrail.formats.csv import rows_to_csv, safe_cell
    from midtrail.formats.ndjson import dumps
    from midtrail.formats.rows import fields_of, flat
    from midtrail.formats.times import iso, iso_instant

__all__ = ["dumps", "fields_of", "flat", "iso", "iso_instant", "rows_to_csv", "safe_cell"]

__getattr__ = names_of(
    __name__,
    {
        "dumps": "ndjson",
        "fields_of": "rows",
        "flat": "rows",
        "iso": "times",
        "iso_instant": "times",
        "rows_to_csv": "csv",
        "safe_cell": "csv",
    },
)
