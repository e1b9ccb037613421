"""The latest final verdict of each engine, for a message's `verdicts`.

The latest of the family counts, as logged, and a key stands only where the log tells one. SPF is that of the envelope
sender where it was asked; DMARC that of the line that names the domain. In one second the later MID's counts, then the
last in text order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from midtrail.distinct import numbered
from midtrail.tracking._columns import array, numbers, offsets, told
from midtrail.tracking._firsts import Firsts, firsts
from midtrail.tracking._lanes import Lane

_Columns = Sequence[pa.Array]


def _violation(columns: _Columns) -> pa.Array:
    import pyarrow.compute as pc  # noqa: PLC0415 - takes long to load

    return pc.coalesce(pc.binary_join_element_wise("violation", columns[0], " "), "violation")


def _first_told(columns: _Columns) -> pa.Array:
    import pyarrow.compute as pc  # noqa: PLC0415 - likewise

    return pc.coalesce(*columns)


def _of_envelope(columns: _Columns) -> Any:
    """Return how much a verdict counts: more where it is that of the envelope sender."""
    import pyarrow.compute as pc  # noqa: PLC0415 - likewise

    return np.where(numbers(pc.equal(pc.utf8_lower(columns[1]), "mailfrom")), 2, 1)


@dataclass(frozen=True)
class _Final:
    """What lines of a kind tell: of which engine, in which columns, how much it counts, and what the verdict is."""

    kind: str
    engine: str
    columns: tuple[str, ...] = ("verdict",)
    turn: int | Callable[[_Columns], Any] = 1
    verdict: Callable[[_Columns], pa.Array] = lambda columns: columns[0]


_FINAL = (
    _Final("antispam_verdict", "antispam"),
    _Final("graymail_verdict", "graymail"),
    _Final("antivirus_verdict", "antivirus"),
    _Final("amp_verdict", "amp"),
    _Final("outbreak_verdict", "outbreak"),
    _Final("dlp_violation", "dlp", ("severity",), verdict=_violation),
    _Final("dlp_no_violation", "dlp", (), verdict=lambda _: pa.scalar("no violation")),
    _Final("spf_verdict", "spf", ("verdict", "identity"), _of_envelope),
    _Final("dkim_verdict", "dkim"),
    _Final("dmarc_verification", "dmarc"),
    _Final("dmarc_verdict", "dmarc", turn=2),
    _Final("sdr_verdict", "sdr", ("sender_threat_level", "sender_reputation"), verdict=_first_told),
)
"""Each kind that tells a final verdict."""

VERDICTS = " ".join(
    f"select {', '.join(('life', 'stamp', *final.columns))} from arrays_{final.kind};" for final in _FINAL
)
"""What is read to know them."""

_ENGINES = sorted({final.engine for final in _FINAL})


@dataclass
class Verdicts:
    """What engines said at last."""

    maps: pa.Array
    """Each set of verdicts that any message has, once."""
    of_families: Any
    """The place of each family's set."""


_MOST = 1 << 62
_MAP = pa.map_(pa.string(), pa.string())


class _Coded(NamedTuple):
    """Verdicts as numbers of words, from 1 on; 0 for none."""

    words: pa.Array
    codes: Any


def build_verdicts(lane: Lane) -> None:
    """Find the verdicts of all messages."""
    count = len(lane.known.mids.family)
    sets = np.zeros(count, np.int64)  # of each family one number, equal for equal ones
    several = 1  # as many sets as there may be
    words, codes = [], []
    for engine in _ENGINES:
        found = _coded(_of_engine(lane, engine), count)
        words.append(found.words)
        codes.append(found.codes)
        several *= len(found.words) + 1
        if several > _MOST:
            sets, kinds = numbered(sets)
            several = len(kinds) * (len(found.words) + 1)
        sets = sets * (len(found.words) + 1) + found.codes
    of_families, examples = numbered(sets)
    chosen = np.stack([column[examples] for column in codes], axis=1)
    lane.known.verdicts = Verdicts(_maps(words, chosen), of_families)


def _maps(words: list[pa.Array], chosen: Any) -> pa.Array:
    """Return sets of verdicts as maps: a row each, of which each engine's column tells the number of its word."""
    begins = np.cumsum([0, *map(len, words)])
    rows, engines = np.nonzero(chosen)
    values = pa.concat_arrays(words).take(array(begins[engines] + chosen[rows, engines] - 1))
    ends = np.concatenate([[0], np.cumsum((chosen > 0).sum(axis=1))])
    keys = pa.array(_ENGINES).take(array(engines))
    return pa.MapArray.from_arrays(offsets(ends), keys, values, _MAP)


def _coded(found: Firsts, count: int) -> _Coded:
    coded = found.values.dictionary_encode()
    codes = np.zeros(count, np.int64)
    codes[found.families] = coded.indices.to_numpy().astype(np.int64) + 1
    return _Coded(coded.dictionary, codes)


def _of_engine(lane: Lane, engine: str) -> Firsts:
    """Return the verdict that counts: turn, second and place are one number, of which the least does."""
    lives, weights, values = [], [], []
    mids = lane.known.mids
    for final in (one for one in _FINAL if one.engine == engine):
        lines = lane.lines(final.kind, final.columns)
        columns = [lines.values[name].combine_chunks() for name in final.columns]
        turn = final.turn(columns) if callable(final.turn) else final.turn
        verdict = final.verdict(columns)
        if isinstance(verdict, pa.Scalar):
            verdict = pa.repeat(verdict, len(lines.life))
        some = np.flatnonzero(told(verdict))
        place = np.minimum(mids.place[lines.life], 4194303)
        weight = -((turn * 274877906944 + lines.stamp) * 4194304 + place)
        lives.append(lines.life[some])
        weights.append(weight[some])
        values.append(verdict.take(array(some)) if len(some) < len(verdict) else verdict)
    families = mids.family[np.concatenate(lives)]
    return firsts(families, np.concatenate(weights), pa.concat_arrays(values), "descending")
