"""What the archive keeps of each stored file beside its lines: its name, its digest, what its survey told.

The survey's findings are kept whole, so that later files can change what they mean (a host whose serial number
is told anywhere has it everywhere) without the file being read again.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.archive import storing
from midtrail.lines import HostClock, ReadOptions
from midtrail.lines.ordering import Placed, appliances, by_time
from midtrail.text import storable

if TYPE_CHECKING:
    from midtrail.lines import HeaderReader, Scan, SourceFacts
    from midtrail.lines.scopes import Appliances, Headers

_TIME = pa.timestamp("us", tz="UTC")

FILES_SCHEMA = pa.schema(
    [
        ("file_id", pa.int64()),
        ("batch", pa.int64()),
        ("dropped", pa.bool_()),
        ("source", pa.string()),
        ("given", pa.string()),
        ("size", pa.int64()),
        ("sha256", pa.string()),
        ("head", pa.string()),
        ("lines", pa.int64()),
        ("ended", pa.bool_()),
        ("first_time", _TIME),
        ("begins", _TIME),
        ("last_time", _TIME),
        ("hosts", pa.list_(pa.string())),
        ("facts", pa.string()),
    ]
)
"""One row each time that a file was added or changed; the one of the latest batch counts."""


@dataclass(frozen=True)
class StoredFile:
    """A stored file: `source` is its name, different from all others', `given` the one under which it came.

    `size` counts its uncompressed bytes, `sha256` is their digest, `head` that of the first of them; `ended`
    tells whether its last line has a line end. `first_time` is that of the first line that has one, `begins` and
    `last_time` are the least and the greatest, all in microseconds since the epoch, UTC. `base` is the number of
    its first line among all lines of the archive.
    """

    file_id: int
    batch: int
    dropped: bool
    source: str
    given: str
    size: int
    sha256: str
    head: str | None
    lines: int
    ended: bool
    first_time: int | None
    begins: int | None
    last_time: int | None
    hosts: tuple[str, ...]
    facts: str
    base: int = field(default=0, compare=False)

    @cached_property
    def told(self) -> dict[str, Any]:
        """What `facts` holds."""
        return dict(json.loads(self.facts))

    @property
    def folder(self) -> str | None:
        """The folder that it lay in."""
        return self.told["folder"]  # type: ignore[no-any-return]  # as `facts_of` writes it

    @property
    def folder_name(self) -> str | None:
        """The bare name of that folder."""
        return self.told["folder_name"]  # type: ignore[no-any-return]  # likewise

    @property
    def options(self) -> ReadOptions:
        """The options that it was read with."""
        return ReadOptions(*self.told["options"])

    @property
    def clocks(self) -> list[HostClock]:
        """The appliances that have lines in it, with their clocks."""
        return [HostClock(self.source, *clock) for clock in self.told["clocks"]]

    def scan(self, header_reader: "HeaderReader") -> "Scan":
        """Return what the survey's pass over the file found."""
        return scan_of(self.told, self.source, header_reader)


def rows_of(files: Iterable[StoredFile]) -> pa.Table:
    """Return rows of the table `files`."""
    rows = [{name: getattr(file, name) for name in FILES_SCHEMA.names} for file in files]
    return pa.Table.from_pylist(
        [{**row, "hosts": [storable(host) for host in row["hosts"]]} for row in rows], FILES_SCHEMA
    )


@lru_cache(maxsize=4)
def stored_in(versions: tuple[storing.Version, ...]) -> tuple[list[StoredFile], list[StoredFile]]:
    """Return the files that Parquet files of the table `files` tell, and those that were dropped.

    The last answers are kept: putting the files in their order takes long where they are many.
    """
    found = [storing.read_version(version) for version in versions]
    rows = pa.concat_tables(found, promote_options="default") if found else pa.table({})
    return files_of(rows), gone_of(rows)


def files_of(rows: pa.Table) -> list[StoredFile]:
    """Return the files of an archive in the order in which they are read, each with its base."""
    return in_reading_order(file for file in _latest(rows) if not file.dropped)


def gone_of(rows: pa.Table) -> list[StoredFile]:
    """Return the files that were dropped: what they told of appliances still counts."""
    return [file for file in _latest(rows) if file.dropped]


