"""Of many lines of each family the one that counts, found by arrays: no line's family is hashed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from midtrail.tracking._columns import array, numbers, taken
from midtrail.tracking._runs import NEVER, first_of_runs


@dataclass
class Firsts:
    """The families of which something is told, in their order, and of each the value that counts."""

    families: Any
    values: pa.Array

    def of(self, families: Any) -> pa.Array:
        """Return the values of some families, null where none is told."""
        places = self._places
        return taken(
            self.values, np.where(families < len(places), places[np.minimum(families, len(places) - 1)], -1)
        )

    @cached_property
    def _places(self) -> Any:
        """The place of each family's value."""
        places = np.full(int(self.families.max(initial=0)) + 1, -1)
        places[self.families] = np.arange(len(self.families))
        return places


def firsts(
    family: Any, weight: Any, values: pa.Array, of_equals: Literal["ascending", "descending"] = "ascending"
) -> Firsts:
    """Return of rows (family, weight, value) the value with the least weight of each family.

    Of values that weigh the same it is the first in text order, or the last.
    """
    least = np.full(family.max(initial=0) + 1, NEVER)
    np.minimum.at(least, family, weight)
    places = np.flatnonzero(weight == least[family])
    ties = np.bincount(family[places], minlength=1)[family[places]] > 1
    chosen = np.concatenate([places[~ties], _untied(family, values, places[ties], of_equals)])
    chosen = chosen[np.argsort(family[chosen])]
    return Firsts(family[chosen], values.take(array(chosen)))


def _untied(family: Any, values: pa.Array, places: Any, of_equals: str) -> Any:
    """Return of places whose values weigh the same one a family."""
    if not len(places):
        return places
    texts = values.take(array(places)).cast(pa.string())
    rows = pa.table({"place": array(places), "family": array(family[places]), "text": texts})
    ordered = rows.sort_by([("family", "ascending"), ("text", of_equals)])
    return numbers(ordered["place"])[first_of_runs(numbers(ordered["family"]))]
