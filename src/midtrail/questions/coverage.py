"""What of a log was read: lines, events, and what was not recognised, where and of which shape. The counts add up."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from duckdb import DuckDBPyConnection

from midtrail.engine import read_arrow, survey_for
from midtrail.lines import Problem, ReadOptions, SourceFile, rewindable
from midtrail.questions import _coverage_text
from midtrail.questions.shapes import Shape, Shapes
from midtrail.tables import SPINE_TABLE, Batches, Store

NOT_TOLD = ""
"""The key of lines whose appliance or version the log does not tell: no name is empty."""
_COLUMNS = {
    "blank": "blank",
    "continuation": "continuation",
    "unrecognised": "unrecognised",
    "logfile_begun": "headers",
    "logfile_version": "headers",
    "logfile_utc_offset": "headers",
}
_CHUNK = 20_000
_IN_MEMORY = 128 << 20  # bytes of input up to which what is counted is kept in memory
_COUNTED_BY = ("seq", "source", "line_no", "host", "kind")


class Counts(NamedTuple):
    """How many lines there are, and what became of them; `lines` is the sum of all others."""

    lines: int = 0
    events: int = 0
    headers: int = 0
    blank: int = 0
    continuation: int = 0
    unrecognised: int = 0

    @property
    def recognised(self) -> float:
        """The share of the lines with text that the grammar knows, from 0 to 1; 1 where there are none."""
        told = self.events + self.headers + self.unrecognised
        return 1.0 if told == 0 else 1 - self.unrecognised / told


class Coverage(NamedTuple):
    """The counts of a log in total and by file, appliance and AsyncOS version; its kinds, its unknown lines.

    Each of `files`, `appliances` and `versions` adds up to `total`; what the log does not tell has the key "".
    `kinds` holds how many lines each kind has, the most frequent first; `unknown` the shapes of the unknown
    lines, `unknown_others` how many more lines are of shapes that were not kept apart. `orphans` is what does
    not hang together, by sort; None where nobody looked.
    """

    total: Counts
    files: dict[str, Counts]
    appliances: dict[str, Counts]
    versions: dict[str, Counts]
    kinds: dict[str, int]
    unknown: list[Shape]
    unknown_others: int
    orphans: dict[str, int] | None

    def __str__(self) -> str:
        """Return it as tables for people."""
        return "\n".join(_coverage_text.lines(self))

    def text(self, width: int | None = None) -> Iterator[str]:
        """Yield the lines of the tables, no longer than `width`; None cuts nothing."""
        return _coverage_text.lines(self, width)

    def row(self) -> dict[str, Any]:
        """Return it as the object that `midtrail coverage --format json` prints."""
        by = {
            name: {key: counts._asdict() for key, counts in getattr(self, name).items()}
            for name in ("files", "appliances", "versions")
        }
        return {
            "total": self.total._asdict(),
            "recognised_percent": round(100 * self.total.recognised, 6),
            **by,
            "kinds": self.kinds,
            "unknown": [{name: getattr(shape, name) for name in Shape.__slots__} for shape in self.unknown],
            "unknown_others": self.unknown_others,
            "orphans": self.orphans,
        }


# A version holds from its header on, and before the first header of a source; where a source tells none, that of
# the appliance's other files does.
_COUNTED = """
WITH headers AS (
    SELECT source, coalesce(host, '') AS host, seq, version
    FROM logfile_version JOIN spine USING (seq)
),
several AS (
    SELECT source, host, arg_min(version, seq) AS first_version FROM headers
    GROUP BY source, host HAVING min(version) <> max(version)
),
told AS (
    SELECT source, coalesce(host, '') AS host, min(version) AS version FROM clocks GROUP BY ALL
),
counted AS (
    SELECT source, coalesce(host, '') AS host, kind, min(seq) AS first, count(*) AS lines
    FROM spine GROUP BY ALL
),
changing AS (
    SELECT spine.source, coalesce(spine.host, '') AS host, kind, seq
    FROM spine JOIN several ON several.source = spine.source AND several.host = coalesce(spine.host, '')
)
SELECT source, host, coalesce(told.version, ''), kind, first, lines
FROM counted ANTI JOIN several USING (source, host) LEFT JOIN told USING (source, host)
UNION ALL
SELECT changing.source, changing.host, coalesce(headers.version, first_version), kind, min(changing.seq), count(*)
FROM changing
JOIN several USING (source, host)
ASOF LEFT JOIN headers
    ON headers.source = changing.source AND headers.host = changing.host AND headers.seq <= changing.seq
