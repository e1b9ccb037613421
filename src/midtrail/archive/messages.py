"""Messages kept up to date, within the commit that adds their lines."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from midtrail.archive.closure import Gathered, around_lines
from midtrail.archive.facts import StoredFile
from midtrail.archive.giving_back import give_back
from midtrail.archive.ids import ids_of
from midtrail.archive.retelling import asked_of_lines, told_anew
from midtrail.archive.retold_lines import SourceFact
from midtrail.archive.revisions import Key, Revision, revised
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.stored import Before
from midtrail.archive.tables import (
    ASKED,
    ASKED_SCHEMA,
    CONNECTIONS,
    LINKS,
    LINKS_SCHEMA,
    MESSAGES,
    keep,
    kept,
)
from midtrail.archive.ties import ties_of
from midtrail.archive.writing import Draft, Fresh
from midtrail.moments import instant
from midtrail.tables import Batches


def update(draft: Draft, fresh: Fresh) -> None:
    """Tell anew the messages and connections that a batch touches, and keep what is news."""
    new, lost = list(fresh.batches()), list(fresh.lost())
    after = draft.after()
    gathered = around_lines(new, Before(draft.before, after, fresh.withdrawn, asked_of_lines()), lost)
    draft.before.forget()
    give_back()  # telling anew takes the most, and other pieces than blocks took
    with ThreadPoolExecutor(1, "midtrail-beside") as pool:
        asked = pool.submit(_last, draft.before, gathered)
        messages, connections = told_anew(gathered, facts_of(after.files))
        keeping = pool.submit(keep, draft, MESSAGES, revised(messages, asked.result()))
        keep(draft, CONNECTIONS, _dated(connections, gathered, draft.batch))
        _keep_ties(draft, new)
        keeping.result()


def facts_of(files: Iterable[StoredFile]) -> list[SourceFact]:
    """Return what all lines of the stored files tell."""
    return [
        SourceFact(
            file.source,
            _instant(file.first_time),
            _instant(file.begins),
            was_read_twice=False,
            file=file.file_id,
            unended=0 if file.ended else file.lines,
            size=file.size,
        )
        for file in files
    ]


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else instant(microseconds)


def _last(before: Snapshot, gathered: Gathered) -> dict[Key, Revision]:
    """Return the last revisions of all messages that begin with a gathered MID."""
    columns = ("host", "mid", "born", "revision", "digest", "gone")
    rows = kept(before, MESSAGES, columns, among=("mid", gathered.mids))
    if rows is None:
        return {}
    last: dict[Key, Revision] = {}
    for host, mid, born, *told in zip(*(rows[name].to_pylist() for name in columns), strict=True):
        key, revision = (host, mid, born), Revision(*told)
        if key not in last or last[key].number < revision.number:
            last[key] = revision
    return last


def _dated(connections: pa.Table, gathered: Gathered, batch: int) -> pa.Table:
    """Return the connections with the number of the batch, and a row that says gone for those that are no more."""
    ends = []
    for way, asked in (("incoming", gathered.icids), ("outgoing", gathered.dcids)):
        told = connections.filter(pc.equal(connections["direction"], way)).select(["host", "id"])
        missing = asked.without(ids_of(told, "id"))
        ends += [{"host": host, "direction": way, "id": number} for host, number in missing]
    ends.sort(key=lambda end: str(tuple(end.values())))
    rows = pa.concat_tables([connections, pa.Table.from_pylist(ends, connections.schema)])
    gone = [False] * connections.num_rows + [True] * len(ends)
    return rows.append_column("batch", pa.array([batch] * rows.num_rows, pa.int64())).append_column(
        "gone", pa.array(gone, pa.bool_())
    )


def _keep_ties(draft: Draft, new: list[Batches]) -> None:
    ties = ties_of(new)
    links = sorted(((host, mid, other) for (host, mid), (_, other) in ties.links), key=_order)
    asked = sorted(((host, mid, batch) for (host, mid), batch in ties.batches), key=_order)
    keep(draft, LINKS, _table(links, LINKS_SCHEMA))
    keep(draft, ASKED, _table(asked, ASKED_SCHEMA))


def _order(row: tuple[str | None, int, object]) -> tuple[str, int, str]:
    return row[0] or "", row[1], str(row[2])


def _table(rows: Sequence[tuple[str | None, int, object]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)
