"""One row a message: what the steps found out, put side by side by the message's place among all.

Rules (docs/tracking.md, "Facts", "Lives"): `icid` and what follows from it are the first MID's. Outgoing for `RELAY` or
the outbound table, incoming for `ACCEPT` or the inbound table; the host access table knows best.
"""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, instants, numbers, offsets, taken
from midtrail.tracking._lives import note_last
from midtrail.tracking._runs import NEVER, first_of_runs

if TYPE_CHECKING:
    from midtrail.tracking._known import Known
    from midtrail.tracking._lanes import Lane

ROWS = 122_880
"""Of a piece of an answer."""

_OPENED = ("sender_ip", "reverse_dns", "reverse_dns_verified")
_GROUPED = ("hat_action", "sender_group", "sbrs", "country")
MESSAGES = f"""
    select {", ".join(_OPENED)} from arrays_icid_opened;
    select {", ".join(_GROUPED)} from arrays_sender_group_matched;
    select life from arrays_message_finished;
"""
"""What is read to make them."""

_DIRECTIONS = ("outgoing", "incoming")
_GROUPS = ("RELAY", "ACCEPT")
"""What a sender group's action says of them."""
_TEXTS = pa.list_(pa.string())


class Gathered:
    """Rows of a table by a number that each has: what stands at some numbers is gathered."""

    def __init__(self, rows: pa.Table, key: str, size: int) -> None:
        """Find each row by its `key`, which is below `size`."""
        self._rows = rows.combine_chunks()
        self._places = np.full(size, -1)
        self._places[numbers(rows[key])] = np.arange(len(rows))

    def at(self, name: str, keys: Any) -> pa.Array:
        """Return a column at some keys; null where no row has it."""
        return taken(self._rows[name], np.where(keys < 0, -1, self._places[keys]))

    def lists_at(self, name: str, keys: Any) -> pa.Array:
        """Return a column of lists likewise; an empty list where no row has it."""
        lists = self._rows[name].combine_chunks()
        lists = pa.concat_arrays([lists, pa.array([[]], lists.type)])
        places = self._places[keys]
        return lists.take(array(np.where(places < 0, len(lists) - 1, places)))


class Messages:
    """The messages of a log, a piece of them at a time."""

    def __init__(self, lane: "Lane") -> None:
        """Make what they consist of ready to be gathered."""
        self._lane = lane
        self._known = known = lane.known
        size, connections = len(known.mids.family), sum(map(len, known.lives.values())) + 1
        self._hosts, self._words = known.mids.hosts, known.states.texts()
        opened = known.openings["icid"]
        self._opened = Gathered(
            lane.rows("icid_opened", opened.seq, _OPENED).append_column("life", array(opened.life)),
            "life",
            connections,
        )
        self._grouped = Gathered(_grouped(lane), "life", connections)
        self._attached = Gathered(known.listed["attachments"], "family", size)
        self._rejected = Gathered(known.listed["rejected_recipients"], "family", size)
        self._last_at = _last_lines(known)
        self._open = _unfinished(lane)
        self._mids = _mids_by_message(known)
        self._begins = np.searchsorted(self._mids[0], np.arange(len(known.mids.messages) + 1))

    def pieces(self) -> Iterator[pa.RecordBatch]:
        """Yield them in their order."""
        count = len(self._known.mids.messages)
        for begin in range(0, max(count, 1), ROWS):
            self._lane.go_on()
            yield self._piece(np.arange(begin, min(begin + ROWS, count)))

    def _piece(self, rows: Any) -> pa.RecordBatch:
        known = self._known
        family, first = known.mids.messages[rows], known.mids.firsts[rows]
        icid, connection = known.arrivals.icid[family], known.arrivals.life[family]
        facts = {name: partial(fact.of, family) for name, fact in known.facts.items()}
        grouped, opened = (
            partial(self._grouped.at, keys=connection),
            partial(self._opened.at, keys=connection),
        )
        columns = {
            "message": array(rows + 1),
            "host": taken(self._hosts, known.mids.host[first] - 1),
            "mid": array(known.mids.mid[first]),
            "mids": self._lists(rows),
            "icid": array(icid, icid != NEVER),
            "direction": taken(
                pa.array(_DIRECTIONS), _directions(grouped("direction"), facts["policy_table"]())
            ),
            "started_at": instants(known.mids.started_at[first]),
            "last_event_at": instants(self._last_at[family]),
            "last_state": taken(self._words, known.last_state_of[family]),
            "open": array(self._open[family]),
            "head_cut": array(known.mids.head_cut[first]),
            "sender": facts["sender"](),
            "subject": facts["subject"](),
            "message_id": facts["message_id"](),
            "size_bytes": facts["size_bytes"](),
            "sender_group": grouped("sender_group"),
            "sender_ip": opened("sender_ip"),
            "reverse_dns": opened("reverse_dns"),
            "reverse_dns_verified": opened("reverse_dns_verified"),
            "sbrs": grouped("sbrs"),
            "country": grouped("country"),
            "policy": facts["policy"](),
            "attachments": self._attached.lists_at("shown_values", family),
            "verdicts": known.verdicts.maps.take(array(known.verdicts.of_families[family])),
            "origin_mid": facts["origin_mid"](),
            "rejected_recipients": self._rejected.lists_at("shown_values", family),
        }
        return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))

    def _lists(self, rows: Any) -> pa.Array:
        """Return the MIDs of messages that follow one another."""
        if not len(rows):
            return pa.array([], pa.list_(pa.int64()))
        begins = self._begins[rows[0] : rows[-1] + 2]
        values = array(self._mids[1][begins[0] : begins[-1]])
        return pa.ListArray.from_arrays(offsets(begins - begins[0]), values)


