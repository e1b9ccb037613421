"""Records as wire formats: pure functions, no files."""

from midtrail.formats.csv import rows_to_csv, safe_cell
from midtrail.formats.ndjson import dumps
from midtrail.formats.rows import fields_of, flat
from midtrail.formats.times import iso, iso_instant

__all__ = ["dumps", "fields_of", "flat", "iso", "iso_instant", "rows_to_csv", "safe_cell"]