def _latest(rows: pa.Table) -> Iterator[StoredFile]:
    """Yield each file as its latest row tells it."""
    if not rows.num_rows:
        return
    for name in ("first_time", "begins", "last_time"):
        rows = rows.set_column(rows.schema.get_field_index(name), name, rows[name].cast(pa.int64()))
    for row in latest_rows(rows).select(FILES_SCHEMA.names).to_pylist():
        yield StoredFile(**{**row, "hosts": tuple(row["hosts"])})


def latest_rows(rows: pa.Table) -> pa.Table:
    """Return of the table `files` only each file's row of its latest batch."""
    order = np.argsort(rows["batch"].to_numpy(), kind="stable")
    last = {number: place for place, number in enumerate(rows["file_id"].to_numpy()[order].tolist())}
    return rows.take(pa.array(order[sorted(last.values())], pa.int64()))


def in_reading_order(files: Iterable[StoredFile]) -> list[StoredFile]:
    """Return files in the order in which `midtrail.read` would read them, each with its base."""
    known = list({file.source: file for file in files}.values())
    base, ordered = 0, []
    for at in by_time([_placed(file) for file in known]):
        file = known[at]
        ordered.append(replace(file, base=base))
        base += file.lines
    return ordered


def _placed(file: StoredFile) -> Placed:
    serial = None
    if len(file.hosts) > 1:  # else it is the same, by whichever its place is told
        from midtrail.lines.scopes import Scope  # noqa: PLC0415 - what surveys files is not loaded for a look-up

        scope = Scope(file.source)
        scope.headers.update(_headers_of(file.told))
        serial = scope.own_serial
    return Placed(file.source, appliances(serial, file.hosts), file.first_time)


def _headers_of(told: dict[str, Any]) -> "dict[str | None, Headers]":
    from midtrail.lines.scopes import HeaderBlock, Headers  # noqa: PLC0415 - likewise

    return {sender: Headers.of(HeaderBlock(*block) for block in blocks) for sender, blocks in told["headers"]}


def facts_of(scan: "Scan", facts: "SourceFacts", known: "Appliances", options: ReadOptions) -> str:
    """Return what is to be kept of a survey's findings, as JSON."""
    scope = scan.scope
    return json.dumps(
        {
            "folder": scope.folder,
            "folder_name": scope.folder_name,
            "modified": scan.part.modified,
            "options": [options.tz, options.year, options.host],
            "senders": sorted(scope.senders, key=str),
            "headers": [[sender, headers.blocks] for sender, headers in scope.headers.items()],
            "first": scan.first,
            "span": scan.span,
            "local": sorted(scan.local, key=str),
            "exact": sorted(scan.exact_senders, key=str),
            "clocks": [list(clock)[1:] for clock in facts.host_clocks],
            "bearing": bearing(scan, facts, known),
        },
        separators=(",", ":"),
    )


def scan_of(told: dict[str, Any], source: str, header_reader: "HeaderReader") -> "Scan":
    """Return the survey's findings that `facts_of` kept."""
    from midtrail.lines import First, Scan, SourceFile  # noqa: PLC0415 - likewise
    from midtrail.lines.parts import Part  # noqa: PLC0415 - likewise
    from midtrail.lines.scopes import Scope  # noqa: PLC0415 - likewise
    from midtrail.lines.stamps import Stamp  # noqa: PLC0415 - likewise
    from midtrail.lines.years import YearlessSpan  # noqa: PLC0415 - likewise

    file = SourceFile(source, modified=told["modified"])
    scan = Scan(Part(file, source), header_reader)
    scan.scope = Scope(source, told["folder"], told["folder_name"], senders=set(told["senders"]))
    scan.scope.headers.update(_headers_of(told))
    if told["first"] is not None:
        offset, sender, stamp = told["first"]
        scan.first = First(offset, sender, Stamp(*stamp))
    if told["span"] is not None:
        first, last, turns = told["span"]
        scan.span = YearlessSpan(Stamp(*first), Stamp(*last), turns)
    scan.local, scan.exact_senders = set(told["local"]), set(told["exact"])
    return scan


def bearing(scan: "Scan", facts: "SourceFacts", known: "Appliances") -> list[Any]:
    """Return all that decides whose a file's lines are and when they were written.

    Where it changes because of other files, the file's lines have to be read anew.
    """
    scope = scan.scope
    senders = sorted({*scope.senders, None}, key=str)
    places = [
        [sender, spot, *known.place(scope, sender, spot)]
        for sender in senders
        for spot in (0, *scope.turns())
    ]
    return [facts.start_year, places]
