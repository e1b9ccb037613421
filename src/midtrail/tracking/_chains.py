"""Families and chains of MIDs, by repeated pointer jumping.

Each round halves what is left of every chain, so a hundred thousand rewrites take some twenty rounds. A ring ends it,
too: labels only ever fall, and a pointer that still moves after all rounds is in a ring, or leads to one. Source of the
rules: docs/tracking.md, "Families".
"""

from typing import Any

import numpy as np


def labels(parents: Any, children: Any, count: int) -> Any:
    """Return for each of `count` MIDs the least of those that it is one message with: that made one another."""
    label = np.arange(count)
    while True:
        one, other = label[parents], label[children]
        least = np.minimum(one, other)
        lower = label.copy()
        for places in (parents, children, one, other):
            np.minimum.at(lower, places, least)
        lower = lower[lower]
        if np.array_equal(lower, label):
            return label
        label = lower


def ends(givers: Any, heirs: Any, count: int) -> Any:
    """Return where what each of `count` MIDs hands on arrives at last.

    A ring leads nowhere: each MID in it, or before it, keeps its own.
    """
    last = np.arange(count)
    last[givers] = heirs
    moves = np.zeros(count, np.bool_)
    moves[givers] = True
    for _ in range(len(givers).bit_length() + 1):
        if not moves[last[givers]].any():
            break
        last = last[last]
    ringed = givers[moves[last[givers]]]
    last[ringed] = ringed
    return last
