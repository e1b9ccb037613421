"""The proof: what midtrail reads is what the simulated appliance knows, in any order of lines and files."""

import itertools
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import midtrail as mt
from midtrail.simulate import (
    LOGS,
    TRUTH,
    Comparison,
    Framing,
    Order,
    Plan,
    compare,
    laid_out,
    read_truth,
    write,
)

Archive = Callable[..., Path]
Checked = Callable[..., Comparison]
_WAYS: list[dict[str, Any]] = [
    {"framing": Framing.native},
    {"framing": Framing.syslog, "gzip": True},
    {"framing": Framing.relay},
]


@pytest.mark.parametrize("way", _WAYS, ids=lambda way: str(way["framing"]))
def test_no_fact_differs(way: dict[str, Any], archive: Archive, checked: Checked) -> None:
    """Every fact of every message is found, in every framing, with ids used again on several appliances."""
    done = checked(archive(messages=900, appliances=3, resets=True, **way))
    assert list(done.lines()) == [f"900 messages, 0 mismatches in {done.facts} facts"]


@pytest.mark.parametrize("order", [Order.reversed, Order.shuffled, Order.twice, Order.cut])
@pytest.mark.parametrize("framing", [Framing.native, Framing.relay])
def test_order_changes_nothing(order: Order, framing: Framing, archive: Archive, checked: Checked) -> None:
    """The order of lines and files, and reading twice, change no fact; a log whose head is gone tells none wrong."""
    done = checked(archive(messages=700, appliances=2, resets=True, seed=3, framing=framing), order)
    assert list(itertools.islice(done.lines(), 1, None)) == []
    assert done.messages > 400


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(seed=st.integers(0, 2**32), messages=st.integers(1, 40), order=st.sampled_from(list(Order)[:4]))
def test_small_worlds(seed: int, messages: int, order: Order) -> None:
    """In small worlds of any fates, no order of lines changes a fact."""
    with TemporaryDirectory() as name:
        folder, scratch = Path(name) / "made", Path(name) / "scratch"
        scratch.mkdir()
        write(Plan(messages=messages, seed=seed, resets=messages > 25), folder)
        log = mt.read(laid_out(folder / LOGS, order, scratch), progress=False)
        truth = read_truth((folder / TRUTH).read_text("utf-8").splitlines())
        done = compare(log.objects(), truth, places=order.keeps_places)
    assert list(itertools.islice(done.lines(), 1, None)) == []
