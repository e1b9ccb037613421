"""One row a recipient's copy.

Rules: each delivery takes its destination from its DCID's life; the DCID shown is that of the recipient's latest
delivery line, the response the latest (docs/tracking.md, "Facts").
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.distinct import distinct
from midtrail.tracking._columns import array, instants, numbers, taken
from midtrail.tracking._deliveries import BOUNCED, DELAYED, DONE, STARTED, STEPS
from midtrail.tracking._messages import ROWS, Gathered
from midtrail.tracking._remediations import lists_of
from midtrail.tracking._runs import NEVER, first_of_runs

if TYPE_CHECKING:
    from midtrail.tracking._known import Known
    from midtrail.tracking._lanes import Lane

RECIPIENTS = """
    select destination_ip from arrays_dcid_opened;
    select seq, source, line_no, text from arrays_spine;
"""
"""What is read to make them."""


class Recipients:
    """The recipients of a log, a piece of them at a time."""

    def __init__(self, lane: "Lane") -> None:
        """Make what they consist of ready to be gathered."""
        self._lane = lane
        self._known = known = lane.known
        self._hosts, self._words = known.mids.hosts, known.states.texts()
        connections = sum(map(len, known.lives.values())) + 1
        opened = known.openings["dcid"]
        destinations = lane.rows("dcid_opened", opened.seq, ("destination_ip",))
        self._destinations = Gathered(
            destinations.append_column("life", array(opened.life)), "life", connections
        )
        self._remedied = Gathered(
            lists_of(known.remediations), "entry", int(known.entries.entry.max(initial=0)) + 1
        )
        self._order, self._message = _in_order(known)
        self._delivered_at, self._response = _done(known), _responded(known)
        self._dcid, self._connection = _ways_out(known)
        evidence = known.evidence_of[known.evidence_of != NEVER]
        self._asked = distinct(evidence)
        self._lines = lane.spine(self._asked, ("source", "line_no", "text")).combine_chunks()

    def pieces(self) -> Iterator[pa.RecordBatch]:
        """Yield them in order of message, MID, RID and recipient."""
        for begin in range(0, max(len(self._order), 1), ROWS):
            self._lane.go_on()
            yield self._piece(self._order[begin : begin + ROWS])

    def _piece(self, some: Any) -> pa.RecordBatch:
        known, entries = self._known, self._known.entries
        carrier, rid, dcid, seq = (
            entries.carrier[some],
            entries.rid[some],
            self._dcid[some],
            known.evidence_of[some],
        )
        line = np.where(seq == NEVER, -1, np.searchsorted(self._asked, seq))
        columns = {
            "message": array(self._message[some] + 1),
            "host": taken(self._hosts, known.mids.host[carrier] - 1),
            "recipient": entries.recipient.take(array(some)),
            "mid": array(known.mids.mid[carrier]),
            "rid": array(rid, rid != NEVER),
            "state": taken(self._words, known.state_of[some]),
            "response": taken(known.responses, self._response[some]),
            "delivered_at": instants(self._delivered_at[some]),
            "dcid": array(dcid, dcid != NEVER),
            "destination_ip": self._destinations.at("destination_ip", self._connection[some]),
            "evidence_seq": array(seq, seq != NEVER),
            "evidence_source": taken(self._lines["source"], line),
            "evidence_line_no": taken(self._lines["line_no"], line),
            "evidence_text": taken(self._lines["text"], line),
            "remediation": self._remedied.lists_at("remediation", entries.entry[some]),
        }
        return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def _in_order(known: "Known") -> tuple[Any, Any]:
    """Return the places of the entries in the order of the answer, and of each entry the place of its message."""
    entries, mids = known.entries, known.mids
    of_family = np.zeros(len(mids.family), np.int64)
    of_family[mids.messages] = np.arange(len(mids.messages))
    message = of_family[entries.family]
    mid = mids.mid[entries.carrier]
    order = np.lexsort((entries.rid, mid, message))
    same = ~first_of_runs(message[order], mid[order], entries.rid[order])
    if same.any():  # those that have no RID stand in order of their addresses
        names = ("message", "mid", "rid")
        rows = pa.table(dict(zip(names, map(array, (message, mid, entries.rid)), strict=True)))
        rows = rows.append_column("recipient", entries.recipient)
        rows = rows.append_column("place", array(np.arange(len(message))))
        order = numbers(rows.sort_by([(name, "ascending") for name in (*names, "recipient")])["place"])
    return order, message


def _done(known: "Known") -> Any:
    """Return when each entry was delivered, NEVER for those that were not: by the last line that says so."""
    rows = known.deliveries.where(np.flatnonzero(known.deliveries.are(DONE)))
    place = known.entries.carried.of(rows.life, rows.rid)
    some = np.flatnonzero((place >= 0) & (rows.time != NEVER))
    last = np.full(len(known.entries), -NEVER)
    np.maximum.at(last, place[some], rows.time[some])
    last = last[known.entries.carried.heads]
    return np.where(last == -NEVER, NEVER, last)


def _responded(known: "Known") -> Any:
    """Return the place of each entry's response, -1 for none: the latest; in one second the last in text order."""
    rows = known.deliveries.where(np.flatnonzero(known.deliveries.response >= 0))
    place = known.entries.carried.of(rows.life, rows.rid)
    latest = np.full(len(known.entries) + 1, -NEVER)
    np.maximum.at(latest, place, rows.stamp)
    some = np.flatnonzero((place >= 0) & (rows.stamp == latest[place]))
    place, response = place[some], rows.response[some]
    found = np.full(len(known.entries), -1)
    found[place] = response
    again = np.flatnonzero(np.bincount(place, minlength=1)[place] > 1)
    if len(again):
        texts = known.responses.take(array(response[again]))
        rows = pa.table({"place": array(place[again]), "text": texts, "response": array(response[again])})
        ordered = rows.sort_by([("place", "ascending"), ("text", "ascending")])
        found[numbers(ordered["place"])] = numbers(ordered["response"])  # the last of each stays
    return found[known.entries.carried.heads]


_TURNS = np.array([{STARTED: 1, DELAYED: 2, BOUNCED: 4}.get(step, 3) for step in STEPS])
"""Which of the delivery lines of one second is the later one, by its step."""


def _ways_out(known: "Known") -> tuple[Any, Any]:
    """Return the DCID of each entry's latest delivery line (NEVER for none), and the life of that connection (-1)."""
    rows = known.deliveries.where(np.flatnonzero(known.deliveries.dcid != NEVER))
    place = known.entries.carried.of(rows.life, rows.rid)
    weight = rows.stamp * 8 + _TURNS[rows.step]
    latest = np.full(len(known.entries) + 1, -NEVER)
    np.maximum.at(latest, place, weight)
    some = np.flatnonzero((place >= 0) & (weight == latest[place]))
    dcid, stamp = np.full(len(known.entries), -1), np.zeros(len(known.entries), np.int64)
    np.maximum.at(dcid, place[some], rows.dcid[some])
    stamp[place[some]] = rows.stamp[some]
    dcid, stamp = dcid[known.entries.carried.heads], stamp[known.entries.carried.heads]
    host = known.mids.host[known.entries.carrier]
    life = known.lives["dcid"].of(host, dcid, stamp)
    return np.where(dcid < 0, NEVER, dcid), np.where(life > 0, life, -1)
