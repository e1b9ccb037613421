"""Of many lines of each family the one that counts, found by arrays: no line's family is hashed."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa

_LAST = np.iinfo(np.int64).max


class Firsts(NamedTuple):
    """The families of which something is told, in their order, and of each the value that counts."""

    families: Any
    values: pa.Array


def firsts(rows: pa.Table, of_equals: Literal["ascending", "descending"] = "ascending") -> Firsts:
    """Return of rows (family, weight, value) the value with the least weight of each family.

    Of values that weigh the same it is the first in text order, or the last.
    """
    family, weight = rows["family"].to_numpy(), rows["weight"].to_numpy()
    values = rows["value"].combine_chunks()
    least = np.full(family.max(initial=0) + 1, _LAST)
    np.minimum.at(least, family, weight)
    places = np.flatnonzero(weight == least[family])
    ties = np.bincount(family[places], minlength=1)[family[places]] > 1
    chosen = np.concatenate([places[~ties], _untied(family, values, places[ties], of_equals)])
    chosen = chosen[np.argsort(family[chosen])]
    return Firsts(family[chosen], values.take(pa.array(chosen)))


def _untied(family: Any, values: pa.Array, places: Any, of_equals: str) -> Any:
    """Return of places whose values weigh the same one a family."""
    if not len(places):
        return places
    texts = values.take(pa.array(places)).cast(pa.string())
    rows = pa.table({"place": places, "family": family[places], "text": texts})
    ordered = rows.sort_by([("family", "ascending"), ("text", of_equals)])
    _, begins = np.unique(ordered["family"].to_numpy(), return_index=True)
    return ordered["place"].to_numpy()[begins]


def abreast(found: Mapping[str, Firsts]) -> pa.Table:
    """Return one row a family of which anything is told: `family`, and each value by its name, null where it is not told."""
    told = np.zeros(1 + max(int(one.families.max(initial=0)) for one in found.values()), np.bool_)
    for one in found.values():
        told[one.families] = True
    families = np.flatnonzero(told)
    columns = {"family": pa.array(families)}
    for name, one in found.items():
        places = np.full(len(told), -1)
        places[one.families] = np.arange(len(one.families))
        here = places[families]
        columns[name] = one.values.take(pa.array(here, mask=here < 0))
    return pa.table(columns)
