"""Every life of a MID in its family, with the life that carries its recipients at last.

Rule: `mid` is the first of a message, `mids` are all. The first is the one that no other made; where a ring leaves none
such, or several are, the earliest. The others follow by their beginnings. `place` counts them from 1. Messages are
numbered by host, start (or first line in sight) and MID. Source: docs/tracking.md, "Families".
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from midtrail.tracking._chains import ends, labels
from midtrail.tracking._columns import array, instants, taken
from midtrail.tracking._links import handed_on
from midtrail.tracking._runs import first_of_runs, turns

if TYPE_CHECKING:
    from midtrail.tracking._lanes import Lane


@dataclass
class Mids:
    """The lives of MIDs: what is known of each stands at its number; nothing has the number 0."""

    host: Any
    mid: Any
    first_at: Any
    started_at: Any
    head_cut: Any
    family: Any
    """The least life of its family."""
    carrier: Any
    """The life that carries its recipients at last."""
    is_child: Any
    is_parent: Any
    place: Any
    """Its place in its family, from 1 on."""
    messages: Any
    """The families in the order of their messages."""
    hosts: pa.Array
    """The names of the appliances, by their numbers less one."""

    @property
    def firsts(self) -> Any:
        """The first MID of each message."""
        first = np.zeros(len(self.family), np.int64)
        heads = np.flatnonzero(self.place == 1)
        first[self.family[heads]] = heads
        return first[self.messages]


def build_mids(lane: "Lane") -> None:
    """Find the families, and make `track_mids` and `track_numbers` of them."""
    lives = lane.known.lives["mid"]
    count = len(lives) + 1
    links = lane.known.links
    lists = np.zeros(count, np.bool_)
    lists[lane.known.lists.life] = True
    host, mid = lives.named()
    is_child, is_parent = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    is_child[links.child] = True
    is_parent[links.parent] = True
    family = labels(links.parent, links.child, count)
    mids = Mids(
        host=_behind_none(host),
        mid=_behind_none(mid),
        first_at=_behind_none(lives.first_at),
        started_at=_behind_none(lives.started_at),
        head_cut=_behind_none(lives.head_cut),
        family=family,
        carrier=ends(*handed_on(links, lists), count),
        is_child=is_child,
        is_parent=is_parent,
        place=np.ones(count, np.int64),
        messages=np.empty(0, np.int64),
        hosts=lane.hosts(),
    )
    mids.place[0] = 0
    _put_in_places(mids)
    heads = np.flatnonzero(mids.place == 1)
    ordered = heads[np.lexsort((mids.family[heads], mids.mid[heads], mids.first_at[heads], mids.host[heads]))]
    mids.messages = mids.family[ordered]
    lane.known.mids = mids
    lane.keep("track_mids", partial(_table, mids))
    lane.keep("track_numbers", partial(_numbered, mids))


def _behind_none(values: Any) -> Any:
    """Return what is known of lives by their numbers, which begin with 1."""
    return np.concatenate([np.zeros(1, values.dtype), values])


def _put_in_places(mids: Mids) -> None:
    """Count the MIDs of each family that has several."""
    some = np.flatnonzero(np.bincount(mids.family)[mids.family] > 1)
    by = (some, mids.mid[some], mids.first_at[some], mids.is_child[some], mids.family[some])
    some = some[np.lexsort(by)]
    mids.place[some] = turns(first_of_runs(mids.family[some]))


def _table(mids: Mids) -> pa.Table:
    numbers = ("host", "mid", "first_at", "head_cut", "family", "carrier", "is_child", "is_parent", "place")
    columns = {name: array(getattr(mids, name)[1:]) for name in numbers}
    return pa.table(
        {
            "life": array(np.arange(1, len(mids.family))),
            "started_at": instants(mids.started_at[1:]),
            **columns,
        }
    )


def _numbered(mids: Mids) -> pa.Table:
    firsts = mids.firsts
    return pa.table(
        {
            "family": array(mids.messages),
            "message": array(np.arange(1, len(firsts) + 1)),
            "host": taken(mids.hosts, mids.host[firsts] - 1),
            "mid": array(mids.mid[firsts]),
            "started_at": instants(mids.started_at[firsts]),
            "head_cut": array(mids.head_cut[firsts]),
        }
    )
