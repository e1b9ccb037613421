"""The places of lines, kept in little space: runs of one file, each its first line and the steps from line to line.

A message's lines stand near each other, so most steps are small, whatever the lines' numbers are.
"""

from typing import Any

import numpy as np
import pyarrow as pa

_LONGEST_STEP = (1 << 31) - 1

PLACES = pa.list_(pa.struct([("file", pa.int64()), ("first", pa.int64()), ("steps", pa.list_(pa.int32()))]))


def packed(starts: Any, files: Any, numbers: Any) -> pa.Array:
    """Return lists of lines as runs: in each file and line number of every line, in that order (numpy).

    `starts` tells where each list begins, and, behind the last, where that ends.
    """
    steps = np.diff(numbers, prepend=0)
    begins = np.zeros(len(files), bool)
    begins[starts[:-1][np.diff(starts) > 0]] = True
    begins[1:] |= files[1:] != files[:-1]
    begins |= steps > _LONGEST_STEP
    firsts = np.flatnonzero(begins)
    bounds = np.append(firsts, len(files)) - np.arange(len(firsts) + 1)
    runs = pa.StructArray.from_arrays(
        [
            pa.array(files[firsts]),
            pa.array(numbers[firsts]),
            pa.ListArray.from_arrays(_offsets(bounds), pa.array(steps[~begins].astype(np.int32))),
        ],
        ["file", "first", "steps"],
    )
    return pa.ListArray.from_arrays(_offsets(np.searchsorted(firsts, starts)), runs)


def _offsets(bounds: Any) -> pa.Array:
    return pa.array(bounds.astype(np.int32))


def unpacked(places: pa.Array) -> tuple[Any, Any, Any]:
    """Return of lists of runs the number of the list, the file and the line number of each line (numpy)."""
    runs = places.flatten()
    of_list = np.repeat(np.arange(len(places)), places.value_lengths().to_numpy())
    steps = runs.field("steps")
    sizes = steps.value_lengths().fill_null(0).to_numpy() + 1
    ends = np.cumsum(sizes)
    moves = np.zeros(int(sizes.sum()), np.int64)
    moves[np.setdiff1d(np.arange(len(moves)), ends - sizes, assume_unique=True)] = steps.flatten().to_numpy()
    so_far = np.cumsum(moves)
    before = np.repeat(so_far[ends - sizes], sizes) if len(sizes) else so_far
    firsts = np.repeat(runs.field("first").to_numpy(), sizes)
    return (
        np.repeat(of_list, sizes),
        np.repeat(runs.field("file").to_numpy(), sizes),
        firsts + so_far - before,
    )
