"""Small worlds, any fates, any order: what is joined is what the simulated appliance knows to be true."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import midtrail as mt
from midtrail.simulate import LOGS, TRUTH, Framing, Order, Plan, compare, laid_out, read_truth, write

PLANS = st.builds(
    Plan,
    messages=st.integers(1, 12),
    seed=st.integers(0, 2**32),
    appliances=st.integers(1, 3),
    resets=st.booleans(),
    framing=st.sampled_from(Framing),
    gzip=st.booleans(),
)
ORDERS = st.sampled_from([Order.written, Order.reversed, Order.shuffled, Order.twice])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=PLANS, order=ORDERS)
def test_small_worlds(plan: Plan, order: Order) -> None:
    """Every fact of every message is the truth, in whatever order the lines and the files come."""
    with tempfile.TemporaryDirectory() as folder:
        world, scratch = Path(folder, "world"), Path(folder, "scratch")
        scratch.mkdir()
        made = write(plan, world)
        log = mt.read(laid_out(world / LOGS, order, scratch), progress=False)
        with (world / TRUTH).open(encoding="utf-8") as truth:
            done = compare(log.objects(), read_truth(truth), places=order.keeps_places, cut=False)
        assert not done.mismatches, "\n".join(done.lines())
        assert log.coverage.total.lines >= made.lines