GROUP BY ALL
ORDER BY first
"""

_UNKNOWN = """
SELECT seq, text, source, line_no, nearest FROM unrecognised JOIN spine USING (seq)
WHERE seq > ? ORDER BY seq LIMIT ?
"""


def coverage(connection: DuckDBPyConnection, orphans: dict[str, int] | None = None) -> Coverage:
    """Return what of a log was read; `orphans` is what tracking found to lack an end.

    Reads spine, unrecognised, logfile_version and clocks, none of what tracking makes.
    """
    rows = connection.execute(_COUNTED).fetchall()
    sources = connection.execute("SELECT DISTINCT source FROM clocks ORDER BY source").fetchall()
    read = {source for source, *_ in rows}
    kinds: Counter[str] = Counter()
    for *_, kind, _first, lines in rows:
        kinds[kind] += lines
    shapes = Shapes()
    for text, source, line_no, nearest in _unknown(connection):
        shapes.add(text, source, line_no, nearest)
    total = _summed((("", kind, lines) for kind, lines in kinds.items())).get("", Counts())
    return Coverage(
        total,
        _by(rows, 0) | {source: Counts() for (source,) in sources if source not in read},
        _sorted(_by(rows, 1)),
        _sorted(_by(rows, 2)),
        dict(kinds.most_common()),
        list(shapes),
        shapes.others,
        orphans,
    )


def read_coverage(
    files: list[SourceFile],
    options: ReadOptions,
    *,
    on_bytes: Callable[[int], None] | None = None,
    problems: list[Problem] | None = None,
) -> Coverage:
    """Read files for nothing but their coverage, without orphans: quicker, as no event has to be kept.

    What could not be read whole is added to `problems`.
    """
    told = [] if problems is None else problems
    files = rewindable(files, told)
    surveyed = survey_for(files, options, told)
    batches = read_arrow(files, options, survey=surveyed, on_bytes=on_bytes, problems=told)
    with closing(Store(on_disk=sum(file.size or 0 for file in files) > _IN_MEMORY)) as store:
        store.add_all(map(_needed, batches))
        store.add_clocks(surveyed.host_clocks())
        return coverage(store.connection)


def _needed(batches: Batches) -> Batches:
    """Return what coverage needs of some lines: of the spine where they stand and their kind, and unknown texts."""
    spine = batches[SPINE_TABLE]
    is_unknown = pc.equal(spine["kind"].dictionary_decode(), "unrecognised")
    columns = [
        spine[name]
        if name in _COUNTED_BY
        else pc.if_else(is_unknown, spine[name], None)
        if name == "text"
        else pa.nulls(spine.num_rows, spine.schema.field(name).type)
        for name in spine.schema.names
    ]
    kept: Batches = {name: batches[name] for name in ("unrecognised", "logfile_version") if name in batches}
    return {SPINE_TABLE: pa.RecordBatch.from_arrays(columns, schema=spine.schema), **kept}


def _by(rows: Iterable[tuple[Any, ...]], column: int) -> dict[str, Counts]:
    return _summed((row[column], row[3], row[5]) for row in rows)


def _sorted(counts: Mapping[str, Counts]) -> dict[str, Counts]:
    """Return counts by name, what is not told last."""
    return dict(sorted(counts.items(), key=lambda item: (item[0] == NOT_TOLD, item[0])))


def _summed(rows: Iterable[tuple[str, str, int]]) -> dict[str, Counts]:
    """Return the counts of each name, in the order in which names are met."""
    sums: dict[str, Counter[str]] = {}
    for name, kind, lines in rows:
        found = sums.setdefault(name, Counter())
        found["lines"] += lines
        found[_COLUMNS.get(kind, "events")] += lines
    return {name: Counts(**found) for name, found in sums.items()}


def _unknown(connection: DuckDBPyConnection) -> Iterator[tuple[str, str, int, str | None]]:
    """Yield text, source, line number and nearest kind of the unknown lines, in their order."""
    last = -1
    while rows := connection.execute(_UNKNOWN, [last, _CHUNK]).fetchall():
        for last, *row in rows:  # noqa: B007 - where the next chunk begins
            yield tuple(row)
