"""Messages that have certain values, found by the terms of each row group instead of by reading all of them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from midtrail.archive import _delta, terms
from midtrail.archive.abreast import abreast
from midtrail.archive.ids import Id
from midtrail.archive.newest import latest_rows_of
from midtrail.archive.seeking_lines import messages_telling
from midtrail.archive.snapshot import Snapshot
from midtrail.archive.tables import MESSAGES, ids_in, metadata_of
from midtrail.archive.terms import FIELDS, OF_EVENTS

Values = Mapping[str, Sequence[str]]
"""Fields with values; a message has them if it has one of the values of one of the fields."""

MOST_VALUES = 64
_MOST = 2_000  # messages that are found so; more are found as soon in all of them


def messages_having(shot: Snapshot, values: Values) -> pa.Table | None:
    """Return the latest rows of the messages that have some values, in the order of messages.

    None where all messages are to be asked: the fields are others, or those that may have the values are many.
    """
    if MESSAGES not in shot.commit.versions or sum(map(len, values.values())) > MOST_VALUES:
        return None
    if values.keys() == OF_EVENTS.keys():
        return messages_telling(shot, values["sha256"], _MOST)
    if not values.keys() <= FIELDS.keys():
        return None
    wanted = {field: FIELDS[field].written(pa.array(some, pa.string())) for field, some in values.items()}
    places = list(_places(shot, wanted))
    ids: set[Id] = set()
    for found in abreast(lambda place: _ids(*place, wanted), places):
        ids |= found
        if len(ids) > _MOST:
            return None
    rows = latest_rows_of(shot, ids)
    return rows.filter(pa.array(_have(rows, wanted)))


def _places(shot: Snapshot, wanted: Mapping[str, pa.Array]) -> Iterator[tuple[Path, list[int] | None]]:
    """Yield the Parquet files of messages that may have the values, each with the row groups, None for all."""
    hashes = {field: terms.hashes(some) for field, some in wanted.items()}
    for path in map(Path, shot.paths(MESSAGES)):
        place = terms.place_of(shot.folder / terms.FOLDER, path.name)
        told = [terms.holding(place, field, numbers) for field, numbers in hashes.items()]
        if None in told:
            yield path, None
        elif any(told):
            yield path, sorted({group for groups in told for group in groups or ()})


def _ids(path: Path, groups: list[int] | None, wanted: Mapping[str, pa.Array]) -> set[Id]:
    """Return the ids of the rows of some row groups that have the values."""
    columns = [column for field in wanted for column in FIELDS[field].columns]
    found: set[Id] = set()
    try:
        with pq.ParquetFile(path, metadata=metadata_of(path)) as file:
            for group in range(file.num_row_groups) if groups is None else groups:
                have = np.flatnonzero(_have(file.read_row_group(group, columns, use_threads=False), wanted))
                if len(have):
                    ids = ids_in(path, group, "mid").take(pa.array(have))
                    hosts = ids["host"].cast(pa.string()).to_pylist()
                    found.update(zip(hosts, ids["mid"].to_pylist(), strict=True))
    except (OSError, pa.ArrowException) as error:
        raise _delta.damaged(path, error) from error
    return found


def _have(rows: pa.Table, wanted: Mapping[str, pa.Array]) -> Any:
    """Return which rows have the values (a mask)."""
    have = np.zeros(rows.num_rows, bool)
    for field, some in wanted.items():
        for values, of_row in terms.values_of(rows, field):
            have[of_row[pc.is_in(values, some).to_numpy(zero_copy_only=False)]] = True
    return have
