"""The tables that people ask, made of the rows that are kept: as a build on all events would make them.

They are numbered when they are read, since a message that comes to light moves all behind it.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.archive.bare import COLUMNS
from midtrail.archive.decoding import Place
from midtrail.archive.evidence import plain
from midtrail.archive.facts import StoredFile
from midtrail.archive.places import PLACES, unpacked
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.tables import CONNECTIONS, MESSAGES, PATHS, kept
from midtrail.tracking import SOURCE_FACTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LATEST_MESSAGES = """
    create or replace temp view latest_messages as
    select * from kept_messages
    qualify revision = max(revision) over (partition by host, mid, born) and not gone
"""

LATEST_CONNECTIONS = """
    create or replace temp view latest_connections as
    select * from kept_connections
    qualify batch = max(batch) over (partition by host, direction, id) and not gone
"""

_NUMBERED = """
    create or replace temp table numbered_messages as
    select row_number() over (order by host nulls first, first_at, mid) as message, *
    from latest_messages
"""

_MESSAGES = f"""
    create or replace table messages as
    select {", ".join(COLUMNS)}
    from numbered_messages
    order by message
"""

_RECIPIENTS = f"""
    create or replace table recipients as
    select
        message, host, copy.recipient, copy.mid, copy.rid, copy.state, copy.response, copy.delivered_at, copy.dcid,
        copy.destination_ip,
        kept_files.base + copy.evidence_line_no - 1 as evidence_seq,
        kept_files.source as evidence_source,
        copy.evidence_line_no,
        {plain("copy.evidence_text", "copy.mid", "copy.dcid")} as evidence_text,
        copy.remediation
    from (select message, host, unnest(recipients) as copy from numbered_messages)
    left join kept_files on kept_files.file = copy.evidence_file
    order by message, copy.mid, copy.rid, copy.recipient
"""

_CONNECTIONS = """
    create or replace table connections as
    with used as (
        select host, case when path.incoming then 'incoming' else 'outgoing' end as direction, path.id, path.born,
            count(*) as messages
        from (select host, unnest(uses) as path from numbered_messages)
        group by all
    )

    select
        row_number() over (
            order by told.host nulls first, told.first_at, told.direction, told.id
        ) as connection,
        told.direction, told.host, told.id, started_at, ended_at, head_cut, sender_ip, destination_ip, interface,
        interface_ip, port, reverse_dns, reverse_dns_verified, hat_action, sender_group, match, sbrs, country,
        tls_protocol, tls_cipher, tls_failed_reason, lost,
        coalesce(used.messages, 0) as messages
    from latest_connections as told
    left join used
        on used.host is not distinct from told.host
        and used.direction = told.direction
        and used.id = told.id
        and used.born = told.born
    order by connection
"""

_REMEDIATIONS = """
    create or replace table remediations as
    with asked as (
        select
            host, told.batch as batch,
            min(told.action) as action,
            min(told.source) as source,
            min(told.initiated_by) as initiated_by,
            min(told.initiated_at) as initiated_at,
            count(*) as messages,
            max(told.last_outcome_at) as last_outcome_at
        from (select host, unnest(batches) as told from numbered_messages)
        group by all
    ),

    outcomes as (
        select
            host, outcome.batch as batch,
            count(*) as recipients,
            count(*) filter (where outcome.status = 'Remediated') as remediated,
            count(*) filter (where outcome.status = 'Failed') as failed,
            count(*) filter (where outcome.status is null) as pending
        from (
            select host, unnest(copy.remediation) as outcome
            from (select host, unnest(recipients) as copy from numbered_messages)
        )
        group by all
    )

    select
        asked.host, asked.batch, action, source, initiated_by, initiated_at, messages,
        coalesce(recipients, 0) as recipients,
        coalesce(remediated, 0) as remediated,
        coalesce(failed, 0) as failed,
        coalesce(pending, 0) as pending,
        last_outcome_at
    from asked
    left join outcomes on outcomes.host is not distinct from asked.host and outcomes.batch = asked.batch
    order by asked.host nulls first, coalesce(initiated_at, last_outcome_at), asked.batch
