"""The lines that only connections and timelines show, each with the life that it belongs to.

Unrecognised lines follow the ids that they name, for display only. Source: docs/tracking.md, "Lives".
"""

from typing import TYPE_CHECKING

import pyarrow as pa

from midtrail.tracking._columns import TIME, array, instants, told

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane


_UNRECOGNISED = pa.schema([("life", pa.int64()), ("seq", pa.int64())])
_OF_CONNECTIONS = pa.schema(
    [
        ("counter", pa.string()),
        *((name, pa.int64()) for name in ("life", "seq", "stamp")),
        ("time", TIME),
        ("own", pa.bool_()),
    ]
)


def build_shown_lines(lane: "Lane") -> None:
    """Make `track_unrecognised_lines` (life, seq) and `track_connection_lines` (counter, life, seq, stamp, time, own)."""
    unrecognised, of_connections = [], []
    for events in lane.events():
        some, life = lane.known.lives["mid"].of_events(events, recognised=False)
        unrecognised.append(pa.table([array(life), array(events.seq[some])], schema=_UNRECOGNISED))
        own = ~told(events.of_counters["mid"])
        for counter in ("icid", "dcid"):
            some, life = lane.known.lives[counter].of_events(events, recognised=None)
            columns = [array(column) for column in (life, events.seq[some], events.stamp[some])]
            last = (instants(events.time[some]), array(own[some]))
            names = pa.repeat(pa.scalar(counter), len(some))
            of_connections.append(pa.table([names, *columns, *last], schema=_OF_CONNECTIONS))
    lane.keep(
        "track_unrecognised_lines", lambda: pa.concat_tables([_UNRECOGNISED.empty_table(), *unrecognised])
    )
    lane.keep(
        "track_connection_lines", lambda: pa.concat_tables([_OF_CONNECTIONS.empty_table(), *of_connections])
    )
