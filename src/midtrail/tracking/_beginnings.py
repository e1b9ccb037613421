"""Which line begins which id.

Rule: an ICID begins at `New SMTP ICID`, a DCID at `New SMTP DCID`, a MID at `Start MID` or, where it has none, at the
line that creates it or its first `MID n ICID 0 From:`. A line that names a MID as its own child (`MID 5 rewritten to MID
5`) creates none; ICID 0 and DCID 0 are no connections. Source: docs/tracking.md, "Lives".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from midtrail.tracking._columns import numbers, told

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane

SIGNS = ("opened", "generated", "reinjected", "created", "enveloped")


class _Beginning(NamedTuple):
    """Lines of a kind that begin an id of a counter, with what they are a sign of, and the id's column."""

    kind: str
    sign: str
    counter: str = "mid"
    id: str = "mid"
    no_connection: bool = False
    """Whether only lines with ICID 0 do."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What is read of them."""
        return tuple(dict.fromkeys((self.id, "mid"))) if self.creates else (self.id, *self._asked)

    @property
    def creates(self) -> bool:
        """Whether the id is to be another one than the line's MID."""
        return self.id == "new_mid"

    @property
    def _asked(self) -> tuple[str, ...]:
        return ("icid",) if self.no_connection else ()

    @property
    def condition(self) -> str:
        """Which lines begin one, as SQL."""
        return "new_mid <> mid" if self.creates else "icid = 0" if self.no_connection else "true"


_BEGINNINGS = (
    _Beginning("icid_opened", "opened", "icid", "icid"),
    _Beginning("dcid_opened", "opened", "dcid", "dcid"),
    _Beginning("message_started", "opened"),
    _Beginning("copy_generated", "generated"),
    _Beginning("bounce_generated", "generated"),
    _Beginning("received_on_release", "generated"),
    _Beginning("spam_quarantine_reinjected", "reinjected", id="new_mid"),
    _Beginning("spam_quarantine_released", "reinjected", id="new_mid"),
    _Beginning("message_rewritten", "created", id="new_mid"),
    _Beginning("split_by_policy", "created", id="new_mid"),
    _Beginning("split_by_slbl", "created", id="new_mid"),
    _Beginning("message_split", "created", id="new_mid"),
    _Beginning("sender_received", "enveloped", no_connection=True),
)

BEGINNINGS = " ".join(f"select {', '.join(one.columns)} from arrays_{one.kind};" for one in _BEGINNINGS)
"""What is read to know them."""
SIGNIFICANT = tuple(
    one.kind
    for one in _BEGINNINGS
    if one.counter == "mid" and one.sign in ("opened", "generated", "enveloped")
)
"""The kinds of lines that are a sign that a message is being received."""
TOLD = "create or replace temp view track_told as " + " union all ".join(
    f"select seq, '{one.counter}' as counter, {one.id} as id, '{one.sign}' as sign from {one.kind} where {one.condition}"
    for one in _BEGINNINGS
)
"""Makes the view of the lines that begin an id."""


@dataclass
class Beginnings:
    """Lines that begin lives of one counter."""

    seq: Any
    host: Any
    id: Any
    stamp: Any
    time: Any
    sign: Any

    @property
    def opened(self) -> Any:
        """Which of them are opening lines."""
        return self.sign == SIGNS.index("opened")

    @property
    def chosen(self) -> Any:
        """How good a sign each is that a message is being received: the lower the better, 0 for none."""
        return np.array([1, 2, 0, 0, 3])[self.sign]  # opened, generated, -, -, enveloped

    @property
    def explained(self) -> Any:
        """Which of them explain a MID that the appliance makes."""
        return (self.sign == SIGNS.index("generated")) | (self.sign == SIGNS.index("reinjected"))


def beginnings(lane: "Lane", counter: str) -> Beginnings:
    """Return the lines that begin lives of a counter's ids."""
    parts = [_of_kind(lane, one) for one in _BEGINNINGS if one.counter == counter]
    return Beginnings(*map(np.concatenate, zip(*parts, strict=True)))


def _of_kind(lane: "Lane", one: _Beginning) -> tuple[Any, ...]:
    lines = lane.dated(one.kind, one.columns)
    ids, counts = numbers(lines.values[one.id]), told(lines.values[one.id].combine_chunks())
    if one.counter != "mid":
        counts &= ids != 0
    if one.creates:
        counts &= told(lines.values["mid"].combine_chunks()) & (ids != numbers(lines.values["mid"]))
    if one.no_connection:
        counts &= numbers(lines.values["icid"], -1) == 0
    columns = (lines.seq, lines.host, ids, lines.stamp, lines.time, np.full(len(ids), SIGNS.index(one.sign)))
    return columns if counts.all() else tuple(column[counts] for column in columns)