"""


def make_whole(connection: "DuckDBPyConnection", shot: Snapshot) -> bool:
    """Make the whole tables of what an archive keeps; tells false where no message is."""
    tables = {"kept_messages": kept(shot, MESSAGES), "kept_connections": kept(shot, CONNECTIONS)}
    if None in tables.values():
        return False
    tables["kept_files"] = _files(shot.files)
    for name, rows in tables.items():
        connection.register(name, rows)
    build_whole(connection)
    for name in tables:
        connection.unregister(name)
    return True


def make_members(connection: "DuckDBPyConnection", shot: Snapshot) -> None:
    """Make the view `members` of what an archive keeps, where the whole tables are."""
    rows = kept(shot, CONNECTIONS, PATHS)
    if rows is not None:
        build_members(connection, rows, shot.places)


def _files(files: Iterable[StoredFile]) -> pa.Table:
    rows = [{"file": file.file_id, "source": file.source, "base": file.base} for file in files]
    return pa.Table.from_pylist(
        rows, pa.schema([("file", pa.int64()), ("source", pa.string()), ("base", pa.int64())])
    )


def build_whole(connection: "DuckDBPyConnection") -> None:
    """Make the tables `messages`, `recipients`, `connections` and `remediations` of what is kept.

    Reads `kept_messages` and `kept_connections`, of which the latest rows count, and `kept_files` (file,
    source, base: the `seq` of its first line).
    """
    for statement in (LATEST_MESSAGES, LATEST_CONNECTIONS, _NUMBERED):
        connection.execute(statement)
    build_messages(connection)
    for statement in (_CONNECTIONS, _REMEDIATIONS):
        connection.execute(statement)


_USED = """
    create or replace temp table kept_used as
    select distinct message, life
    from (select message, host, unnest(uses) as path from numbered_messages) as used
    join kept_lives as told
        on told.host is not distinct from used.host
        and told.direction = case when path.incoming then 'incoming' else 'outgoing' end
        and told.id = path.id
        and told.born = path.born
"""

_MEMBERS = """
    create or replace temp view members as
    select message, seq from kept_own
    union all
    select message, seq from kept_used join kept_of_lives using (life)
"""


def build_members(
    connection: "DuckDBPyConnection", connections: pa.Table, places: Mapping[int, Place]
) -> None:
    """Make the view `members` of what is kept: which lines belong to which message.

    Reads what `build_whole` made, and kept rows of connections with their lines; `places` tells where files stand
    among all. A connection's lines times its messages may be many, so that only the two are kept.
    """
    connection.execute(SOURCE_FACTS)
    connection.register("kept_connections", connections)
    connection.execute(LATEST_CONNECTIONS)
    own = connection.sql("select message, lines from numbered_messages").to_arrow_table()
    lives = connection.sql(
        "select row_number() over () as life, host, direction, id, born, lines from latest_connections"
    ).to_arrow_table()
    connection.unregister("kept_connections")
    connection.register("kept_lives", lives.drop_columns("lines"))
    connection.execute(_USED)
    connection.unregister("kept_lives")
    for name, key, rows in (("kept_own", "message", own), ("kept_of_lives", "life", lives)):
        connection.register("kept_rows", _with_seqs(rows, key, places))
        connection.execute(f"create or replace temp table {name} as from kept_rows")
        connection.unregister("kept_rows")
    connection.execute(_MEMBERS)


def _with_seqs(rows: pa.Table, key: str, places: Mapping[int, Place]) -> pa.Table:
    """Return each line of rows that tell places (`lines`): the row's key, and the line's number among all."""
    lists, files, line_nos = unpacked(rows["lines"].cast(PLACES).combine_chunks())
    known = np.unique(files)
    bases = np.array([places[int(number)].base for number in known], np.int64)
    seqs: Any = bases[np.searchsorted(known, files)] + line_nos - 1 if len(known) else line_nos
    return pa.table({key: rows[key].combine_chunks().take(pa.array(lists)), "seq": pa.array(seqs)})


def build_messages(connection: "DuckDBPyConnection") -> None:
    """Make the tables `messages` and `recipients` of `numbered_messages`, rows of what is kept, and `kept_files`."""
    connection.execute(_MESSAGES)
    connection.execute(_RECIPIENTS)
