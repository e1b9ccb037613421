"""What does not hang together in a log: ends without a beginning, outcomes without a message.

Such events are kept with all that is known; here they are counted, so that a gap in the logs is seen.
"""

import duckdb

_ORPHANS = """
SELECT
    (SELECT count(*) FROM messages WHERE head_cut) AS messages_without_start,
    (SELECT count(*) FROM messages WHERE open) AS messages_without_end,
    (SELECT count(*) FROM connections WHERE head_cut) AS connections_without_start,
    (SELECT count(*) FROM recipients WHERE recipient IS NULL) AS recipients_without_address,
    (SELECT count(*) FROM recipients WHERE rid IS NULL) AS recipients_known_by_remediation_only,
    (
        SELECT count(*) FROM spine
        WHERE mid IS NOT NULL AND seq NOT IN (SELECT seq FROM members) AND kind = 'unrecognised'
    ) AS unrecognised_lines_of_no_message
"""


def orphans(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many of each sort there are; reads messages, recipients, connections, members and spine."""
    cursor = connection.execute(_ORPHANS)
    names = [column[0] for column in cursor.description or ()]
    return dict(zip(names, cursor.fetchone() or (), strict=True))