def _directions(told: pa.Array, table: pa.Array) -> Any:
    """Return the number of each message's direction, -1 for none."""
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

    of_table = numbers(pc.index_in(table, pa.array(["outbound", "inbound"])), -1)
    of_group = numbers(told, -1)
    return np.where(of_group < 0, of_table, of_group)


def _grouped(lane: "Lane") -> pa.Table:
    """Return what is told of each incoming connection's sender group."""
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

    groupings = lane.known.groupings
    named = groupings.seq != NEVER
    rows = lane.rows("sender_group_matched", groupings.seq[named], _GROUPED)
    place = np.where(named, np.cumsum(named) - 1, -1)
    told = {name: taken(rows[name], place) for name in _GROUPED}
    direction = numbers(pc.index_in(told["hat_action"], pa.array(_GROUPS)), -1)
    return pa.table(
        {
            "life": array(groupings.life),
            "direction": array(direction),
            **told,
            "sbrs": pc.coalesce(told["sbrs"], groupings.sbrs),
        }
    )


def _last_lines(known: "Known") -> Any:
    """Return the time of the last line of each family, NEVER where none has a time."""
    last, remedial = known.last_at.copy(), known.remedial
    note_last(last, remedial.life, remedial.time)
    found = np.full(len(last), -NEVER)
    np.maximum.at(found, known.mids.family, last)
    return np.where(found == -NEVER, NEVER, found)


def _unfinished(lane: "Lane") -> Any:
    """Return which messages are open: while a MID that carries recipients at last has no `Message finished`.

    Source: docs/tracking.md, "Lives".
    """
    known, entries = lane.known, lane.known.entries
    finished = np.zeros(len(known.mids.family), np.bool_)
    finished[lane.lines("message_finished").life] = True
    some = ~entries.remedial_only & (entries.redirected_by == NEVER) & ~finished[entries.carrier]
    unfinished = np.zeros(len(finished), np.bool_)
    unfinished[entries.family[some]] = True
    return unfinished


def _mids_by_message(known: "Known") -> tuple[Any, Any]:
    """Return the MIDs of all messages, and before them the place of the message of each: each MID once, in its place."""
    mids = known.mids
    message = np.zeros(len(mids.family), np.int64)
    message[mids.messages] = np.arange(len(mids.messages))
    lives = np.arange(1, len(mids.family))
    family, mid, place = mids.family[lives], mids.mid[lives], mids.place[lives]
    several = np.flatnonzero(np.bincount(family)[family] > 1) if len(family) else lives
    # of the lives of one MID in a family the first counts
    by = several[np.lexsort((place[several], mid[several], family[several]))]
    again = by[~first_of_runs(family[by], mid[by])]
    kept = np.ones(len(lives), np.bool_)
    kept[again] = False
    lives = lives[kept]
    lives = lives[np.lexsort((mids.place[lives], message[mids.family[lives]]))]
    return message[mids.family[lives]], mids.mid[lives]
