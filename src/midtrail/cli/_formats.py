"""The formats of the verbs, and other choices that they offer: what the help needs is loaded at once, so no more."""

from enum import StrEnum


class ParseFormat(StrEnum):
    """The formats of `parse`."""

    ndjson = "ndjson"
    csv = "csv"
    parquet = "parquet"


class TrackFormat(StrEnum):
    """The formats of `track`."""

    table = "table"
    json = "json"
    csv = "csv"
    text = "text"
    page = "page"
    html = "html"
    parquet = "parquet"


class SearchFormat(StrEnum):
    """The formats of `search`."""

    table = "table"
    json = "json"
    csv = "csv"


class SqlFormat(StrEnum):
    """The formats of `sql`."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class CoverageFormat(StrEnum):
    """The formats of `coverage`."""

    table = "table"
    json = "json"


class GapsFormat(StrEnum):
    """The formats of `gaps`."""

    table = "table"
    json = "json"
    csv = "csv"


class FilesOrder(StrEnum):
    """The orders in which `simulate --check` reads files: those of `midtrail.simulate.Order`."""

    written = "written"
    reversed = "reversed"
    shuffled = "shuffled"
    twice = "twice"
    cut = "cut"
